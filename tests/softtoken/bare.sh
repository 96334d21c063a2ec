# SPDX-License-Identifier: ISC
#
# Keys that stand bare in a file, PEM and DER, as OpenSSL and GnuTLS write
# them and as people put them together; and certificates beside them.

. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

make_authority || { cat openssl.log; exit 99; }
printf 'another pin\n' >wrong
cat leaf.pem path.pem >certs.pem

# ---- kinds of keys -----------------------------------------------------------------

# with_certs FILE: FILE.all.pem has it and the certificates
with_certs()
{
	cat "$1" certs.pem >"$1.all.pem"
}

openssl rsa -in leaf.key -traditional -out pkcs1.pem 2>>openssl.log
for file in leaf.key pkcs1.pem; do
	with_certs "$file"
	loads "PEM in the open: $file" 3 "$file.all.pem"
	run "$load" "$file.all.pem"
	exits "no PIN is asked for: $file" 0
done

# Encrypted: PBES2, scrypt and PBES1 (RFC 8018).
while read -r name options; do
	# shellcheck disable=SC2086
	if openssl pkcs8 -topk8 -in leaf.key -passout file:pin $options \
	    -out "$name.pem" 2>>openssl.log; then
		with_certs "$name.pem"
		loads "PKCS#8: $name" 3 "$name.pem.all.pem"
		openssl pkcs8 -topk8 -in leaf.key -passout file:pin $options \
		    -outform DER -out "$name.der" 2>>openssl.log
		loads "PKCS#8: $name, DER" 3 -e certs.pem "$name.der"
		run "$load" -p file:wrong "$name.pem.all.pem"
		exits "a wrong PIN: $name" 3
		like "what it may be: $name" "$err" \
		    'PIN.* wrong, or the file is damaged'
	else
		skip "PKCS#8: $name" "this openssl does not make it"
	fi
done <<'END'
pbes2-aes -v2 aes-256-cbc
pbes2-sha512 -v2 aes-256-cbc -v2prf hmacWithSHA512
pbes2-3des -v2 des3
pbes2-iterations -v2 aes-256-cbc -iter 100000
scrypt -scrypt
pbes1-3des -v1 PBE-SHA1-3DES
md5-des -v1 PBE-MD5-DES -provider legacy -provider default
sha1-des -v1 PBE-SHA1-DES -provider legacy -provider default
rc4 -v1 PBE-SHA1-RC4-128 -provider legacy -provider default
rc2 -v1 PBE-SHA1-RC2-40 -provider legacy -provider default
END
run "$load" pbes2-aes.pem.all.pem
exits "no PIN source" 2
like "that is said" "$err" 'protected by a PIN, and no PIN source'

# Encrypted the traditional way.
for cipher in aes128 aes256 des3 camellia256 des; do
	legacy=
	[ "$cipher" != des ] || legacy='-provider legacy -provider default'
	# shellcheck disable=SC2086
	if openssl rsa -in leaf.key -traditional "-$cipher" \
	    -passout file:pin $legacy -out "old-$cipher.pem" \
	    2>>openssl.log && grep -q ENCRYPTED "old-$cipher.pem"; then
		with_certs "old-$cipher.pem"
		loads "traditional: $cipher" 3 "old-$cipher.pem.all.pem"
		run "$load" -p file:wrong "old-$cipher.pem.all.pem"
		exits "a wrong PIN, traditional: $cipher" 3
		like "what it may be, traditional: $cipher" "$err" \
		    'PIN.* wrong, or the file is damaged'
		run "$load" "old-$cipher.pem.all.pem"
		exits "no PIN source, traditional: $cipher" 2
	else
		skip "traditional: $cipher" "this openssl does not make it"
	fi
done
sed 's/^DEK-Info: AES-256-CBC/DEK-Info: NO-SUCH-CIPHER/' old-aes256.pem \
    >unknown.pem
refuses "traditional: an unknown cipher" 3 'header of the RSA PRIVATE KEY' \
    unknown.pem
sed 's/^DEK-Info: .*/DEK-Info: AES-256-CBC,00/' old-aes256.pem >short.pem
refuses "traditional: a short vector" 3 'header of the RSA PRIVATE KEY' \
    short.pem

# The legacy provider only where it is needed.
OPENSSL_MODULES=$scratch/none
export OPENSSL_MODULES
loads "AES does without the legacy provider" 3 pbes2-aes.pem.all.pem
loads "traditional 3DES as well" 3 old-des3.pem.all.pem
for file in md5-des.pem old-des.pem; do
	[ -f "$file.all.pem" ] || continue
	refuses "$file says that it is missing" 3 'legacy provider' \
	    "$file.all.pem"
done
unset OPENSSL_MODULES

# Elliptic curves: SEC1, with the parameters in front as openssl writes them.
openssl ecparam -name prime256v1 -genkey -out ec.pem 2>>openssl.log
ok "openssl writes parameters in front" grep -q 'BEGIN EC PARAMETERS' ec.pem
openssl req -x509 -new -key ec.pem -subj /CN=Curve -days 10 -out ec-cert.pem \
    2>>openssl.log
cat ec.pem ec-cert.pem >ec-all.pem
load ec-all.pem
like "SEC1 with parameters in front" "$out" '^signs ES256$'
openssl ec -in ec.pem -outform DER -out ec.der 2>>openssl.log
load -e ec-cert.pem ec.der
like "SEC1 in DER" "$out" '^signs ES256$'
openssl ec -in ec.pem -aes256 -passout file:pin -out ec-old.pem 2>>openssl.log
load -e ec-cert.pem ec-old.pem
like "SEC1, traditional" "$out" '^signs ES256$'

# DER in the open.
openssl pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out leaf.der
openssl rsa -in leaf.key -traditional -outform DER -out pkcs1.der \
    2>>openssl.log
for file in leaf.der pkcs1.der; do
	loads "DER: $file" 3 -e certs.pem "$file"
	{ cat "$file"; echo more; } >longer.der
	loads "DER: $file, and more" 3 -e certs.pem longer.der
	like "is said: $file" "$err" 'warning: .* 5 bytes after its end'
	head -c -20 "$file" >cut.der
	load -e certs.pem cut.der
	exits "DER: $file, cut short" 3
done
openssl pkcs8 -topk8 -in leaf.key -passout file:pin -outform DER \
    -v2 aes-256-cbc -iter 100 | { cat; echo more; } >longer.der
loads "DER: encrypted, and more" 3 -e certs.pem longer.der

if has certtool; then
	certtool --to-p8 --load-privkey leaf.key --password 'test pin' \
	    --outfile gnutls.pem >>certtool.log 2>&1
	loads "certtool: PKCS#8" 3 -e certs.pem gnutls.pem
	certtool --to-p8 --load-privkey leaf.key --password 'test pin' \
	    --outder --outfile gnutls.der >>certtool.log 2>&1
	loads "certtool: PKCS#8, DER" 3 -e certs.pem gnutls.der
	certtool --key-info --infile leaf.key --outfile gnutls-text.pem \
	    >>certtool.log 2>&1
	loads "certtool: with a description of the key in front" 3 \
	    -e certs.pem gnutls-text.pem
fi

# ---- how files are put together ------------------------------------------------

order()
{
	local name=$1
	shift
	cat "$@" >ordered.pem
	loads "order: $name" 3 ordered.pem
}
order "key last" leaf.pem path.pem leaf.key
order "key between" root.pem leaf.key sub.pem leaf.pem
order "all twice" leaf.key certs.pem leaf.key certs.pem
order "encrypted key last" certs.pem pbes2-aes.pem

openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile path.pem \
    -name 'my seal' -passout file:pin -out seal.p12 2>>openssl.log
openssl pkcs12 -in seal.p12 -passin file:pin -nodes -out bag.pem \
    2>>openssl.log
ok "openssl writes bag attributes" grep -q '^Bag Attributes' bag.pem
loads "bag attributes" 3 bag.pem
loads "bag attributes have the friendly name" 3 -i 'my seal' bag.pem
load -i 'her seal' bag.pem
exits "another friendly name" 3
openssl pkcs12 -in seal.p12 -passin file:pin -passout 'pass:test pin' -out bage.pem \
    2>>openssl.log
loads "bag attributes, encrypted" 3 -i 'my seal' bage.pem
openssl x509 -in leaf.pem -text -out text.pem
cat text.pem leaf.key path.pem >ordered.pem
loads "certificates with their text" 3 ordered.pem

cat leaf.key certs.pem >all.pem
sed 's/$/\r/' all.pem >crlf.pem
tr '\n' '\r' <all.pem >cr.pem
{ printf '\357\273\277'; cat leaf.key; printf '\357\273\277'
	cat certs.pem; } >marked.pem
sed 's/^/ \t/; s/$/  /' all.pem >indented.pem
sed 's/$/\n/' all.pem >spaced.pem
{ printf '\n\n   \n'; cat all.pem; } >leading.pem
awk '/-----BEGIN/ { print; next } /-----END/ { print ""; print; next }
	{ printf "%s", $0 }' all.pem >unbroken.pem
head -c -1 all.pem >unended.pem
base64 -w 0 all.pem >secret.txt
for file in crlf cr marked indented spaced leading unbroken unended; do
	loads "text: $file" 3 "$file.pem"
done
loads "text: base64 of it all" 3 secret.txt
sed 's/$/\r/' old-aes256.pem.all.pem >crlf.pem
loads "text: traditional, CRLF" 3 crlf.pem

openssl x509 -in leaf.pem -trustout -addtrust emailProtection -out trusted.pem
cat leaf.key trusted.pem path.pem >ordered.pem
loads "a trusted certificate" 3 ordered.pem
openssl crl2pkcs7 -nocrl -certfile certs.pem -out all.p7b
openssl crl2pkcs7 -nocrl -certfile certs.pem -outform DER -out all.p7c
sed 's/PKCS7/CMS/' all.p7b >all.cms
cat leaf.key all.p7b >ordered.pem
loads "PKCS#7 in the file" 3 ordered.pem

# ---- several keys --------------------------------------------------------------

key=rsa:2048 key_options=
certificate second '/C=SE/O=Second AB/CN=Second' sub keyUsage=digitalSignature
cat leaf.key leaf.pem second.key second.pem path.pem >two.pem
loads "two keys: the legal person's" 3 two.pem
load -i "$(openssl x509 -in second.pem -noout -serial | cut -d= -f2)" two.pem
like "two keys: the other by its serial number" "$out" '^cn Second$'
cat second.key leaf.key certs.pem >two.pem
loads "two keys, one with certificate" 3 two.pem
openssl pkcs8 -topk8 -in second.key -passout file:wrong -out theirs.pem
cat pbes2-aes.pem theirs.pem certs.pem >two.pem
refuses "two keys with two passwords" 3 'opens one key of two.pem but not' \
    two.pem
openssl genpkey -algorithm X25519 -out x25519.pem 2>>openssl.log
cat x25519.pem all.pem >two.pem
loads "a key of another kind beside it" 3 two.pem

# ---- certificates beside the key -------------------------------------------------

openssl x509 -in leaf.pem -outform DER -out leaf-cert.der
for file in certs.pem all.p7b all.p7c all.cms; do
	loads "certificate: $file" 3 -e "$file" leaf.key
done
loads "certificate: DER, the rest as chain" 3 -e leaf-cert.der -c path.pem \
    pkcs1.der
loads "certificates: several files" 3 -e sub.pem -e root.pem \
    -e leaf-cert.der leaf.key
refuses "a key and no certificate" 3 'private key but no certificate' leaf.key
like "--cert is named" "$err" '^remedy: .*--cert'
refuses "a certificate and no key" 3 'certificates but no private key' \
    leaf.pem
like "--key is named" "$err" '^remedy: .*--key'
refuses "a certificate and no key, DER" 3 'certificates but no private key' \
    leaf-cert.der
refuses "certificates and no key, PKCS#7" 3 'certificates but no private key' \
    all.p7c
load -r registered leaf.key
exits "a registered key needs none" 0
like "and has none" "$out" '^path 0$'
refuses "a certificate of another key" 3 \
    'no certificate in second.pem belongs to the private key in leaf.key' \
    -e second.pem leaf.key
unlike "nothing would fit" "$err" 'the one that does'
refuses "the right one is among the chain" 3 'no certificate in second.pem' \
    -e second.pem -c leaf.pem leaf.key
like "it is named" "$err" '^remedy: the one that does .*CN=Test Seal.*serial '
refuses "the right one is beside the key" 3 'in second.pem, sub.pem belongs' \
    -e second.pem -e sub.pem all.pem
like "it is named as well" "$err" '^remedy: the one that does .*CN=Test Seal'
cat leaf.key second.pem >mixed.pem
refuses "both in one file" 3 'do not belong together' mixed.pem
refuses "a certificate file that is none" 3 'no certificate in leaf.key' \
    -e leaf.key leaf.key
refuses "a certificate file that is not there" 2 'No such file' \
    -e nothing leaf.key

# A renewed certificate of the same key: the one that is named counts.
openssl req -new -key leaf.key -subj '/C=SE/O=Renewed AB/CN=Test Seal' \
    -out renewed.csr
openssl x509 -req -in renewed.csr -CA sub.pem -CAkey sub.key -CAcreateserial \
    -days 20 -out renewed.pem 2>>openssl.log
load -e renewed.pem all.pem
like "the certificate that is named counts" "$out" '^o Renewed AB$'

# ---- damage --------------------------------------------------------------------

head -c 500 all.pem >cut.pem
refuses "cut short" 3 'PRIVATE KEY that begins in line 1 does not' cut.pem
sed '5s/^...../!!!!!/' all.pem >bad.pem
refuses "foreign characters" 3 'PRIVATE KEY that begins in line 1' bad.pem
{ cat leaf.key; sed '/END CERT/d' leaf.pem; cat path.pem; } >open.pem
refuses "a block without end" 3 'CERTIFICATE that begins in line 29' open.pem
sed '/BEGIN PRIV/,/END PRIV/s/^MII/MIJ/' all.pem >bad.pem
refuses "DER that is none" 3 'PRIVATE KEY that begins in line 1' bad.pem
sed '/BEGIN CERT/,/END CERT/s/^MII/MIJ/' sub.pem >broken.pem
cat leaf.key leaf.pem broken.pem >half.pem
loads "a certificate that cannot be read" 1 half.pem
like "is said" "$err" 'warning: half.pem: 1 certificates .*left out'
openssl req -new -key leaf.key -subj /CN=x -out request.pem
refuses "a request" 3 'another kind \(CERTIFICATE REQUEST\)' request.pem
openssl pkey -in leaf.key -pubout -out public.pem
refuses "a public key" 3 'another kind \(PUBLIC KEY\)' public.pem

# ---- what it may cost ------------------------------------------------------------

# ASN.1 of an encrypted key by hand: FUNCTION PARAMETERS
encrypted()
{
	cat >asn1.cnf <<END
asn1=SEQUENCE:top
[top]
algorithm=SEQUENCE:algorithm
data=FORMAT:HEX,OCTETSTRING:00112233445566778899aabbccddeeff
[algorithm]
oid=OID:PBES2
parameters=SEQUENCE:pbes2
[pbes2]
kdf=SEQUENCE:kdf
cipher=SEQUENCE:cipher
[kdf]
oid=OID:$1
parameters=SEQUENCE:kdfp
[cipher]
oid=OID:aes-256-cbc
iv=FORMAT:HEX,OCTETSTRING:00112233445566778899aabbccddeeff
[kdfp]
salt=FORMAT:HEX,OCTETSTRING:0011223344556677
$2
END
	openssl asn1parse -genconf asn1.cnf -noout -out made.der \
	    2>>openssl.log
}
# scrypt COST BLOCK PARALLEL
scrypt()
{
	encrypted id-scrypt "n=INTEGER:$1
r=INTEGER:$2
p=INTEGER:$3"
}
scrypt 16384 8 1
refuses "scrypt as usual is tried" 3 'PIN .* wrong, or the file' made.der
scrypt 16384 15 1
refuses "scrypt with 31 MiB is tried" 3 'PIN .* wrong, or the file' made.der
scrypt 32768 8 1
refuses "scrypt with 33 MiB is not" 3 'more than 32 MiB of memory' made.der
scrypt 1048576 8 1
refuses "scrypt with 1 GiB is not" 3 'more than 32 MiB of memory' made.der
scrypt 16384 8 64
refuses "scrypt in parallel is capped" 3 'iterations of key derivation' \
    made.der
scrypt 16384 8 2000
refuses "scrypt beyond all measure" 3 'iterations of key derivation' made.der
encrypted PBKDF2 'n=INTEGER:10000001'
refuses "ten million iterations and one" 3 'more than 10000000 iterations' \
    made.der
like "how to have less" "$err" '^remedy: .*openssl pkey -in OLD -aes256'
{ echo '-----BEGIN ENCRYPTED PRIVATE KEY-----'; base64 made.der
	echo '-----END ENCRYPTED PRIVATE KEY-----'; } >made.pem
refuses "in PEM as well" 3 'more than 10000000 iterations' made.pem
encrypted 1.2.3.4 'n=INTEGER:1'
refuses "an unknown key derivation" 3 'not supported, or the parameters' \
    made.der

done_testing
