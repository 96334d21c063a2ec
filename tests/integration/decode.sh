# SPDX-License-Identifier: ISC
#
# segl decode: what a grant or a token says, in words; what is wrong with it;
# and that nobody can use what it prints.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

# decoded EXPRESSION FILE: of the JSON that segl decode prints.
decoded()
{
	segl decode --json "$2" >"$scratch/d.json" 2>"$scratch/d.err" ||
	    cat "$scratch/d.err"
	json "$scratch/d.json" "$1"
}

remarks='" ".join(sorted(set(x["id"] for x in d["remarks"])))'

# made FILE PYTHON: a grant that is as documented, changed by PYTHON, which
# sees header h, claims c, the time now and the certificates leaf, sub, root.
made()
{
	ask_python run "
now = int(time.time())
leaf, sub, root = der('leaf'), der('sub'), der('root')
h = {'alg': 'RS256', 'x5c': [leaf, sub, root]}
c = {'aud': 'https://test.maskinporten.no/', 'iss': 'Somebody',
     'scope': 'toll:eu/movement', 'iat': now, 'exp': now + 100, 'jti': 'j'}
s = 'c2lnbmF0dXJlLW9mLW5vYm9keQ'
$2
print(part(h) + '.' + part(c) + '.' + s)" >"$1"
}
make_eseal "$scratch/eseal" || fail "an eSeal is made"
ask_python run "
import base64, ssl, time
def der(name):
    with open('$scratch/eseal/' + name + '.pem', encoding='ascii') as f:
        return base64.b64encode(ssl.PEM_cert_to_DER_cert(f.read())).decode()
def part(d):
    d = d if isinstance(d, str) else json.dumps(d)
    return base64.urlsafe_b64encode(d.encode()).decode().rstrip('=')"

# one that is over when it is wanted
openssl x509 -req -in "$scratch/eseal/leaf.csr" -CA "$scratch/eseal/sub.pem" \
    -CAkey "$scratch/eseal/sub.key" -days 0 -out "$scratch/eseal/old.pem" \
    >"$scratch/openssl.log" 2>&1
old_from=$(date +%s)

# ---- real ones -------------------------------------------------------------------

sim_start
segl token --no-cache >"$scratch/token"
segl grant >"$scratch/grant"
segl token --no-cache -o json >"$scratch/token.json"
segl grant -o json >"$scratch/grant.json"

run segl decode "$scratch/token"
exits "a token" 0
is "is told without remarks on standard error" "$err" ""
like "is one" "$out" '^an access token of Maskinporten'
like "whose" "$out" '^  whose         Demobolaget AB'
like "with the identifier explained" "$out" \
    'NTRSE-5569999997: number 5569999997 in the trade register of'
like "how it was proved" "$out" 'a qualified eSeal \(client_amr QCForESeal\)'
like "for what" "$out" '^  entitles to   digdir:verksemd\.eu \(scope\)'
like "until when" "$out" \
    '^  until         20[0-9-]*T[0-9:]*Z, expires in '
like "not checked" "$out" '^  signature     not checked \(RS256\)'

run segl decode "$scratch/grant"
exits "a grant" 0
like "is one, too" "$out" '^a grant: '
like "its certificates" "$out" '^  certificate 1 .*Demobolaget'
like "their issuer" "$out" 'issued by CN=Segl Demo eSeal CA'
like "the root's" "$out" 'issued by itself'
awk 'length($0) > 78' "$scratch/out" >"$scratch/wide"
empty "it fits a terminal" "$scratch/wide"
is "the sim is the only thing that is not Maskinporten's" \
    "$(decoded "$remarks" "$scratch/grant")" aud-unknown
is "nor of the token" "$(decoded "$remarks" "$scratch/token")" iss-unknown
is "the claims are those of the grant" \
    "$(decoded 'json.dumps(d["claims"], sort_keys=True)' "$scratch/grant")" \
    "$("$python" -c '
import base64, json, sys
p = open(sys.argv[1]).read().split(".")[1]
print(json.dumps(json.loads(base64.urlsafe_b64decode(p + "==")),
    sort_keys=True))' "$scratch/grant")"

# ---- the signature stays here --------------------------------------------------

for kind in token grant; do
	sed 's/.*\.//' "$scratch/$kind" >"$scratch/signature"
	for form in '' --json; do
		# shellcheck disable=SC2086
		segl decode $form "$scratch/$kind" >"$scratch/shown"
		tr -d ' \n' <"$scratch/shown" >"$scratch/joined"
		not_ok "$kind $form: no signature in what is shown" \
		    grep -qF "$(head -c 20 "$scratch/signature")" \
		    "$scratch/joined"
		not_ok "$kind $form: no part as it was" \
		    grep -qF "$(cut -d. -f2 "$scratch/$kind" | head -c 40)" \
		    "$scratch/joined"
		# shellcheck disable=SC2086
		segl decode --show-signature $form "$scratch/$kind" \
		    >"$scratch/shown"
		ok "$kind $form: the whole one where it is asked for" \
		    grep -qF "$(cat "$scratch/signature")" "$scratch/shown"
	done
done
is "JSON names no signature" \
    "$(decoded '"signature" in d' "$scratch/token")" false
is "and says that none was checked" \
    "$(decoded 'd["signature_checked"]' "$scratch/token")" false

run segl decode "$(cat "$scratch/token")"
exits "a token on the command line is refused" 2
unlike "and not repeated" "$err" "$(head -c 30 "$scratch/token")"
run segl decode "Bearer $(cat "$scratch/token")"
exits "nor as a header" 2
unlike "nor repeated then" "$err" "$(head -c 30 "$scratch/token")"

# ---- however it is pasted -----------------------------------------------------

t=$(cat "$scratch/token")
pasted()
{
	printf '%b' "$2" >"$scratch/pasted"
	is "$1" "$(decoded 'd["kind"]' "$scratch/pasted")" "${3-access-token}"
}
pasted "alone, without newline" "$t"
pasted "white space around it" "\n \t$t \r\n\n"
pasted "Bearer" "Bearer $t\n"
pasted "a header" "Authorization: Bearer $t\r\n"
pasted "a header in another spelling" "authorization:  bearer  $t"
pasted "among other headers" "Host: x\r\nAuthorization: Bearer $t\r\nA: b\r\n"
pasted "curl's configuration" "header = \"Authorization: Bearer $t\"\n"
pasted "a line for the shell" "export MASKINPORTEN_ACCESS_TOKEN='$t'\n"
g=$(cat "$scratch/grant")
pasted "a form" "grant_type=urn%%3Ax&assertion=$g" grant
pasted "a form, the other way round" "assertion=$g&grant_type=x\n" grant
is "the answer of the token endpoint" \
    "$(decoded 'd["kind"]' "$scratch/token.json")" access-token
is "what segl grant -o json prints" \
    "$(decoded 'd["kind"]' "$scratch/grant.json")" grant
for format in header curl env; do
	segl token -o "$format" >"$scratch/pasted"
	is "segl token -o $format" \
	    "$(decoded 'd["kind"]' "$scratch/pasted")" access-token
done
is "standard input" "$(segl decode --json <"$scratch/token" |
    sed 's/.*"kind":"\([a-z-]*\)".*/\1/')" access-token
is "standard input, named" "$(segl decode --json - <"$scratch/token" |
    sed 's/.*"kind":"\([a-z-]*\)".*/\1/')" access-token
stop "$sim_pid"

# ---- times ------------------------------------------------------------------------

made "$scratch/g" 'c["iat"] = now - 280; c["exp"] = now - 180'
run segl decode "$scratch/g"
like "what is over says since when" "$out" 'Z, expired 3 minutes ago'
is "and so does JSON" "$(decoded 'd["times"]["expired"]' "$scratch/g")" true
made "$scratch/g" 'c["iat"] = now; c["exp"] = now + 100'
is "what is not over" "$(decoded 'd["times"]["expired"]' "$scratch/g")" false
made "$scratch/g" 'c["iat"] = 1700000000; c["exp"] = 1700000100.5'
is "RFC 3339" "$(decoded 'd["times"]["iat"]["utc"]' "$scratch/g")" \
    2023-11-14T22:13:20Z
is "a fraction of a second is cut" \
    "$(decoded 'd["times"]["exp"]["epoch"]' "$scratch/g")" 1700000100
for bad in '"soon"' -1 1e300 253402300800 'None' '[]' 'True'; do
	made "$scratch/g" "c['exp'] = $bad"
	is "exp $bad is no time" "$(decoded "$remarks" "$scratch/g")" \
	    time-unreadable
	ok "and can be told" segl decode "$scratch/g"
done
made "$scratch/g" 'c["exp"] = 253402300799; c["iat"] = c["exp"] - 5'
is "the last second of all" \
    "$(decoded 'd["times"]["exp"]["utc"]' "$scratch/g")" \
    9999-12-31T23:59:59Z

# ---- what is wrong with a grant ---------------------------------------------------

# remark IDS PYTHON: just these.
remark()
{
	made "$scratch/g" "$2"
	is "${1:-nothing}: $2" "$(decoded "$remarks" "$scratch/g")" "$1"
}
remark '' ''
remark '' 'h = {"alg": "RS512", "kid": "k", "typ": "JWT"}'
remark alg 'h["alg"] = "ES256"'
remark alg 'h["alg"] = "PS256"'
remark alg 'h["alg"] = "none"'
remark '' 'c["exp"] = c["iat"] + 120'
remark lifetime 'c["exp"] = c["iat"] + 121'
remark '' 'c["exp"] = c["iat"] + 1'
remark lifetime 'c["exp"] = c["iat"]'
remark '' 'c["iat"] += 5'
remark iat-in-future 'c["iat"] += 30; c["exp"] += 30'
remark aud-slash 'c["aud"] = "https://test.maskinporten.no"'
remark aud-slash 'c["aud"] = "https://sky.maskinporten.no/"'
remark '' 'c["aud"] = "https://sky.maskinporten.no"'
remark '' 'c["aud"] = "https://maskinporten.no/"'
remark aud-endpoint 'c["aud"] = "https://test.maskinporten.no/token"'
remark aud-unknown 'c["aud"] = "https://ver2.maskinporten.no/"'
remark aud-array 'c["aud"] = [c["aud"]]'
remark aud-array 'c["aud"] = [c["aud"], "b"]'
for name in aud iss scope iat exp; do
	remark claim-missing "del c['$name']"
done
remark jti 'del c["jti"]'
remark scope-syntax 'c["scope"] = "toll"'
remark scope-syntax 'c["scope"] = "a:b  c:d"'
remark scope-syntax 'c["scope"] = ["a:b"]'
remark '' 'c["scope"] = "a:b c:d/e.f"'
remark claim-undocumented 'c["foo"] = 1'
remark claim-undocumented 'c["nbf"] = now'
remark claim-undocumented 'c["sub"] = "x"'
remark claim-deprecated 'c["iss_onbehalfof"] = "x"'
remark '' 'c["consumer_org"] = "991825827"; c["pid"] = "1"; c["resource"] = []'
remark consumer-org 'c["consumer_org"] = "991825828"'
remark consumer-org 'c["consumer_org"] = 991825827'
remark '' 'c["authorization_details"] = [{"type": "urn:altinn:systemuser"}]'
remark authorization-details 'c["authorization_details"] = [{"type": "x"}]'
remark authorization-details 'c["authorization_details"] = [1]'
remark authorization-details 'c["authorization_details"] = {}'
remark header-undocumented 'h["jku"] = "https://x/"'
remark key-missing 'del h["x5c"]'
remark x5c-and-kid 'h["kid"] = "k"'
remark x5c-type 'h["x5c"] = leaf'
remark x5c-type 'h["x5c"] = []'
remark x5c-alone 'h["x5c"] = [leaf]'
remark '' 'h["x5c"] = [leaf, sub]'
remark x5c-unreadable 'h["x5c"][1] = sub[:-8]'
remark x5c-unreadable 'h["x5c"][1] = sub[:64] + "\n" + sub[64:]'
remark x5c-unreadable 'h["x5c"][2] = 7'
remark x5c-order 'h["x5c"] = [leaf, root, sub]'
remark 'certificate-identifier x5c-self-signed' 'h["x5c"] = [root]'
remark '' 'h["x5c"] = [leaf, sub] + [root] * 14'
remark x5c-many 'h["x5c"] = [leaf, sub] + [root] * 14 + [leaf]'
made "$scratch/g" 'c["consumer_orgno"] = "991825827"'
like "a claim that is nearly one" "$(segl decode "$scratch/g")" \
    'did you mean consumer_org\?|you mean consumer_org\?'

wait_for 5 test "$((old_from + 1))" -lt "$(date +%s)"
remark certificate-expired 'h["x5c"][0] = der("old")'
openssl req -new -key "$scratch/eseal/leaf.key" -utf8 \
    -subj '/C=NO/O=Norsk/organizationIdentifier=NTRNO-991825828/CN=N' \
    -out "$scratch/eseal/no.csr" 2>"$scratch/openssl.log"
openssl x509 -req -in "$scratch/eseal/no.csr" -CA "$scratch/eseal/sub.pem" \
    -CAkey "$scratch/eseal/sub.key" -days 2 -out "$scratch/eseal/no.pem" \
    >"$scratch/openssl.log" 2>&1
remark identifier-mistyped 'h["x5c"] = [der("no")]'

# ---- what is wrong with a token ---------------------------------------------------

token='h = {"alg": "RS256", "kid": "k"}; c = {
    "iss": "https://test.maskinporten.no/", "scope": "a:b",
    "token_type": "Bearer", "client_id": "x",
    "client_amr": "private_key_jwt", "iat": now, "exp": now + 600,
    "jti": "j", "consumer": {"authority": "iso6523-actorid-upis",
    "ID": "0192:991825827"}}'
remark '' "$token"
remark claim-missing "$token; del c['jti']"
remark iss-unknown "$token; c['iss'] = 'https://test.maskinporten.no'"
remark client-amr "$token; c['client_amr'] = 'pwd'"
remark '' "$token; c['client_amr'] = 'cforeseal'"
remark identifier-mistyped "$token; c['consumer']['ID'] = '0192:991825828'"
remark identifier-unknown "$token; c['consumer']['ID'] = 'abc'"
remark party "$token; c['consumer'] = 'abc'"
remark delegation-source "$token; c['supplier'] = c['consumer']"
remark '' "$token; c['supplier'] = c['consumer']; c['delegation_source'] = 'x'"
remark iat-in-future "$token; c['iat'] += 30"
made "$scratch/g" "$token; c['authorization_details'] = [{
    'type': 'urn:altinn:systemuser', 'systemuser_org': {'ID':
    '0192:991825827'}, 'systemuser_id': ['abc'], 'system_id': 's_1'},
    {'type': 'urn:altinn:consent', 'id': 'u-1', 'from': 'f-1',
    'validTo': 'v-1'}, {'type': 'x'}]; c['more'] = {'a': 1}"
run segl decode "$scratch/g"
exits "authorization details" 0
for text in 'acts as       a system user' 'organisation number 991825827' \
    '\["abc"\] \(systemuser_id\)' 's_1 \(system_id\)' 'acts by' \
    'u-1 \(id\)' 'f-1 \(from\)' 'v-1 \(validTo\)' \
    'details       \{"type":"x"\}' 'other claims  more: \{"a":1\}'; do
	like "are told: $text" "$out" "$text"
done

# Somebody else's JWT is told without rules that are not for it.
other='h = {"alg": "ES256", "kid": "k"}; c = {"iss": "https://x/", "sub": "u",
    "aud": "api", "scope": "openid", "azp": "app", "iat": now + 99}'
remark '' "$other"
is "another's token is neither" "$(decoded 'd["kind"]' "$scratch/g")" other
like "and is told" "$(segl decode "$scratch/g")" \
    '^a JWT, but neither a grant nor a token'

# ---- foreign text -------------------------------------------------------------------

made "$scratch/g" 'c["iss"] = "a\x1b[31m\x07\x9b\r\nb"; c["\x1bx"] = "\x1by"
h["\x1bz"] = 1'
# How many characters of a file drive a terminal.
controls()
{
	"$python" -c '
import sys, unicodedata
t = open(sys.argv[1], encoding="utf-8", newline="").read()
print(sum(unicodedata.category(x) == "Cc" and x != "\n" for x in t))' "$1"
}
segl decode "$scratch/g" >"$scratch/shown" 2>&1
like "control characters are told as numbers" "$(cat "$scratch/shown")" \
    'from          a\\x1b\[31m\\x07\\xc2\\x9b\\x0d\\x0ab'
is "and drive no terminal" "$(controls "$scratch/shown")" 0
segl decode --json "$scratch/g" >"$scratch/shown" 2>&1
is "nor in JSON" "$(controls "$scratch/shown")" 0
is "which has them all the same" \
    "$(json "$scratch/shown" 'd["claims"]["iss"]')" \
    "$(printf 'a\033[31m\007\302\233\r\nb')"
made "$scratch/g" 'c["scope"] = "a:b " * 4000'
ok "a long scope" segl decode "$scratch/g"

# ---- no JWT -------------------------------------------------------------------------

refused()
{
	run segl decode "$scratch/g"
	exits "$1" 2
	is "$1: nothing on standard output" "$out" ""
	like "$1: why" "$err" "$2"
}
made "$scratch/g" ''
good=$(cat "$scratch/g")
printf '' >"$scratch/g"
refused "nothing" 'nothing to decode'
printf '%s\n' '-----BEGIN CERTIFICATE-----' >"$scratch/g"
refused "PEM" 'this is PEM'
printf 'Bearer \n' >"$scratch/g"
refused "Bearer of nothing" 'nothing to decode'
printf 'opaque-token' >"$scratch/g"
refused "an opaque token" 'three parts'
printf '%s.x' "$good" >"$scratch/g"
refused "four parts" 'three parts'
printf '%s' "${good%.*}." >"$scratch/g"
refused "no signature" 'a part is empty'
printf '%s' "$good" | sed 's/./&\n/100' >"$scratch/g"
refused "broken into lines" 'base64url'
made "$scratch/g" 'c = "{\"a\":1,\"a\":2}"'
refused "a name twice" 'duplicate'
made "$scratch/g" 'c = "[]"'
refused "claims that are no object" 'not an object'
made "$scratch/g" 'h = {"typ": "JWT"}'
refused "no alg" 'alg'
printf '{"access_token":7}' >"$scratch/g"
refused "JSON without a token" 'no access_token'
printf '{"access_token":' >"$scratch/g"
refused "half of JSON" 'is none'
printf '%s\0' "$good" >"$scratch/g"
refused "a NUL" 'NUL'
made "$scratch/g" 'c["x"] = "x" * 60000'
refused "more than a JWT may be" 'longer than 65536'
printf '%131072s%s' '' "$good" >"$scratch/g"
refused "more than is read" 'longer than 131072 bytes'
printf '%s%*s' "$good" $((131072 - ${#good})) '' >"$scratch/g"
ok "just as much as is read" segl decode "$scratch/g"
rm "$scratch/g"
refused "no file" 'No such file'
mkdir "$scratch/g"
refused "a directory" 'Is a directory'
run sh -c 'segl decode /dev/null 2>/dev/full; exit $?'
exits "an error that cannot be written is one all the same" 2

done_testing
