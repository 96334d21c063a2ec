# SPDX-License-Identifier: ISC
#
# LAW: the style that a program can check; clang-format does the rest.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

c_files >"$scratch/files"
ok "there are files to look at" test "$(wc -l <"$scratch/files")" -gt 20

# Names of files have no blanks here, which the first law would notice.
# shellcheck disable=SC2046
strip_all --strings $(cat "$scratch/files") >"$scratch/stripped"
is "every line is looked at" "$(wc -l <"$scratch/stripped")" \
    "$(xargs cat <"$scratch/files" | wc -l)"

while read -r file; do
	expand -t 8 "$file" | LC_ALL=C.UTF-8 awk -v file="$file" '
	length($0) > 80 { print file ":" NR ": " length($0) " columns" }'
done <"$scratch/files" >"$scratch/offenders"
empty "no line is longer than 80 columns" "$scratch/offenders"

while read -r file; do
	lines=$(wc -l <"$file")
	case $file in
	tests/*) most=1000 ;;
	*) most=600 ;;
	esac
	[ "$lines" -le "$most" ] || printf '%s: %d lines\n' "$file" "$lines"
done <"$scratch/files" >"$scratch/offenders"
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

while read -r file; do
	case $file in
	tests/*) continue ;;
	*.h) ;;
	*) continue ;;
	esac
	guard=$(printf '%s' "$file" | sed -e 's,^src/,,' -e 's,^include/,,' |
	    tr 'a-z/.-' 'A-Z___')
	grep -q "^#ifndef $guard\$" "$file" || printf '%s: %s\n' "$file" "$guard"
done <"$scratch/files" >"$scratch/offenders"
empty "every header is guarded by its path" "$scratch/offenders"

# NULL is compared in words: "if (!p)" is for truth values. A pointer cannot
# be told from an integer here, so only the obvious cases are looked for.
grep -E '!(strchr|strstr|strrchr|memchr|malloc|calloc|strdup|getenv|fopen)\(' \
    "$scratch/stripped" >"$scratch/offenders"
empty "pointers are compared with NULL" "$scratch/offenders"

while read -r file; do
	grep -nE '^ +[^ *]' "$file" | grep -v '^[0-9]*:    *\(\*\|"\)' |
	    grep -nE '^[0-9]+: {8}' | sed "s|^|$file: |"
done <"$scratch/files" >"$scratch/offenders"
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
