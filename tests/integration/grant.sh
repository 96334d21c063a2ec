# SPDX-License-Identifier: ISC
#
# Grants in the eyes of others: npm's jose, PyJWT, and their certificates'
# chain by node's crypto and Python's cryptography.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

verify=$SEGL_SRCDIR/tests/verify
aud=https://verify.example/
scope=demo:verify
iss='Näidis OÜ'

pyjwt=
if "$python" -c 'import jwt, cryptography' 2>/dev/null; then
	pyjwt=yes
	ask_python run "sys.path.insert(0, '$verify'); import verify"
fi

# verified NAME [ALG]: both accept what is in $scratch/grant, and see the same.
# jose is asked at the end, once for all of them.
verified()
{
	if [ -n "$pyjwt" ]; then
		# shellcheck disable=SC2086
		ok "$1: PyJWT" ask_python call verify.verify_file \
		    "$scratch/grant" --aud "$aud" --scope "$scope" \
		    --iss "$iss" ${2:+--alg $2}
	else
		skip "$1: PyJWT" "python3-jwt is not installed"
	fi
	for_jose yes "$1" "${2:--}" "$scope" "$iss"
}

rejected()
{
	if [ -n "$pyjwt" ]; then
		not_ok "$1: PyJWT refuses it" ask_python call \
		    verify.verify_file "$scratch/grant" --aud "$aud"
	else
		skip "$1: PyJWT refuses it" "python3-jwt is not installed"
	fi
	for_jose no "$1" - - -
}

# for_jose ANSWER NAME ALG SCOPE ISS
for_jose()
{
	printf '%s\n' "$1" >>"$scratch/jose.want"
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$2" "$(date +%s)" "$3" \
	    "$aud" "$4" "$5" "$(cat "$scratch/grant")" >>"$scratch/jose.cases"
}

make_grant()
{
	segl grant --env "$aud" --scope "$scope" \
	    --softtoken "$eseal/seal.p12" --pin "file:$eseal/pin" "$@" \
	    >"$scratch/grant" 2>"$scratch/grant.err"
}

for bits in 2048 3072 4096; do
	eseal=$scratch/e$bits
	make_eseal "$eseal" "$bits" || fail "an RSA-$bits key is made"
	for alg in RS256 RS384 RS512; do
		ok "RSA-$bits $alg: a grant is made" make_grant --alg "$alg"
		verified "RSA-$bits $alg" "$alg"
	done
done

eseal=$scratch/e2048
ok "without --alg" make_grant
verified "the default algorithm" RS256
ok "without the root" make_grant --root omit
verified "without the root"
make_grant --issuer-name 'Some "Name" \ æøå'
iss='Some "Name" \ æøå'
verified "a name with quotes"
iss='Näidis OÜ'
for lifetime in 10s 120s; do
	ok "--lifetime $lifetime" make_grant --lifetime "$lifetime"
	verified "--lifetime $lifetime"
done

# ---- the four ways of printing say the same ---------------------------------

make_grant --output json
cp "$scratch/grant" "$scratch/all"
json "$scratch/all" 'd["assertion"]' >"$scratch/grant"
verified "--output json holds the assertion"
decode()
{
	json "$scratch/all" "json.dumps(json.loads(__import__('base64')
	    .urlsafe_b64decode(d['assertion'].split('.')[$1] + '==')))"
}
is "and its header" "$(decode 0)" "$(json "$scratch/all" 'd["header"]')"
is "and its claims" "$(decode 1)" "$(json "$scratch/all" 'd["claims"]')"
make_grant --output claims
cp "$scratch/grant" "$scratch/claims"
is "--output claims has the documented ones" \
    "$(json "$scratch/claims" '" ".join(sorted(d))')" \
    "aud exp iat iss jti scope"
is "lives 100 seconds" "$(json "$scratch/claims" 'd["exp"] - d["iat"]')" 100
is "aud is the issuer to the letter" \
    "$(json "$scratch/claims" 'd["aud"]')" "$aud"
make_grant --output header
is "--output header has alg and x5c" \
    "$(json "$scratch/grant" '" ".join(sorted(d))')" "alg x5c"
make_grant --scope demo:second --output claims
is "scopes are joined with a blank" \
    "$(json "$scratch/grant" 'd["scope"]')" "$scope demo:second"

# Twenty grants, twenty jtis.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	make_grant --output claims
	json "$scratch/grant" 'd["jti"]'
done | sort -u >"$scratch/jtis"
is "every grant has a jti of its own" "$(wc -l <"$scratch/jtis")" 20

# ---- the verifiers can refuse --------------------------------------------------

make_grant
good=$(cat "$scratch/grant")
printf '%s' "$good" | "$python" -c '
import sys
h, c, s = sys.stdin.read().split(".")
s = ("B" if s[20] == "A" else "A").join([s[:20], s[21:]])
print(".".join([h, c, s]))' >"$scratch/grant"
rejected "another signature"
printf '%s' "$good" | "$python" -c '
import base64, json, sys
h, c, s = sys.stdin.read().split(".")
d = json.loads(base64.urlsafe_b64decode(c + "=="))
d["scope"] = "demo:more"
c = base64.urlsafe_b64encode(json.dumps(d).encode()).decode().rstrip("=")
print(".".join([h, c, s]))' >"$scratch/grant"
rejected "other claims"
printf '%s' "$good" | "$python" -c '
import base64, json, sys
h, c, s = sys.stdin.read().split(".")
d = json.loads(base64.urlsafe_b64decode(h + "=="))
d["x5c"].reverse()
h = base64.urlsafe_b64encode(json.dumps(d).encode()).decode().rstrip("=")
print(".".join([h, c, s]))' >"$scratch/grant"
rejected "the path the wrong way round"

# ---- jose's answers ------------------------------------------------------------

if [ ! -d "${SEGL_NODE_MODULES-}" ]; then
	skip "jose verifies the grants" "npm jose is not installed"
	done_testing
fi
mkdir "$scratch/node"
ln -s "$SEGL_NODE_MODULES" "$scratch/node/node_modules"
cp "$verify/verify.mjs" "$verify/package.json" "$scratch/node"
node "$scratch/node/verify.mjs" <"$scratch/jose.cases" >"$scratch/jose"
is "jose answers each" "$(wc -l <"$scratch/jose")" \
    "$(wc -l <"$scratch/jose.want")"
paste "$scratch/jose.want" "$scratch/jose" >"$scratch/jose.answers"
while IFS='	' read -r want answer name found; do
	case $want in
	yes) is "$name: jose" "$answer" yes ;;
	*) is "$name: jose refuses it" "$answer" no ;;
	esac
	[ "$want" = "$answer" ] || diag "$found"
done <"$scratch/jose.answers"
for bits in 2048 3072 4096; do
	sed -n "s/^yes	RSA-$bits RS256	//p" "$scratch/jose" \
	    >"$scratch/jose.json"
	is "RSA-$bits: jose sees key and whole path" "$(json \
	    "$scratch/jose.json" 'str(d["bits"]) + " " + str(d["path"])')" \
	    "$bits 3"
done

done_testing
