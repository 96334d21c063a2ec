# SPDX-License-Identifier: ISC
#
# segl bundle: what came from an issuer, in whatever form, becomes one clean
# file that OpenSSL, Java, GnuTLS and NSS read; what does not belong together
# does not.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

cd "$scratch" || exit
make_eseal "$scratch/e" || { fail "keys are made"; done_testing; }
make_eseal "$scratch/other" || { fail "others are made"; done_testing; }
pin=canary-pin-91c4
printf '%s\n' "$pin" >pin
chmod 600 pin
id=NTREE-12345678

digest_of() # FILE.p12 PIN-FILE
{
	openssl pkcs12 -in "$1" -passin "file:$2" -nokeys 2>/dev/null |
	    openssl x509 -noout -fingerprint -sha256
}
wanted=$(openssl x509 -in e/leaf.pem -noout -fingerprint -sha256)

# ---- key, certificate and path, each in a file -------------------------------

run segl bundle --key e/leaf.key --cert e/leaf.pem --chain e/path.pem \
    --pin file:pin --iterations 2048 --out seal.p12
exits "three files become one" 0
is "without a warning" "$err" ""
like "it says for whom" "$out" "identifier +$id"
is "the file is for its owner alone" "$(stat -c %a seal.p12)" 600

# OpenSSL
run openssl pkcs12 -info -in seal.p12 -passin file:pin -nodes
exits "OpenSSL reads it" 0
is "three certificates" "$(printf '%s\n' "$out" |
    grep -c 'BEGIN CERTIFICATE')" 3
like "the MAC is SHA-256" "$err" 'MAC: sha256, Iteration 2048'
is "key and certificates are under AES-256" "$(printf '%s\n' "$err" |
    grep -c 'PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256')" 2
is "the key is the one" \
    "$(openssl pkcs12 -in seal.p12 -passin file:pin -nodes -nocerts |
	openssl pkey -pubout)" "$(openssl pkey -in e/leaf.key -pubout)"
is "the leaf comes first" "$(digest_of seal.p12 pin)" "$wanted"

# Java
# (a Java without /proc does not start)
if command -v keytool >/dev/null && keytool -help >/dev/null 2>&1; then
	run keytool -list -v -keystore seal.p12 -storetype PKCS12 \
	    -storepass:file pin
	exits "Java reads it" 0
	like "as one key" "$out" 'Entry type: PrivateKeyEntry'
	like "with the whole path" "$out" 'Certificate chain length: 3'
	like "under the common name" "$out" '[Aa]lias name: näidis seal'
else
	skip "Java reads it" "no keytool"
fi

# GnuTLS
if command -v certtool >/dev/null; then
	run certtool --p12-info --inder --infile seal.p12 --password "$pin"
	exits "GnuTLS reads it" 0
	like "AES" "$out$err" 'AES-256'
	is "key and certificates" "$(printf '%s\n' "$out" |
	    grep -c 'BEGIN CERTIFICATE')" 3
else
	skip "GnuTLS reads it" "no certtool"
fi

# NSS
if command -v pk12util >/dev/null; then
	mkdir nss
	certutil -N -d sql:nss --empty-password 2>/dev/null
	run pk12util -i seal.p12 -d sql:nss -w pin
	exits "NSS imports it" 0
	like "key and certificate are a pair" \
	    "$(certutil -K -d sql:nss 2>&1)" 'rsa.*Näidis seal'
else
	skip "NSS imports it" "no pk12util"
fi

# ---- the other form ----------------------------------------------------------

run segl bundle --key e/leaf.key --cert e/leaf.pem --chain e/path.pem \
    --pin file:pin --iterations 2048 --out seal.pem
exits "as PEM" 0
like "the key is encrypted" "$(head -n 1 seal.pem)" 'BEGIN ENCRYPTED PRIVATE'
is "and opens" "$(openssl pkey -in seal.pem -passin file:pin -pubout)" \
    "$(openssl pkey -in e/leaf.key -pubout)"
is "three certificates" "$(grep -c 'BEGIN CERTIFICATE' seal.pem)" 3
is "the leaf first" "$(openssl x509 -in seal.pem -noout -fingerprint -sha256)" \
    "$wanted"
run segl check --as eseal --json --pin file:pin seal.pem
is "segl check knows whose it is" \
    "$(json "$scratch/out" 'd["consumer"]["ID"]')" "$id"
run segl bundle --format pem --name 'my seal' --json --pin file:pin \
    --iterations 2048 --out as-pem seal.p12
exits "from one file to the other form" 0
is "JSON says what" "$(json "$scratch/out" \
    '[d["schema"], d["format"], d["complete"], len(d["path"])]')" \
    '[1, "pem", true, 3]'

# ---- legacy and odd files ------------------------------------------------------

cat e/path.pem >>e/with-junk.pem
cat other/root.pem other/sub.pem >>e/with-junk.pem
odd() # NAME FILE OPTION ...
{
	local name=$1 file=$2
	shift 2
	rm -f clean.p12
	run segl bundle --pin file:e/pin --new-pin file:pin --iterations 2048 \
	    --out clean.p12 "$@" "$file"
	exits "$name" 0
	is "$name: the same seal, cleanly" \
	    "$(openssl pkcs12 -info -in clean.p12 -passin file:pin -nodes 2>&1 |
		grep -cE 'BEGIN CERTIFICATE|AES-256-CBC')" 5
}
openssl pkcs12 -export -legacy -inkey e/leaf.key -in e/leaf.pem \
    -certfile e/with-junk.pem -passout file:e/pin -out legacy.p12 2>/dev/null
openssl pkcs12 -export -inkey e/leaf.key -in e/leaf.pem -macalg sha1 \
    -certpbe NONE -certfile e/path.pem -passout file:e/pin -out odd.p12
cat e/root.pem e/leaf.pem e/leaf.key e/sub.pem >mixed.pem
openssl base64 -in legacy.p12 -out legacy.b64
chmod 600 legacy.p12 odd.p12 mixed.pem legacy.b64
odd "RC2 and 3DES, with certificates that do not belong to it" legacy.p12
odd "the same in base64" legacy.b64
odd "certificates that are not encrypted" odd.p12
odd "PEM in disorder" mixed.pem
odd "a leaf alone, its path beside it" e/leaf.p12 --chain e/path.pem
is "nothing of another's path is in it" \
    "$(openssl pkcs12 -in clean.p12 -passin file:pin -nokeys 2>/dev/null |
	grep -c 'BEGIN CERTIFICATE')" 3
openssl crl2pkcs7 -nocrl -certfile e/leaf.pem -certfile e/path.pem \
    -outform DER -out e/received.p7b
run segl bundle --key e/leaf.key --cert e/received.p7b --pin file:pin \
    --iterations 2048 --out p7b.p12
exits "a path that came as PKCS#7" 0
printf '%s\n' "$pin" | segl bundle --key e/leaf.key --cert e/received.p7b \
    --pin fd:0 --iterations 2048 --out fd.p12 >/dev/null 2>err
is "one PIN from a descriptor serves both files" \
    "$(digest_of fd.p12 pin)" "$wanted"

# ---- what does not belong together ------------------------------------------------

refused() # CODE NAME ERE OPTION ...
{
	local code=$1 name=$2 words=$3
	shift 3
	run segl bundle --pin file:pin --iterations 2048 --out no.p12 "$@"
	exits "$name" "$code"
	like "$name: it is said" "$err" "$words"
	not_ok "$name: nothing is written" test -e no.p12
	is "$name: nothing is left" "$(find . -maxdepth 1 -name '.*' -type f)" \
	    ""
}
refused 3 "a certificate of another key" 'no certificate in .* belongs to' \
    --key other/leaf.key --cert e/leaf.pem --chain e/path.pem
refused 4 "a path that is not complete" 'CN=Test eSeal CA.* is missing' \
    --key e/leaf.key --cert e/leaf.pem
like "what to do" "$err" '--chain.*--incomplete'
refused 4 "the path of another" 'is missing' --key e/leaf.key \
    --cert e/leaf.pem --chain other/path.pem
refused 4 "a path without its root" 'CN=Test root.* is missing' \
    --key e/leaf.key --cert e/leaf.pem --chain e/sub.pem
run segl bundle --pin file:pin --iterations 2048 --key e/leaf.key \
    --cert e/leaf.pem --chain e/sub.pem --incomplete --out partly.p12
exits "on purpose" 0
like "with a warning" "$err" 'warning: the path is not complete'
refused 3 "no key" 'private key' e/leaf.pem
refused 2 "standard output" 'goes into a file' --key e/leaf.key \
    --cert e/leaf.pem --chain e/path.pem --out -
not_ok "nor is there a file called so" test -e ./-
refused 3 "a wrong PIN" 'PIN' e/seal.p12
refused 2 "no PIN" 'PIN' --pin env:NOT_SET e/seal.p12
refused 2 "too few iterations" 'too few' --iterations 1 --key e/leaf.key \
    --cert e/leaf.pem --chain e/path.pem
refused 2 "an empty friendly name" 'friendly name' --name '' \
    --key e/leaf.key --cert e/leaf.pem --chain e/path.pem
unlike "the PIN is never said" "$out$err" "$pin"

# ---- from where the certificates say -------------------------------------------

# An issuer's web server; the first word of a path is what is wrong with it.
cat >web.py <<'END'
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("asked", "a") as f:
            print(self.path, file=f)
        what, _, name = self.path[1:].partition("/")
        if what == "gone":
            self.send_error(404)
            return
        if what == "moved":
            self.send_response(302)
            self.send_header("Location", "/plain/" + name)
            self.end_headers()
            return
        if what == "huge":
            body = b"x" * 300000
        elif what == "text":
            body = b"<html>sign in</html>"
        else:
            with open(name, "rb") as f:
                body = f.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass
    def log_message(self, *args):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open("port", "w") as f:
    print(server.server_port, file=f)
server.serve_forever()
END
"$python" web.py &
child $!
wait_for 10 test -s port
web=http://127.0.0.1:$(cat port)
openssl x509 -in e/root.pem -outform DER -out root.der
openssl crl2pkcs7 -nocrl -certfile e/sub.pem -outform DER -out sub.p7c

# leaf_at NAME URL [URL]: the leaf again, which says where its issuer is.
leaf_at()
{
	local name=$1 access=
	shift
	for url in "$@"; do
		access="$access,caIssuers;URI:$url"
	done
	cat e/leaf.ext >"$name.ext"
	echo "authorityInfoAccess=${access#,}" >>"$name.ext"
	openssl x509 -req -in e/leaf.csr -CA e/with-aia.pem -CAkey e/sub.key \
	    -days 100 -extfile "$name.ext" -out "$name.pem" 2>/dev/null
}
# an issuing CA that says where the root is
cat e/sub.ext >sub.ext
echo "authorityInfoAccess=caIssuers;URI:$web/plain/root.der" >>sub.ext
openssl x509 -req -in e/sub.csr -CA e/root.pem -CAkey e/root.key -days 100 \
    -extfile sub.ext -out e/with-aia.pem 2>/dev/null
openssl crl2pkcs7 -nocrl -certfile e/with-aia.pem -outform DER -out sub.p7c

fetched() # NAME LEAF
{
	rm -f fetched.p12 asked
	run segl bundle --fetch --pin file:pin --iterations 2048 \
	    --key e/leaf.key --cert "$2" --out fetched.p12
	exits "$1" 0
	is "$1: the path is whole" "$(openssl pkcs12 -in fetched.p12 \
	    -passin file:pin -nokeys 2>/dev/null |
	    grep -c 'BEGIN CERTIFICATE')" 3
}
not_fetched() # NAME LEAF WARNING
{
	rm -f no.p12 asked
	refused 4 "$1" "$3" --fetch --key e/leaf.key --cert "$2"
}
leaf_at plain "$web/plain/sub.p7c"
fetched "issuers from the web, PKCS#7 and DER" plain.pem
is "each was asked for once" "$(tr '\n' ' ' <asked)" \
    '/plain/sub.p7c /plain/root.der '
rm -f asked
refused 4 "not without --fetch" 'is missing' --key e/leaf.key --cert plain.pem
not_ok "nobody is asked then" test -e asked
leaf_at moved "$web/moved/sub.p7c"
fetched "one that has moved" moved.pem
leaf_at second "$web/gone/sub.p7c" "$web/plain/sub.p7c"
fetched "the second of two addresses" second.pem
like "the first is warned of" "$err" 'warning.*HTTP status 404'
leaf_at gone "$web/gone/sub.p7c"
not_fetched "one that is gone" gone.pem 'warning.*HTTP status 404'
leaf_at text "$web/text/sub.p7c"
not_fetched "a page in its place" text.pem 'does not complete the path'
leaf_at huge "$web/huge/sub.p7c"
not_fetched "one that is far too large" huge.pem 'warning.*larger'
leaf_at other "$web/plain/other/sub.pem"
not_fetched "the certificate of another" other.pem \
    'does not complete the path'
leaf_at nobody http://127.0.0.1:1/sub.der
not_fetched "nobody is there" nobody.pem 'warning.*could not be reached'
leaf_at local "file://$scratch/sub.p7c" ldap://127.0.0.1/sub \
    "http://me:secret@127.0.0.1:$(cat port)/plain/sub.p7c"
not_fetched "addresses of other kinds" local.pem 'is missing'
not_ok "are not asked at all" test -e asked

# ---- what is there ------------------------------------------------------------------

sum=$(sha256sum <seal.p12)
run segl bundle --pin file:pin --iterations 2048 --out seal.p12 seal.pem
exits "a file that is there" 2
like "what to do" "$err" '--force'
is "it is as before" "$(sha256sum <seal.p12)" "$sum"
run segl bundle --force --pin file:e/pin --new-pin file:pin \
    --iterations 2048 --out seal.p12 e/leaf.p12
exits "--force does not excuse a wrong one" 4
is "it is still as before" "$(sha256sum <seal.p12)" "$sum"
run segl bundle --force --pin file:pin --iterations 2048 --out seal.p12 \
    seal.p12
exits "a file in its own place" 0
is "is the same seal" "$(digest_of seal.p12 pin)" "$wanted"
not_ok "written anew" test "$(sha256sum <seal.p12)" = "$sum"
is "nothing is left beside it" "$(find . -maxdepth 1 -name '.*' -type f)" ""
is "for its owner alone" "$(stat -c %a seal.p12)" 600

# What cannot be written whole is not there at all.
run sh -c 'trap "" XFSZ; ulimit -f 1; exec segl bundle "$@"' - --pin file:pin \
    --iterations 2048 --out large.p12 seal.pem
exits "a file that does not fit" 2
like "it is said" "$err" 'large\.p12 cannot be written'
not_ok "nothing half is there" test -e large.p12
is "nor anything else" "$(find . -maxdepth 1 -name '.*' -type f)" ""

done_testing
