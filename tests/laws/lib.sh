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

# FILE ... without comments, each line with FILE:LINE: before it; with
# --strings, strings are emptied; with --statements, they are too, and each
# statement is a line, with FILE: before it.
strip()
{
	perl -e '
	my $option = $ARGV[0] =~ /^--/ ? shift : "";
	local $/;
	for my $file (@ARGV) {
		open my $in, "<", $file or die "$file: $!";
		$_ = <$in>;
		s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\])*")|(\x27(?:\\.|[^\x27\\])*\x27)}{
			my ($comment, $string, $character) = ($1, $2, $3);
			defined $comment ? " " . $comment =~ s/[^\n]//gr
			    : defined $string && $option ? "\"\""
			    : defined $string ? $string : $character;
		}gse;
		my $statements = $option eq "--statements";
		tr/\n;{}/ \n\n\n/ if $statements;
		$_ .= "\n" if $statements;
		my $n = 0;
		s/^/$statements ? "$file: " : "$file:" . ++$n . ":"/gme;
		print;
	}' -- "$@"
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
