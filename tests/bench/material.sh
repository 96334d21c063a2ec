#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Make what the bench needs, once, in DIR:
#
#   ca.pem server.pem server.key  the server's CA, its P-256 certificate
#   ca.d/ bundle.pem              the system's CA certificates and ca.pem, as
#                                 hashed directory and as one file
#   none.d/ none.pem              the same without ca.pem: must be refused
#   leaf.pem path-length          the eSeal's leaf; certificates in its path
#   p12.2048 p12.10000 pin        the soft token, by key derivation rounds
#
# usage: material.sh DIR
set -eu

dir=$1
system=/etc/ssl/certs/ca-certificates.crt

test ! -e "$dir/complete" || exit 0
rm -rf "$dir"
mkdir -p "$dir/ca.d" "$dir/none.d"
cd "$dir"
exec 2>log

# NAME SUBJECT ISSUER EXTENSIONS: certificate NAME.pem for NAME.key
issue() {
	openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
	printf '%s\n' "$4" >"$1.ext"
	if test "$1" = "$3"; then
		openssl x509 -req -in "$1.csr" -days 30 -sha256 \
		    -signkey "$1.key" -extfile "$1.ext" -out "$1.pem"
	else
		openssl x509 -req -in "$1.csr" -days 30 -sha256 \
		    -CA "$3.pem" -CAkey "$3.key" -CAcreateserial \
		    -extfile "$1.ext" -out "$1.pem"
	fi
}

ca_ext='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash'

openssl ecparam -name prime256v1 -genkey -noout -out ca.key
issue ca '/CN=Bench server CA' ca "$ca_ext"
openssl ecparam -name prime256v1 -genkey -noout -out server.key
issue server '/CN=127.0.0.1' ca 'subjectAltName=IP:127.0.0.1
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth'

for name in root issuer leaf; do
	openssl genrsa -out $name.key 2048
done
issue root '/C=SE/O=Bench Trust/CN=Bench root' root "$ca_ext"
issue issuer '/C=SE/O=Bench Trust/CN=Bench issuer' root "$ca_ext"
issue leaf '/C=SE/O=Bench AS/organizationIdentifier=NTRSE-5566778899/CN=Bench' \
    issuer 'keyUsage=critical,digitalSignature,nonRepudiation
authorityKeyIdentifier=keyid
certificatePolicies=0.4.0.194112.1.1'
echo 3 >path-length
echo bench-pin-7351 >pin
chmod 600 pin
cat issuer.pem root.pem >others.pem
for n in 2048 10000; do
	openssl pkcs12 -export -in leaf.pem -inkey leaf.key \
	    -certfile others.pem -name bench -iter $n -passout file:pin \
	    -out p12.$n
	chmod 600 p12.$n
done

# One file a certificate, as the distribution has it.
cp "$system" none.pem
awk -v dir=none.d '/^-----BEGIN/ { n++; file = sprintf("%s/%03d.pem", dir, n) }
	{ print >file } /^-----END/ { close(file) }' "$system"
cp none.d/* ca.d/
cp ca.pem ca.d/bench.pem
cat "$system" ca.pem >bundle.pem
openssl rehash ca.d
openssl rehash none.d
touch complete
