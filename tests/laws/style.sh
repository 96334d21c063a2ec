# SPDX-License-Identifier: ISC
#
# LAW: the style that a program can check; clang-format does the rest.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

c_files >"$scratch/files"
ok "there are files to look at" test "$(wc -l <"$scratch/files")" -gt 20

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

while read -r file; do
	strip_comments "$file" |
	    grep -nE '\btypedef[[:space:]]+((struct|union)\b|enum[^(]*\{)' |
	    sed "s|^|$file: |"
done <"$scratch/files" >"$scratch/offenders"
empty "no typedef hides a structure" "$scratch/offenders"

table banned >"$scratch/banned"
calls=$(awk '{ print $1 }' "$scratch/banned" | paste -sd '|' -)
grep -v '^tests/bench/' "$scratch/files" | while read -r file; do
	strip_comments "$file" | sed 's/"\([^"\\]\|\\.\)*"/""/g' |
	    grep -oE "(^|[^A-Za-z0-9_.>])($calls)[[:space:]]*\\(" |
	    sed "s|^|$file: |"
done >"$scratch/offenders"
empty "no banned function is called" "$scratch/offenders"

# One way out, and it is called out; nothing jumps backwards.
while read -r file; do
	strip_comments "$file" | grep -oE '\bgoto[[:space:]]+[a-z_0-9]+' |
	    grep -v 'goto out$' | sed "s|^|$file: |"
done <"$scratch/files" >"$scratch/offenders"
empty "the one label is out" "$scratch/offenders"

while read -r file; do
	case $file in
	*.h) ;;
	*) continue ;;
	esac
	guard=$(printf '%s' "$file" | sed -e 's,^src/,,' -e 's,^include/,,' \
	    -e 's,^tests/unit/,,' -e 's,^tests/,,' | tr 'a-z/.-' 'A-Z___')
	grep -q "^#ifndef $guard\$" "$file" || printf '%s: %s\n' "$file" "$guard"
done <"$scratch/files" >"$scratch/offenders"
empty "every header is guarded by its path" "$scratch/offenders"

# NULL is compared in words: "if (!p)" is for truth values. A pointer cannot
# be told from an integer here, so only the obvious cases are looked for.
while read -r file; do
	strip_comments "$file" |
	    grep -nE '!(strchr|strstr|strrchr|memchr|malloc|calloc|strdup|getenv|fopen)\(' |
	    sed "s|^|$file: |"
done <"$scratch/files" >"$scratch/offenders"
empty "pointers are compared with NULL" "$scratch/offenders"

while read -r file; do
	grep -nE '^ +[^ *]' "$file" | grep -v '^[0-9]*:    *\(\*\|"\)' |
	    grep -nE '^[0-9]+: {8}' | sed "s|^|$file: |"
done <"$scratch/files" >"$scratch/offenders"
empty "indentation is tabs" "$scratch/offenders"

# Another version of clang-format has another opinion.
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	# Tables of cases in tests are laid out by hand.
	grep -v '^tests/' "$scratch/files" | while read -r file; do
		clang-format --style=file "$file" | cmp -s - "$file" ||
		    printf '%s\n' "$file"
	done >"$scratch/offenders"
	empty "clang-format has nothing to change" "$scratch/offenders"
else
	skip "clang-format has nothing to change" "no clang-format 14"
fi

done_testing
