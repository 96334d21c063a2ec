# SPDX-License-Identifier: ISC
#
# LAW: every source file names its licence, and none names the machine that
# it was written on.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

project_files >"$scratch/files"
ok "there are files to look at" test "$(wc -l <"$scratch/files")" -gt 60

# What a build or a profiler leaves behind is soon added to a commit.
sed 's,/.*,,' "$scratch/files" | LC_ALL=C sort -u |
    grep -vxE 'LICENSE|Makefile\.am|NEWS|README|configure\.ac|\..*' |
    grep -vxE 'conf|contrib|include|m4|src|tests' >"$scratch/offenders"
empty "nothing else lies at the top" "$scratch/offenders"

# Some formats have no comments, and a few files are for people alone.
needs_spdx()
{
	case $1 in
	LICENSE | README | NEWS) return 1 ;;
	*.json | *.sym | *.tsv | *.gitkeep) return 1 ;;
	tests/golden/* | tests/fuzz/corpus/* | */fixtures/*) return 1 ;;
	esac
}

while read -r file; do
	needs_spdx "$file" || continue
	printf '%s\n' "$file"
done <"$scratch/files" >"$scratch/licensed"
xargs awk '
function missing() {
	if (file != "" && !named)
		print file
}
FNR == 1 { missing(); file = FILENAME; named = 0 }
/SPDX-License-Identifier: ISC/ { named = 1 }
FNR == 5 { nextfile }
END { missing() }' <"$scratch/licensed" >"$scratch/offenders"
empty "every source file names its licence" "$scratch/offenders"

# Home directories, and where this very tree lies.
{
	xargs grep -IHnE '/(home/[a-z]|root/|work/)' <"$scratch/files"
	xargs grep -IHnF "$SEGL_SRCDIR/" <"$scratch/files"
} >"$scratch/offenders"
empty "no file names a directory of one machine" "$scratch/offenders"

xargs grep -IHnE '^(<{7}|>{7}|={7})( |$)' <"$scratch/files" >"$scratch/offenders"
empty "no conflict marker is left" "$scratch/offenders"

grep -E '\.([ch]|sh|py|mjs|inc)$|^contrib/(check|demo)$' "$scratch/files" \
    >"$scratch/text"
{
	xargs grep -HnE '[[:space:]]+$' <"$scratch/text"
	xargs perl -ne '
	print "$ARGV: no newline at its end\n" if eof && !/\n\z/' \
	    <"$scratch/text"
} >"$scratch/offenders"
empty "no line ends with white space" "$scratch/offenders"

# What the programs say must be the words of this project's own manual.
is "NEWS begins with the version of configure.ac" \
    "$(sed -n 's/^segl \([0-9][0-9.]*\).*/\1/p' NEWS | head -n 1)" \
    "$(sed -n 's/^AC_INIT(\[segl\], \[\([^]]*\)\].*/\1/p' configure.ac)"

done_testing
