# SPDX-License-Identifier: ISC
#
# Key files of every maker at hand: made here, loaded by us.

. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

make_authority || { cat openssl.log; exit 99; }

# ---- openssl -------------------------------------------------------------------

# export FILE [options]: with the whole path
export_p12()
{
	local file=$1
	shift
	openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile path.pem \
	    -passout file:pin -out "$file" "$@" 2>>openssl.log
}

while read -r name options; do
	# shellcheck disable=SC2086
	if export_p12 "$name.p12" $options; then
		loads "openssl: $name" 3 "$name.p12"
	else
		skip "openssl: $name" "this openssl does not make it"
	fi
done <<'END'
default
legacy -legacy
3des -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
2des -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-2DES
rc2-128 -legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128
rc2-40 -legacy -keypbe PBE-SHA1-RC2-40 -certpbe PBE-SHA1-RC2-40
rc4-128 -legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-128
rc4-40 -legacy -keypbe PBE-SHA1-RC4-40 -certpbe PBE-SHA1-RC4-40
aes-128 -keypbe AES-128-CBC -certpbe AES-128-CBC
aes-192 -keypbe AES-192-CBC -certpbe AES-192-CBC
camellia -keypbe CAMELLIA-256-CBC -certpbe CAMELLIA-256-CBC
aria -keypbe ARIA-256-CBC -certpbe ARIA-256-CBC
mixed -legacy -keypbe AES-256-CBC -certpbe PBE-SHA1-RC2-40
key-open -keypbe NONE
certs-open -certpbe NONE
all-open -keypbe NONE -certpbe NONE
no-mac -nomac
no-mac-open -nomac -keypbe NONE -certpbe NONE
sha512 -macalg sha512
sha384 -macalg sha384
md5 -macalg md5
one-iteration -iter 1
no-mac-iterations -nomaciter
iterations -iter 10000
pbmac1 -pbmac1_pbkdf2
pbmac1-sha512 -pbmac1_pbkdf2 -pbmac1_pbkdf2_md sha512 -macalg sha512
END

run "$load" no-mac-open.p12
exits "what is not protected needs no PIN" 0
run "$load" all-open.p12
exits "what has a MAC does" 2
like "that is said" "$err" 'protected by a PIN, and no PIN source'
run "$load" default.p12
exits "no PIN source" 2

printf 'another pin\n' >wrong
for file in default legacy rc4-128 all-open no-mac; do
	[ -f "$file.p12" ] || continue
	run "$load" -p file:wrong "$file.p12"
	exits "a wrong PIN: $file" 3
	like "what it may be: $file" "$err" 'PIN.* wrong, or the file is damaged'
done

openssl pkcs12 -export -nokeys -in leaf.pem -passout file:pin \
    -out nokeys.p12 2>>openssl.log
refuses "certificates only" 3 'no private key' nokeys.p12
openssl pkcs12 -export -nocerts -inkey leaf.key -passout file:pin \
    -out nocerts.p12 2>>openssl.log
refuses "key only" 3 'no certificate' nocerts.p12
loads "key only, the rest as chain" 1 -c leaf.pem nocerts.p12
loads "key only, all the rest as chain" 3 -c leaf.pem -c path.pem nocerts.p12
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -passout file:pin \
    -out leaf.p12 2>>openssl.log
loads "the leaf alone" 1 leaf.p12
like "the missing issuer is named" "$out" '^missing CN=Test CA,O=Test Trust AB'
loads "and completed" 3 -c path.pem leaf.p12

# Certificates in any order: the leaf is found by its key.
cat root.pem leaf.pem sub.pem >shuffled.pem
openssl pkcs12 -export -inkey leaf.key -in shuffled.pem -passout file:pin \
    -out shuffled.p12 2>>openssl.log
loads "certificates in another order" 3 shuffled.p12
certificate stranger /CN=Stranger - basicConstraints=CA:TRUE
cat path.pem stranger.pem root.pem >more.pem
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile more.pem \
    -passout file:pin -out more.p12 2>>openssl.log
loads "strangers and duplicates are dropped" 3 more.p12

# Passwords: Latin-1 where others have UTF-8.
printf 'bl\303\245 nøkkel\n' >utf8
printf 'bl\345 n\370kkel\n' >latin1
for made in utf8 latin1; do
	openssl pkcs12 -export -inkey leaf.key -in leaf.pem \
	    -passout "file:$made" -out "$made.p12" 2>>openssl.log
	for typed in utf8 latin1; do
		run "$load" -p "file:$typed" "$made.p12"
		exits "PIN in $typed, file made with $made" 0
	done
done

# Wrapped.
base64 -w 0 default.p12 >base64.txt
base64 default.p12 >base64-lines.txt
{ echo '-----BEGIN PKCS12-----'
	base64 default.p12
	echo '-----END PKCS12-----'; } >pem.txt
base64 pem.txt >base64-pem.txt
for file in base64 base64-lines pem base64-pem; do
	loads "wrapped: $file" 3 "$file.txt"
done

# Elliptic curve keys.
for curve in P-256 P-384; do
	key=ec key_options="-pkeyopt ec_paramgen_curve:$curve"
	certificate "$curve" "/CN=$curve" - keyUsage=digitalSignature
	openssl pkcs12 -export -inkey "$curve.key" -in "$curve.pem" \
	    -passout file:pin -out "$curve.p12" 2>>openssl.log
	load "$curve.p12"
	exits "a key on $curve" 0
done
load P-256.p12
like "P-256 signs ES256" "$out" '^signs ES256$'
load P-384.p12
like "P-384 signs nothing we know" "$out" '^signs$'
key=ed25519 key_options=
certificate ed25519 /CN=ed25519 - keyUsage=digitalSignature
openssl pkcs12 -export -inkey ed25519.key -in ed25519.pem \
    -passout file:pin -out ed25519.p12 2>>openssl.log
load ed25519.p12
like "Ed25519 loads and signs nothing we know" "$out" '^signs$'
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
    -out pss.key 2>>openssl.log
openssl req -x509 -new -key pss.key -subj /CN=pss -days 10 -out pss.pem \
    2>>openssl.log
openssl pkcs12 -export -inkey pss.key -in pss.pem -passout file:pin \
    -out pss.p12 2>>openssl.log
load pss.p12
like "an RSASSA-PSS key loads and cannot sign RS256" "$out" '^signs$'

# Without the legacy provider: only files that need it are refused.
old_modules=${OPENSSL_MODULES-}
OPENSSL_MODULES=$scratch/none
export OPENSSL_MODULES
loads "a modern file does without the legacy provider" 3 default.p12
loads "3DES does without the legacy provider" 3 3des.p12
if [ -f legacy.p12 ]; then
	refuses "RC2 says that it is missing" 3 'legacy provider' legacy.p12
fi
OPENSSL_MODULES=$old_modules
[ -n "$OPENSSL_MODULES" ] || unset OPENSSL_MODULES

# ---- keytool ---------------------------------------------------------------------

# A Java without /proc does not start. Each of these runs is short: no time to
# compile what it runs, nor to collect what it leaves.
JAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
export JAVA_TOOL_OPTIONS
if has keytool && java -version >keytool.log 2>&1; then
	echo testpin >pin
	openssl pkcs12 -in leaf.p12 -passin 'pass:test pin' -nodes \
	    -out leaf-all.pem 2>>openssl.log
	openssl pkcs12 -export -name 'my seal' -inkey leaf.key -in leaf.pem \
	    -certfile path.pem -passout file:pin -out from.p12 2>>openssl.log
	# convert FILE [options]
	convert()
	{
		local file=$1
		shift
		rm -f "$file"
		keytool -importkeystore -noprompt -srckeystore from.p12 \
		    -srcstoretype PKCS12 -srcstorepass testpin \
		    -destkeystore "$file" -deststorepass testpin "$@" \
		    >>keytool.log 2>&1
	}
	convert java.p12 -deststoretype PKCS12
	loads "keytool" 3 java.p12
	convert java-old.p12 -deststoretype PKCS12 \
	    -J-Dkeystore.pkcs12.legacy
	loads "keytool, old algorithms" 3 java-old.p12
	keytool -genkeypair -keystore java.p12 -storepass testpin \
	    -alias second -dname 'CN=Second,C=SE' -keyalg RSA -keysize 2048 \
	    -validity 30 \
	    >>keytool.log 2>&1
	loads "keytool, two keys: the legal person's" 3 java.p12
	run "$load" -p file:pin -i second java.p12
	like "keytool, two keys: the other by its alias" "$out" '^cn Second$'
	run "$load" -p file:pin -i third java.p12
	exits "keytool, two keys: a third is not there" 3
	like "the two are listed" "$err" '"my seal" \(.*"second" \('
	keytool -genkeypair -keystore java.p12 -storepass testpin \
	    -alias third -dname 'CN=Third' -keyalg EC -validity 30 \
	    >>keytool.log 2>&1
	loads "keytool, three keys" 3 java.p12
	keytool -genkeypair -keystore ed.p12 -storepass testpin -alias ed \
	    -dname 'CN=Ed' -keyalg Ed25519 -validity 30 >>keytool.log 2>&1
	load ed.p12
	like "keytool, Ed25519 with its public key" "$out" '^cn Ed$'
	for type in JKS JCEKS; do
		file=store.$type
		convert "$file" -deststoretype "$type"
		refuses "keytool, $type" 3 "Java keystore \($type\)" "$file"
		advice=$(sed -n 's/^remedy: convert it: //p' err)
		rm -f "$file.p12"
		printf 'testpin\ntestpin\ntestpin\n' | sh -c "$advice" \
		    >>keytool.log 2>&1
		loads "keytool, $type converted as advised" 3 "$file.p12"
	done
	printf 'test pin\n' >pin
else
	skip "keytool" "not installed"
fi

# ---- certtool (GnuTLS) -----------------------------------------------------------

if has certtool; then
	cat leaf.pem path.pem >all.pem
	# as NAME PATH-LENGTH [options]
	certtool_makes()
	{
		local name=$1
		shift
		certtool --to-p12 --load-privkey leaf.key \
		    --load-certificate all.pem \
		    --p12-name 'my seal' --password 'test pin' \
		    --outfile "gnutls-$name.p12" "$@" >>certtool.log 2>&1
		loads "certtool: $name" 3 "gnutls-$name.p12"
	}
	certtool_makes pem
	certtool_makes der --outder
	certtool_makes 3des --outder --pkcs-cipher 3des-pkcs12
	certtool_makes rc2 --outder --pkcs-cipher rc2-40
	certtool_makes aes-128 --outder --pkcs-cipher aes-128
	for empty in --null-password --empty-password; do
		# GnuTLS 3.8 crashes on one of them
		if ! certtool --to-p12 --load-privkey leaf.key \
		    --load-certificate leaf.pem --p12-name x "$empty" \
		    --outder --outfile empty.p12 >>certtool.log 2>&1; then
			skip "certtool: $empty" "this certtool does not make it"
			continue
		fi
		: >none
		run "$load" -p file:none empty.p12
		exits "certtool: $empty" 0
		run "$load" empty.p12
		exits "certtool: $empty needs no PIN source" 0
	done
else
	skip "certtool" "not installed"
fi

# ---- pk12util (NSS) --------------------------------------------------------------

if has pk12util && has certutil; then
	mkdir nss
	certutil -N -d sql:nss --empty-password >>nss.log 2>&1
	openssl pkcs12 -export -name seal -inkey leaf.key -in leaf.pem \
	    -certfile path.pem -passout file:pin -out nss-in.p12 2>>openssl.log
	pk12util -i nss-in.p12 -d sql:nss -W 'test pin' -K '' >>nss.log 2>&1
	# name options
	nss_makes()
	{
		local name=$1
		shift
		pk12util -o "nss-$name.p12" -n seal -d sql:nss -W 'test pin' \
		    -K '' "$@" >>nss.log 2>&1
		loads "pk12util: $name" 3 "nss-$name.p12"
	}
	nss_makes default
	ok "pk12util: it is of indefinite length" \
	    sh -c 'od -An -tx1 -N2 nss-default.p12 | grep -q "30 80"'
	nss_makes 3des -c 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' \
	    -C 'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC'
	nss_makes aes-128 -c AES-128-CBC -C AES-128-CBC
	refuses "pk12util: the data base itself" 3 'SQLite' nss/key4.db
	head -c -40 nss-default.p12 >nss-cut.p12
	refuses "pk12util: cut short" 3 'cut short' nss-cut.p12
else
	skip "pk12util" "not installed"
fi

# ---- Microsoft ---------------------------------------------------------------------

if openssl rsa -in leaf.key -outform PVK -out ms.pvk -pvk-none \
    2>>openssl.log; then
	refuses "PVK" 3 'Microsoft private key \(PVK\)' ms.pvk
	cat leaf.pem path.pem >CERTIFICATES.pem
	sed -n 's/^remedy: convert it, with the certificates in [^:]*: //p' \
	    err | sed 's/-export/-export -passout file:pin/' >advice
	sh ./advice >>openssl.log 2>&1
	loads "PVK converted as advised" 3 ms.pvk.p12
else
	skip "PVK" "this openssl does not make it"
fi

# ---- chains ------------------------------------------------------------------------

openssl x509 -in sub.pem -outform DER -out sub.der
openssl crl2pkcs7 -nocrl -certfile path.pem -out path.p7b
openssl crl2pkcs7 -nocrl -certfile path.pem -outform DER -out path.p7c
openssl x509 -in sub.pem -trustout -addtrust emailProtection -out trusted.pem
{ echo 'Bag Attributes: <No Attributes>'; cat leaf.key path.pem; } >text.pem
for chain in path.pem path.p7b path.p7c text.pem default.p12; do
	case $chain in
	default.p12)
		refuses "chain: a PKCS#12 file is none" 3 'no certificate' \
		    -c "$chain" leaf.p12
		;;
	*) loads "chain: $chain" 3 -c "$chain" leaf.p12 ;;
	esac
done
loads "chain: DER" 2 -c sub.der leaf.p12
loads "chain: a trusted certificate" 2 -c trusted.pem leaf.p12
loads "chain: several" 3 -c sub.der -c root.pem leaf.p12
mkdir directory directory/deeper empty
cp sub.der root.pem leaf.key pin directory
cp path.pem empty/.hidden
loads "chain: a directory, what is no certificate passed over" 3 \
    -c directory leaf.p12
refuses "chain: a directory without" 3 'no certificate' -c empty leaf.p12
refuses "chain: nothing" 2 'No such file' -c nothing leaf.p12
sed '/BEGIN/,/END/s/^MII/MIJ/' sub.pem >broken.pem
cat broken.pem root.pem >half.pem
loads "chain: a certificate that cannot be read" 1 -c half.pem leaf.p12
like "is said" "$err" 'warning: .*left out'
refuses "chain: that one alone" 3 'no certificate' -c broken.pem leaf.p12

done_testing
