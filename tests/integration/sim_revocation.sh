# SPDX-License-Identifier: ISC
#
# What the simulator's authorities say about their certificates, by OCSP and by
# CRL: OpenSSL believes it, and segl does.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

command -v curl >/dev/null || skip_all "curl is not installed"
dir=$scratch/dir
sim_start --dir "$dir" || { fail "the simulator starts"; done_testing; }

get() # PATH CURL-OPTION ...
{
	local path=$1
	shift
	curl -sS --cacert "$SEGL_CA" "$@" "$SEGL_ENV$path"
}

ask() # NAME ISSUER CURL-OPTION ...: of the first certificate in NAME.pem
{
	openssl ocsp -issuer "$dir/$2.pem" -cert "$dir/$1.pem" \
	    -reqout "$scratch/request" >/dev/null 2>&1
	get ocsp -H 'Content-Type: application/ocsp-request' \
	    --data-binary "@$scratch/request" -o "$scratch/response"
	openssl ocsp -issuer "$dir/$2.pem" -cert "$dir/$1.pem" -no_nonce \
	    -respin "$scratch/response" \
	    -CAfile "$dir/${2%-*}-root.pem" -partial_chain 2>&1
}

serial=$(openssl x509 -in "$dir/seal.pem" -noout -serial | sed 's/.*=//')
addresses=$(openssl x509 -in "$dir/seal.pem" -noout -text)
for address in ocsp crl/seal-ca.crl aia/seal-ca.cer; do
	like "the seal says where: $address" "$addresses" \
	    "URI:$SEGL_ENV$address\$"
done

# ---- OCSP

answer=$(ask seal seal-ca)
like "OpenSSL believes the answer" "$answer" 'Response verify OK'
like "the seal is good" "$answer" 'seal\.pem: good'
like "its CA is good" "$(ask seal-ca seal-root)" 'seal-ca\.pem: good'
like "an enterprise certificate, too" "$(ask enterprise enterprise-ca)" \
    'enterprise\.pem: good'
nonce=$(openssl ocsp -reqin "$scratch/request" -req_text -noverify |
    sed -n '/Nonce/{n;p;}')
is "the nonce comes back" "$(openssl ocsp -respin "$scratch/response" -text \
    -noverify 2>&1 | sed -n '/Nonce/{n;p;}')" "${nonce:-none}"
like "of another issuer it knows nothing" \
    "$(openssl ocsp -issuer "$dir/ca.pem" -cert "$dir/server.pem" \
        -reqout "$scratch/request" >/dev/null 2>&1
    get ocsp --data-binary "@$scratch/request" -o "$scratch/response"
    openssl ocsp -respin "$scratch/response" -text -noverify 2>&1)" \
    'Cert Status: unknown'
path=$(openssl ocsp -issuer "$dir/seal-ca.pem" -cert "$dir/seal.pem" -no_nonce \
    -reqout "$scratch/request" >/dev/null 2>&1
openssl base64 -A -in "$scratch/request" |
    sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g')
get "ocsp/$path" -o "$scratch/response"
like "the same by GET" "$(openssl ocsp -respin "$scratch/response" -text \
    -noverify 2>&1)" 'Cert Status: good'
get ocsp --data-binary junk -o "$scratch/response"
like "what is no request is malformed" \
    "$(openssl ocsp -respin "$scratch/response" -text -noverify 2>&1)" \
    'malformedrequest'
get ocsp/junk -o "$scratch/response"
like "by GET as well" \
    "$(openssl ocsp -respin "$scratch/response" -text -noverify 2>&1)" \
    'malformedrequest'

# ---- CRL, and the certificates of issuers

get crl/seal-ca.crl -o "$scratch/crl"
like "OpenSSL believes the CRL" "$(openssl crl -inform DER \
    -in "$scratch/crl" -CAfile "$dir/seal-ca.pem" -noout 2>&1)" 'verify OK'
like "nothing is on it" "$(openssl crl -inform DER -in "$scratch/crl" \
    -noout -text)" 'No Revoked Certificates'
get aia/seal-ca.cer -o "$scratch/issuer"
is "the issuer's certificate" \
    "$(openssl x509 -inform DER -in "$scratch/issuer" -noout -fingerprint)" \
    "$(openssl x509 -in "$dir/seal-ca.pem" -noout -fingerprint)"
for path in crl/none.crl aia/none.cer crl/ca.crl; do
	is "no $path" "$(get "$path" -o /dev/null -w '%{http_code}')" 404
done

# ---- revoked

revoke() # JSON
{
	get __revoked -H 'Content-Type: application/json' -d "$1" \
	    -o "$scratch/out" -w '%{http_code}'
}

is "it is revoked" "$(revoke "{\"serial\":\"$serial\",\"reason\":1}")" 200
is "and listed" "$(json "$scratch/out" 'd[0]["serial"]')" "$serial"
answer=$(ask seal seal-ca)
like "by OCSP" "$answer" 'seal\.pem: revoked'
like "with the reason" "$answer" 'Reason: keyCompromise'
like "not its CA" "$(ask seal-ca seal-root)" 'good'
get crl/seal-ca.crl -o "$scratch/crl"
like "by CRL" "$(openssl crl -inform DER -in "$scratch/crl" -noout -text)" \
    "Serial Number: $serial"
for bad in '{}' '{"serial":""}' '{"serial":"xyz"}' '[]' '{' \
    '{"serial":"1","reason":7}' '{"serial":"1","reason":11}'; do
	is "not $bad" "$(revoke "$bad")" 400
done
is "nor another type" "$(get __revoked -d '{"serial":"1"}' -o /dev/null \
    -w '%{http_code}')" 415

run segl check --json --trust none --revocation hard "$SEGL_SOFTTOKEN"
is "segl sees it" "$(json "$scratch/out" "[f['outcome']
    for f in d['findings'] if f['id'] == 'not-revoked'][0]")" broken
get __revoked -X DELETE
like "it is good again" "$(ask seal seal-ca)" 'seal\.pem: good'

# ---- the same place at the next start

port=$SEGL_ENV
stop "$sim_pid"
sim_start --dir "$dir"
is "the same directory takes the same port" "$SEGL_ENV" "$port"
first=$sim_pid
sim_start --dir "$dir"
ok "unless it is taken" test "$SEGL_ENV" != "$port"
stop "$first"

done_testing
