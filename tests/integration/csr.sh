# SPDX-License-Identifier: ISC
#
# segl csr: the key and the request, as OpenSSL reads them; what is refused;
# and a process that is killed at any point on the way.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

cd "$scratch" || exit
pin=canary-pin-5d1f
printf '%s\n' "$pin" >pin
printf 'another pin\n' >wrong
chmod 600 pin wrong
subject='/C=SE/O=Näst A\/S/CN=Näst'
id=VATSE-556677889901

# ---- a key and a request ----------------------------------------------------

run segl csr --issuer buypass --subject "$subject" --org-id "$id" \
    --pin file:pin --iterations 2048 --out eseal
exits "a key and a CSR are made" 0
is "without a warning" "$err" ""
is "the key is for its owner alone" "$(stat -c %a eseal.key)" 600
is "OpenSSL opens it with the PIN" \
    "$(openssl pkey -in eseal.key -passin file:pin -noout -text 2>&1 |
	head -n 1)" "Private-Key: (3072 bit, 2 primes)"
not_ok "and not with another" openssl pkey -in eseal.key -passin file:wrong \
    -noout
scheme=$(openssl asn1parse -in eseal.key)
for part in PBES2 PBKDF2 hmacWithSHA256 aes-256-cbc; do
	like "the key is protected with $part" "$scheme" ":$part\$"
done
like "with the iterations that were chosen" "$scheme" 'INTEGER +:0800$'
ok "GnuTLS opens it as well" sh -c 'certtool --key-info --pkcs8 \
    --password "$(cat pin)" <eseal.key | grep -q "3072 bits"'
run openssl req -in eseal.csr -noout -verify -subject -nameopt \
    utf8,sep_comma_plus,sname
like "OpenSSL verifies the CSR" "$out$err" 'verify OK'
is "the Subject is as it was given, the identifier behind O" \
    "$(printf '%s\n' "$out" | sed -n 's/^subject=//p')" \
    "C=SE,O=Näst A/S,organizationIdentifier=$id,CN=Näst"
is "it is the key's" \
    "$(openssl req -in eseal.csr -noout -pubkey)" \
    "$(openssl pkey -in eseal.key -passin file:pin -pubout)"
like "SHA-256" "$(openssl req -in eseal.csr -noout -text)" \
    'sha256WithRSAEncryption'

# ---- the letter --------------------------------------------------------------

run segl csr --issuer globaltrust --subject "$subject" --org-id "$id" \
    --key rsa:2048 --pin file:pin --iterations 2048 --out second.csr
exits "another, its name with the ending" 0
ok "the same two names" test -f second.key -a -f second.csr
for words in '^Subject: Order of an eSeal certificate for Näst A/S' \
    '^To GlobalTrust,' 'advanced electronic seal' 'No QSCD' 'soft token' \
    'legal person' "$id" 'trusted list' 'GLOBALTRUST 2020 ADVANCED 1' \
    'confirm in writing'; do
	like "the letter says $words" "$(printf '%s\n' "$out" | tr '\n' ' ' |
	    sed 's/  */ /g')
$out" "$words"
done
digest=$(openssl req -in second.csr -noout -pubkey |
    openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
like "and which key it is" "$out" "$digest"
is "no line is too long for a mail" \
    "$(printf '%s\n' "$out" | sed '1,/^Subject:/d' | awk 'length > 78' |
	wc -l)" 0

run segl csr --json --subject C=SE,O=X,CN=X --key second.key --pin file:pin \
    --out third
exits "a CSR of a key that is there" 0
not_ok "no key is made" test -e third.key
is "it is of that key" "$(openssl req -in third.csr -noout -pubkey)" \
    "$(openssl pkey -in second.key -passin file:pin -pubout)"
is "JSON tells which" "$(json "$scratch/out" 'd["public_key_sha256"]')" \
    "$digest"
like "the identifier that is missing draws a warning" "$err" \
    'no organizationIdentifier'
run segl csr --subject C=SE,O=X,CN=X --key second.key --pin file:wrong \
    --out fourth
exits "its PIN is another" 3
not_ok "no CSR" test -e fourth.csr

# ---- warnings -----------------------------------------------------------------

run segl csr --issuer digicert --subject "$subject" --org-id "$id" \
    --key ec:p256 --pin file:pin --iterations 2048 --out ec
exits "an EC key is made" 0
like "Maskinporten does not document it" "$err" 'warning.*RS256'
like "DigiCert does not take it" "$err" 'warning.*DigiCert.*ec:p256'
run segl csr --issuer commfides --subject "$subject" --org-id "$id" \
    --pin file:pin --iterations 2048 --out commfides
like "Commfides makes the key itself" "$err" 'warning.*Commfides.*itself'
run segl csr --subject "$subject" --org-id NTRNO-987654321 --pin file:pin \
    --iterations 2048 --key second.key --out digit
like "a wrong check digit" "$err" 'warning.*check digit'
printf 'short\n' >short
chmod 600 short
run segl csr --subject "$subject" --org-id "$id" --pin file:short \
    --iterations 2048 --key rsa:2048 --out short
like "a short PIN" "$err" 'warning.*fewer than 8'

# ---- refused --------------------------------------------------------------------

refused() # CODE NAME ERE OPTION ...
{
	local code=$1 name=$2 words=$3
	shift 3
	run segl csr --pin file:pin --iterations 2048 --out no "$@"
	exits "$name" "$code"
	like "$name: it is named" "$err" "$words"
	is "$name: nothing is written" "$(ls no.* 2>/dev/null)" ""
}
refused 2 "no Subject" 'no Subject'
refused 2 "an attribute that is unknown" 'not known: CM' \
    --subject /C=SE/CM=X
refused 2 "no country" 'C is no country' --subject /C=SX1/O=X
refused 2 "a country that is none" 'C is no country' --subject /C=QQ/O=X
refused 2 "a slash that is bare" 'S. in the Subject is no NAME=VALUE' \
    --subject '/C=DK/O=X A/S'
refused 2 "a plus that is bare" 'plus' --subject 'C=DK, O=A+B'
refused 2 "a person" 'GN is of a person' --subject '/C=DK/GN=Ada'
refused 2 "a person's number" 'number of a person' \
    --subject '/C=NO/serialNumber=UN:NO-9578-4050-1'
refused 2 "a name twice" 'O twice' --subject '/O=A/O=B'
refused 2 "a name too long" 'more than 64' \
    --subject "/O=$(head -c 65 /dev/zero | tr '\0' x)"
run segl csr --pin file:pin --iterations 2048 --key second.key --out long \
    --subject "/C=SE/O=$(head -c 64 /dev/zero | tr '\0' x)/CN=x" \
    --org-id "$id"
exits "one that is as long as may be" 0
refused 2 "an empty name" 'O is empty' --subject '/O='
refused 2 "no UTF-8" 'not UTF-8' --subject "$(printf '/O=\344')"
refused 2 "a colon in the identifier" 'colon' --subject /C=SE/O=X \
    --org-id "VATSE:556677889901"
refused 2 "a bare number" 'bare number' --subject /C=SE/O=X \
    --org-id 556677889901
refused 2 "two identifiers" 'another organizationIdentifier' \
    --subject "/O=X/organizationIdentifier=$id" --org-id NTRSE-5566778899
refused 2 "a key that nobody makes" 'no such kind' --subject /O=X \
    --key rsa:1024
refused 2 "an issuer that is not known" 'did you mean buypass' \
    --subject /O=X --issuer bypass
refused 2 "too few iterations" 'too few' --subject /C=SE/O=X/CN=X \
    --iterations 2047
refused 2 "too many iterations" 'more than other programs' \
    --subject /C=SE/O=X/CN=X --iterations 600001
: >none
chmod 600 none
refused 2 "an empty PIN" 'PIN is empty' --subject /C=SE/O=X/CN=X \
    --pin file:none
refused 2 "a PIN in the place of its source" 'PIN source' \
    --subject /C=SE/O=X --pin "$pin"
unlike "it is not repeated" "$err" "$pin"
run segl csr --subject /O=X --pin file:pin --out "$scratch/nowhere/x"
exits "a directory that is not there" 2
like "it is said" "$err" 'make the directory'

# ---- nothing is overwritten --------------------------------------------------------

sum=$(sha256sum eseal.key eseal.csr)
run segl csr --subject "$subject" --org-id "$id" --pin file:pin --out eseal
exits "a key that is there" 2
like "what to do with it" "$err" '--key eseal\.key'
rm -f lonely.*
: >lonely.csr
run segl csr --subject "$subject" --org-id "$id" --pin file:pin --out lonely
exits "a CSR that is there" 2
not_ok "then no key is made either" test -e lonely.key
ln -s /nonexistent dangling.key
run segl csr --subject "$subject" --org-id "$id" --pin file:pin --out dangling
exits "a link to nowhere" 2
is "the files are as before" "$(sha256sum eseal.key eseal.csr)" "$sum"

# ---- killed on the way ---------------------------------------------------------------

# What is there then must be whole, and a second run must be able to go on.
if ! killer; then
	skip "killed on the way" "$killer_missing"
else
	n=0
	bad=
	rc=137
	mkdir kills
	while [ "$rc" -eq 137 ] && [ "$n" -lt 200 ]; do
		n=$((n + 1))
		rm -rf kills/*
		killed_at "$n" csr --subject "$subject" \
		    --org-id "$id" --pin file:pin --iterations 2048 \
		    --key ec:p256 --out kills/k >/dev/null 2>&1
		rc=$?
		find kills -name '.*' -type f | grep -q . &&
		    bad="$bad $n:leftover"
		if [ -e kills/k.key ]; then
			openssl pkey -in kills/k.key -passin file:pin \
			    -noout 2>/dev/null || bad="$bad $n:key"
			more="--key kills/k.key"
		else
			[ ! -e kills/k.csr ] || bad="$bad $n:csr-without-key"
			more="--key ec:p256"
		fi
		if [ -e kills/k.csr ]; then
			openssl req -in kills/k.csr -noout -verify \
			    >/dev/null 2>&1 || bad="$bad $n:csr"
			continue
		fi
		# shellcheck disable=SC2086
		segl csr -q --subject "$subject" --org-id "$id" \
		    --pin file:pin --iterations 2048 $more --out kills/k \
		    >/dev/null 2>&1 || bad="$bad $n:again"
	done
	is "killed at each of $n calls, all was whole" "$bad" ""
	ok "there were some" test "$n" -gt 8
	is "the last run was not killed" "$rc" 0
fi

# ---- secrets ------------------------------------------------------------------------

openssl pkey -in eseal.key -passin file:pin -noout -text |
    sed -n '/^prime1:/,/^prime2:/p' | grep -o '[0-9a-f][0-9a-f]' |
    sed -n '20,43p' | tr -d '\n' >prime.hex
"$python" - <<'END' >leaks
import glob, os, re
prime = bytes.fromhex(open("prime.hex").read())
for name in glob.glob("*.key") + glob.glob("*.csr") + ["out", "err"]:
    if not os.path.isfile(name):
        continue
    with open(name, "rb") as f:
        data = f.read()
    if b"canary-pin-5d1f" in data or prime in data:
        print(name)
END
is "there is a key to look for" "$(wc -c <prime.hex)" 48
empty "neither PIN nor key stands in any file" leaks

# Typed twice: a slip would lock the key for good.
cat >type.py <<'END'
import os, pty, sys, time
answers = [a.encode() for a in sys.argv[1:3]]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen, at = b"", 0
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if answers and b"PIN of " in seen[at:] and seen.rstrip(b" ").endswith(b":"):
        at = len(seen)
        time.sleep(0.1)
        os.write(fd, answers.pop(0) + b"\n")
os.write(1, seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
run "$python" type.py 'first try' 'other try' segl csr --subject "$subject" \
    --org-id "$id" --pin prompt --key rsa:2048 --iterations 2048 --out typed
exits "two PINs that differ" 2
like "it is said" "$out" 'differ'
not_ok "no key is made" test -e typed.key
run "$python" type.py 'the same' 'the same' segl csr --subject "$subject" \
    --org-id "$id" --pin prompt --key rsa:2048 --iterations 2048 --out typed
exits "the same twice" 0
unlike "they are not shown" "$out" 'the same'
ok "the key has that PIN" openssl pkey -in typed.key \
    -passin 'pass:the same' -noout

done_testing
