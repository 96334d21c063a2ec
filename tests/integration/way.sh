# SPDX-License-Identifier: ISC
#
# The way to the API: the exchange at Customs and Altinn, one request, a
# command. What arrived decides, at the simulator and at an API of our own.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

sim_start || { fail "a simulator starts"; done_testing; }
make_tls "$scratch/tls"
toll=toll:eu/movement/road/v2
test_auth=/api/movement/road/v2/test-auth
enterprise=$(sim_value SEGL_SIM_ENTERPRISE "$sim_dir/env")
enterprise_pin=$(sim_value SEGL_SIM_ENTERPRISE_PIN "$sim_dir/env")
client=$(sim_value SEGL_SIM_CLIENT_ID "$sim_dir/env")

# requests [PATTERN]: how many reached the simulator so far.
requests()
{
	grep -c -- "${1:-POST}" "$sim_dir/log"
}

# jwt_of FILE EXPRESSION: python3-jwt verifies the token in FILE with the keys
# that the simulator serves, then EXPRESSION over its claims as d.
jwt_of()
{
	curl -s --cacert "${SEGL_CA%%:*}" "${SEGL_ENV}jwk" >"$scratch/jwks"
	"$python" - "$scratch/jwks" "$1" "$2" <<'END'
import json, sys
import jwt
keys = json.load(open(sys.argv[1]))["keys"]
token = open(sys.argv[2]).read().strip()
kid = jwt.get_unverified_header(token)["kid"]
(key,) = [k for k in keys if k["kid"] == kid]
key = jwt.algorithms.RSAAlgorithm.from_jwk(json.dumps(key))
d = jwt.decode(token, key, algorithms=["RS256"])
print(eval(sys.argv[3]))
END
}

# ---- the exchange ------------------------------------------------------------

run segl token --scope "$toll" --exchange customs
exits "a token of Customs is got" 0
is "python3-jwt verifies it: it is Customs'" \
    "$(jwt_of "$scratch/out" 'd["iss"]')" "${SEGL_ENV}api/access/external"
is "whose it is went through the exchange" \
    "$(jwt_of "$scratch/out" 'd["consumer"]["ID"]')" NTRSE-5569999997
unlike "nothing is said about it" "$err" .

curl -s --cacert "$SEGL_CA" "${SEGL_ENV}__requests" >"$scratch/journal"
is "a grant, then the exchange" \
    "$(json "$scratch/journal" '[r["path"] for r in d if r["method"]=="POST"]')" \
    '["/token", "/api/access/external/oauth/token"]'

segl token --scope "$toll" >"$scratch/subject"
run segl exchange customs "$scratch/subject" -o json
exits "segl exchange does the second step alone" 0
is "and tells how long it lives" "$(json "$scratch/out" 'd["expires_in"]')" 970
run sh -c 'segl exchange customs <"$1"' sh "$scratch/subject"
exits "from standard input, too" 0
run segl exchange customs "$(cat "$scratch/subject")"
exits "a token on the command line is refused" 2
unlike "and not repeated" "$err" "$(cut -c1-30 "$scratch/subject")"
run segl exchange toll "$scratch/subject"
exits "nobody else exchanges" 2
printf 'nothing here' >"$scratch/not"
run segl exchange customs "$scratch/not"
exits "what is no token is not sent" 2

run segl token --scope demo:read --exchange altinn --softtoken "$enterprise" \
    --pin "$enterprise_pin" --client-id "$client" -q -o json
exits "a token of Altinn is got, by a Norwegian business" 0
is "its life is read from its exp" "$(json "$scratch/out" 'd["expires_in"]')" \
    1800
json "$scratch/out" 'd["access_token"]' >"$scratch/altinn"
is "python3-jwt verifies it: it is Altinn's" \
    "$(jwt_of "$scratch/altinn" 'd["iss"]')" \
    "${SEGL_ENV}authentication/api/v1/openid/"

# As a Norwegian business: delegation and system user come through.
norwegian()
{
	run segl token -q -o json --softtoken "$enterprise" \
	    --pin "$enterprise_pin" --client-id "$client" "$@"
	json "$scratch/out" 'd["access_token"]' >"$scratch/norwegian"
}
norwegian --scope toll:movement/road/v2 --exchange customs
is "a Norwegian business has Customs' other scopes" \
    "$(jwt_of "$scratch/norwegian" 'd["consumer"]["ID"]')" 0192:310000019
norwegian --scope demo:read --exchange altinn --consumer-org 310000027
is "Altinn's token knows for whom, and who acts" \
    "$(jwt_of "$scratch/norwegian" '[d[k]["ID"] for k in ("consumer", "supplier")]')" \
    "['0192:310000027', '0192:310000019']"
norwegian --scope demo:read --exchange altinn --system-user 310000027
is "and as which system user" \
    "$(jwt_of "$scratch/norwegian" 'd["authorization_details"][0]["type"]')" \
    urn:altinn:systemuser

# ---- refusals ------------------------------------------------------------------

run segl token --exchange customs --json
exits "Customs refuses the scope of Digdir" 6
like "a warning comes before" "$err" '"warning".*toll:'
tail -n 1 "$scratch/err" >"$scratch/error"
is "it is not their turn" "$(json "$scratch/error" 'd["owner"]')" you
is "the words are theirs" "$(json "$scratch/error" 'd["error_description"]')" \
    "Not authorized to request scope digdir:verksemd.eu"
like "the way on is told" "$(json "$scratch/error" 'd["remedy"]')" toll:eu
run segl explain "Not authorized to request scope toll:eu/x"
exits "segl explain knows these words" 0
like "and whose turn it is" "$out" 'Norwegian Customs'
run segl token --scope "$toll" --exchange altinn
exits "Altinn knows no foreign business" 5
like "and segl says so" "$err" 'organisation number'
before=$(requests '/token')
for env in sky-test "$SEGL_ENV"; do
	run env -u SEGL_CUSTOMS_URL segl token --env "$env" --scope "$toll" \
	    --exchange customs
	exits "nobody knows Customs of $env" 2
	like "and segl says what to give" "$err" '--customs-url'
done
run segl token --env sky-test --exchange altinn --scope x:y --altinn-url \
    http://localhost
exits "an address without TLS is refused" 2
is "before anything is sent" "$(requests '/token')" "$before"

# ---- trouble on the way ---------------------------------------------------------

# faults LINE: what happens at the exchange of Customs from now on.
faults()
{
	curl -s --cacert "$SEGL_CA" -X DELETE "${SEGL_ENV}__faults"
	[ -z "$1" ] || curl -s --cacert "$SEGL_CA" -o "$scratch/null" \
	    -H 'Content-Type: application/json' "${SEGL_ENV}__faults" -d "$1"
}
exchange=/api/access/external/oauth/token
for fault in '"reset"' '"status","argument":"502"' '"malformed"'; do
	faults "{\"fault\":$fault,\"when\":\"once\",\"path\":\"$exchange\"}"
	before=$(requests)
	run segl token --scope "$toll" --exchange customs
	case $fault in
	*malformed*)
		exits "$fault: no answer to go on with" 9
		is "$fault: nothing is tried again" \
		    "$(($(requests) - before))" 2
		;;
	*)
		exits "$fault: another attempt makes it good" 0
		# a grant and an exchange, and both again
		is "$fault: from the grant on" "$(($(requests) - before))" 4
		;;
	esac
done
faults "{\"fault\":\"status\",\"argument\":\"503\",\"path\":\"$exchange\"}"
run segl token --scope "$toll" --exchange customs --retry-for 0 --json
exits "Customs is down" 8
is "and it is their turn" "$(json "$scratch/err" 'd["owner"]')" customs
faults ""
(
	sim_start --set customs-registered=none || exit
	segl token --scope "$toll" --exchange customs --json 2>"$scratch/err"
	echo $? >"$scratch/code"
	kill "$sim_pid"
) >"$scratch/out"
is "who is not registered for Digitoll" "$(cat "$scratch/code")" 6
like "is told so" "$(cat "$scratch/err")" 'not registered|register for Digitoll'

# ---- kept, and renewed ---------------------------------------------------------

unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/runtime
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
segl token --scope "$toll" --exchange customs >"$scratch/first"
before=$(requests)
run segl token --scope "$toll" --exchange customs
is "the token of Customs is kept" "$out" "$(cat "$scratch/first")"
is "and nothing is sent for it" "$(requests)" "$before"
run segl token --scope "$toll"
unlike "that of Maskinporten is another" "$out" "$(cat "$scratch/first")"
run segl token --scope "$toll" --exchange customs --min-validity 1000
exits "one that must live longer is got anew" 0
unlike "and is another" "$out" "$(cat "$scratch/first")"
run segl token --scope "$toll" --exchange customs \
    --customs-url "$SEGL_CUSTOMS_URL/"
unlike "another address, another token" "$out" "$(cat "$scratch/first")"

# One that was got long ago: the file says when.
# age SECONDS: make all kept tokens so much older.
age()
{
	"$python" - "$XDG_RUNTIME_DIR/segl" "$1" <<'END'
import os, re, sys
for name in os.listdir(sys.argv[1]):
    if name.startswith("token-") and not name.endswith(".lock"):
        path = os.path.join(sys.argv[1], name)
        text = open(path, newline="").read()
        text = re.sub(r"^(wall|boot) (\d+)$",
            lambda m: f"{m[1]} {max(0, int(m[2]) - int(sys.argv[2]))}",
            text, flags=re.M)
        text = re.sub(r"^boot_id .*$", "boot_id another", text, flags=re.M)
        open(path, "w", newline="").write(text)
END
}
segl token --scope "$toll" --exchange customs >"$scratch/first"
age 880
run segl token --scope "$toll" --exchange customs
is "with a minute and a half left it still serves" "$out" \
    "$(cat "$scratch/first")"
age 40
run segl token --scope "$toll" --exchange customs
unlike "with less than a minute left it is renewed" "$out" \
    "$(cat "$scratch/first")"
SEGL_NO_CACHE=1
export SEGL_NO_CACHE

# ---- one request ---------------------------------------------------------------

run segl call --scope "$toll" --exchange customs GET "$test_auth"
exits "test-auth answers 200" 0
is "and the answer is printed" "$out" OK
run segl call --scope "$toll" --exchange customs -i GET "$test_auth"
like "with the head where asked" "$out" '^HTTP/1.1 200'

# api_start [CERT KEY]: an API of our own; sets api_port.
api_start()
{
	: >"$scratch/api.ready"
	"$python" "$SEGL_SRCDIR/tests/integration/way_api.py" \
	    "$scratch/api.journal" "$@" >"$scratch/api.ready" \
	    2>"$scratch/api.log" &
	child $!
	wait_for 20 is_ready "$scratch/api.ready" || cat "$scratch/api.log"
	api_port=$(sed -n 's/^ready //p' "$scratch/api.ready")
}
: >"$scratch/api.journal"
api_start "$scratch/tls/server.pem" "$scratch/tls/server.key"
api=https://localhost:$api_port
SEGL_CA=$SEGL_CA:$scratch/tls/ca.pem

# arrived EXPRESSION: over the rows of the API's journal as r.
arrived()
{
	"$python" -c '
import json, sys
r = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v))' "$scratch/api.journal" "$1"
}

run segl call GET "$api/hello" -H 'X-One: 1' --header 'Accept: text/plain'
exits "an API of anybody's is called" 0
is "its answer is printed" "$out" hello
is "the token went along" "$(arrived 'r[-1]["bearer"]')" true
is "and the headers" \
    "$(arrived '[r[-1]["fields"][k] for k in ("x-one", "accept")]')" \
    '["1", "text/plain"]'
printf '{"a": 1}' >"$scratch/body"
run segl call POST "$api/hello" --body "$scratch/body"
is "a body from a file" "$(arrived 'r[-1]["body"]')" \
    "$(sha256sum <"$scratch/body" | cut -d' ' -f1)"
is "is JSON unless it says otherwise" \
    "$(arrived 'r[-1]["fields"]["content-type"]')" application/json
run sh -c 'printf abc | segl call PUT "$1/hello" -d - -H "Content-Type: x/y"' \
    sh "$api"
is "a body from a pipe, of a kind of its own" \
    "$(arrived '[r[-1]["method"], r[-1]["length"], r[-1]["fields"]["content-type"]]')" \
    '["PUT", 3, "x/y"]'
run segl call POST "$api/hello"
is "a POST without body has an empty one" \
    "$(arrived 'r[-1]["fields"]["content-length"]')" 0
run segl call DELETE "$api/hello"
is "other methods go as they are" "$(arrived 'r[-1]["method"]')" DELETE
run segl call HEAD "$api/hello" -i
like "HEAD prints the head alone" "$out" '^X-Api: way'
unlike "and waits for no body" "$out" hello

# Larger than any memory of ours: peak memory is what the kernel counts.
run segl call GET "$api/large/64" --verbose
is "an answer of 64 megabytes is whole" "$(wc -c <"$scratch/out")" 67108864
"$python" - "$scratch/large" <<'END'
import sys
with open(sys.argv[1], "wb") as f:
    for i in range(48):
        f.write(bytes([i]) * (1 << 20))
END
peak_of()
{
	"$python" -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
small=$(peak_of segl call POST "$api/hello" --body "$scratch/body")
run segl call POST "$api/hello" --body "$scratch/large"
is "a body of 48 megabytes arrives whole" "$(arrived 'r[-1]["body"]')" \
    "$(sha256sum <"$scratch/large" | cut -d' ' -f1)"
if nm -D "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q __asan_; then
	skip "memory stays as it was" "the sanitizer has memory of its own"
else
	ok "memory stays as it was" test \
	    "$(peak_of segl call POST "$api/hello" --body "$scratch/large")" \
	    -lt $((small + 8192))
fi
run sh -c 'cat "$1" | segl call POST "$2/hello" -d -' sh "$scratch/large" "$api"
is "also from a pipe, in chunks" \
    "$(arrived '[r[-1]["length"], r[-1]["fields"]["transfer-encoding"]]')" \
    '[50331648, "chunked"]'

# ---- what an answer means ------------------------------------------------------

while read -r http code; do
	run segl call GET "$api/status/$http"
	exits "HTTP $http ends with $code" "$code"
	if [ "$http" != 304 ] && [ "$http" != 204 ]; then
		is "and its body is printed" "$out" "status $http"
	fi
done <<'END'
200 0
204 0
304 0
307 9
400 2
403 6
404 2
409 2
429 8
500 8
503 8
END
run segl call GET "$api/status/404" --any-status
exits "all is well where asked" 0

before=$(arrived 'len(r)')
run segl call GET "$api/status/401"
exits "401 stays 401" 5
is "after one more request, and no third" "$(arrived "len(r) - $before")" 2
is "with another token" "$(arrived 'r[-1]["token"] != r[-2]["token"]')" true
is "over a connection of its own" \
    "$(arrived 'r[-1]["connection"] != r[-2]["connection"]')" true
run segl call POST "$api/old" --body "$scratch/body"
exits "a new token makes it good" 0
is "and only that answer is seen" "$out" yes
is "the body went along again" "$(arrived '[x["length"] for x in r[-2:]]')" \
    '[8, 8]'

run segl call GET "$api/away/$api!stolen"
exits "a redirect is not followed" 9
is "so the token goes nowhere else" \
    "$(arrived '[x for x in r if "stolen" == x["path"][1:]]')" '[]'

# ---- where no token goes -------------------------------------------------------

before=$(arrived 'len(r)')
grants=$(requests)
for bad in "http://example.org/" "ftp://localhost/" "https://a@localhost/" \
    "localhost" "https://" "https://local host/" "http://127.0.0.1.example.org/" \
    "https://localhost:99999/" '/path'; do
	run segl call GET "$bad"
	exits "no request to $bad" 2
done
run segl call GET "$api/hello" -H 'Authorization: Bearer x'
exits "the Authorization is segl's" 2
run segl call GET "$api/hello" -H "X: a
Y: b"
exits "a header has one line" 2
run segl call 'GET /x' "$api/hello"
exits "a method is a word" 2
run segl call POST "$api/hello" --body "$scratch/none"
exits "a body that is not there" 2
is "all that is found before a token is got" "$(requests)" "$grants"
is "and before anything is sent" "$(arrived 'len(r)')" "$before"

api_start
run segl call GET "http://127.0.0.1:$api_port/hello"
exits "this very host may do without TLS" 0
is "and the token arrives" "$(arrived 'r[-1]["bearer"]')" true
run env http_proxy=http://127.0.0.1:9 segl call GET \
    "http://localhost:$api_port/hello"
exits "no proxy is asked for that" 0

run segl call GET "https://localhost:$api_port/hello"
exits "where TLS fails, the network is to blame" 7
run segl call GET "https://localhost:$(free_port)/hello"
exits "and where nobody listens" 7

# ---- a command -----------------------------------------------------------------

segl exec -- sh -c 'printf %s "$MASKINPORTEN_ACCESS_TOKEN"' >"$scratch/token"
is "a command finds a token in its environment" \
    "$(jwt_of "$scratch/token" 'd["scope"]')" "$SEGL_SCOPE"
segl exec --token-to env:T -- sh -c 'printf %s "$T$MASKINPORTEN_ACCESS_TOKEN"' \
    >"$scratch/token"
is "in the variable that it asks for" \
    "$(jwt_of "$scratch/token" 'd["scope"]')" "$SEGL_SCOPE"
run segl exec --token-to fd:7 -o header -- cat /dev/fd/7
like "or in a descriptor" "$out" '^Authorization: Bearer ey'
run segl exec --token-to fd:7 -- sh -c 'cat /dev/fd/7 /dev/fd/7 | wc -l'
is "which can be read twice" "$out" 2
run segl exec --token-to fd:7 -- sh -c 'echo x >&7'
not_ok "and not written" test "$rc" -eq 0
run segl exec -- sh -c 'exit 42'
exits "the exit status is the command's" 42
run segl exec -- sh -c 'kill -USR1 $$'
exits "and a signal is" 138
run segl exec -- sh -c 'tr "\0" "\n" </proc/$$/cmdline; cat /proc/$$/comm'
unlike "no token on a command line" "$out" 'ey[A-Za-z0-9]'
like "and no segl left" "$out" '^sh$'
run segl exec -- sh -c 'ls -l /proc/self/fd'
unlike "no socket and no file of segl's is handed on" "$out" 'socket:|/token-|memfd'
run segl exec --token-to fd:1 -- true
exits "standard output is no place for it" 2
run segl exec --token-to env:1A -- true
exits "and this is no name" 2
run segl exec
exits "a command has to be named" 2
run segl exec -- /nonexistent/command
exits "and to be there" 2
run segl exec --scope toll:eu/no-such -- touch "$scratch/ran"
exits "without a token" 6
not_ok "the command does not run" test -e "$scratch/ran"

# ---- never on a command line, never in what is said -----------------------------

run segl call GET "$api/status/403" -v
unlike "errors and remarks have no token" "$err" 'eyJ[A-Za-z0-9]'
cat >"$scratch/spy" <<'END'
for pid in $(ls /proc); do
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline"
	echo
done
END
run sh -c '(sleep 0.3; sh "$1") >"$2" & segl call GET "$3/large/100" >/dev/null
    wait' sh "$scratch/spy" "$scratch/seen" "$api"
unlike "nor has any command line" "$(cat "$scratch/seen")" \
    'eyJ[A-Za-z0-9_-]{8,}\.ey'

done_testing
