# SPDX-License-Identifier: ISC
#
# --revocation: a responder and CRLs that are right, wrong, late and missing,
# over real HTTP; the same by the responder of OpenSSL; answers that are kept.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

"$python" -c 'import cryptography' 2>/dev/null ||
    skip_all "python3-cryptography is not installed"

d=$scratch/pki
mkdir "$d"
openssl_port=$(free_port)
"$python" -W ignore "$SEGL_SRCDIR/tests/integration/revocation.py" "$d" \
    "$openssl_port" >"$d/ready" 2>"$d/log" &
child $!
if ! wait_for 60 is_ready "$d/ready"; then
	sed 's/^/# /' "$d/log"
	fail "the CA is ready"
	done_testing
fi
base=http://127.0.0.1:$(sed -n 's/^ready //p' "$d/ready")

# revocation EXPRESSION: of what was answered about the leaf, as r.
revocation()
{
	json "$scratch/out" "(lambda r: $1)(d['revocation'][0])"
}

finding()
{
	json "$scratch/out" "[f['severity'] + ' ' + f['outcome']
	    for f in d['findings'] if f['id'] == 'not-revoked'][0]"
}

words()
{
	json "$scratch/out" "[str(f['$1']) for f in d['findings']
	    if f['id'] == 'not-revoked'][0]"
}

# ---- each case -------------------------------------------------------------

# CASE | outcome | state source reason | what it says
cat >"$scratch/cases" <<'END'
good|met|good ocsp None|^$
revoked|broken|revoked ocsp keyCompromise|^$
hold|broken|revoked ocsp certificateHold|^$
unknown|undecided|unknown none None|does not know the certificate
unknown-crl-revoked|broken|revoked crl keyCompromise|OCSP .*does not know
sha256-id|met|good ocsp None|^$
stale|undecided|unknown none None|out of date since
stale-but-near|met|good ocsp None|^$
future|undecided|unknown none None|only from .* on
future-but-near|met|good ocsp None|^$
open-ended|met|good ocsp None|^$
open-ended-old|undecided|unknown none None|out of date since
wrong-signer|undecided|unknown none None|not authorised by the issuer
delegated|met|good ocsp None|^$
delegated-revoked|broken|revoked ocsp keyCompromise|^$
delegated-no-eku|undecided|unknown none None|OCSPSigning
delegated-expired|undecided|unknown none None|signer is not valid now
delegated-by-another|undecided|unknown none None|not authorised by the issuer
other-certificate|undecided|unknown none None|another certificate
other-issuer|undecided|unknown none None|not by the issuer
wrong-nonce|undecided|unknown none None|another question
no-nonce|met|good ocsp None|^$
try-later|undecided|unknown none None|tryLater
unauthorized|undecided|unknown none None|unauthorized
sha1|undecided|unknown none None|SHA-1
tampered|undecided|unknown none None|signature is not by the issuer
trailing|undecided|unknown none None|no OCSP answer
garbage|undecided|unknown none None|no OCSP answer
empty|undecided|unknown none None|no OCSP answer
huge|undecided|unknown none None|more than 65536 bytes
endless|undecided|unknown none None|more than 65536 bytes
loop|undecided|unknown none None|redirects too often
redirect|met|good ocsp None|^$
redirect-file|undecided|unknown none None|cannot be used
500|undecided|unknown none None|HTTP 500
500-crl|met|good crl None|OCSP .*HTTP 500
get-only|met|good ocsp None|HTTP 405
no-nonce-please|met|good ocsp None|malformedRequest
crl-good|met|good crl None|^$
crl-revoked|broken|revoked crl keyCompromise|^$
crl-hold|broken|revoked crl certificateHold|^$
crl-removed|met|good crl None|^$
crl-stale|undecided|unknown none None|out of date since
crl-stale-but-near|met|good crl None|^$
crl-future|undecided|unknown none None|only from .* on
crl-wrong-signer|undecided|unknown none None|not by the issuer
crl-other-issuer|undecided|unknown none None|CRL of another issuer
crl-tampered|undecided|unknown none None|not by the issuer
crl-delta|undecided|unknown none None|delta CRL
crl-indirect|undecided|unknown none None|indirect CRL
crl-users|met|good crl None|^$
crl-cas|undecided|unknown none None|another kind
crl-reasons|undecided|unknown none None|some reasons
crl-own-point|met|good crl None|^$
crl-other-point|undecided|unknown none None|distribution point
crl-critical|undecided|unknown none None|critical extension
crl-entry-critical|undecided|unknown none None|an entry has a critical
crl-garbage|undecided|unknown none None|no CRL
crl-404|undecided|unknown none None|HTTP 404
crl-huge|undecided|unknown none None|more than 8388608 bytes
crl-large|broken|revoked crl superseded|^$
nothing|undecided|unknown none None|no OCSP responder and no CRL
ldap|undecided|unknown none None|LDAP
short-term|met|exempt none None|short-term
no-rev-avail|met|exempt none None|noRevAvail
nocheck|met|exempt none None|ocsp-nocheck
expired|undecided|unknown none None|has expired
ca-revoked|broken|good ocsp None|^$
END

mkdir "$scratch/told"
while IFS='|' read -r case outcome state why; do
	segl check --json --revocation hard "$d/$case.pem" --timeout 20 \
	    >"$scratch/told/$case" 2>&1
done <"$scratch/cases"
"$python" -c '
import json, os, sys
for case in sys.argv[1:]:
    with open(case, encoding="utf-8") as file:
        d = json.load(file)
    f = [f for f in d["findings"] if f["id"] == "not-revoked"][0]
    r = d["revocation"][0]
    print(os.path.basename(case), f["severity"] + " " + f["outcome"],
          " ".join([r["state"], r["source"], str(r["reason"])]),
          r["why"] or "", sep="|")' "$scratch/told"/* >"$scratch/summary"
while IFS='|' read -r case outcome state why; do
	IFS='|' read -r _ is_outcome is_state is_why <<END
$(grep "^$case|" "$scratch/summary")
END
	is "$case: the rule" "$is_outcome" "must $outcome"
	is "$case: the answer" "$is_state" "$state"
	like "$case: the reason" "$is_why" "$why"
done <"$scratch/cases"

run segl check --json --revocation hard "$d/hang.pem" --timeout 1
is "a server that is silent" "$(finding)" "must undecided"
like "is given up" "$(revocation 'r["why"]')" 'no complete answer came in time'
run segl check --json --revocation hard "$d/hang-crl.pem" --timeout 1
is "and is asked nothing more" "$(finding)" "must undecided"
like "not even for its CRL" "$(revocation 'r["why"]')" 'not be reached before'

# ---- who was asked, and how ------------------------------------------------

asked()
{
	grep -cE "^$1" "$d/journal"
}

is "a good answer by POST is the only question" \
    "$(asked '(GET|POST) /ocsp/delegated( |$|/)')" 1
is "where it is refused, once more by GET" "$(asked 'POST /ocsp/get-only$')" 1
is "with the question in the address" "$(asked 'GET /ocsp/get-only/[A-Za-z0-9%]+$')" 1
is "an authentic answer is not asked for again" \
    "$(asked 'GET /ocsp/wrong-nonce')" 0
is "a redirect is followed by POST" "$(asked 'GET /ocsp/good')" 0
is "a loop ends after three redirects, each way" \
    "$(asked '(GET|POST) /ocsp/loop')" 8
is "of what is exempt nobody is asked" \
    "$(asked '(GET|POST) /(ocsp/500|crl/404)/*$')" \
    "$(asked '(POST /ocsp/500|GET /crl/404)$')"

# ---- evidence ----------------------------------------------------------------

run segl check --json --revocation hard "$d/revoked.pem"
exits "a revoked certificate is unsuitable" 4
is "the evidence is there" "$(revocation "r['url'] == '$base/ocsp/revoked'
    and r['signer'] == 'CN=eSeal CA,O=Test,C=EE'
    and r['revoked_at'] == '2026-01-02T03:04:05Z'
    and r['this_update'] < r['next_update']
    and r['from_cache'] is False and len(r['serial']) > 20")" true
like "the finding says when, why and by whom" "$(words found)" \
    'revoked at 2026-01-02T03:04:05Z \(keyCompromise\), says the OCSP responder http://.*signed by CN=eSeal CA'
like "and what to do" "$(words remedy)" 'order a new certificate'
is "it stands in the way" "$(words blocks)" True
is "leaf and CA are asked about, the root is not" \
    "$(json "$scratch/out" '[r["subject"].split(",")[0]
	for r in d["revocation"]]')" \
    '["organizationIdentifier=NTREE-12345678", "CN=eSeal CA"]'
run segl check --revocation hard "$d/hold.pem"
like "one that is suspended may come back" "$out" 'suspended'
like "so the remedy is another" "$out" 'to lift that'
run segl check --revocation hard "$d/ca-revoked.pem"
exits "a revoked CA is as bad" 4
like "and is named" "$out" 'CN=Revoked CA,O=Test,C=EE was revoked'
run segl check --json --revocation hard "$d/alone.pem"
is "without its issuer nothing can be verified" "$(finding)" "must undecided"
like "and the remedy says so" "$(words remedy)" 'with --chain'
run segl check --json --revocation hard "$d/revoked.pem" --at 2026-01-02T03:04:05Z
is "from the second of the revocation on" "$(finding)" "must broken"
run segl check --json --revocation hard "$d/revoked.pem" --at 2026-01-02T03:04:04Z
is "but not a second before" "$(finding)" "must met"
run segl check --json "$d/revoked.pem"
is "nobody is asked unless told to" \
    "$(json "$scratch/out" 'd["revocation"]')" null

# ---- soft and hard ----------------------------------------------------------

run segl check --json --revocation soft "$d/500.pem"
is "soft: silence is a remark" "$(finding)" "should undecided"
run segl check --json --revocation soft "$d/revoked.pem"
is "soft: revoked is revoked" "$(finding)" "must broken"
run env SEGL_REVOCATION=hard segl check --json "$d/500.pem"
is "by the environment" "$(finding)" "must undecided"
mkdir -p "$HOME/.config/segl"
echo 'revocation = hard' >"$HOME/.config/segl/segl.conf"
run segl check --json "$d/500.pem"
is "by segl.conf" "$(finding)" "must undecided"
rm -r "$HOME/.config/segl"
run segl check --revocation maybe "$d/good.pem"
exits "another word is a mistake" 2

# ---- segl token ----------------------------------------------------------------

# Nobody listens there: what gets as far as the network ends with 7.
nowhere="--env https://127.0.0.1:9/ --scope a:b --retry-for 0
    --token-endpoint https://127.0.0.1:9/token"
token()
{
	cat "$d/$1.pem" "$d/leaf.key" >"$d/token.pem"
	shift
	# shellcheck disable=SC2086
	run segl token $nowhere --softtoken "$d/token.pem" "$@"
}
token good --revocation hard
exits "a good one is sent" 7
token revoked --revocation soft
exits "a revoked one is not sent" 4
like "and it is said why" "$err" 'keyCompromise'
token 500 --revocation soft
exits "soft: with silence it is sent" 7
like "and warned of" "$err" 'warning: .*HTTP 500.*not-revoked'
token 500 --revocation hard
exits "hard: with silence it is not" 14
like "whose fault that is" "$err" 'HTTP 500'
token revoked
exits "unless nobody was asked" 7

# ---- what is kept -----------------------------------------------------------------

unset SEGL_NO_CACHE
export XDG_RUNTIME_DIR="$scratch/run"
mkdir -m 700 "$XDG_RUNTIME_DIR"
before=$(asked '.')
run segl check --json --revocation hard "$d/good.pem"
is "two questions, of leaf and CA" "$(($(asked '.') - before))" 2
is "two answers are kept" \
    "$(find "$XDG_RUNTIME_DIR/segl" -name 'answer-*' | wc -l)" 2
is "for us alone" \
    "$(stat -c %a "$XDG_RUNTIME_DIR"/segl/answer-* | sort -u)" 600
before=$(asked '.')
run segl check --json --revocation hard "$d/good.pem"
is "the second run asks nobody" "$(asked '.')" "$before"
is "and says so" "$(revocation 'r["from_cache"]')" true
is "with the same result" "$(finding)" "must met"
# the CRL of the root is the issuer's, so it serves other certificates too
run segl check --json --revocation hard "$d/crl-good.pem"
is "the CRL of the root is not fetched again" "$(($(asked '.') - before))" 1
run segl check --json --revocation hard --no-cache "$d/good.pem"
is "--no-cache asks" "$(revocation 'r["from_cache"]')" false
before=$(asked '.')
run segl check --json --revocation hard "$d/500.pem"
run segl check --json --revocation hard "$d/500.pem"
is "what is no answer is not kept" "$(($(asked '.') - before))" 4
# its time, which says until when it is good, stays
for file in "$XDG_RUNTIME_DIR"/segl/answer-*; do
	touch -r "$file" "$scratch/until"
	printf 'X' | dd of="$file" bs=1 seek=300 conv=notrunc 2>/dev/null
	touch -r "$scratch/until" "$file"
done
run segl check --json --revocation hard "$d/good.pem"
is "damaged answers are asked for again" "$(finding)" "must met"
is "and not believed" "$(revocation 'r["from_cache"]')" false
run segl check --json --revocation hard "$d/good.pem"
is "the new ones are kept" "$(revocation 'r["from_cache"]')" true
ok "there are more than two" test \
    "$(find "$XDG_RUNTIME_DIR/segl" -name 'answer-*' | wc -l)" -gt 2
touch -d 2001-01-01 "$XDG_RUNTIME_DIR"/segl/answer-*
run segl check --json --revocation hard "$d/revoked.pem"
is "what is over goes when something new is kept" \
    "$(find "$XDG_RUNTIME_DIR/segl" -name 'answer-*' | wc -l)" 2

# ---- known algorithms, from what is kept ---------------------------------------

sim_algs()
{
	printf 'segl-endpoints 1\nissuer https://kept.example/\nfetched 1\n%s' \
	    "tried 0
token_endpoint https://kept.example/token
algs $1
end .
" >"$XDG_RUNTIME_DIR/segl/endpoints-$(printf https://kept.example/ |
	    "$python" -c '
import sys
h = 14695981039346656037
for b in sys.stdin.buffer.read():
    h = (h ^ b) * 1099511628211 % 2**64
print("%016x" % h)')"
}
algorithm()
{
	json "$scratch/out" "[f['outcome'] + ': ' + f['found']
	    for f in d['findings'] if f['id'] == 'key-algorithm'][0]"
}
sim_algs ES256
run segl check --json "$d/good.pem" --env https://kept.example/
is "the algorithms of a server that was asked before count" "$(algorithm)" \
    "broken: RSA, 2048 bit; the server takes ES256"
run segl check --json "$d/good.pem" --env https://other.example/
is "those of another server do not" "$(algorithm)" "met: RSA, 2048 bit"
run segl check --json "$d/good.pem" --env https://kept.example/ --no-cache
is "nor with --no-cache" "$(algorithm)" "met: RSA, 2048 bit"
sim_algs "RS256 RS384 RS512"
run segl check --json "$d/good.pem" --env https://kept.example/
is "the usual ones go unsaid" "$(algorithm)" "met: RSA, 2048 bit"
export SEGL_NO_CACHE=1

# ---- by the responder of OpenSSL --------------------------------------------------

# It serves one after the other, so a connection to see whether it listens
# would keep it busy.
is_listening()
{
	grep -q '^ACCEPT' "$scratch/openssl.log"
}

# responder INDEX
responder()
{
	openssl ocsp -port "$openssl_port" -index "$d/$1" -CA "$d/sub.crt" \
	    -rsigner "$d/sub.crt" -rkey "$d/sub.key" -nmin 5 -ignore_err \
	    >"$scratch/openssl.log" 2>&1 &
	responder_pid=$!
	child "$responder_pid"
	wait_for 20 is_listening
}

responder index.good
run segl check --json --revocation hard "$d/openssl.pem"
is "OpenSSL's responder: good" "$(revocation 'r["state"]')" good
kill "$responder_pid"
wait "$responder_pid" 2>/dev/null
responder index.revoked
run segl check --json --revocation hard "$d/openssl.pem"
is "OpenSSL's responder: revoked" "$(revocation \
    'r["state"] + " " + r["reason"] + " " + r["revoked_at"]')" \
    "revoked superseded 2026-01-02T03:04:05Z"
kill "$responder_pid"
wait "$responder_pid" 2>/dev/null
run segl check --json --revocation hard "$d/openssl.pem"
is "OpenSSL's responder: gone" "$(finding)" "must undecided"

done_testing
