# SPDX-License-Identifier: ISC
#
# The whole way of a certificate: key, CSR, an authority of our own that signs
# it, one clean file, the check, a token, and the certificate that follows it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

cd "$scratch" || exit
pin=canary-pin-3b7e
printf '%s\n' "$pin" >pin
printf 'the next pin\n' >pin2
chmod 600 pin pin2
id=NTRSE-5560000001
ask_for="/C=SE/O=Exempel AB/CN=Exempel AB"

# ---- an authority ------------------------------------------------------------

mkdir -p ca/new
: >ca/index.txt
echo 1000 >ca/serial
cat >ca/ca.cnf <<END
[ca]
default_ca = us
[us]
dir = $scratch/ca
new_certs_dir = $scratch/ca/new
database = $scratch/ca/index.txt
serial = $scratch/ca/serial
default_md = sha256
policy = all
unique_subject = no
preserve = yes
string_mask = utf8only
x509_extensions = seal
[all]
countryName = supplied
organizationName = supplied
organizationIdentifier = supplied
commonName = supplied
[seal]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
authorityKeyIdentifier = keyid
# QCStatements: QcType eseal (0.4.0.1862.1.6.2)
1.3.6.1.5.5.7.1.3 = DER:30:15:30:13:06:06:04:00:8e:46:01:06:30:09:06:07:04:00:8e:46:01:06:02
END
{
	rsa_key ca/root.key
	openssl req -x509 -key ca/root.key -out ca/root.pem -days 100 -subj '/C=EE/O=Test/CN=Test root' \
	    -addext keyUsage=critical,keyCertSign,cRLSign
	rsa_key ca/sub.key
	openssl req -new -key ca/sub.key -out ca/sub.csr -subj '/C=EE/O=Test/CN=Test eSeal CA'
	printf '%s\n' 'basicConstraints=critical,CA:TRUE' \
	    'keyUsage=critical,keyCertSign,cRLSign' >ca/sub.ext
	openssl x509 -req -in ca/sub.csr -CA ca/root.pem -CAkey ca/root.key \
	    -days 100 -extfile ca/sub.ext -out ca/sub.pem
	cat ca/sub.pem ca/root.pem >ca/path.pem
} >ca/log 2>&1

# sign CSR OUT DAYS: what the issuer does.
sign()
{
	openssl ca -batch -notext -config ca/ca.cnf -cert ca/sub.pem \
	    -keyfile ca/sub.key -days "$3" -in "$1" -out "$2" >>ca/log 2>&1
}

# ---- the first certificate ------------------------------------------------------

run segl csr --issuer sectigo --subject "$ask_for" --org-id "$id" \
    --key rsa:2048 --pin file:pin --iterations 2048 --out first
exits "1: a key and a CSR" 0
ok "2: the issuer signs it" sign first.csr first.pem 20
run segl bundle --key first.key --cert first.pem --chain ca/path.pem \
    --pin file:pin --iterations 2048 --out seal.p12
exits "3: one clean file" 0
run segl check --json --pin file:pin seal.p12
exits "4: nothing speaks against it, and no list speaks for it" 14
is "4: it is who was asked for" \
    "$(json "$scratch/out" 'd["consumer"]["ID"]')" "$id"
is "4: no rule is broken" "$(json "$scratch/out" '[f["id"]
    for f in d["findings"] if f["outcome"] == "broken" and
    f["severity"] == "must"]')" '[]'
sim_start --quiet --trust "$scratch/ca/path.pem" || {
	fail "a simulator starts"
	done_testing
}
SEGL_SOFTTOKEN=$scratch/seal.p12
SEGL_PIN=file:$scratch/pin
export SEGL_SOFTTOKEN SEGL_PIN
run segl token
exits "5: a token" 0
consumer_of()
{
	segl decode --json "$1" 2>/dev/null >"$scratch/decoded"
	json "$scratch/decoded" 'd["claims"]["consumer"]["ID"]'
}
printf '%s' "$out" >token
is "5: for that business" "$(consumer_of token)" "$id"

# ---- is it due? ------------------------------------------------------------------

run segl renew --due 10d
exits "not yet" 0
is "in silence, for cron" "$out$err" ""
run segl renew --due 30d
exits "it is time" 20
like "it says for which" "$out" "$id.*seal\.p12"
like "and how long" "$(echo "$out" | tr '\n' ' ')" 'in (19|20) *days'
is "that is no failure" "$err" ""
run segl renew --json --due 30d
exits "as JSON" 20
is "it is a result" "$(json "$scratch/out" '[d["schema"], d["due"]]')" \
    '[1, true]'
run segl renew --json --due 10d
exits "and not due as JSON" 0
is "says so" "$(json "$scratch/out" 'd["due"]')" false
run segl renew --due 30d --pin file:pin2
exits "a failure is another code" 3
run segl renew
exits "nothing to do is a mistake" 2

# ---- the next certificate -----------------------------------------------------------

segl csr --subject "$ask_for" --org-id "$id" --key rsa:2048 \
    --pin file:pin --iterations 2048 --out second >/dev/null
ok "another is ordered" sign second.csr second.pem 80
segl bundle --key second.key --cert second.pem --chain ca/path.pem \
    --pin file:pin --iterations 2048 --out next.p12 >/dev/null
before=$(sha256sum <seal.p12)

run segl renew --rehearse next.p12
exits "rehearsed" 0
like "a token was got with it" "$out" "got a token for $SEGL_SCOPE"
like "it says what comes next" "$out" 'without --rehearse'
is "nothing changed" "$(sha256sum <seal.p12)" "$before"
is "nothing new is there" "$(ls -A | grep -c 'until\|^\.')" 0

run segl renew --due 10d next.p12
exits "not due: nothing is done" 0
is "nothing changed then" "$(sha256sum <seal.p12)" "$before"

# what must not come into use
other() # NAME SUBJECT-ORG-ID DAYS [extra bundle options]
{
	segl csr -q --subject "$ask_for" --org-id "$2" --key rsa:2048 \
	    --pin file:pin --iterations 2048 --out "$1" >/dev/null
	sign "$1.csr" "$1.pem" "$3"
	segl bundle -q --key "$1.key" --cert "$1.pem" --chain ca/path.pem \
	    --pin file:pin --iterations 2048 --out "$1.p12" >/dev/null
}
refused() # CODE NAME ERE ARGUMENTS
{
	local code=$1 name=$2 words=$3
	shift 3
	run segl renew "$@"
	exits "$name" "$code"
	like "$name: it is said" "$err" "$words"
	is "$name: nothing changed" "$(sha256sum <seal.p12)" "$before"
	is "$name: nothing is left" "$(ls -A | grep -c 'until\|^\.')" 0
}
other case ntrse-5560000001 80 2>/dev/null
not_ok "a small letter is refused by segl csr already" test -e case.csr
other dashed NTRSE-556000-0001 80
refused 4 "the same number with a hyphen: another business to Customs" \
    'NTRSE-556000-0001.*NTRSE-5560000001' dashed.p12
like "whose turn it is" "$err" 'whose turn: +the issuer'
refused 2 "the same certificate again" 'that is in use' seal.p12
refused 3 "a wrong PIN" 'PIN' --new-pin file:pin2 next.p12
refused 3 "no certificate at all" 'pin' pin
sed 's/^keyUsage.*/keyUsage = critical,keyEncipherment/' ca/ca.cnf \
    >ca/crypt.cnf
segl csr -q --subject "$ask_for" --org-id "$id" --key rsa:2048 \
    --pin file:pin --iterations 2048 --out crypt >/dev/null
openssl ca -batch -notext -config ca/crypt.cnf -cert ca/sub.pem \
    -keyfile ca/sub.key -days 80 -in crypt.csr -out crypt.pem >>ca/log 2>&1
cat crypt.key crypt.pem ca/path.pem >crypt-all.pem
chmod 600 crypt-all.pem
refused 3 "a certificate for encryption" 'encrypt' crypt-all.pem
openssl ca -batch -notext -config ca/ca.cnf -cert ca/sub.pem \
    -keyfile ca/sub.key -startdate 20200101000000Z -enddate 20200201000000Z \
    -in second.csr -out past.pem >>ca/log 2>&1
segl bundle -q --key second.key --cert past.pem --chain ca/path.pem \
    --pin file:pin --iterations 2048 --out past.p12 >/dev/null
refused 4 "one that has ended" 'validity' past.p12
kill "$sim_pid"
wait "$sim_pid" 2>/dev/null
refused 7 "nobody answers the trial" 'could not be reached' --retry-for 0 \
    next.p12
sim_start --quiet || { fail "a simulator starts"; done_testing; }
SEGL_SOFTTOKEN=$scratch/seal.p12
SEGL_PIN=file:$scratch/pin
refused 5 "the server does not take it" 'MP-120' next.p12
kill "$sim_pid"
wait "$sim_pid" 2>/dev/null
sim_start --quiet --trust "$scratch/ca/path.pem"
SEGL_SOFTTOKEN=$scratch/seal.p12
SEGL_PIN=file:$scratch/pin
refused 2 "key and certificate in two files" 'two files' --key first.key \
    --cert first.pem next.p12

# ---- swapped -----------------------------------------------------------------------

# A process that is called segld, and notes that it was told.
cat >segld.py <<'END'
import signal, sys, time
with open("/proc/self/comm", "w") as f:
    f.write("segld")
def told(number, frame):
    open(sys.argv[1], "w").close()
signal.signal(signal.SIGHUP, told)
open(sys.argv[2], "w").close()
while True:
    time.sleep(60)
END
"$python" segld.py told running &
segld=$!
child $segld
wait_for 10 test -e running
echo "$segld" >segld.pid
chmod 640 seal.p12
ln -s seal.p12 current.p12
run segl renew --softtoken current.p12 --reload-pid-file segld.pid next.p12
exits "the next one is put in place" 0
like "it says so" "$out" 'renewed +current\.p12'
like "the old one is kept" "$out" 'kept +.*seal\.p12\.until-20'
ok "segld is told" wait_for 10 test -e told
is "the link is still one" "$(readlink current.p12)" seal.p12
is "what it leads to is the new one" "$(sha256sum <seal.p12)" \
    "$(sha256sum <next.p12)"
is "the old one is what it was" "$(cat seal.p12.until-* | sha256sum)" \
    "$before"
is "the mode is as before" "$(stat -c %a seal.p12)" 640
chmod 600 seal.p12
run segl token
exits "a token with it" 0

# With a PIN of its own it is written anew, under the one that is configured.
other third "$id" 85
segl bundle -q --pin file:pin --new-pin file:pin2 --iterations 2048 \
    --out third2.p12 third.p12 >/dev/null
run segl renew --json --new-pin file:pin2 --offline third2.p12
exits "one with another PIN" 0
is "JSON tells what was done" "$(json "$scratch/out" \
    '[d["swapped"], d["tried_scope"], d["organization_identifier"]]')" \
    "[true, null, \"$id\"]"
run segl token
exits "opens with the configured one" 0
is "it is the third" "$(openssl pkcs12 -in seal.p12 -passin file:pin -nokeys \
    -clcerts 2>/dev/null | openssl x509 -noout -fingerprint)" \
    "$(openssl x509 -in third.pem -noout -fingerprint)"

# A segld that runs has it at once: it is told, loads, and signs with it.
segld --listen "$scratch/segld.sock" --no-cache 2>segld.log &
real=$!
child $real
echo "$real" >real.pid
asked()
{
	curl -sf --unix-socket "$scratch/segld.sock" -H 'Segl-Request: 1' \
	    "http://localhost$1"
}
wait_for 20 asked /healthz
# signed_by NAME: whether the last grant was signed by that subject's key.
signed_by()
{
	asked '/v1/token?force=true' >/dev/null
	curl -s --cacert "$SEGL_CA" "${SEGL_ENV}__requests" >journal
	json journal '[r["certificates"][0] for r in d
	    if r["path"] == "/token"][-1]' | grep -q "CN=$1\(,\|\$\)"
}
ok "segld signs with the third" signed_by 'Exempel AB'
ask_for="/C=SE/O=Exempel AB/CN=The fourth"
other fourth "$id" 86
run segl renew --offline --reload-pid-file real.pid fourth.p12
exits "renewed beside it" 0
unlike "without a remark" "$err" 'warning'
ok "it signs with the fourth" wait_for 20 signed_by 'The fourth'
is "and was never gone" "$(grep -c 'ended\|could not' segld.log)" 0
run segl renew -q --offline --expect-id NTRSE-556000-0001 \
    --reload-pid-file real.pid dashed.p12
alarmed()
{
	grep -q 'ALARM.*another' segld.log
}
ok "another organisation's seal is an alarm" wait_for 20 alarmed
ok "and is not taken up" signed_by 'The fourth'
kill $real
wait $real
is "it ends in order" $? 0
cp -f third.p12 seal.p12

# A stale number is not trusted.
sleep 1000 &
child $!
echo $! >stale.pid
run segl renew --offline --reload-pid-file stale.pid fourth.p12
exits "a process id that is another's" 0
like "is not sent a signal" "$err" 'warning.*not segld'
ok "it lives" kill -0 "$(cat stale.pid)"

# A change that is meant.
run segl renew --offline --expect-id NTRSE-556000-0001 dashed.p12
exits "another identifier, on purpose" 0
like "draws a warning" "$err" 'warning.*changes from NTRSE-5560000001'

# Ended at each call that touches the disk: one of the two, whole, is there.
if killer; then
	n=0
	bad=
	rc=137
	mkdir kills
	while [ "$rc" -eq 137 ] && [ "$n" -lt 200 ]; do
		n=$((n + 1))
		rm -f kills/* kills/.??*
		cp third.p12 kills/seal.p12
		old=$(sha256sum <third.p12)
		killed_at "$n" renew --offline --softtoken kills/seal.p12 \
		    fourth.p12 >/dev/null 2>&1
		rc=$?
		now=$(sha256sum <kills/seal.p12)
		case $now in
		"$old") ;;
		"$(sha256sum <fourth.p12)")
			[ "$(cat kills/seal.p12.until-* | sha256sum)" = "$old" ] ||
			    bad="$bad $n:not-kept"
			;;
		*) bad="$bad $n:neither" ;;
		esac
	done
	is "killed at each of $n calls, one was whole" "$bad" ""
	ok "there were some calls" test "$n" -gt 8
	is "the last run was not killed" "$rc" 0
	is "and swapped" "$now" "$(sha256sum <fourth.p12)"
else
	skip "killed at each call" "$killer_missing"
fi

if can_be_nobody; then
	mkdir theirs
	cp fourth.p12 theirs/seal.p12
	cp pin theirs/pin
	chown -R 65534:65534 theirs
	chmod 600 theirs/seal.p12
		run segl renew --offline --softtoken theirs/seal.p12 third.p12
	exits "root renews for another user" 0
	is "who owns the new file, too" "$(stat -c '%u %a' theirs/seal.p12)" \
	    "65534 600"
	mkdir locked
	cp fourth.p12 third.p12 pin locked/
	chmod 644 locked/*
	run as_nobody segl renew -q --offline --pin "file:$scratch/locked/pin" \
	    --softtoken "$scratch/locked/fourth.p12" "$scratch/locked/third.p12"
	exits "a directory that is somebody else's" 2
	like "it is said" "$err" 'may write'
else
	skip "root renews for another user" "not root"
fi
unlike "no PIN in anything that was said" "$(cat ./*.log 2>/dev/null)$err$out" \
    "$pin|the next pin"

done_testing
