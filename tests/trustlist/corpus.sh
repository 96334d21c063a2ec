# SPDX-License-Identifier: ISC
#
# The real lists: all that the List of Trusted Lists vouches for are accepted,
# what it does not is refused, and xmlsec1 says the same of each signature.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

[ -n "${SEGL_CORPUS-}" ] || skip_all "SEGL_CORPUS is not set"
lists=$SEGL_CORPUS/tl
load=$SEGL_BUILDDIR/tests/trustlist/load

"$load" -q -l "$lists/2026-08-21/EU_LOTL.xml" "$lists"/2026-08-21/*.xml \
    >"$scratch/out" 2>&1
is "of 2026-08-21, only HR is refused" \
    "$(sed 's,.*/,,' "$scratch/out")" "TSL_HR.xml signer-unknown"
"$load" -q -l "$lists/2025-08-08/EU_LOTL_sn370.xml" \
    -l "$lists/2025-08-08/EU_LOTL_sn300.xml" "$lists"/2025-08-08/*.xml \
    >"$scratch/out" 2>&1
empty "of 2025-08-08, all are accepted" "$scratch/out"
"$load" -q -l "$lists/2025-08-08/EU_LOTL_sn370.xml" \
    "$lists"/2025-08-08/EU_LOTL_sn335.xml >"$scratch/out" 2>&1
is "a pivot needs the signers of its own time" \
    "$(sed 's,.*/,,' "$scratch/out")" "EU_LOTL_sn335.xml signer-unknown"
"$load" -q -l "$lists/2025-08-08/EU_LOTL_sn282.xml" \
    "$lists"/pivots/eu-lotl-300.xml >"$scratch/out" 2>&1
empty "pivot 300 by the signers that pivot 282 names" "$scratch/out"

# The signers are whoever signed: so that only the signature is judged.
command -v xmlsec1 >/dev/null && command -v python3 >/dev/null || {
	skip "the same answer as xmlsec1" "xmlsec1 is not installed"
	done_testing
	exit 0
}

signer_of()
{
	python3 -c '
import base64, re, sys
text = open(sys.argv[1], "rb").read()
found = re.findall(rb"<(?:\w+:)?Signature[ >].*?X509Certificate[^>]*>([^<]*)<",
                   text, re.S)
if len(found) != 1:
    sys.exit(1)
open(sys.argv[2], "wb").write(base64.b64decode(found[0]))' "$1" "$2"
}

for file in "$lists"/2026-08-21/*.xml "$lists"/2025-08-08/*.xml \
    "$lists"/pivots/*.xml "$lists"/libdigidocpp-test/*.xml \
    "$lists"/malformed/*.xml; do
	name=${file#"$lists/"}
	signer_of "$file" "$scratch/signer.der" 2>/dev/null || continue
	openssl x509 -inform DER -in "$scratch/signer.der" \
	    -out "$scratch/signer.pem" 2>/dev/null || continue
	ours=$("$load" -s "$scratch/signer.der" "$file" 2>&1)
	ours=${ours#"$file "}
	if xmlsec1 --verify --pubkey-cert-pem "$scratch/signer.pem" \
	    --id-attr:Id "http://uri.etsi.org/01903/v1.3.2#:SignedProperties" \
	    --id-attr:Id \
	    "http://uri.etsi.org/02231/v2#:TrustServiceStatusList" \
	    "$file" >/dev/null 2>&1; then
		theirs=accepted
	else
		theirs=refused
	fi
	case "$theirs ${ours%% *} $name" in
	"accepted accepted "*) ;;
	# a test file with a chain in KeyInfo: one certificate is the profile
	"accepted signature-shape malformed/fi-v5-invalid.xml") ;;
	"refused accepted "* | accepted*)
		printf '%s: %s, xmlsec1: %s\n' "$name" "$ours" "$theirs" ;;
	esac
	printf '.' >>"$scratch/compared"
done >"$scratch/offenders"
empty "the same answer as xmlsec1 on every list" "$scratch/offenders"
ok "there are lists to compare" test "$(wc -c <"$scratch/compared")" -gt 60

done_testing
