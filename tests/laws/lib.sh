# SPDX-License-Identifier: ISC
#
# What the laws share. A law is a test over the sources or the installed
# objects; what it allows stands in a table beside it, so that a change of the
# house is a change of a table, in the same commit, with a reason.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
laws=$SEGL_SRCDIR/tests/laws
cd "$SEGL_SRCDIR" || exit

# Rows of table NAME without comments and empty lines.
table()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$laws/$1.table"
}

# C sources and headers below the folders named, or all of them.
c_files()
{
	[ "$#" -gt 0 ] || set -- src include tests
	find "$@" -name '*.[ch]' -type f | LC_ALL=C sort
}

# FILE ... without comments, line by line; with --strings, strings emptied.
strip_comments()
{
	perl -e '
	my $strings = $ARGV[0] eq "--strings" && shift @ARGV;
	local $/;
	for my $file (@ARGV) {
		open my $in, "<", $file or die "$file: $!";
		$_ = <$in>;
		s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\])*")|(\x27(?:\\.|[^\x27\\])*\x27)}{
			my ($comment, $string, $character) = ($1, $2, $3);
			defined $comment ? " " . $comment =~ s/[^\n]//gr
			    : defined $string && $strings ? "\"\""
			    : defined $string ? $string : $character;
		}gse;
		print;
	}' -- "$@"
}

# The same for all of C_FILES, each line with FILE:LINE: before it.
strip_all()
{
	local option=
	[ "$1" != --strings ] || { option=$1 && shift; }
	for file in "$@"; do
		strip_comments $option "$file" | sed "=" | sed "N;s|\n|:|" |
		    sed "s|^|$file:|"
	done
}

# The files the project is made of: tracked, or all of a tarball's.
project_files()
{
	if [ -e .git ] && command -v git >/dev/null; then
		git -c safe.directory='*' ls-files | while read -r file; do
			[ ! -f "$file" ] || printf '%s\n' "$file"
		done
	else
		find . -type f ! -path './_build/*' ! -path './_inst/*' |
		    sed 's,^\./,,' | grep -Ev "$(generated)"
	fi
}

# What autoreconf adds to a tarball.
generated()
{
	printf '%s' '^(build-aux|m4|autom4te.cache)/|' \
	    '^(configure|configure~|aclocal\.m4|config\.h\.in~?)$|' \
	    '^Makefile\.in$'
}
