# SPDX-License-Identifier: ISC
#
# LAW: the style that a program can check; clang-format does the rest.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

c_files >"$scratch/files"
ok "there are files to look at" test "$(wc -l <"$scratch/files")" -gt 20

# Names of files have no blanks here, which the first law would notice.
# shellcheck disable=SC2046
strip --strings $(cat "$scratch/files") >"$scratch/stripped"
is "every line is looked at" "$(wc -l <"$scratch/stripped")" \
    "$(xargs cat <"$scratch/files" | wc -l)"

# Counted as a terminal shows them: a tab goes to the next eighth column.
xargs perl -CSD -ne '
	chomp;
	1 while s/\t/" " x (8 - $-[0] % 8)/e;
	print "$ARGV:$.: ", length, " columns\n" if length > 80;
	close ARGV if eof' <"$scratch/files" >"$scratch/offenders"
empty "no line is longer than 80 columns" "$scratch/offenders"

xargs wc -l <"$scratch/files" | awk '
$2 != "total" && $1 > ($2 ~ /^tests\// ? 1000 : 600) {
	print $2 ": " $1 " lines"
}' >"$scratch/offenders"
empty "no file is longer than 600 lines, a test 1000" "$scratch/offenders"

grep -E '\btypedef[[:space:]]+((struct|union)\b|enum[^(]*\{)' \
    "$scratch/stripped" >"$scratch/offenders"
empty "no typedef hides a structure" "$scratch/offenders"

# Tests call what they like; what is installed does not.
calls=$(table banned | awk '{ print $1 }' | paste -sd '|' -)
grep -E '^(src|include)/' "$scratch/stripped" |
    grep -E "^[^:]*:[0-9]*:(|.*[^A-Za-z0-9_.>])($calls)[[:space:]]*\\(" \
	>"$scratch/offenders"
empty "no banned function is called" "$scratch/offenders"

# One way out, and it is called out.
grep -E '\bgoto[[:space:]]' "$scratch/stripped" |
    grep -vE 'goto[[:space:]]+out;' >"$scratch/offenders"
empty "the one label is out" "$scratch/offenders"

grep -vE '^tests/' "$scratch/files" | grep '\.h$' | xargs awk '
function missing() {
	if (file != "" && !guarded)
		print file ": " guard
}
FNR == 1 {
	missing()
	file = guard = FILENAME
	sub(/^(src|include)\//, "", guard)
	guard = toupper(guard)
	gsub(/[\/.-]/, "_", guard)
	guarded = 0
}
$0 == "#ifndef " guard { guarded = 1 }
END { missing() }' >"$scratch/offenders"
empty "every header is guarded by its path" "$scratch/offenders"

# NULL is compared in words: "if (!p)" is for truth values. A pointer cannot
# be told from an integer here, so only the obvious cases are looked for.
grep -E '!(strchr|strstr|strrchr|memchr|malloc|calloc|strdup|getenv|fopen)\(' \
    "$scratch/stripped" >"$scratch/offenders"
empty "pointers are compared with NULL" "$scratch/offenders"

# A comment's second line begins with one blank.
xargs grep -HnE '^ {8}' <"$scratch/files" |
    grep -vE '^[^:]*:[0-9]*: +(\*|")' >"$scratch/offenders"
empty "indentation is tabs" "$scratch/offenders"

# Another version of clang-format has another opinion.
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	# Tables of cases in tests are laid out by hand.
	grep -v '^tests/' "$scratch/files" |
	    xargs -P 2 -n 20 clang-format --style=file --dry-run 2>&1 |
	    sed -n 's/^\([^:]*:[0-9]*\):.*-Wclang-format.*/\1/p' \
		>"$scratch/offenders"
	empty "clang-format has nothing to change" "$scratch/offenders"
else
	skip "clang-format has nothing to change" "no clang-format 14"
fi

done_testing
