# SPDX-License-Identifier: ISC
#
# segld for programs that were written for NAV's sidecar Texas, by what is
# published of that; and tokens that Customs gives for Maskinporten's.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
unset SEGL_NO_CACHE
toll=toll:eu/movement/road/v2
segld_start --audit-log "$scratch/audit" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"

# posts [PATTERN]: how many reached the simulator so far.
posts()
{
	grep -c -- "POST ${1:-/}" "$sim_dir/log"
}

# ---- Texas -----------------------------------------------------------------

texas()
{
	http=$(curl -s -m 30 --unix-socket "$socket" -o "$scratch/body" \
	    -w '%{http_code}' "$@" http://localhost/api/v1/token)
	error=$(json "$scratch/body" 'd.get("error", "")')
}

texas -H 'Content-Type: application/json' \
    -d "{\"identity_provider\":\"maskinporten\",\"target\":\"$SEGL_SCOPE\"}"
is "Texas: JSON" "$http" 200
is "Texas: the members of its TokenResponse" "$(json "$scratch/body" \
    '[len(d["access_token"]) > 100, d["token_type"], d["expires_in"] > 0]')" \
    '[true, "Bearer", true]'
token=$(json "$scratch/body" 'd["access_token"]')
texas -d identity_provider=maskinporten --data-urlencode "target=$SEGL_SCOPE"
is "Texas: a form" "$http" 200
is "Texas: the same token" "$(json "$scratch/body" 'd["access_token"]')" \
    "$token"
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    -d skip_cache=true
is "Texas: skip_cache gets another" "$http $(json "$scratch/body" \
    "d['access_token'] != '$token'")" "200 true"
texas -d identity_provider=maskinporten -d target=example:forbidden
is "Texas: the server's status and error" "$http $error" "400 invalid_scope"
texas -H 'Content-Type: text/plain' -d x
is "Texas: another media type" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":'
is "Texas: JSON that is none" "$http $error" "400 invalid_request"
texas -d identity_provider=maskinporten
is "Texas: no target" "$http $error" "400 invalid_request"
texas -d "target=$SEGL_SCOPE"
is "Texas: no identity provider" "$http $error" "400 invalid_request"
texas -d identity_provider=tokenx -d "target=$SEGL_SCOPE"
is "Texas: another provider" "$http $error" "400 invalid_request"
like "Texas: says so in its words" \
    "$(json "$scratch/body" 'd["error_description"]')" \
    "identity provider 'tokenx' is not enabled"
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    -d consumerOrg=991825827
is "a field that is not known is refused" "$http $error" \
    "400 invalid_request"
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    -d min_validity=1
is "a number in a form" "$http" 200
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    --data-urlencode 'authorization_details=[{"type":"x"}'
is "JSON in a form that is none" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","target":"c:d"}'
is "one that stands twice too" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","authorization_details":"@/etc/passwd"}'
is "a file in the place of details too" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","consumer_org":5}'
is "a number in the place of a text too" "$http $error" "400 invalid_request"

# What is published of Texas: its examples for Maskinporten are understood,
# and what comes back has the members that its schemas want.
openapi=${SEGL_CORPUS:-}/schemas/texas-openapi.json
if [ -f "$openapi" ]; then
	"$python" - "$openapi" >"$scratch/examples" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
post = d["paths"]["/api/v1/token"]["post"]
body = post["requestBody"]["content"]["application/json"]["examples"]
for e in body.values():
    if e["value"]["identity_provider"] == "maskinporten":
        print(json.dumps(e["value"]))
END
	while read -r example; do
		texas -H 'Content-Type: application/json' -d "$example"
		unlike "Texas: a published example is understood" "$error" \
		    'invalid_request'
		is "Texas: its answer fits the schema" \
		    "$("$python" - "$openapi" "$scratch/body" "$http" <<'END'
import json, sys
schemas = json.load(open(sys.argv[1]))["components"]["schemas"]
body = json.load(open(sys.argv[2]))
name = "TokenResponse" if sys.argv[3] == "200" else "ErrorResponse"
want = schemas[name]
kinds = {"string": str, "integer": int}
good = all(m in body for m in want["required"])
for m, s in want["properties"].items():
    if m in body and s.get("type") in kinds:
        good = good and isinstance(body[m], kinds[s["type"]])
print(good)
END
)" True
	done <"$scratch/examples"
	ok "there are examples" test -s "$scratch/examples"
else
	skip "Texas: what is published" "no corpus"
fi

# ---- exchanged at Customs ----------------------------------------------------

customs=/api/access/external/oauth/token
# issuer: who made the token in the answer.
issuer()
{
	json "$scratch/body" 'd["access_token"]' >"$scratch/token"
	segl decode --json "$scratch/token" 2>/dev/null |
	    sed -n 's/.*"iss": *"\([^"]*\)".*/\1/p' | head -n 1
}

before=$(posts)
ask "/v1/token?scope=$toll&exchange=customs"
is "a token of Customs" "$http $(issuer)" \
    "200 ${SEGL_ENV}api/access/external"
token=$(cat "$scratch/token")
is "lives as long as they say" \
    "$(json "$scratch/body" '900 < d["expires_in"] <= 970')" true
is "a grant, and an exchange" "$(($(posts) - before)) $(posts "$customs")" \
    "2 1"
ask "/v1/token?scope=$toll&exchange=customs&min_validity=800"
is "it is kept, for longer than Maskinporten's lives" \
    "$(json "$scratch/body" 'd["access_token"]') $(($(posts) - before))" \
    "$token 2"
ask "/v1/token?scope=$toll"
is "another one than Maskinporten's" "$http $(issuer)" "200 $SEGL_ENV"
run env -u SEGL_SOFTTOKEN -u SEGL_PIN segl token --agent "$socket" \
    --scope "$toll" --exchange customs
is "segl asks for it too" "$out" "$token"
ask "/v1/token?scope=$toll&exchange=toll"
is "nobody else exchanges" "$http" 400
before=$(posts)
ask "/v1/token?scope=digdir:verksemd.eu&exchange=customs"
is "what Customs refuses" "$http $(json "$scratch/body" 'd["owner"]')" \
    "403 you"
ask "/v1/token?scope=digdir:verksemd.eu&exchange=customs"
is "is remembered" "$http $(($(posts) - before))" "403 2"
curl -s --cacert "$SEGL_CA" -o "$scratch/null" "${SEGL_ENV}__faults" \
    -H 'Content-Type: application/json' \
    -d "{\"fault\":\"reset\",\"when\":\"once\",\"path\":\"$customs\"}"
before=$(posts)
ask "/v1/token?scope=$toll&exchange=customs&force=true"
is "a lost answer is made good, from the grant on" \
    "$http $(($(posts) - before))" "200 4"
ok "the audit log has it" grep -q '"exchange":"customs"' "$scratch/audit"
texas -d identity_provider=maskinporten -d "target=$toll" -d exchange=customs
is "Texas' requests have it too" "$http $(issuer)" \
    "200 ${SEGL_ENV}api/access/external"
texas -d identity_provider=maskinporten -d "target=$toll" -d exchange=none
is "or say that nobody is to" "$http $(issuer)" "200 $SEGL_ENV"

# ---- tokens of others ----------------------------------------------------------

# inspect OPTION ...: sets http, active and why.
inspect()
{
	http=$(curl -s -m 30 --unix-socket "$socket" -o "$scratch/body" \
	    -w '%{http_code}' "$@" http://localhost/api/v1/introspect)
	active=$(json "$scratch/body" 'd.get("active")')
	why=$(json "$scratch/body" 'd.get("error")')
}

# inspect_token TOKEN: as Texas' own scripts do it.
inspect_token()
{
	inspect -H 'Content-Type: application/json' \
	    -d "{\"token\":\"$1\",\"identity_provider\":\"maskinporten\"}"
}

verifier_is_gone()
{
	[ -z "$(segld_child segld-verifier)" ]
}

keys_fetched()
{
	grep -c 'GET /jwk' "$sim_dir/log"
}

ask /v1/token
token=$(json "$scratch/body" 'd["access_token"]')
before=$(keys_fetched)
for i in 1 2 3 4; do
	curl -s -m 30 --unix-socket "$socket" -o "$scratch/many.$i" \
	    -d identity_provider=maskinporten -d "token=$token" \
	    http://localhost/api/v1/introspect &
	eval "pid$i=$!"
done
for i in 1 2 3 4; do
	eval "wait \$pid$i"
done
is "introspection: a form, four at once" "$(for i in 1 2 3 4; do
	json "$scratch/many.$i" 'd["active"]'; done | sort -u)" true
inspect_token "$token"
is "introspection: a token that counts" "$http $active" "200 true"
is "introspection: its claims" "$(json "$scratch/body" \
    '[d["iss"], d["consumer"]["ID"][:5], d["scope"]]')" \
    "[\"$SEGL_ENV\", \"NTRSE\", \"$SEGL_SCOPE\"]"
is "introspection: the keys are fetched once" \
    "$(($(keys_fetched) - before))" 1
is "introspection: many at once, and each is told the truth" \
    "$("$python" - "$socket" "$token" <<'END'
import json, socket, sys
body = json.dumps({"identity_provider": "maskinporten",
                   "token": sys.argv[2]}).encode()
many = []
for i in range(350):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.sendall(b"POST /api/v1/introspect HTTP/1.1\r\nHost: localhost\r\n"
              b"Content-Type: application/json\r\nConnection: close\r\n"
              b"Content-Length: %d\r\n\r\n" % len(body) + body)
    many.append(s)
active = 0
for s in many:
    got = b""
    while part := s.recv(65536):
        got += part
    active += b'"active":true' in got.replace(b" ", b"")
print(active)
END
)" 350
verifier=$(segld_child segld-verifier)
if [ -n "$verifier" ]; then
	is "who verifies may do nothing else" \
	    "$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' \
		"/proc/$verifier/status")" 1
	is "and has its socket and nothing else open" \
	    "$(find "/proc/$verifier/fd" -lname 'socket:*' | wc -l)" 1
	kill -9 "$verifier"
	wait_for 20 verifier_is_gone
	inspect_token "$token"
	is "another one takes its place" "$http $active" "200 true"
else
	fail "somebody verifies"
fi
head=${token%%.*} claims=${token#*.}
claims=${claims%%.*}
inspect_token "$head.$claims.${token##*.}AAAA"
is "introspection: a wrong signature" "$http $active $why" \
    "200 false signature"
inspect_token "$(printf '{"alg":"none"}' | base64 | tr -d '=\n').$claims.x"
is "introspection: no signature" "$http $active" "200 false"
inspect_token nonsense
is "introspection: no token" "$http $active $why" "200 false malformed"
ask "/v1/token?scope=$toll&exchange=customs"
inspect_token "$(json "$scratch/body" 'd["access_token"]')"
is "introspection: another issuer's" "$http $active" "200 false"
made=$(printf '{"alg":"RS256","kid":"made-up"}' | base64 -w 0 | tr -d '=')
before=$(keys_fetched)
inspect_token "$made.$claims.${token##*.}"
is "introspection: a key that is made up" "$http $active $why" \
    "200 false unknown-key"
is "is not asked for each time" "$(($(keys_fetched) - before))" 0
inspect -d identity_provider=tokenx -d "token=$token"
is "introspection: another provider, in Texas' words" "$http $active $why" \
    "200 false identity provider 'tokenx' is not enabled"
inspect -d identity_provider=azuread -d "token=$token"
is "introspection: by its name of today" "$why" \
    "identity provider 'entra_id' is not enabled"
inspect -d identity_provider=maskinporten
is "introspection: no token field" "$http $why" "400 invalid_request"
inspect -d identity_provider=maskinporten -d "token=$token" -d audience=x
is "introspection: a field that is not known" "$http $why" \
    "400 invalid_request"

# ---- a user's token for a machine's ---------------------------------------------

http=$(curl -s -m 30 --unix-socket "$socket" -o "$scratch/body" \
    -w '%{http_code}' -d identity_provider=maskinporten -d target=a:b \
    -d user_token=x http://localhost/api/v1/token/exchange)
is "token exchange is refused in Texas' words" \
    "$http $(json "$scratch/body" 'd["error_description"]')" \
    "400 identity provider 'maskinporten' does not support token exchange"
http=$(curl -s -m 30 --unix-socket "$socket" -o "$scratch/body" \
    -w '%{http_code}' -H 'Content-Type: application/json' \
    -d '{"identity_provider":"entra_id","target":"a","user_token":"b"}' \
    http://localhost/api/v1/token/exchange)
is "that of others too" \
    "$http $(json "$scratch/body" 'd["error_description"]')" \
    "400 identity provider 'entra_id' is not enabled"

# The server has a new key, and segld those that it kept.
segld_stop
segld_start --audit-log "$scratch/audit"
curl -s --cacert "$SEGL_CA" -o "$scratch/null" "${SEGL_ENV}__faults" \
    -H 'Content-Type: application/json' \
    -d '{"fault":"rotate-key","when":"once"}'
ask '/v1/token?force=true'
token=$(json "$scratch/body" 'd["access_token"]')
before=$(keys_fetched)
inspect_token "$token"
is "a key that is not among those kept" \
    "$http $active $(($(keys_fetched) - before))" "200 true 1"
inspect_token "$made.$claims.${token##*.}"
is "then nobody makes us ask again" \
    "$http $why $(($(keys_fetched) - before))" "200 unknown-key 1"

# ---- whether it lives, for who knows Texas --------------------------------------

segld_stop
port=$(free_port)
PROBE_BIND_ADDRESS=127.0.0.1:$port
MASKINPORTEN_WELL_KNOWN_URL=${SEGL_ENV}.well-known/oauth-authorization-server
export PROBE_BIND_ADDRESS MASKINPORTEN_WELL_KNOWN_URL
server=$SEGL_ENV
unset SEGL_ENV
segld_start
ask /v1/token
is "MASKINPORTEN_WELL_KNOWN_URL alone names the server" "$http $(issuer)" \
    "200 $server"
SEGL_ENV=$server
export SEGL_ENV
unset MASKINPORTEN_WELL_KNOWN_URL
probe()
{
	http=$(curl -s -m 20 -o "$scratch/body" -w '%{http_code}' "$@")
	body=$(cat "$scratch/body")
}
probe "http://127.0.0.1:$port/"
is "PROBE_BIND_ADDRESS: / as of Texas" "$http $body" "200 ok"
probe "http://127.0.0.1:$port/healthz"
is "and /healthz" "$http $body" "200 ok"
probe -H 'Host: 10.20.30.40:8080' "http://127.0.0.1:$port/readyz"
is "and more, by any address" \
    "$http $(json "$scratch/body" 'd["ready"]')" "200 true"
probe "http://127.0.0.1:$port/metrics"
like "and figures" "$http $body" '^200 .*segld_requests_total'
probe -H 'Host: evil.example' "http://127.0.0.1:$port/metrics"
is "but by no name that could be rebound" "$http" 421
probe -H 'Origin: http://127.0.0.1' "http://127.0.0.1:$port/metrics"
is "and not for a page" "$http" 403
for path in /v1/token /v1/header /v1/suitability; do
	probe -H 'Segl-Request: 1' "http://127.0.0.1:$port$path"
	is "nothing else is there: $path" "$http" 404
done
probe -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    "http://127.0.0.1:$port/api/v1/token"
like "nor a token for Texas' requests" "$http $body" '^4[0-9][0-9] [^{]*$'
probe -X POST "http://127.0.0.1:$port/"
is "nor another method" "$http" 405
segld_stop
run timeout 60 env PROBE_BIND_ADDRESS=0.0.0.0:0 segld --listen "$socket"
exits "what other hosts reach is said" 2
like "and how to mean it" "$err" 'unsafe-listen'
run timeout 60 env PROBE_BIND_ADDRESS=here segld --listen "$socket"
exits "an address that is none" 2
unset PROBE_BIND_ADDRESS

# ---- a profile that exchanges ---------------------------------------------------

cat >"$scratch/segl.conf" <<END
[profile border]
scope = $toll
exchange = customs
END
unset SEGL_SCOPE
segld_start --config "$scratch/segl.conf" --profile border
ask /v1/token
is "a profile says it for all" "$http $(issuer)" \
    "200 ${SEGL_ENV}api/access/external"
ask '/v1/token?exchange=none'
is "but for who does not want it" "$http $(issuer)" "200 $SEGL_ENV"
segld_stop
done_testing
