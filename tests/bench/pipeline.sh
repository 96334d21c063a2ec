#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The shell pipeline that people write, without needless steps: one openssl to
# open the soft token, one to sign, curl with a bundle of CA certificates as
# its default is, jq to read the reply.
#
# usage: pipeline.sh P12 PINFILE BUNDLE PORT SCOPE
set -eu

p12=$1 pin=$2 bundle=$3 issuer=https://127.0.0.1:$4/ scope=$5

base64url() {
	base64 -w0 | tr '+/' '-_' | tr -d '='
}

umask 077
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

openssl pkcs12 -in "$p12" -passin "file:$pin" -nodes -out "$tmp/all.pem"
x5c=$(awk '/^-----BEGIN CERTIFICATE/ { in_cert = 1; text = ""; next }
	/^-----END CERTIFICATE/ {
		printf "%s\"%s\"", sep, text; sep = ","; in_cert = 0 }
	in_cert { text = text $0 }' "$tmp/all.pem")
now=$(date +%s)
jti=$(cat /proc/sys/kernel/random/uuid)
header=$(printf '{"alg":"RS256","x5c":[%s]}' "$x5c" | base64url)
claims=$(printf \
    '{"aud":"%s","exp":%d,"iat":%d,"iss":"Bench AS","jti":"%s","scope":"%s"}' \
    "$issuer" $((now + 100)) "$now" "$jti" "$scope" | base64url)
signature=$(printf '%s.%s' "$header" "$claims" |
    openssl dgst -sha256 -sign "$tmp/all.pem" -binary | base64url)

curl -sSf --cacert "$bundle" \
    --data-urlencode grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \
    -d "assertion=$header.$claims.$signature" "${issuer}token" |
    jq -er .access_token
