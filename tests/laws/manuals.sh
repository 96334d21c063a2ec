# SPDX-License-Identifier: ISC
#
# LAW: manual pages are well-formed, and they and the programs speak of the
# same options and exit codes.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

command -v mandoc >/dev/null || skip_all "mandoc is not installed"

for page in $(find src -name '*.[1-8]' | LC_ALL=C sort); do
	# Debian's mandoc is told of no base system: cross references to
	# pages of other packages are not looked up.
	mandoc -T lint -W warning "$page" >"$scratch/offenders" 2>&1
	empty "$page is well-formed" "$scratch/offenders"
	mandoc -T ascii -O width=78 "$page" | col -b |
	    awk -v page="$page" 'length($0) > 80 && NF > 1 {
		print page ": " $0 }' \
		>"$scratch/offenders"
	empty "$page fits a terminal" "$scratch/offenders"
	installed=$(find "$SEGL_DESTDIR" -name "${page##*/}")
	ok "$page is installed" cmp -s "$page" "${installed:-/dev/null}"
done

# What the page marks up as an option, .Fl -name or .Fl Fl name. Options of other programs
# stand in examples as they are typed.
options_of_manual()
{
	sed 's/\\&//g' "$1" |
	    grep -oE '(^\.| )Fl (-|Fl )[a-z][a-z0-9-]*' |
	    sed 's/.*Fl \(-\|Fl \)/--/' | LC_ALL=C sort -u
}

options_of_help()
{
	grep -oE -- '(^|[^A-Za-z0-9-])--[a-z][a-z0-9-]*' |
	    sed 's/^[^-]//' | LC_ALL=C sort -u
}

for program in segl segl-sim; do
	page=$(find src -name "$program.1")
	if [ -z "$page" ]; then
		fail "$program has a manual page"
		continue
	fi
	run "$program" --help
	exits "$program --help succeeds" 0
	is "$program --help is silent on standard error" "$err" ""
	printf '%s\n' "$out" >"$scratch/help.$program"
	for command in token grant; do
		[ "$program" = segl ] || continue
		run "$program" "$command" --help
		exits "$program $command --help succeeds" 0
		printf '%s\n' "$out" >>"$scratch/help.$program"
	done
	options_of_help <"$scratch/help.$program" >"$scratch/h"
	options_of_manual "$page" >"$scratch/m"
	LC_ALL=C comm -23 "$scratch/h" "$scratch/m" >"$scratch/offenders"
	empty "$program(1) has every option of --help" "$scratch/offenders"
	# --help and --version may go unsaid in their own list.
	LC_ALL=C comm -13 "$scratch/h" "$scratch/m" |
	    grep -vx -e --help -e --version >"$scratch/offenders"
	empty "$program --help has every option of the manual" \
	    "$scratch/offenders"
	ok "$program --help names options" test -s "$scratch/h"
	awk 'length($0) > 80' "$scratch/help.$program" >"$scratch/offenders"
	empty "$program --help fits a terminal" "$scratch/offenders"
done

# The exit codes are those of one table in the sources.
sed -n 's/^[[:space:]]*\[SEGL_[A-Z]*\] = { "[^"]*", \([0-9]*\),.*/\1/p' \
    src/base/status.c | sort -nu >"$scratch/codes"
ok "there are exit codes to look at" \
    test "$(wc -l <"$scratch/codes")" -ge 10
mandoc -T ascii -O width=1000 src/front/segl.1 2>/dev/null | col -b |
    awk '/^[A-Z]/ { on = ($0 == "EXIT STATUS") } on' |
    sed -n 's/^[[:space:]]\{1,8\}\([0-9]\{1,2\}\)[[:space:]].*/\1/p' |
    sort -nu >"$scratch/manual"
diff "$scratch/codes" "$scratch/manual" >"$scratch/offenders"
empty "segl(1), EXIT STATUS, lists the exit codes of the sources" \
    "$scratch/offenders"

done_testing
