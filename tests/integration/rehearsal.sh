# SPDX-License-Identifier: ISC
#
# The whole way of a business that has nothing yet, offline: from the list of
# issuers to the first 200, with a CA that signs the CSR and Customs that know
# the business only later.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

cd "$scratch" || exit
id=NTRSE-5569999971
toll=toll:eu/movement/road/v2
test_auth=/api/movement/road/v2/test-auth
unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 run world
printf 'the PIN of the rehearsal\n' >pin
chmod 600 pin

# admin METHOD PATH [JSON]: what Customs or a CA decides, at the simulator.
admin()
{
	curl -s --cacert "$SEGL_CA" -X "$1" -H 'Content-Type: application/json' \
	    ${3:+-d "$3"} "$SEGL_ENV$2"
}

sim_start --dir world --fault not-registered ||
    { fail "a simulator starts"; done_testing; }
# The demonstration seal is somebody else's: from here on there is none.
unset SEGL_SOFTTOKEN SEGL_PIN SEGL_SCOPE

# ---- choose, and order -------------------------------------------------------

run segl issuers
exits "1. who sells a seal?" 0
like "globaltrust does" "$out" globaltrust
run segl csr --issuer globaltrust --key rsa:3072 \
    --subject '/C=SE/O=Nytt Bolag AB/CN=Nytt Bolag AB' --org-id "$id" \
    --pin file:pin --iterations 2048 --out order
exits "2. key and CSR" 0
like "with a letter to the issuer" "$out" 'soft token'

# ---- the issuer ----------------------------------------------------------------

cat >seal.ext <<END
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
certificatePolicies=0.4.0.2042.1.1
crlDistributionPoints=URI:${SEGL_ENV}crl/seal-ca.crl
authorityInfoAccess=OCSP;URI:${SEGL_ENV}ocsp,caIssuers;URI:${SEGL_ENV}aia/seal-ca.cer
1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:statements
[statements]
semantics=SEQUENCE:semantics
type=SEQUENCE:type
[semantics]
id=OID:1.3.6.1.5.5.7.11.2
info=SEQUENCE:legal
[legal]
id=OID:0.4.0.194121.1.2
[type]
id=OID:0.4.0.1862.1.6
info=SEQUENCE:types
[types]
seal=OID:0.4.0.1862.1.6.2
END
ok "3. the issuer signs the CSR" openssl x509 -req -in order.csr \
    -CA world/seal-ca.pem -CAkey world/seal-ca.key -days 1000 \
    -set_serial "0x$(openssl rand -hex 12)" -extfile seal.ext -out seal.pem

# ---- one clean file --------------------------------------------------------------

run segl bundle --key order.key --cert seal.pem --pin file:pin \
    --iterations 2048 --out eseal.p12
exits "4. the certificate alone is not enough" 4
not_ok "and nothing is written" test -e eseal.p12
run segl bundle --key order.key --cert seal.pem --pin file:pin \
    --iterations 2048 --out eseal.p12 --fetch
exits "but its issuers can be fetched" 0
is "OpenSSL finds the whole path" \
    "$(openssl pkcs12 -in eseal.p12 -passin file:pin -nokeys 2>/dev/null |
	grep -c BEGIN)" 3
rm order.key # the file has it
SEGL_SOFTTOKEN=$scratch/eseal.p12
SEGL_PIN=file:$scratch/pin
export SEGL_SOFTTOKEN SEGL_PIN

# ---- is it the right one? ----------------------------------------------------------

SEGL_TRUST=$scratch/trust
export SEGL_TRUST
run segl trust update --lotl "$(sim_value SEGL_LOTL "$sim_dir/env")" \
    --anchors "$(sim_value SEGL_ANCHORS "$sim_dir/env")"
exits "5. the lists are fetched" 0
run segl check eseal.p12 --revocation hard --expect-id "$id" --json
exits "the certificate will do, and is not revoked" 0
is "for whom it will be" "$(json "$scratch/out" 'd["consumer"]["ID"]')" "$id"
is "its issuer is on the list of Sweden" "$(json "$scratch/out" \
    '[f["outcome"] for f in d["findings"] if f["id"] == "issuer-listed"]')" \
    '["met"]'

# ---- onboard, before Customs know the business ----------------------------------------

steps() # EXPRESSION over s, the results of the steps by name
{
	"$python" -c '
import json, sys
d = json.load(open(sys.argv[1]))
s = {x["name"]: x for x in d["steps"]}
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v))' "$scratch/out" "$1"
}

run segl onboard --json --scope "$toll"
exits "6. onboard: all is well but Customs" 6
is "a token was given" "$(steps 's["token"]["result"]')" PASS
is "for the identifier in the certificate" \
    "$(steps 's["consumer"]["result"]')" PASS
is "the exchange fails" "$(steps 's["exchange"]["result"]')" FAIL
is "it is the turn of Customs" "$(steps 's["exchange"]["turn"]')" customs
like "the identifier to quote is there" "$(steps 'json.dumps(d)')" "$id"
is "only that failed" "$(steps '" ".join(x["name"] for x in d["steps"]
    if x["result"] in ("FAIL", "WARN"))')" exchange

# ---- registered ------------------------------------------------------------------------

admin DELETE __faults
run segl onboard --json --scope "$toll"
exits "7. registered: onboard goes the whole way" 0
is "no step failed" "$(steps '" ".join(x["name"] for x in d["steps"]
    if x["result"] not in ("PASS", "SKIPPED"))')" ""
is "up to 200" "$(steps 's["test-auth"]["result"]')" PASS

mkdir -p home/.config/segl
unset XDG_CONFIG_HOME
cat >home/.config/segl/segl.conf <<END
env = $SEGL_ENV
ca = $SEGL_CA
softtoken = $SEGL_SOFTTOKEN
pin = $SEGL_PIN
scope = $toll

[profile customs]
exchange = customs
customs-url = $SEGL_CUSTOMS_URL
END
unset SEGL_ENV SEGL_CA SEGL_SOFTTOKEN SEGL_PIN SEGL_CUSTOMS_URL SEGL_ALTINN_URL
run segl config validate
exits "8. the settings, in a file" 0
run segl token
exits "a token" 0
printf '%s\n' "$out" >token
like "is for the business" "$(segl decode token)" "$id"
run segl exchange --profile customs customs token
exits "9. exchanged at Customs" 0
run segl call --profile customs GET "$test_auth"
exits "10. the first 200" 0
is "and what it says" "$out" OK

SEGL_ENV=$(sim_value SEGL_ENV "$sim_dir/env")
SEGL_CA=$(sim_value SEGL_CA "$sim_dir/env")
admin GET __requests >journal
is "every grant was accepted, and none came twice" \
    "$(json journal '[len({r["jti"] for r in d if "jti" in r}) ==
	len([r for r in d if "jti" in r]),
	[r["outcome"] for r in d if r["path"] == "/token"
	    and r["outcome"] != "token"]]')" '[true, []]'
is "each for the same business" "$(json journal 'sorted({
    r["token"]["consumer"]["ID"] for r in d if r["path"] == "/token"})')" \
    "[\"$id\"]"
done_testing
