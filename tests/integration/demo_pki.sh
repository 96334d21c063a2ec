# SPDX-License-Identifier: ISC
#
# Certificates of every kind that segl-sim makes, each with the finding that
# it must cause: segl check has to agree with the index.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

pki=$scratch/pki
port=$(free_port)

run segl-sim demo-pki "$pki" --url="http://127.0.0.1:$port/"
exits "demo-pki" 0
is "it says nothing" "$out$err" ""
is "the two indexes have the same certificates" \
    "$(sed 1d "$pki/index.tsv" | cut -f 2)" \
    "$("$python" -c 'import json, sys
print("\n".join(s["file"] for s in json.load(open(sys.argv[1]))["seals"]))' \
        "$pki/index.json")"

# ---- a second opinion: OpenSSL on some of them

from_p12() # NAME OPTION ...
{
	local name=$1
	shift
	openssl pkcs12 -in "$pki/$name.p12" -passin "file:$pki/pin" "$@"
}

from_p12 suitable -nokeys -clcerts -out "$scratch/leaf.pem" 2>/dev/null
from_p12 suitable -nokeys -cacerts -out "$scratch/path.pem" 2>/dev/null
ok "OpenSSL verifies the good one's path" openssl verify \
    -CAfile "$pki/root-se.pem" -untrusted "$pki/ca-qualified.pem" \
    "$scratch/leaf.pem"
is "the file has its issuer and the root" \
    "$(grep -c BEGIN "$scratch/path.pem")" 2
like "its Subject" "$(openssl x509 -in "$scratch/leaf.pem" -noout -subject)" \
    'organizationIdentifier *= *NTRSE-5569999997'
for name in expired not-yet-valid; do
	from_p12 "$name" -nokeys -clcerts -out "$scratch/$name.pem" 2>/dev/null
	not_ok "$name is refused" openssl verify -CAfile "$pki/root-se.pem" \
	    -untrusted "$pki/ca-qualified.pem" "$scratch/$name.pem"
done
is "no-chain has none" \
    "$(from_p12 no-chain -nokeys 2>/dev/null | grep -c BEGIN)" 1
is "broken-path lacks one" \
    "$(from_p12 broken-path -nokeys 2>/dev/null | grep -c BEGIN)" 2
is "a sample has no key" "$(grep -c 'PRIVATE KEY' "$pki/qscd.pem")" 0
is "key files are for nobody else" \
    "$(find "$pki" -name '*.p12' -perm /077 -o -name '*.key' -perm /077)" ""

# ---- revoked

openssl crl -inform DER -in "$pki/ca-qualified.crl" -out "$scratch/crl.pem"
from_p12 revoked -nokeys -clcerts -out "$scratch/revoked.pem" 2>/dev/null
for name in leaf revoked; do
	openssl verify -crl_check -CRLfile "$scratch/crl.pem" \
	    -CAfile "$pki/root-se.pem" -untrusted "$pki/ca-qualified.pem" \
	    "$scratch/$name.pem" >"$scratch/$name.log" 2>&1
done
like "OpenSSL finds the good one on no CRL" "$(cat "$scratch/leaf.log")" 'OK$'
like "and the revoked one on that of its issuer" \
    "$(cat "$scratch/revoked.log")" 'certificate revoked'

# ---- trusted lists of the same Europe

like "the index of lists" "$(cat "$pki/lists.tsv")" '^eu-lotl\.xml	'
if command -v xmlsec1 >/dev/null; then
	for name in eu-lotl tl-SE tl-NO; do
		ok "xmlsec1 verifies $name.xml" xmlsec1 --verify --insecure \
		    --id-attr:Id \
		    http://uri.etsi.org/01903/v1.3.2#:SignedProperties \
		    "$pki/$name.xml"
	done
else
	skip "xmlsec1 verifies the lists" "xmlsec1 is not installed"
fi

# ---- again, and elsewhere

run segl-sim demo-pki "$pki" --url="http://127.0.0.1:$port/"
exits "the same directory once more" 0
mkdir "$scratch/mine"
echo precious >"$scratch/mine/expired.p12"
run segl-sim demo-pki "$scratch/mine"
exits "files of somebody else" 2
like "are named" "$err" 'expired\.p12'
is "and left alone" "$(cat "$scratch/mine/expired.p12")" precious

# ---- what segl makes of each

mkdir "$scratch/served"
cp "$pki"/*.crl "$pki"/*.cer "$scratch/served"
"$python" -m http.server --bind 127.0.0.1 --directory "$scratch/served" \
    "$port" >"$scratch/served.log" 2>&1 &
child $!
run segl trust import --trust "$scratch/trust" --anchors "$pki/anchors.conf" \
    "$pki"
exits "segl takes the lists of the same Europe" 0
SEGL_TRUST=$scratch/trust
export SEGL_TRUST

judge() # FILE PIN AS OPTION ...
{
	local file=$pki/$1 pin=$2 as=$3
	shift 3
	[ "$pin" = - ] || set -- "$@" --pin "file:$pki/$pin"
	run segl check --json "$file" --as "$as" "$@"
}

verdict() # FINDING
{
	local file=$scratch/out
	[ -s "$file" ] || file=$scratch/err # an error is told there
	json "$file" "' '.join([d.get('verdict', 'error')] + [
	    f['severity'] + ' ' + f['outcome'] for f in d.get('findings', [])
	    if f['id'] == '$1'] + ([d['error']] if 'error' in d else []))"
}

tab=$(printf '\t')
sed 1d "$pki/index.tsv" >"$scratch/index"
while IFS=$tab read -r id file pin route with without finding severity \
    outcome what; do
	case $finding in
	not-revoked)
		wait_for 20 curl -sf "http://127.0.0.1:$port/ca-qualified.crl"
		judge "$file" "$pin" "$route" --revocation soft
		;;
	*) judge "$file" "$pin" "$route" ;;
	esac
	want="$with $severity $outcome"
	[ "$with" != error ] || want="error $finding"
	is "$id: $what: $finding" "$(verdict "$finding")" "$want"
	# what only lists decide is undecided without them
	[ "$finding" = issuer-listed ] || continue
	SEGL_TRUST=$scratch/no-lists
	judge "$file" "$pin" "$route"
	is "$id: without lists" "$(verdict "$finding")" \
	    "$without $severity undecided"
	SEGL_TRUST=$scratch/trust
done <"$scratch/index"

done_testing
