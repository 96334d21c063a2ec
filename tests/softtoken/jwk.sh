# SPDX-License-Identifier: ISC
#
# Private JWKs as Node and PyJWT write them, and what people make of them.

. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

make_authority || { cat openssl.log; exit 99; }
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem 2>>openssl.log
openssl ecparam -name secp384r1 -genkey -noout -out p384.pem 2>>openssl.log
cat leaf.pem path.pem >certs.pem

# Debian's Python, which has python3-jwt; the first on the path may be another.
python=/usr/bin/python3
if ! "$python" -c 'import jwt, cryptography' 2>python.log; then
	skip "private JWKs" "no $python with jwt and cryptography"
	done_testing
	exit 0
fi

# One process for all: it takes a second to start where the machine is busy.
cat >edit.py <<'END'
"""Each line of "OUT TAB KEY.pem TAB STATEMENTS": the key as a JWK, k, changed.

A form feed stands for a newline in the statements."""
import base64, json, sys
from cryptography.hazmat.primitives import serialization as s
from jwt.algorithms import ECAlgorithm, RSAAlgorithm


def b64(n, size=None):
    size = size or (n.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(n.to_bytes(size, "big")).decode().rstrip("=")


def number(text):
    return int.from_bytes(
        base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def x5c(path):
    with open(path) as f:
        return ["".join(c.split("-----END")[0].split())
                for c in f.read().split("-----BEGIN CERTIFICATE-----")[1:]]


def load(path):
    with open(path, "rb") as f:
        key = s.load_pem_private_key(f.read(), None)
    algorithm = RSAAlgorithm if hasattr(key, "key_size") and \
        hasattr(key.private_numbers(), "p") else ECAlgorithm
    k = json.loads(algorithm.to_jwk(key))
    k.pop("key_ops", None)
    return k


for line in sys.stdin:
    out, key, statements = line.rstrip("\n").split("\t")
    k = load(key)
    exec(statements.replace("\f", "\n"))
    with open(out, "w") as f:
        f.write(k if isinstance(k, str) else json.dumps(k))
    print("done", flush=True)
END
coproc JWK_EDITOR { exec "$python" edit.py 2>>python.log; }
# edit FILE KEY.pem STATEMENTS: FILE is that key as a JWK, k, changed by them
edit()
{
	local answer=
	printf '%s\t%s\t%s\n' "$1" "$2" "${3//$'\n'/$'\f'}" >&"${JWK_EDITOR[1]}"
	read -r answer <&"${JWK_EDITOR[0]}"
	[ "$answer" = done ] || fail "edit.py $1"
}

# good NAME FILE [options]: loads as a registered key
good()
{
	local name=$1
	shift
	run "$load" -r registered "$@"
	if [ "$rc" -eq 0 ] && grep -q '^path 0$' out &&
	    grep -Eq '^signs (RS256 RS384 RS512|ES256)$' out; then
		pass "$name"
	else
		fail "$name"
		diag "exit code $rc"
		diag "$out"
		diag "$err"
	fi
}

# bad NAME ERE KEY STATEMENTS
bad()
{
	edit bad.jwk "$3" "$4"
	run "$load" -r registered bad.jwk
	if [ "$rc" -eq 3 ] && [ -z "$out" ] &&
	    printf '%s\n' "$err" | grep -Eq -- "$2"; then
		pass "$1"
	else
		fail "$1"
		diag "exit code $rc, expected 3 and: $2"
		diag "$err"
	fi
}

# ---- as they are made -----------------------------------------------------------

edit rsa.jwk leaf.key 'pass'
edit ec.jwk ec.pem 'pass'
good "PyJWT: RSA" rsa.jwk
like "it has no kid" "$out" '^kid -$'
good "PyJWT: P-256" ec.jwk
like "it signs ES256" "$out" '^signs ES256$'
if has node; then
	cat >jwk.js <<'END'
const fs = require('fs'), crypto = require('crypto');
for (const [from, to] of [['leaf.key', 'node-rsa.jwk'], ['ec.pem', 'node-ec.jwk']])
	fs.writeFileSync(to, JSON.stringify(crypto.createPrivateKey(
	    fs.readFileSync(from)).export({ format: 'jwk' }), null, 2));
END
	node jwk.js
	good "Node: RSA" node-rsa.jwk
	good "Node: P-256" node-ec.jwk
else
	skip "Node" "not installed"
fi
run "$load" rsa.jwk
exits "neither kid nor certificate" 3
like "both are named" "$err" '^remedy: .*--cert.*--kid'
edit kid.jwk leaf.key 'k["kid"] = "our key"; k["alg"] = "RS384"'
run "$load" kid.jwk
exits "a kid is enough" 0
like "it is told" "$out" '^kid our key$'
like "and the algorithm" "$out" '^alg 2$'
edit alg.jwk leaf.key 'k["kid"] = "x"; k["alg"] = "PS256"'
run "$load" alg.jwk
exits "an algorithm that is not made here" 0
like "is said" "$err" 'warning: .*algorithm \(alg\)'
like "and not told" "$out" '^alg 0$'
edit mark.jwk leaf.key 'k = "\ufeff \r\n" + json.dumps(k, indent=4) + "\n"'
good "a byte order mark and white space" mark.jwk
edit zero.jwk leaf.key 'k["n"] = b64(number(k["n"]), 257)'
good "a leading zero" zero.jwk
edit ops.jwk leaf.key 'k["key_ops"] = ["sign"]; k["use"] = "sig"'
good "key_ops and use that fit" ops.jwk
base64 -w 0 rsa.jwk >secret.txt
good "base64 of it" secret.txt

# ---- certificates ----------------------------------------------------------------

edit x5c.jwk leaf.key 'k["x5c"] = x5c("certs.pem")'
loads "x5c has the path" 3 x5c.jwk
loads "certificates beside it" 3 -e certs.pem rsa.jwk
loads "certificates beside it win" 3 -e certs.pem kid.jwk
bad "x5c of another key" 'x5c is of another key' leaf.key \
    'k["x5c"] = x5c("path.pem")'
bad "x5c that is no array" 'x5c is not an array' leaf.key \
    'k["x5c"] = x5c("certs.pem")[0]'
bad "x5c with something else" 'no certificate in base64' leaf.key \
    'k["x5c"] = x5c("certs.pem") + ["AAAA"]'
bad "x5c with a number" 'no certificate in base64' leaf.key 'k["x5c"] = [1]'
bad "x5c in base64url" 'no certificate in base64' leaf.key \
    'k["x5c"] = [c.replace("+", "-").replace("/", "_") for c in x5c("certs.pem")]'

# ---- a set -----------------------------------------------------------------------

edit set.jwk leaf.key 'a = dict(k, kid="a"); b = dict(load("ec.pem"), kid="b")
public = {m: k[m] for m in ("kty", "n", "e")}
k = {"keys": [public, {"kty": "oct", "k": "AAAA", "kid": "s"},
    dict(load("p384.pem"), kid="c"), dict(k, kid="e", use="enc"), a, b]}'
run "$load" set.jwk
exits "two keys serve equally" 3
like "they are listed" "$err" '"a" .*"b" '
run "$load" -k b set.jwk
like "one by its kid" "$out" '^signs ES256$'
run "$load" -i a set.jwk
like "one by the identity" "$out" '^kid a$'
run "$load" -k d set.jwk
exits "a kid that is not there" 3
like "it is named" "$err" 'whose kid is d$'
run "$load" -k s set.jwk
exits "the kid of a symmetric key" 3
run "$load" -k e set.jwk
exits "the kid of a key for encryption" 3
edit one.jwk leaf.key 'k = {"keys": [{m: k[m] for m in ("kty", "n", "e")}, k]}'
good "one private key of a set" one.jwk
bad "a set of public keys" 'Set without a private key' leaf.key \
    'k = {"keys": [{m: k[m] for m in ("kty", "n", "e")}]}'
bad "an empty set" 'Set without a private key' leaf.key 'k = {"keys": []}'
bad "keys that are none" 'keys is not an array' leaf.key 'k = {"keys": k}'
bad "a broken key in a set" 'p times q' leaf.key \
    'k["p"] = k["q"]; k = {"keys": [k]}'

# ---- what is not taken -----------------------------------------------------------

bad "symmetric" 'symmetric' leaf.key 'k = {"kty": "oct", "k": "AAAA"}'
bad "public" 'only the public half' leaf.key 'del k["d"]'
bad "for encryption" 'for encryption' leaf.key 'k["use"] = "enc"'
bad "not to sign with" 'key_ops' leaf.key 'k["key_ops"] = ["decrypt"]'
bad "no type" 'no kty' leaf.key 'del k["kty"]'
bad "another type" 'neither RSA nor EC' leaf.key 'k["kty"] = "OKP"'
bad "another curve" 'not P-256' p384.pem 'pass'
bad "no curve" 'not P-256' ec.pem 'del k["crv"]'
for member in n e p q dp dq qi; do
	bad "RSA without $member" "it has no $member\$" leaf.key \
	    "del k['$member']"
done
for member in x y; do
	bad "P-256 without $member" "it has no $member\$" ec.pem \
	    "del k['$member']"
done
bad "three primes" 'more than two primes' leaf.key 'k["oth"] = []'
bad "padded base64url" 'its n is not a number' leaf.key 'k["n"] += "="'
bad "base64" 'its n is not a number' leaf.key 'k["n"] = "+" + k["n"][1:]'
bad "white space in base64url" 'its d is not' leaf.key 'k["d"] += "\n"'
bad "an empty number" 'its e is not a number' leaf.key 'k["e"] = ""'
bad "a number" 'its e is not a number' leaf.key 'k["e"] = 65537'
bad "too large a number" 'its n is not' leaf.key \
    'k["n"] = b64(number(k["n"]), 2049)'
bad "a short coordinate" 'not 32 bytes' ec.pem 'k["x"] = k["x"][:40]'
bad "a long one" 'not 32 bytes' ec.pem 'k["d"] = b64(number(k["d"]), 33)'

bad "n that is not p times q" 'p times q' leaf.key \
    'k["n"] = b64(number(k["n"]) + 2)'
bad "e of another" 'd is not that of' leaf.key 'k["e"] = b64(3)'
bad "d of another" 'dp, dq or qi' leaf.key 'k["d"] = b64(number(k["d"]) + 2)'
for member in dp dq qi; do
	bad "$member of another" 'dp, dq or qi' leaf.key \
	    "k['$member'] = b64(number(k['$member']) + 2)"
done
bad "p is one" 'p times q' leaf.key 'k["p"] = b64(1); k["q"] = k["n"]'
bad "p and q changed places" 'dp, dq or qi' leaf.key \
    'k["p"], k["q"] = k["q"], k["p"]'
bad "d of another, P-256" 'x, y and d do not' ec.pem \
    'k["d"] = b64(number(k["d"]) ^ 2, 32)'
bad "d is nothing, P-256" 'x, y and d do not' ec.pem 'k["d"] = b64(0, 32)'
bad "a point that is not on the curve" 'x, y and d do not' ec.pem \
    'k["y"] = b64(number(k["y"]) ^ 1, 32)'

bad "an empty kid" 'kid is not a text, is empty' leaf.key 'k["kid"] = ""'
bad "a kid that is a number" 'kid is not a text' leaf.key 'k["kid"] = 7'
bad "too long a kid" 'kid .* too long' leaf.key 'k["kid"] = "x" * 1025'
edit long.jwk leaf.key 'k["kid"] = "x" * 1024'
good "the longest kid" long.jwk
bad "an alg that is a number" 'alg is not a text' leaf.key 'k["alg"] = 7'

# ---- JSON ------------------------------------------------------------------------

bad "cut short" 'not valid JSON: it goes wrong in line 1' leaf.key \
    'k = json.dumps(k)[:500]'
bad "a line further" 'in line 3, column' leaf.key \
    'k = "{\n\"kty\": \"RSA\",\n\"d\" \"secret\"}"'
unlike "what stands there is not repeated" "$err" 'secret'
bad "a member twice" 'stands twice' leaf.key \
    'k = json.dumps(k)[:-1] + ", \"kty\": \"RSA\"}"'
bad "something behind it" 'but not one object' leaf.key \
    'k = json.dumps(k) + ", 1"'
bad "a bracket behind it" 'not valid JSON' leaf.key 'k = json.dumps(k) + "]"'
bad "garbage behind it" 'not valid JSON' leaf.key 'k = json.dumps(k) + "x"'
bad "nothing in it" 'no kty' leaf.key 'k = {}'
bad "JSON of another kind" 'JSON, but no JWK' leaf.key \
    'k = {"type": "service_account", "private_key": open("leaf.key").read()}'
bad "nested too deep" 'not valid JSON' leaf.key \
    'k = "{\"kty\":" + "[" * 5000 + "]" * 5000 + "}"'
bad "too large" 'larger than any JWK Set' leaf.key \
    'k["x"] = "x" * (1 << 20)'
bad "a NUL" 'not valid JSON' leaf.key 'k["kid"] = "a\0b"'

done_testing
