# SPDX-License-Identifier: ISC
#
# segl onboard: each step, whose turn it is, and what it writes. What each
# fault comes to stands in the table of faults; here is how it is told.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

# its seal names the port that it was made for
sim_kept=no
sim_start || { fail "a simulator starts"; done_testing; }
first_ca=$SEGL_CA
customs=$SEGL_CUSTOMS_URL
for name in ENTERPRISE CLIENT_ID SCOPE CONSUMER_ORG SYSTEM_USER \
    REGISTERED_CLIENT_ID KID REGISTERED_KEY; do
	eval "sim_$name=\$(sim_value SEGL_SIM_$name \"\$sim_dir/env\")"
done

# onboard ARGUMENT ...: the answer in JSON is in $scratch/out.
onboard()
{
	run segl onboard --json --trust none --revocation no --retry-for 0 "$@"
	read_steps
}

# One Python a run, and not one a question: name, member, value.
read_steps()
{
	"$python" - "$scratch/out" >"$scratch/steps" <<'END'
import json, sys
try:
    d = json.load(open(sys.argv[1], encoding="utf-8"))
except ValueError:
    d = {"steps": []}
for s in d["steps"]:
    for k in ("result", "turn", "evidence", "finding", "quote", "remedy"):
        print(s["name"], k, s.get(k, ""), sep="\t")
print("all", "conf", d.get("profile", {}).get("segl_conf", "")
    .replace("\n", ";"), sep="\t")
END
}

# of NAME MEMBER: a member of the step called so, "" where it has none.
of()
{
	awk -F '\t' -v name="$1" -v key="$2" \
	    '$1 == name && $2 == key { print $3 }' "$scratch/steps"
}

# step NAME RESULT TURN [PATTERN]: what a step came to.
step()
{
	is "$1: $2" "$(of "$1" result)" "$2"
	is "$1: it is the turn of ${3:-nobody}" "$(of "$1" turn)" "$3"
	[ -z "$4" ] || like "$1: says so" "$(of "$1" evidence)" "$4"
}

# ---- the whole way --------------------------------------------------------------

run segl doctor --json
read_steps
exits "segl doctor goes the whole way" 0
is "to the answer of the API" "$(of test-auth evidence)" \
    "$customs/api/movement/road/v2/test-auth answers 200 OK"
is "its steps are numbered" \
    "$(json "$scratch/out" '[s["step"] for s in d["steps"]] == list(range(1, 16))')" \
    true
is "ours stands beside theirs" \
    "$(json "$scratch/out" 'd["comparison"]["client_amr"]')" \
    '{"ours": "QCForESeal", "theirs": "QCForESeal"}'
is "revocation was asked" "$(of revocation result)" PASS
like "what works is told" "$(of all conf)" '\[profile .*;exchange = customs;'
curl -s --cacert "$SEGL_CA" "${SEGL_ENV}__requests" >"$scratch/journal"
is "two grants, an exchange, a request" "$(json "$scratch/journal" \
    '[r["path"][-10:] for r in d if r["path"][:2] in ("/t", "/a") and r["path"][:4] != "/aia"]')" \
    '["/token", "/token", "auth/token", "/test-auth"]'

run segl onboard --trust none --revocation no --until key
exits "it goes no further than it is told" 0
like "in text" "$out" '^ 3  PASS     the private key'
like "what is left out is skipped" "$out" '^ 4  SKIPPED'
unlike "without colours for a log" "$out" "$(printf '\033')"
unlike "and without progress" "$err" .
run env COLUMNS=40 segl onboard --trust none --revocation no --until key
is "a narrow screen is kept to" "$(printf '%s\n' "$out" |
    grep -e 'that$' -e '--until$' | awk 'length > 40' | wc -l) $(
    printf '%s\n' "$out" | grep -c -e '--until names')" "0 12"
run segl onboard --until 3 --trust none
exits "a step has a number, too" 0
run segl onboard --until tokn
exits "an unknown step is a mistake" 2
like "another is named" "$err" 'did you mean token'
requests()
{
	grep -c . "$sim_dir/log"
}
before=$(requests)
onboard --offline
exits "offline it sends nothing" 0
is "indeed" "$(requests)" "$before"
is "and says so" "$(of network evidence)" "nothing is sent (--offline)"
if command -v script >/dev/null; then
	TERM=xterm script -qec "segl onboard --trust none --until network" \
	    "$scratch/typescript" >"$scratch/null" 2>&1
	like "on a terminal the step that is waited for shows" \
	    "$(tr '\r' '\n' <"$scratch/typescript")" '\[9/15\] network'
else
	skip "on a terminal the step that is waited for shows" "no script(1)"
fi

# ---- where it stops -------------------------------------------------------------

echo wrong >"$scratch/wrong.pin"
onboard --pin "file:$scratch/wrong.pin"
exits "a wrong PIN" 3
step file FAIL you PIN
is "what needs the file is skipped" "$(of token result)" SKIPPED
is "what does not is looked at" "$(of network result)" PASS
is "the first failure is named" \
    "$(json "$scratch/out" 'd["failed_step"]')" file

pin=${SEGL_PIN#file:}
openssl pkcs12 -in "$SEGL_SOFTTOKEN" -passin "file:$pin" -nodes -clcerts \
    -out "$scratch/alone.pem" 2>"$scratch/log"
openssl pkcs12 -in "$SEGL_SOFTTOKEN" -passin "file:$pin" -nokeys \
    -out "$scratch/certs.pem" 2>"$scratch/log"
rsa_key "$scratch/other.key"
chmod 600 "$scratch"/*.pem "$scratch"/*.key
onboard --key "$scratch/other.key" --cert "$scratch/certs.pem" --until key
exits "another key" 3
step key FAIL you 'belongs'
is "nobody is chosen then" "$(of identity result)$(of suitable result)" \
    SKIPPEDSKIPPED
openssl x509 -in "$scratch/alone.pem" -out "$scratch/sample.pem"
onboard --softtoken "$scratch/sample.pem"
exits "a sample without its key" 3
step key FAIL you 'no private key'
like "is judged all the same" "$(of suitable evidence)" 'days are left'
is "up to where a key is needed" "$(of dry-run result)" SKIPPED
onboard --identity nobody --until key
exits "another identity" 3
step identity FAIL you 'no such identity'
onboard --softtoken "$scratch/alone.pem" --offline
exits "no path" 4
step path FAIL you 'stands alone'
run segl onboard --softtoken "$scratch/alone.pem" --offline --trust none \
    --require-suitable yes
like "where more than one step failed, each is named" "$out" \
    '^FAIL at step 4 \(path\), and 6 \(listed\)$'
is "the rule is named" "$(of path finding)" path-complete
is "and nothing is sent" "$(of dry-run result)" SKIPPED
onboard --expect-id NTRSE-1 --until key
exits "another identifier than expected" 4
step identity FAIL you
onboard --env https://name.invalid/
exits "no such name" 7
step network FAIL network 'does not resolve'
step clock WARN you
onboard --env "https://127.0.0.1:$(free_port)/"
exits "nobody answers" 7
step network FAIL network 'no connection'
onboard --scope toll:movement/road/v2
exits "the scope of the other family" 6
step token FAIL you 'MP-200'
like "the right one is named" "$(of token remedy)" toll:eu/
onboard --scope toll:eu/none/of/it
step token FAIL customs
like "the identifier to quote" "$(of token quote)" '^NTRSE-[0-9]{10}$'

mkdir -m 700 "$scratch/run"
onboard_again()
{
	run env -u SEGL_NO_CACHE "XDG_RUNTIME_DIR=$scratch/run" segl onboard \
	    --json --trust none --revocation no --until dry-run "$@"
	read_steps
}
onboard_again
step metadata PASS ""
onboard_again --metadata-url "${SEGL_ENV}nowhere"
exits "metadata that is not where it was" 0
step metadata WARN you 'is known without it.*404'
is "does not matter" "$(of dry-run result)" PASS

# ---- Norwegian businesses ---------------------------------------------------------

onboard --softtoken "$sim_ENTERPRISE" --client-id "$sim_CLIENT_ID"
exits "an enterprise certificate goes the whole way" 0
is "with its own scope" "$(of token evidence)" \
    "there is a token for toll:movement/road/v2"
is "up to the API" "$(of test-auth result)" PASS
onboard --softtoken "$sim_ENTERPRISE" --client-id "$sim_CLIENT_ID" \
    --scope "$sim_SCOPE" --consumer-org "$sim_CONSUMER_ORG"
exits "it acts for others" 0
is "first in its own name" "$(of dry-run result)" PASS
like "then for them" "$(of consumer evidence)" \
    "on behalf of 0192:$sim_CONSUMER_ORG"
(
	unset SEGL_SOFTTOKEN SEGL_PIN
	onboard --key "$sim_REGISTERED_KEY" --kid "$sim_KID" --client-id \
	    "$sim_REGISTERED_CLIENT_ID" --scope "$sim_SCOPE" \
	    --system-user "$sim_SYSTEM_USER"
	echo $rc >"$scratch/code"
)
is "a registered key, as a system user" "$(cat "$scratch/code")" 0
is "it needs no certificate" "$(of path result)" SKIPPED
step consumer PASS "" private_key_jwt

# ---- what it writes ----------------------------------------------------------------

cat "$SEGL_SOFTTOKEN" >"$scratch/eseal.p12"
cp "$pin" "$scratch/eseal.pin"
run segl onboard --trust none --softtoken "$scratch/eseal.p12" \
    --pin "file:$scratch/eseal.pin" --report "$scratch/r.json" \
    --report "$scratch/r.txt" --report "$scratch/r.html" \
    --write-conf "$scratch/made.conf"
exits "reports and a configuration are written" 0
is "for this user alone" \
    "$(stat -c %a "$scratch/r.html" "$scratch/made.conf" | tr '\n' ' ')" \
    "600 600 "
is "the JSON is that of --json" "$(json "$scratch/r.json" 'd["schema"]')" 1
like "the text has all steps" "$(cat "$scratch/r.txt")" '^15  PASS'
run segl config validate "$scratch/made.conf"
exits "the configuration is one" 0
run env -i PATH="$PATH" HOME="$HOME" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" \
    SEGL_LIBEXECDIR="$SEGL_LIBEXECDIR" SEGL_NO_CACHE=1 \
    segl token --config "$scratch/made.conf" -p onboard
exits "and gives a token, without anything else" 0
cp "$scratch/r.json" "$scratch/kept"
for file in "--report $scratch/r.json" "--write-conf $scratch/made.conf"; do
	before=$(requests)
	# shellcheck disable=SC2086
	run segl onboard $file
	exits "${file%% *} replaces nothing" 2
	is "and says so before anything is sent" "$(requests)" "$before"
done
ok "what was there is there" cmp "$scratch/kept" "$scratch/r.json"
run segl onboard --until key --report "$scratch/r.json" --force
exits "unless it is told to" 0
not_ok "then it is another" cmp -s "$scratch/kept" "$scratch/r.json"
run segl onboard --report "$scratch/r.pdf"
exits "a report of no known kind is a mistake" 2
run segl onboard --until key --write-conf "$scratch/none.conf"
like "without a token nothing is known to work" "$err" 'is not written'
not_ok "so nothing is written" test -e "$scratch/none.conf"

run segl onboard --until key --report "$scratch/none/r.html"
exits "a report that cannot be written" 2
like "names the file" "$err" 'none/r\.html cannot be written'
like "and what came of the steps is told all the same" "$out" '^PASS'

html=$(cat "$scratch/r.html")
unlike "the page has no scripts" "$html" '<script|onload|javascript:'
unlike "and fetches nothing" "$html" '(src|href)='
is "each element ends" "$("$python" - "$scratch/r.html" <<'END'
import html.parser, sys
class Check(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.bad = [], []
    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)
c = Check()
c.feed(open(sys.argv[1], encoding="utf-8").read())
print(c.open, c.bad)
END
)" "[] []"
chromium=$(command -v chromium || command -v chromium-browser) || chromium=
if [ -n "$chromium" ]; then
	# Chromium prints what it made of the page.
	timeout 120 "$chromium" --headless --no-sandbox --disable-gpu \
	    --disable-dev-shm-usage --user-data-dir="$scratch/chromium" \
	    --no-pdf-header-footer --print-to-pdf="$scratch/r.pdf" \
	    "file://$scratch/r.html" >"$scratch/log" 2>&1
	like "Chromium prints it" "$(head -c 5 "$scratch/r.pdf" 2>&1)" '%PDF-'
else
	skip "Chromium prints it" "Chromium is not installed"
fi

# ---- nothing secret in them -----------------------------------------------------------

# Canaries: the PIN, the key, the tokens that the simulator gave, the password
# of a proxy, a national identity number.
printf 'canary-pin-6f1d' >"$scratch/canary.pin"
openssl pkcs12 -in "$SEGL_SOFTTOKEN" -passin "file:$pin" -nodes \
    -out "$scratch/all.pem" 2>"$scratch/log"
openssl pkcs12 -export -in "$scratch/all.pem" -out "$scratch/canary.p12" \
    -passout "file:$scratch/canary.pin" 2>"$scratch/log"
chmod 600 "$scratch"/canary.*
make_tls "$scratch/tls"
cat "$scratch/tls/server.pem" "$scratch/tls/ca.pem" >"$scratch/shown.pem"
: >"$scratch/proxy.ready"
target=${SEGL_ENV#https://}
target=${target%/}
"$python" "$SEGL_SRCDIR/tests/integration/onboard_proxy.py" \
    "$scratch/shown.pem" "$scratch/tls/server.key" \
    "$target" >"$scratch/proxy.ready" 2>"$scratch/proxy.log" &
child $!
wait_for 20 is_ready "$scratch/proxy.ready" || cat "$scratch/proxy.log"
port=$(sed -n 's/^ready //p' "$scratch/proxy.ready")
HTTPS_PROXY="http://canary-user:canary-password@127.0.0.1:$port"
export HTTPS_PROXY
run segl onboard --softtoken "$scratch/canary.p12" --trust none \
    --revocation no --pin "file:$scratch/canary.pin" --ca "$first_ca" \
    --pid 01017012345 --until metadata --report "$scratch/c.json"
exits "a proxy that looks into TLS and is not trusted" 7
cp "$scratch/out" "$scratch/c0.txt"
cp "$scratch/c.json" "$scratch/out"
read_steps
step network FAIL network 'looks into TLS'
like "its CA is named" "$(of network evidence)" 'CN=Test TLS root of tls'
run segl onboard --softtoken "$scratch/canary.p12" --trust none \
    --revocation no --pin "file:$scratch/canary.pin" \
    --ca "$scratch/tls/ca.pem" --env "$SEGL_ENV" --verbose \
    --pid 01017012345 --report "$scratch/c.html" --report "$scratch/c.txt"
cat "$scratch/err" "$scratch/out" >"$scratch/c1.txt"
exits "one that is trusted, by who it is" 0
onboard --env test --until network --ca "$scratch/tls/ca.pem"
exits "one in the place of the real server" 7
run segl onboard --json --softtoken "$scratch/canary.p12" --trust none \
    --revocation no --pin "file:$scratch/canary.pin" \
    --ca "$scratch/tls/ca.pem" --scope toll:eu/none --pid 01017012345
cp "$scratch/out" "$scratch/c2.txt"
unset HTTPS_PROXY
openssl pkey -in "$scratch/all.pem" -outform DER 2>"$scratch/log" |
    "$python" -c '
import base64, sys
key = sys.stdin.buffer.read()
print(base64.b64encode(key[200:230]).decode())
print(base64.b64encode(key[201:231]).decode())
print(base64.b64encode(key[202:232]).decode())
print(key[200:230].hex())' >"$scratch/canaries"
printf '%s\n' canary-pin canary-password canary-user 01017012345 eyJ \
    'BEGIN [A-Z ]*PRIVATE' >>"$scratch/canaries"
for file in c.json c.html c.txt c0.txt c1.txt c2.txt; do
	ok "$file is there" test -s "$scratch/$file"
	grep -aiE -f "$scratch/canaries" "$scratch/$file" >"$scratch/offenders"
	empty "no secret is in $file" "$scratch/offenders"
done

# ---- the server outranks ------------------------------------------------------------------

again()
{
	stop "$sim_pid"
	sim_start "$@" || fail "a simulator starts with $*"
}
# A seal with a purpose that segl check is against, and the simulator not.
sim=$(dirname "$SEGL_CA")
(
	cd "$scratch" || exit
	openssl req -new -key other.key -out odd.csr -utf8 -subj \
	    "/C=SE/O=Udda AB/organizationIdentifier=NTRSE-5569999971/CN=Udda"
	printf '%s\n' 'basicConstraints=critical,CA:FALSE' \
	    'keyUsage=critical,digitalSignature' \
	    'extendedKeyUsage=timeStamping' >odd.ext
	openssl x509 -req -in odd.csr -CA "$sim/seal-ca.pem" \
	    -CAkey "$sim/seal-ca.key" -set_serial 4712 -days 200 \
	    -extfile odd.ext -out odd.pem
	cat other.key odd.pem "$sim/seal-ca.pem" "$sim/seal-root.pem" >odd.all
	chmod 600 odd.all
) >"$scratch/log" 2>&1
onboard --softtoken "$scratch/odd.all" --offline
exits "a verdict against it" 4
step suitable FAIL you 'extended-key-usage'
onboard --softtoken "$scratch/odd.all"
exits "is outranked by a token" 0
step suitable WARN segl 'gave a token all the same'
onboard --softtoken "$scratch/odd.all" --require-suitable yes
exits "unless the verdict is to count" 4
is "then nothing is sent" "$(of dry-run result)" SKIPPED

# fault [NAME [ARGUMENT]]: what happens from now on, and nothing else.
fault()
{
	curl -s --cacert "$SEGL_CA" -X DELETE "${SEGL_ENV}__faults"
	[ -z "$1" ] || curl -s --cacert "$SEGL_CA" -o "$scratch/null" \
	    -H 'Content-Type: application/json' "${SEGL_ENV}__faults" \
	    -d "{\"fault\":\"$1\"${2:+,\"argument\":\"$2\"}}"
}

SEGL_LOTL=$(sim_value SEGL_LOTL "$sim_dir/env")
SEGL_ANCHORS=$(sim_value SEGL_ANCHORS "$sim_dir/env")
export SEGL_LOTL SEGL_ANCHORS
run segl onboard --json --offline --trust "$scratch/lists"
read_steps
exits "a place that is not there" 2
step listed FAIL you 'no store'
mkdir "$scratch/lists"
run segl onboard --json --offline --trust "$scratch/lists"
read_steps
exits "a place without lists yet" 0
step listed WARN you 'no trust store'
run segl onboard --json --online --trust "$scratch/lists" --until listed
read_steps
exits "the lists are fetched first" 0
step listed PASS "" 'granted'
unset SEGL_LOTL SEGL_ANCHORS

curl -s --cacert "$SEGL_CA" -o "$scratch/null" \
    -H 'Content-Type: application/json' "${SEGL_ENV}__faults" \
    -d '{"fault":"status","argument":"502","when":"once",
    "path":"/api/access/external/oauth/token"}'
run segl onboard --json --trust none --revocation no
read_steps
exits "an exchange that fails in passing is tried again" 0
step exchange WARN "" 'at first: .*502'

fault token-consumer
onboard
exits "a token of somebody else" 9
step consumer FAIL segl 'and the certificate says NTRSE-'
is "goes no further" "$(of exchange result)" SKIPPED
fault clock-offset 300
onboard
exits "a clock that is behind" 10
step clock FAIL you '(29|30)[0-9] seconds behind'
is "does not hide the rest" "$(of test-auth result)" PASS
again --set path-root=refused
onboard
exits "a root that is not wanted" 0
step dry-run WARN you 'MP-120 with the root in x5c, accepted with it left out'
like "what works has it left out" "$(of all conf)" ';root = omit;'
is "the form is kept for the rest" "$(of token result)" PASS
again --set path-root=required --set customs-registered=none \
    --set client-amr=QRForeSeals
onboard --root omit
exits "not registered at Customs" 6
step dry-run WARN you 'accepted with it added'
step consumer WARN segl 'segl expected QCForESeal'
step exchange FAIL customs 'Not authorized to request scope'
like "the identifier to quote to them" "$(of exchange quote)" \
    '^NTRSE-[0-9]{10}$'

# What the file lacks stands where its certificates say.
sim=$(dirname "$SEGL_CA")
openssl pkcs12 -in "$SEGL_SOFTTOKEN" -passin "$SEGL_PIN" -nodes -nocerts \
    -out "$scratch/sim.key" 2>"$scratch/log"
openssl x509 -in "$sim/seal.pem" | cat "$scratch/sim.key" - >"$scratch/leaf.all"
cat "$scratch/leaf.all" "$sim/seal-ca.pem" >"$scratch/rootless.all"
openssl x509 -req -in "$scratch/odd.csr" -CA "$sim/seal-ca.pem" \
    -CAkey "$sim/seal-ca.key" -set_serial 4713 -days 200 2>"$scratch/log" |
    cat "$scratch/other.key" - >"$scratch/nowhere.all"
chmod 600 "$scratch"/*.all
onboard --softtoken "$scratch/rootless.all" --require-suitable no
step dry-run WARN you \
    'MP-120 with the 2 certificates of the file in x5c, accepted with 1 more'
like "the remedy fetches it once and for all" "$(of dry-run remedy)" \
    'segl bundle --fetch'
like "the profile says so, too" "$(of all conf)" 'the file lacks certificates'
is "it stays for the rest" "$(of token result)" PASS
onboard --softtoken "$scratch/leaf.all" --require-suitable no
step dry-run WARN you 'the 1 certificate of the file .* accepted with 2 more'
onboard --softtoken "$scratch/nowhere.all" --require-suitable no
step dry-run FAIL issuer 'nothing else could be tried: .*CN='
onboard --softtoken "$scratch/leaf.all"
step path FAIL you 'stands alone'

# ---- APIs without a test --------------------------------------------------------

again
onboard --scope toll:eu/movement/air
exits "an API that has no test" 0
step test-auth SKIPPED you 'not the one for air'
like "how to try it oneself" "$(of test-auth remedy)" \
    'GET /api/movement/air/v1/.* as https://api-test.toll.no/.*swagger'
onboard --softtoken "$(sim_value SEGL_SIM_ENTERPRISE "$sim_dir/env")" \
    --client-id "$sim_CLIENT_ID" --scope "$sim_SCOPE"
step exchange SKIPPED "" 'nobody exchanges'
step test-auth SKIPPED you "no test is documented for the API behind $sim_SCOPE"

done_testing
