# SPDX-License-Identifier: ISC
#
# Key files that are not PKCS#12, and where they may come from: files,
# standard input, descriptors, the environment. Grants are looked at by PyJWT,
# tokens come from the simulator.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

e=$scratch/e
make_eseal "$e" || { fail "keys are made"; done_testing; }
(
	cd "$e" || exit
	umask 077
	openssl x509 -in leaf.pem -outform DER -out leaf.cer
	openssl pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out leaf.der
	openssl pkcs8 -topk8 -in leaf.key -passout file:pin -out secret.key
	openssl rsa -in leaf.key -traditional -aes256 -passout file:pin \
	    -out old.key
	openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile path.pem -out all.p7b
	cat leaf.key leaf.pem path.pem >all.pem
	cat secret.key leaf.pem path.pem >secret.pem
	cat leaf.pem path.pem >certs.pem
) >"$scratch/openssl.log" 2>&1
SEGL_ENV=https://verify.example/
SEGL_SCOPE=demo:verify
export SEGL_ENV SEGL_SCOPE

if "$python" -c 'import jwt, cryptography' 2>/dev/null; then
	verify=verify.verify_file
	ask_python run "
sys.path.insert(0, '$SEGL_SRCDIR/tests/verify')
import verify"
else
	verify=
fi

# grants NAME [segl grant options]: PyJWT verifies it with the path of three
grants()
{
	local name=$1
	shift
	run segl grant "$@"
	exits "$name" 0
	if [ -n "$verify" ]; then
		ok "$name: PyJWT verifies it" ask_python call "$verify" \
		    "$scratch/out" --aud "$SEGL_ENV" \
		    --scope "$SEGL_SCOPE" --iss 'Näidis OÜ'
		is "$name: the whole path" \
		    "$(cut -d . -f 1 "$scratch/out" | tr -- -_ +/ |
			sed 's/$/===/' | base64 -d 2>/dev/null |
			grep -o '"MI[^"]*"' | wc -l)" 3
	else
		skip "$name: PyJWT verifies it" "python3-jwt is not installed"
	fi
}

# refused CODE NAME ERE CMD ...
refused()
{
	local code=$1 name=$2 ere=$3
	shift 3
	run "$@"
	exits "$name" "$code"
	is "$name: nothing on standard output" "$out" ""
	like "$name: why" "$err" "$ere"
	unlike "$name: the PIN is not told" "$err" 'test pin'
}

# ---- files ---------------------------------------------------------------------

pin=file:$e/pin
grants "PEM with everything" -k "$e/all.pem"
grants "PEM with everything, encrypted" -k "$e/secret.pem" --pin "$pin"
grants "key and certificate in PEM" --key "$e/leaf.key" --cert "$e/leaf.pem" \
    --chain "$e/path.pem"
grants "an encrypted key" --key "$e/secret.key" --cert "$e/certs.pem" \
    --pin "$pin"
grants "a key encrypted the traditional way" --key "$e/old.key" \
    --cert "$e/certs.pem" --pin "$pin"
grants "key and certificate in DER, the rest in PEM" --key "$e/leaf.der" \
    --cert "$e/leaf.cer" --chain "$e/path.pem"
grants "certificates in PKCS#7" --key "$e/leaf.key" --cert "$e/all.p7b"
grants "certificates one by one" --key "$e/leaf.key" --cert "$e/root.pem" \
    --cert "$e/leaf.cer" --cert "$e/sub.pem"
grants "a certificate beside a soft token" -k "$e/leaf.key" \
    --cert "$e/certs.pem"
SEGL_KEY=$e/leaf.key SEGL_CERT=$e/leaf.cer:$e/path.pem grants "variables"
SEGL_SOFTTOKEN=$scratch/nothing grants "--key counts more than a variable" \
    --key "$e/leaf.key" --cert "$e/certs.pem"
SEGL_KEY=$scratch/nothing SEGL_CERT=$scratch/nothing \
    grants "and so does --softtoken" -k "$e/all.pem"

refused 2 "both" 'both a soft token .* and a private key' \
    segl grant -k "$e/all.pem" --key "$e/leaf.key"
refused 2 "both as variables" 'both a soft token' \
    env "SEGL_SOFTTOKEN=$e/all.pem" "SEGL_KEY=$e/leaf.key" segl grant
refused 2 "neither" 'no soft token is given' segl grant
refused 2 "a certificate only" 'certificate is given, but not its private' \
    segl grant --cert "$e/leaf.pem"
like "--key is named" "$err" '\-\-key FILE'
refused 3 "a certificate as soft token" 'certificates but no private key' \
    segl grant -k "$e/leaf.pem"
like "--key is named there, too" "$err" '\-\-key'
refused 3 "a key without certificate" 'private key but no certificate' \
    segl grant --key "$e/leaf.key"
like "--cert is named" "$err" '\-\-cert'
refused 3 "a certificate of another" 'no certificate in .* belongs to' \
    segl grant --key "$e/leaf.key" --cert "$e/sub.pem"
refused 3 "the right one among the chain" 'no certificate in .* belongs to' \
    segl grant --key "$e/leaf.key" --cert "$e/sub.pem" --chain "$e/leaf.pem"
like "it is named" "$err" 'the one that does .*CN=Näidis seal'
refused 2 "a certificate file that is not there" 'No such file' \
    segl grant --key "$e/leaf.key" --cert "$scratch/nothing"

# ---- standard input and descriptors ------------------------------------------------

grants_from()
{
	local name=$1 file=$2
	shift 2
	run sh -c 'exec "$@" <"$0"' "$file" segl grant "$@"
	exits "$name" 0
	[ -z "$verify" ] || ok "$name: PyJWT verifies it" \
	    ask_python call "$verify" "$scratch/out"
}
grants_from "PKCS#12 from standard input" "$e/seal.p12" -k - --pin "$pin"
grants_from "PEM from standard input" "$e/all.pem" -k -
grants_from "the same as a descriptor" "$e/all.pem" -k fd:0
grants_from "a key from standard input" "$e/leaf.key" --key - \
    --cert "$e/certs.pem"
grants_from "certificates from standard input" "$e/certs.pem" \
    --key "$e/leaf.key" --cert -
run sh -c 'cat "$0" | segl grant -k - --pin "$1"' "$e/secret.pem" "$pin"
exits "a pipe" 0
run sh -c 'segl grant --key fd:7 --cert fd:8 --cert fd:9 --pin fd:6 \
    6<"$0/pin" 7<"$0/secret.key" 8<"$0/leaf.cer" 9<"$0/path.pem"' "$e"
exits "four descriptors" 0
refused 2 "standard input for key and PIN" \
    'standard input is named twice, for the key and for the PIN' \
    sh -c 'segl grant -k - --pin fd:0 <"$0"' "$e/secret.pem"
refused 2 "standard input for key and certificate" 'named twice' \
    sh -c 'segl grant --key - --cert fd:0 <"$0"' "$e/all.pem"
refused 2 "standard input for certificate and PIN" 'named twice' \
    sh -c 'segl grant --key "$0" --cert - --pin fd:0 </dev/null' "$e/old.key"
refused 2 "a descriptor for two certificates" 'descriptor 7 is named twice' \
    segl grant --key "$e/leaf.key" --cert fd:7 --cert fd:7
refused 2 "a descriptor that is not open" 'cannot read descriptor 7' \
    sh -c 'segl grant -k fd:7 7<&-'
refused 2 "no standard input" 'cannot read standard input' \
    sh -c 'segl grant -k - <&-'
refused 2 "no number" 'a descriptor is a number' segl grant -k fd:x
refused 3 "nothing on standard input" 'standard input .*empty' \
    sh -c 'segl grant -k - </dev/null'
refused 3 "a wrong PIN of standard input" 'PIN of standard input is wrong' \
    sh -c 'printf "wrong\n" | segl grant -k fd:7 --pin fd:0 7<"$0" ||
	{ printf "wrong\n" >"$1"; segl grant -k - --pin "file:$1" <"$0"; }' \
    "$e/secret.pem" "$scratch/wrong"
(
	cd "$e" || exit
	cp all.pem fd:7
	run segl grant -k ./fd:7
	exit "$rc"
)
is "a file with such a name" $? 0

# ---- JWK -----------------------------------------------------------------------

if [ -z "$verify" ]; then
	skip "JWK" "python3-jwt is not installed"
	done_testing
	exit 0
fi
ask_python run '
import jwt
from cryptography.hazmat.primitives import serialization
from jwt.algorithms import RSAAlgorithm

def private(file):
    with open(file, "rb") as f:
        return serialization.load_pem_private_key(f.read(), None)

def make_jwk(file, kid, out):
    k = json.loads(RSAAlgorithm.to_jwk(private(file)))
    k.pop("key_ops")
    with open(out, "w") as f:
        json.dump(dict(k, kid=kid, alg="RS384"), f)

def of_grant(file, grant):
    with open(grant) as f:
        compact = f.read().strip()
    header = jwt.get_unverified_header(compact)
    claims = jwt.decode(compact, private(file).public_key(),
                        algorithms=["RS384"],
                        audience="https://verify.example/")
    return "%s %s %s" % (header["kid"], claims["iss"], sorted(header))'
ask_python call make_jwk "$e/leaf.key" our-key "$e/our.jwk" ||
    fail "a JWK is made"
chmod 600 "$e/our.jwk"
# registered NAME KID [segl grant options]
registered()
{
	local name=$1 kid=$2
	shift 2
	run segl grant --client-id client "$@"
	exits "$name" 0
	is "$name: PyJWT sees it" \
	    "$(ask_python call of_grant "$e/leaf.key" "$scratch/out" 2>&1)" \
	    "$kid client ['alg', 'kid']"
}
registered "a JWK has its kid" our-key -k "$e/our.jwk"
is "in silence" "$err" ""
registered "--key takes it as well" our-key --key "$e/our.jwk"
registered "--kid is the same" our-key -k "$e/our.jwk" --kid our-key
is "in silence again" "$err" ""
registered "--kid is another" other -k "$e/our.jwk" --kid other
like "that draws a warning" "$err" 'warning: the JWK has another kid'
run sh -c 'segl grant --client-id client -k - <"$0"' "$e/our.jwk"
exits "a JWK from standard input" 0
refused 2 "a JWK without a client" 'needs the client id' \
    segl grant -k "$e/our.jwk"
refused 3 "a JWK as an eSeal" 'no certificate, and --as eseal needs it' \
    segl grant -k "$e/our.jwk" --as eseal
run segl grant -k "$e/our.jwk" --cert "$e/certs.pem" --as eseal -o header
exits "with its certificate it is one" 0
like "of which alg still counts" "$out" '"RS384"'
run segl grant --client-id client -k "$e/our.jwk" --alg RS256 -o header
like "unless --alg says otherwise" "$out" '"RS256"'

MASKINPORTEN_CLIENT_JWK=$(cat "$e/our.jwk")
export MASKINPORTEN_CLIENT_JWK
registered "a JWK in the environment" our-key
like "draws a warning" "$err" 'warning: the private key comes from the env'
run segl grant -k "$e/all.pem" -o header
exits "a file that is named comes first" 0
like "it is not even looked at" "$out" '"x5c"'
refused 3 "what is no JWK there" 'MASKINPORTEN_CLIENT_JWK .*' \
    env MASKINPORTEN_CLIENT_JWK=secret segl grant
unlike "it is not told" "$err" 'secret'
unset MASKINPORTEN_CLIENT_JWK

# ---- tokens -----------------------------------------------------------------------

unset SEGL_ENV SEGL_SCOPE
sim_start --quiet || { fail "a simulator starts"; done_testing; }
seal=$SEGL_SOFTTOKEN seal_pin=$SEGL_PIN
unset SEGL_SOFTTOKEN SEGL_PIN
(
	umask 077
	openssl pkcs12 -in "$seal" -passin "$seal_pin" -nocerts -nodes \
	    -out "$scratch/key.pem"
	openssl pkcs12 -in "$seal" -passin "$seal_pin" -nokeys \
	    -out "$scratch/certs.pem"
	openssl pkcs8 -topk8 -nocrypt -in "$scratch/key.pem" -outform DER \
	    -out "$scratch/key.der"
	cat "$scratch/certs.pem" "$scratch/key.pem" >"$scratch/all.pem"
) >"$scratch/openssl.log" 2>&1
token()
{
	local name=$1
	shift
	run "$@"
	exits "$name" 0
	like "$name: there is one" "$out" '^[^.]+\.[^.]+\.[^.]+$'
}
token "token: PEM" segl token -k "$scratch/all.pem"
token "token: key in DER, certificates in PEM" segl token \
    --key "$scratch/key.der" --cert "$scratch/certs.pem"
token "token: standard input" \
    sh -c 'segl token -k - <"$0"' "$scratch/all.pem"
token "token: descriptors" sh -c 'segl token --key fd:5 --cert fd:6 \
    5<"$0/key.pem" 6<"$0/certs.pem"' "$scratch"
refused 2 "token: a descriptor that became the network's" \
    'cannot read descriptor' \
    timeout 20 sh -c 'segl token -k fd:3 3<&-'
jwk=$(sim_value SEGL_SIM_REGISTERED_JWK "$sim_dir/env")
[ -n "$jwk" ] || jwk=$(dirname "$seal")/registered.jwk
client=$(sim_value SEGL_SIM_REGISTERED_CLIENT_ID "$sim_dir/env")
scope=$(sim_value SEGL_SIM_SCOPE "$sim_dir/env")
if [ -f "$jwk" ] && [ -n "$client" ]; then
	token "token: a JWK and no kid" segl token --client-id "$client" \
	    -k "$jwk" -s "${scope:-$SEGL_SCOPE}"
	token "token: a JWK in the environment" env \
	    "MASKINPORTEN_CLIENT_JWK=$(cat "$jwk")" \
	    "MASKINPORTEN_CLIENT_ID=$client" segl token \
	    -s "${scope:-$SEGL_SCOPE}"
	# kept only where the key has a name
	unset SEGL_NO_CACHE
	XDG_RUNTIME_DIR=$scratch/run
	export XDG_RUNTIME_DIR
	mkdir -m 700 "$XDG_RUNTIME_DIR"
	env "MASKINPORTEN_CLIENT_JWK=$(cat "$jwk")" \
	    segl token --client-id "$client" -s "${scope:-$SEGL_SCOPE}" \
	    >"$scratch/out" 2>&1
	refused 2 "such a token is not kept for others" 'no soft token' \
	    segl token --client-id "$client" -s "${scope:-$SEGL_SCOPE}"
else
	skip "token: a JWK" "this simulator has no registered key"
fi

done_testing
