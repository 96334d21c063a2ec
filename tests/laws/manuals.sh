# SPDX-License-Identifier: ISC
#
# LAW: manual pages are well-formed, and they and the programs speak of the
# same options, variables, keys and exit codes.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

command -v mandoc >/dev/null || skip_all "mandoc is not installed"

pages=$(find src -name '*.[1-8]' | LC_ALL=C sort)
for page in $pages; do
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
	name=$(basename "$page" | sed 's/\.\([1-8]\)$/(\1)/')
	ok "README lists $name" grep -qF "    $name" README
done

# same NAME FILE FILE: the same lines, in any order.
same()
{
	LC_ALL=C sort -u "$2" >"$scratch/left"
	LC_ALL=C sort -u "$3" >"$scratch/right"
	diff "$scratch/left" "$scratch/right" >"$scratch/offenders"
	empty "$1" "$scratch/offenders"
	ok "there is something to compare" test -s "$scratch/left"
}

# ---- options: --help and the manual ----------------------------------------

# What the page marks up as a long option. Options of other programs stand in
# examples as they are typed.
options_of_manual()
{
	grep -oE '(^\.| )Fl (\\&)?-[a-z][a-z0-9-]*' "$1" |
	    sed 's/.*Fl \(\\&\)\{0,1\}/-/' | LC_ALL=C sort -u
}

options_of_help()
{
	grep -oE -- '(^|[^A-Za-z0-9-])--[a-z][a-z0-9-]*' |
	    sed 's/^[^-]//' | LC_ALL=C sort -u
}

commands_of()
{
	[ "$1" = segl ] || return 0
	segl help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

for program in segl segl-sim segld; do
	page=$(find src -name "$program.[18]")
	run "$program" --help
	exits "$program --help succeeds" 0
	is "$program --help is silent on standard error" "$err" ""
	printf '%s\n' "$out" >"$scratch/help.$program"
	for command in $(commands_of "$program"); do
		run "$program" "$command" --help
		exits "$program $command --help succeeds" 0
		printf '%s\n' "$out" >>"$scratch/help.$program"
		ok "$program(1) describes $command" \
		    grep -qE "^\.It Cm $command( |\$)" "$page"
	done
	options_of_help <"$scratch/help.$program" >"$scratch/h"
	ok "$program --help names options" test -s "$scratch/h"
	options_of_manual "$page" >"$scratch/m"
	LC_ALL=C comm -23 "$scratch/h" "$scratch/m" >"$scratch/offenders"
	empty "$program(1) has every option of --help" "$scratch/offenders"
	# --help and --version may go unsaid in their own list.
	LC_ALL=C comm -13 "$scratch/h" "$scratch/m" |
	    grep -vx -e --help -e --version >"$scratch/offenders"
	empty "$program --help has every option of the manual" \
	    "$scratch/offenders"
	awk 'length($0) > 80' "$scratch/help.$program" >"$scratch/offenders"
	empty "$program --help fits a terminal" "$scratch/offenders"
done

# ---- the table of options --------------------------------------------------

"$SEGL_BUILDDIR/tests/laws/options" >"$scratch/all"
grep ' segl$' "$scratch/all" >"$scratch/table"
grep ' segld$' "$scratch/all" >"$scratch/daemon"
ok "the table of options has rows" test "$(wc -l <"$scratch/table")" -gt 30

# What stands below each option of segl(1): "NAME Ev VARIABLE" and
# "NAME Cm VALUE".
awk '
/^\.(Sh|Ss)/ { name = "" }
/^\.It Fl/ && match($0, /Fl -[a-z-]+/) {
	name = substr($0, RSTART + 4, RLENGTH - 4)
}
name != "" {
	line = $0
	sub(/^\./, " ", line)
	while (match(line, / (Ev|Cm) [A-Za-z0-9_-]+/)) {
		print name substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
	}
	while (match(line, /\| [A-Za-z0-9_-]+/)) { # .Cm include | omit
		print name " Cm " substr(line, RSTART + 2, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
	}
}' src/front/segl.1 >"$scratch/below"

awk '$4 != "-" { print $1, "Ev", $4 } $5 != "-" { print $1, "Ev", $5 }' \
    "$scratch/table" >"$scratch/variables"
grep -E ' Ev (SEGL|MASKINPORTEN)_' "$scratch/below" |
    grep -v '^output ' >"$scratch/described"
same "segl(1) names the variables of each option, and no others" \
    "$scratch/variables" "$scratch/described"

awk '{ print $1, $3 }' "$scratch/table" | tr '|' ' ' | awk '{
	for (i = 2; i <= NF; i++)
		if ($i != "-")
			print $1 " Cm " $i
}' | LC_ALL=C sort -u >"$scratch/choices"
LC_ALL=C sort -u "$scratch/below" |
    LC_ALL=C comm -23 "$scratch/choices" - >"$scratch/offenders"
empty "segl(1) names the choices of each option" "$scratch/offenders"

awk '/^\.Sh/ { on = /ENVIRONMENT/ } on' src/front/segl.1 |
    grep -oE '(SEGL|MASKINPORTEN)_[A-Z_]+' |
    grep -vx -e SEGL_LIBEXECDIR -e SEGL_DATADIR \
	-e MASKINPORTEN_CLIENT_JWK \
	>"$scratch/environment"
sed 's/.* //' "$scratch/variables" >"$scratch/names"
same "segl(1), ENVIRONMENT, lists the same variables" \
    "$scratch/names" "$scratch/environment"

# segld(8) is shorter, and alone describes the options of segld alone.
awk '{ if ($4 != "-") print $4; if ($5 != "-") print $5 }' "$scratch/daemon" \
    >"$scratch/names"
awk '/^\.Sh/ { on = /ENVIRONMENT/ } on && /SEGL_|BIND_/' \
    src/daemon/segld.8 | grep -oE '(SEGL|BIND|PROBE_BIND)_[A-Z_]+' \
    >"$scratch/environment"
same "segld(8), ENVIRONMENT, lists the variables of segld" \
    "$scratch/names" "$scratch/environment"
awk '/^\.It Fl/ { print $3 }' src/daemon/segld.8 | sed 's/^-//' |
    grep -vx help >"$scratch/described"
awk '{ print $1 }' "$scratch/daemon" >"$scratch/names"
same "segld(8) describes the options of segld" \
    "$scratch/names" "$scratch/described"

awk '$2 == "file" { print $1 }' "$scratch/all" >"$scratch/keys"
awk '/^\.Sh/ { on = /SETTINGS/ } on && /^\.It Cm/ { print $3 }' \
    src/settings/segl.conf.5 >"$scratch/documented"
same "segl.conf(5) has the keys of the table" \
    "$scratch/keys" "$scratch/documented"

# ---- the library -----------------------------------------------------------

# Declarations on one line each: "TYPE NAME(ARGUMENTS)".
perl -0777 -ne '
s{/\*.*?\*/}{}gs;
s{^\#.*(\\\n.*)*$}{}mg;
s{\bSEGL_(BEGIN|END)_DECLS\b|\bSEGL_MUST_USE\b}{}g;
for (split /;/) {
	s/\s+/ /g;
	s/^ | $//g;
	s/\( /(/g;
	print "$_\n" if /^[a-z][a-z *_]*\bsegl_\w+\(.*\)$/;
}' include/segl/*.h | LC_ALL=C sort -u >"$scratch/headers"
perl -ne '
chomp;
s/"//g;
$type = $1 if /^\.Ft (.*)/;
($name, @arguments) = ($1) if /^\.Fo (.*)/;
push @arguments, $1 if /^\.Fa (.*)/;
if (/^\.Fc/) {
	$type .= " " unless $type =~ /\*$/;
	print $type, $name, "(", join(", ", @arguments), ")\n";
}' src/cli/segl.3 | LC_ALL=C sort -u >"$scratch/prototypes"
ok "segl(3) has prototypes" test "$(wc -l <"$scratch/prototypes")" -gt 50
LC_ALL=C comm -13 "$scratch/headers" "$scratch/prototypes" \
    >"$scratch/offenders"
empty "the prototypes of segl(3) are those of the headers" \
    "$scratch/offenders"
sed -n '/^enum segl_status {/,/^}/s/^[[:space:]]*\(SEGL_[A-Z]*\).*/\1/p' \
    include/segl/status.h | while read -r name; do
	grep -q "^\.It Dv $name\$" src/cli/segl.3 || echo "$name"
done >"$scratch/offenders"
empty "segl(3) has every status" "$scratch/offenders"

# ---- exit codes ------------------------------------------------------------

# They are those of one table in the sources.
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

# Their names, as DIAGNOSTICS tells them; "ok" is no failure.
sed -n 's/^[[:space:]]*\[SEGL_[A-Z]*\] = { "\([^"]*\)", [1-9].*/\1/p' \
    src/base/status.c | while read -r name; do
	grep -qE "^\.Li $name( |\$)" src/front/segl.1 || echo "$name"
done >"$scratch/offenders"
empty "segl(1), DIAGNOSTICS, has every status" "$scratch/offenders"
sed -n 's/^[[:space:]]*\[SEGL_TURN_[A-Z_]*\] = { "\([^"]*\)".*/\1/p' \
    src/base/status.c | while read -r name; do
	grep -qE "^\.Li $name( |\$)" src/front/segl.1 || echo "$name"
done >"$scratch/offenders"
empty "segl(1), DIAGNOSTICS, has every owner" "$scratch/offenders"

done_testing
