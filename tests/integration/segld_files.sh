# SPDX-License-Identifier: ISC
#
# Files with a token that segld keeps fresh, for programs that read a file.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

# a life of ten seconds: a token is got anew after less than five
sim_start --token-lifetime 10 || {
	fail "the simulator starts"
	done_testing
}
pass "the simulator starts"
unset SEGL_NO_CACHE
toll=toll:eu/movement/road/v2
mkdir "$scratch/app"
cat >"$scratch/hook" <<END
#!/bin/sh
printf '%s\n' "\$*" >>"$scratch/hooked"
env >"$scratch/hook.env"
END
chmod 755 "$scratch/hook"
group=$(id -g)
[ "$(id -u)" != 0 ] || group=65534

# what a neighbour may have put there
printf 'precious\n' >"$scratch/precious"
ln -s "$scratch/precious" "$scratch/app/toll.json"
mkfifo "$scratch/app/header"

# nobody may have what the second file's token is for
SEGL_TOKEN_PIN_TEST=$(cat "${SEGL_PIN#file:}")
export SEGL_TOKEN_PIN_TEST
segld_start --pin env:SEGL_TOKEN_PIN_TEST --audit-log "$scratch/audit" \
    --allow "uid=$(id -u) scope=$SEGL_SCOPE" \
    --token-file "$scratch/app/token mode=0640 group=$group hook=$scratch/hook a b" \
    --token-file "$scratch/app/toll.json form=json scope=$toll" \
    --token-file "$scratch/app/header form=header" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"

differs()
{
	[ -s "$1" ] && [ "$(cat "$1")" != "$2" ]
}

ok "a token is written, unasked" wait_for 20 test -s "$scratch/app/token"
first=$(cat "$scratch/app/token")
like "alone" "$first" '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'
is "with its mode and group" "$(stat -c '%a %g' "$scratch/app/token")" \
    "640 $group"
is_json()
{
	[ ! -L "$scratch/app/toll.json" ] && [ -s "$scratch/app/toll.json" ]
}
ok "another as JSON" wait_for 20 is_json
is "for its scope" "$(json "$scratch/app/toll.json" 'd["scope"]')" "$toll"
is "for nobody else, where nothing is said" \
    "$(stat -c %a "$scratch/app/toll.json")" 600
is "and until when" "$(json "$scratch/app/toll.json" \
    'abs(d["expires_at"] - __import__("time").time()) < 15')" true
ok "and as a line" wait_for 20 test -f "$scratch/app/header"
like "of a header" "$(cat "$scratch/app/header")" '^Authorization: Bearer '
ok "in the place of a link, not through it" test ! -L "$scratch/app/toll.json"
is "which changes nobody's file" "$(cat "$scratch/precious")" precious
ask "/v1/token?scope=$toll"
is "what is for a file is for nobody who asks" "$http" 403
ok "a hook is run, by its words" wait_for 20 grep -qx 'a b' "$scratch/hooked"
unlike "and told no secret" "$(cat "$scratch/hook.env")" PIN_TEST

before=$(wc -l <"$scratch/hooked")
ok "the token is kept fresh" wait_for 40 differs "$scratch/app/token" "$first"
hooked()
{
	[ "$(wc -l <"$scratch/hooked")" -gt "$before" ]
}
ok "which the hook hears" wait_for 20 hooked
is "nothing is left of how it was written" "$(find "$scratch/app" | wc -l)" 4
ok "the audit log says what it was for" grep -q \
    "\"over\":\"file\",\"file\":\"$scratch/app/toll.json\"" "$scratch/audit"
is "in lines of JSON, each of them" "$("$python" -c '
import json, sys
print(all(json.loads(line)["time"] for line in open(sys.argv[1])))' \
    "$scratch/audit" 2>&1 | tail -n 1)" True

# The server is away: what was written stays, and is told.
kill -STOP "$sim_pid"
second=$(cat "$scratch/app/token")
kill -9 "$(segld_child segld-front)"
ok "a front that is killed comes back" wait_for 20 segld_answers
kill -CONT "$sim_pid"
ok "and goes on with the files" wait_for 40 differs "$scratch/app/token" \
    "$second"

# A directory that is not there yet.
# (moved: what is written meanwhile would keep it from being removed)
mv "$scratch/app" "$scratch/moved"
log_has()
{
	grep -qE "$1" "$segld_log"
}
ok "what cannot be written is told" wait_for 40 log_has \
    "cannot be written to $scratch/app/token"
mkdir "$scratch/app"
ok "and written when it can be" wait_for 40 test -s "$scratch/app/token"
segld_stop
is "it ends when it is told to" "$segld_code" 0

# ---- what is no rule ----------------------------------------------------------

while read -r rule; do
	run timeout 60 segld --listen "$scratch/x.sock" --token-file "$rule"
	exits "no rule: $rule" 2
done <<END
token
/
/tmp/x mode=0660
/tmp/x mode=0200
/tmp/x mode=9
/tmp/x form=xml
/tmp/x owner=no-such-user-here
/tmp/x hook=reload
/tmp/x hook=
/tmp/x scopes=a:b
/tmp/x scope=
/tmp/x profile=nope scope=a:b
/tmp/x scope=a:b exchange=nobody
END
run timeout 60 segld --listen "$scratch/x.sock" \
    --token-file "$scratch/y scope=a:b" --token-file "$scratch/y scope=c:d"
exits "two rules for one file" 2

done_testing
