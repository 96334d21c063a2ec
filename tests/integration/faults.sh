# SPDX-License-Identifier: ISC
#
# Servers that misbehave. Judged by the journal of the server: what it saw, on
# how many connections; and by the exit code, since scripts act on it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

# Hundredths of a second since the machine was started.
clock()
{
	local up
	read -r up _ </proc/uptime
	echo "${up%.*}${up#*.}"
}

# timed CMD ...: run, and leave the whole seconds it took in $took.
timed()
{
	local from
	from=$(clock)
	run timeout 60 "$@"
	took=$((($(clock) - from) / 100))
}

# with FAULT [ARGUMENT]: a server, in place of the one before.
server_pid=
with()
{
	[ -z "$server_pid" ] || stop "$server_pid"
	server_start "$@" || fail "server $1 starts"
}

# ---- an ordinary exchange on the wire --------------------------------------------

with ok
run segl token
exits "an ordinary exchange" 0
is "the token is what came" "$out" "demo.access.token"
is "one grant was posted" "$(journal 'len(p)')" 1
is "over HTTP/1.1" "$(journal 'p[0]["version"]')" HTTP/1.1
is "on a connection that has carried no request" \
    "$(journal 'p[0]["nth"]')" 1
is "over TLS 1.3" \
    "$(journal '[x["tls"] for x in r if "tls" in x][-1]')" TLSv1.3
is "as a form" "$(journal 'p[0]["fields"]["content-type"]')" \
    application/x-www-form-urlencoded
is "of two members" "$(journal '" ".join(p[0]["form"])')" \
    "assertion grant_type"
# The body is set only once the connection stands, which libcurl does not
# document: pinned here.
is "its length is told" "$(journal '(p[0]["fields"]["content-length"] ==
    str(p[0]["length"]) and p[0]["length"] > 1000)')" true
is "and it is not sent in chunks" \
    "$(journal '"transfer-encoding" in p[0]["fields"]')" false
is "without Expect" "$(journal '"expect" in p[0]["fields"]')" false
like "by a program that says its name" \
    "$(journal 'p[0]["fields"]["user-agent"]')" '^segl/[0-9.]+$'
is "the metadata was asked for once" \
    "$(journal 'len([x for x in r if x.get("method") == "GET"])')" 1
run segl token
is "and not again" \
    "$(journal 'len([x for x in r if x.get("method") == "GET"])')" 1
is "the second grant is another" \
    "$(journal 'len({x["claims"]["jti"] for x in p})')" 2
is "on another connection" \
    "$(journal 'len({x["connection"] for x in p})')" 2

# A key that takes longer to open than a server keeps an idle connection: the
# PIN comes after seven seconds, over a pipe.
mkfifo "$scratch/slow.pin"
(sleep 7 && cat "$scratch/eseal/pin" >"$scratch/slow.pin") &
run segl token --pin "file:$scratch/slow.pin" -q
exits "a PIN that takes seven seconds" 0
is "still is one grant" "$(journal 'len(p)')" 3
is "of which the length is right" "$(journal '(p[2]["fields"]["content-length"]
    == str(p[2]["length"]))')" true

# ---- law: a retry is a new grant ----------------------------------------------------

each_grant_once()
{
	is "$1: no jti came twice" \
	    "$(journal 'len(p) - len({x["claims"]["jti"] for x in p})')" 0
	is "$1: each post on a connection of its own" \
	    "$(journal 'len(p) - len({x["connection"] for x in p})')" 0
	is "$1: which has carried no request" \
	    "$(journal 'sum(x["nth"] - 1 for x in p)')" 0
}

with close
timed segl token --retry-for 3s
exits "a server that reads the grant and closes" 7
each_grant_once "reads and closes"
ok "it was tried several times" test "$(journal 'len(p)')" -ge 3
ok "within the budget" test "$took" -le 5
with reset
run segl token --retry-for 2s
exits "a server that reads the grant and resets" 7
each_grant_once "reads and resets"
with close-then-ok 2
run segl token --retry-for 10s
exits "a server that closes twice, then answers" 0
is "a token in the end" "$out" "demo.access.token"
is "on the third grant" "$(journal 'len(p)')" 3
each_grant_once "closes twice"
with close
run segl token --retry-for 0
exits "without retries" 7
is "one grant is sent" "$(journal 'len(p)')" 1

# ---- what can pass is tried again, the rest is not ---------------------------------

once() # NAME CODE FAULT ...
{
	local name=$1 code=$2
	shift 2
	with "$@"
	timed segl token --retry-for 4s
	exits "$name" "$code"
	is "$name: nothing on standard output" "$out" ""
	is "$name: is not tried again" "$(journal 'len(p)')" 1
	like "$name: says something" "$err" '^segl: .'
}

again() # NAME CODE FAULT ...
{
	local name=$1 code=$2
	shift 2
	with "$@"
	timed segl token --retry-for 2s
	exits "$name" "$code"
	ok "$name: is tried again" test "$(journal 'len(p)')" -ge 2
	each_grant_once "$name"
	ok "$name: within the budget" test "$took" -le 4
}

again "503" 8 status 503
again "500" 8 status 500
again "502" 8 status 502
with status-then-ok 503
run segl token
exits "503 once" 0
is "503 once: two grants" "$(journal 'len(p)')" 2
with status-then-ok '429 Retry-After: 2'
timed segl token --retry-for 10s
exits "429 once" 0
is "429 once: two grants" "$(journal 'len(p)')" 2
ok "429 once: Retry-After is kept" test \
    "$(journal 'int(1000 * (p[1]["time"] - p[0]["time"]))')" -ge 2000
each_grant_once "429 once"
with status '429 Retry-After: 3600'
timed segl token --retry-for 10s --json
exits "429 with a Retry-After past the budget" 8
is "is not waited for" "$(journal 'len(p)')" 1
ok "is told at once" test "$took" -le 2
is "with the time to wait" "$(json "$scratch/err" 'd["retry_after"]')" 3600
once "a redirect" 9 redirect "https://localhost:1/"
once "400 without a body that says why" 9 status 400
once "404" 9 status 404
once "invalid_client" 5 refuse "invalid_client Invalid client"
once "invalid_grant" 5 refuse "invalid_grant Invalid assertion"
once "invalid_scope" 6 refuse "invalid_scope not for you"

# ---- answers that are none -----------------------------------------------------------

once "a huge answer" 9 huge
once "an endless answer" 9 endless
once "HTML" 9 html
once "no JSON" 9 body 'access_token=abc'
once "JSON cut short" 9 body '{"access_token":"abc","token_type":"Bearer"'
once "no object" 9 body '["access_token"]'
once "no token" 9 body '{"token_type":"Bearer","expires_in":100}'
once "a token that is no text" 9 body \
    '{"access_token":7,"token_type":"Bearer"}'
once "another type of token" 9 body \
    '{"access_token":"abc","token_type":"mac"}'
once "a member twice" 9 body \
    '{"access_token":"a","access_token":"b","token_type":"Bearer"}'
once "a token with a line break" 9 body \
    '{"access_token":"a\nb","token_type":"Bearer"}'
once "nested too deep" 9 body "$("$python" -c '
print("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"x\":"
      + "[" * 5000 + "]" * 5000 + "}")')"
with endless-head
timed segl token --retry-for 0
not_ok "an endless head fails" test "$rc" -eq 0
ok "an endless head ends" test "$took" -le 35
with truncate
run segl token --retry-for 0
not_ok "an answer cut short fails" test "$rc" -eq 0
is "and gives no token" "$out" ""

# What a server says cannot drive the terminal or forge a line.
once "control characters" 5 escape
is "control characters: none is printed" \
    "$(tr -d '\n\t -~' <"$scratch/err" | wc -c)" 0
unlike "control characters: no line is forged" "$err" '^forged'

# ---- time -----------------------------------------------------------------------------

with slow 20
timed segl token --timeout 2s --retry-for 0
exits "a server that thinks too long" 7
ok "is given up in time" test "$took" -le 4
with trickle 0.2
timed segl token --timeout 2s --retry-for 0
exits "a server that trickles" 7
ok "is given up in time, too" test "$took" -le 4
with stall-handshake 20
timed segl token --connect-timeout 1s --timeout 2s --retry-for 0
exits "a handshake that stalls" 7
ok "is given up" test "$took" -le 4

# ---- nobody there ------------------------------------------------------------------------

use_server "$(free_port)"
timed segl token --retry-for 0
exits "nobody listens" 7
like "nobody listens: the host is named" "$err" 'localhost'
like "nobody listens: what to do" "$err" 'what to do:'
run segl token --retry-for 0 --json
exits "nobody listens, for programs" 7
is "is JSON" "$(json "$scratch/err" 'd["exit"]')" 7
timed segl token --retry-for 0 --env https://does-not-exist.invalid/
exits "a name that does not exist" 7
like "is named" "$err" 'does-not-exist\.invalid'

done_testing
