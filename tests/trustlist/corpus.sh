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
command -v xmlsec1 >/dev/null || {
	skip "the same answer as xmlsec1" "xmlsec1 is not installed"
	done_testing
}

ask_python run '
import base64, re

def signer(file, to):
    with open(file, "rb") as f:
        found = re.findall(rb"<(?:\w+:)?Signature[ >].*?"
                           rb"X509Certificate[^>]*>([^<]*)<", f.read(), re.S)
    if len(found) != 1:
        raise LookupError(file)
    with open(to, "wb") as f:
        f.write(base64.b64decode(found[0]))'

for file in "$lists"/2026-08-21/*.xml "$lists"/2025-08-08/*.xml \
    "$lists"/pivots/*.xml "$lists"/libdigidocpp-test/*.xml \
    "$lists"/malformed/*.xml; do
	name=${file#"$lists/"}
	ask_python call signer "$file" "$scratch/signer.der" \
	    >"$scratch/signer" 2>&1 || continue
	ours=$("$load" -s "$scratch/signer.der" "$file" 2>&1)
	ours=${ours#"$file "}
	if xmlsec1 --verify --pubkey-cert-der "$scratch/signer.der" \
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
