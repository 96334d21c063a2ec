# SPDX-License-Identifier: ISC
#
# segld from outside: tokens over its socket, one exchange however many ask,
# segl as its client, and how it starts and ends.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

jwt='^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"

posts()
{
	grep -c 'POST /token' "$sim_dir/log"
}

# ---- it starts, and serves -----------------------------------------------------

segld_start --audit-log "$scratch/audit" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
ask /healthz
is "it lives" "$http $body" "200 ok"
ask /readyz
is "it is ready" "$http" 200
is "and says so" "$(json "$scratch/body" 'd["ready"]')" true

before=$(posts)
for i in 1 2 3 4 5 6 7 8 9 10; do
	curl -s --unix-socket "$socket" -H 'Segl-Request: 1' \
	    -H 'Accept: text/plain' http://localhost/v1/token \
	    >"$scratch/many.$i" &
	eval "pid$i=$!"
done
for i in 1 2 3 4 5 6 7 8 9 10; do
	eval "wait \$pid$i"
done
is "ten that ask at once make one exchange" "$(($(posts) - before))" 1
is "and get the same token" \
    "$(for i in 1 2 3 4 5 6 7 8 9 10; do
	cat "$scratch/many.$i" && echo; done | sort -u | wc -l)" 1
like "which is one" "$(cat "$scratch/many.1")" "$jwt"

ask /v1/token
is "JSON where nobody said" "$http" 200
is "has the token" "$(json "$scratch/body" 'd["access_token"]')" \
    "$(cat "$scratch/many.1")"
is "of type Bearer" "$(json "$scratch/body" 'd["token_type"]')" Bearer
is "for the scope" "$(json "$scratch/body" 'd["scope"]')" "$SEGL_SCOPE"
is "and how long it lives" \
    "$(json "$scratch/body" '0 < d["expires_in"] <= 120')" true
is "by the clock too" "$(json "$scratch/body" \
    'abs(d["expires_at"] - d["expires_in"] - __import__("time").time()) < 5')" \
    true
like "nobody keeps it on the way" "$(cat "$scratch/head")" \
    'Cache-Control: no-store'
ask "/v1/token?scope=$SEGL_SCOPE&min_validity=1"
is "the same when it is named" "$(json "$scratch/body" 'd["access_token"]')" \
    "$(cat "$scratch/many.1")"
ask /v1/header
is "a line for a client" "$body" \
    "Authorization: Bearer $(cat "$scratch/many.1")"
is "no other exchange was made" "$(($(posts) - before))" 1
ask '/v1/token?force=true'
is "but for one that was asked for" "$(($(posts) - before))" 2
ask '/v1/token?min_validity=80000'
is "also where none lives long enough" "$http $(($(posts) - before))" "200 3"

# ---- what is refused -------------------------------------------------------------

ask '/v1/token?scope=example:forbidden'
is "a scope that is not granted" "$http" 403
is "says why" "$(json "$scratch/body" 'd["mp_code"]')" MP-200
is "and whose turn it is" "$(json "$scratch/body" 'd["owner"]')" api-owner
before=$(posts)
ask '/v1/token?scope=example:forbidden'
is "is remembered" "$http $(($(posts) - before))" "403 0"
ask '/v1/token?consumerorg=991825827'
is "a parameter that is not known" "$http" 400
ask '/v1/token?consumer_org=123456789'
is "a number that is none" "$http" 400
is "is not asked for" "$(($(posts) - before))" 0
ask '/v1/token?authorization_details=@/etc/passwd'
is "no file is read for a request" "$http" 400
ask '/v1/token?issuer=https://other.example/'
is "another issuer" "$http" 400
ask '/v1/token/nope'
is "a profile that is not served" "$http" 400

# ---- segl asks it -----------------------------------------------------------------

ask /v1/token
token=$(json "$scratch/body" 'd["access_token"]')
before=$(posts)
run segl token --agent "$socket"
exits "segl asks the segld that is named" 0
is "and prints its token" "$out" "$token"
is "no exchange was made" "$(($(posts) - before))" 0
run segl token --agent "$socket" -o json
is "in every form" "$(json "$scratch/out" 'd["access_token"]')" "$token"
run segl token --agent "$socket" -s example:forbidden
exits "its failures are segl's" 6
like "in the same words" "$err" 'what to do:'
run segl token --agent "$socket" -s example:forbidden --json
exits "for programs too" 6
is "in JSON" "$(json "$scratch/err" 'd["mp_code"]')" MP-200
run segl token --agent "$socket" --softtoken /nowhere
exits "what segld cannot be asked is a usage error" 2
run segl token --agent "$scratch/nothing"
exits "a segld that is not there" 7
run segl token --agent "$scratch/no\"thing" --json
exits "the same for programs" 7
is "in JSON, whatever the name" "$(json "$scratch/err" 'd["exit"]')" 7
run env -u SEGL_SOFTTOKEN segl token --agent none
exits "--agent none does without" 2
run env -u SEGL_SOFTTOKEN -u SEGL_PIN segl token --agent "$socket" \
    --env https://other.example/
exits "a token of another server is none" 2

segld_stop
is "it ends when it is told to" "$segld_code" 0
ok "its socket is gone" test ! -e "$socket"

# ---- the usual place ---------------------------------------------------------------

segld_start_usual
ok "it listens where segl looks" test -S "$XDG_RUNTIME_DIR/segl/segld.sock"
before=$(posts)
run env -u SEGL_SOFTTOKEN -u SEGL_PIN segl token
exits "segl finds it" 0
like "and has a token" "$out" "$jwt"
is "that was kept from before" "$(($(posts) - before))" 0
run segl token --no-cache
exits "with a key of its own segl does it itself" 0
is "in an exchange" "$(($(posts) - before))" 1
run timeout 60 segld --listen "$XDG_RUNTIME_DIR/segl/segld.sock"
exits "two cannot have one socket" 2
like "which is told" "$err" 'another program answers there'
segld_stop

# ---- what cannot start ---------------------------------------------------------------

run timeout 60 segld --listen 0.0.0.0:0 --allow 'loopback scope=a:b'
exits "an address of others wants --unsafe-listen" 2
like "which is told" "$err" 'unsafe-listen'
run timeout 60 segld --listen 127.0.0.1:0
exits "TCP wants a rule" 2
like "which is told, too" "$err" 'allow'
run timeout 60 segld --listen "$scratch/x.sock" --allow 'uid=0 scopes=a:b'
exits "a rule that is none" 2
run timeout 60 segld --listen "$scratch/x.sock" --allow 'scope=a:b'
exits "a rule for nobody" 2
run timeout 60 segld --listen "$scratch/x.sock" --allow 'uid=no-such-user-here'
exits "a user that is none" 2
run timeout 60 segld --listen "$scratch/x.sock" --pin "file:$scratch/nothing"
exits "a PIN that cannot be read" 2
ok "leaves no socket behind" test ! -e "$scratch/x.sock"
run timeout 60 segld --listen nonsense
exits "an address that is none" 2
run timeout 60 segld extra
exits "an operand" 2
run timeout 60 segld --version
like "it has a version" "$out" '^segld [0-9]'
for program in segld-front segld-signer segld-verifier; do
	run "$SEGL_LIBEXECDIR/$program"
	exits "$program by hand" 2
	like "$program says what it is" "$err" 'not to be started by hand'
done

# ---- what is written down --------------------------------------------------------------

ok "there is an audit log" test -s "$scratch/audit"
is "of JSON, a line each" "$("$python" -c '
import json, sys
rows = [json.loads(x) for x in open(sys.argv[1])]
need = {"time", "over", "uid", "gid", "pid", "outcome", "status"}
print(all(need <= set(r) for r in rows), {r["outcome"] for r in rows} ==
    {"token", "failed", "refused"}, all("jti" in r for r in rows
    if r["outcome"] == "token"))' "$scratch/audit")" "True True True"
is "never a token" "$(grep -c "$token" "$scratch/audit" "$segld_log" |
    grep -cv ':0')" 0

done_testing
