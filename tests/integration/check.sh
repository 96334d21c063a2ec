# SPDX-License-Identifier: ISC
#
# segl check: files of all kinds, exit codes, the report for people and for
# programs; and what segl grant and segl token make of the same rules.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

make_eseal "$scratch/e" || { fail "a seal is made"; done_testing; }
seal=$scratch/e/seal.p12
pin=file:$scratch/e/pin

# checked EXPRESSION: of the JSON of the last run.
checked()
{
	json "$scratch/out" "$1"
}

# outcome ID: severity and outcome of one finding.
outcome()
{
	checked "[f['severity'] + ' ' + f['outcome']
	    for f in d['findings'] if f['id'] == '$1'][0]"
}

# ---- kinds of files ----------------------------------------------------------

run segl check "$seal" --pin "$pin"
exits "a key file without trusted lists is undecided" 14
is "and standard error is silent" "$err" ""
like "it says whose it is" "$out" '^organisation +Näidis OÜ$'
like "the identifier to the letter" "$out" '^identifier +NTREE-12345678$'
like "who issued it" "$out" '^issuer +CN=Test eSeal CA,O=Test,C=EE|Test eSeal CA'
like "what key it has" "$out" '^key +RSA, 2048 bit$'
like "how long it lives" "$out" '(99|100) days left'
like "what is open, and how to get it" "$out" \
    'what to do: run segl trust update'
like "the verdict" "$out" '^undecided: '
unlike "no colour in a file" "$out" "$(printf '\033')"

openssl x509 -in "$scratch/e/leaf.pem" -outform DER -out "$scratch/leaf.der"
openssl crl2pkcs7 -nocrl -certfile "$scratch/e/leaf.pem" \
    -certfile "$scratch/e/path.pem" -out "$scratch/all.p7b"
openssl crl2pkcs7 -nocrl -certfile "$scratch/e/leaf.pem" -outform DER \
    -certfile "$scratch/e/path.pem" -out "$scratch/all.p7c"
cat "$scratch/e/root.pem" "$scratch/e/sub.pem" "$scratch/e/leaf.pem" \
    >"$scratch/reversed.pem"
for file in e/leaf.pem leaf.der all.p7b all.p7c reversed.pem; do
	run segl check --json "$scratch/$file"
	exits "a sample, $file" 14
	is "$file: is the leaf" "$(checked 'd["consumer"]["ID"]')" \
	    NTREE-12345678
	is "$file: has no key" "$(checked 'd["certificate"]["has_key"]')" false
done
for file in all.p7b all.p7c reversed.pem; do
	run segl check --json "$scratch/$file"
	is "$file: the path is whole" "$(outcome path-complete)" "should met"
done

run segl check "$scratch/no-such-file"
exits "no such file" 3
echo rubbish >"$scratch/rubbish"
run segl check "$scratch/rubbish"
exits "rubbish" 3
run segl check "$seal" --pin "env:NO_SUCH_PIN"
exits "a key file without its PIN" 2
run segl check
exits "no file at all" 2
run env SEGL_SOFTTOKEN="$seal" SEGL_PIN="$pin" segl check
exits "the file of the settings" 14

# ---- as JSON ---------------------------------------------------------------------

run segl check --json "$seal" --pin "$pin"
exits "as JSON" 14
is "one line" "$(wc -l <"$scratch/out" | tr -d ' ')" 1
is "schema" "$(checked 'd["schema"]')" 1
is "verdict" "$(checked 'd["verdict"]')" undecided
is "route" "$(checked 'd["route"]')" eseal
is "consumer" "$(checked 'd["consumer"]["authority"]')" etsi-en-319-412
is "client_amr" "$(checked 'd["client_amr"]')" CForESeal
is "has_key" "$(checked 'd["certificate"]["has_key"]')" true
is "every finding has all members" "$(checked 'sorted({tuple(sorted(f))
    for f in d["findings"]}) == [tuple(sorted(["id", "severity", "outcome",
    "blocks", "document", "clause", "expected", "found", "remedy", "owner",
    "mp_code", "mp_code_is_likely"]))]')" true
is "identifiers of rules are unique" \
    "$(checked 'len({f["id"] for f in d["findings"]}) == len(d["findings"])')" \
    true
is "all rules are there, not only the broken" \
    "$(checked 'len(d["findings"]) > 50')" true
is "what is open" "$(outcome issuer-listed)" "must undecided"
is "what is met" "$(outcome validity)" "must met"
is "with the key the path is a must" "$(outcome path-complete)" "must met"

# ---- when -----------------------------------------------------------------------

run segl check --json --at 2001-01-01T00:00:00Z "$scratch/e/leaf.pem"
exits "too early is unsuitable" 4
is "and the verdict says so" "$(checked 'd["verdict"]')" unsuitable
is "the rule is validity" "$(outcome validity)" "must broken"
is "at is the instant judged" "$(checked 'd["at"]')" 2001-01-01T00:00:00Z
is "standard error is silent" "$err" ""
for time in 2101-02-28 2101-02-28T23:59:59+01:00 2101-02-28t00:00:00.5z; do
	run segl check --at "$time" "$scratch/e/leaf.pem"
	exits "--at $time" 4
done
run segl check --json --at 2101-02-28T00:30:00+01:00 "$scratch/e/leaf.pem"
is "the zone counts" "$(checked 'd["at"]')" 2101-02-27T23:30:00Z
run segl check --json --at 2016-12-31T23:59:60Z "$scratch/e/leaf.pem"
is "a leap second is the one after it" "$(checked 'd["at"]')" \
    2017-01-01T00:00:00Z
for time in tomorrow 2101 2101-02-30 2101-13-01 2101-01-01T25:00:00Z \
    2101-02-30T12:00:60Z \
    2101-01-01T00:00:00 2101-01-01T00:00:00Zx ''; do
	run segl check --at "$time" "$scratch/e/leaf.pem"
	exits "--at '$time' is refused" 2
done

# ---- other options -----------------------------------------------------------------

run segl check --expect-id NTREE-12345678 "$scratch/e/leaf.pem"
exits "the identifier that is expected" 14
run segl check --json --expect-id 'NTREE-1234 5678' "$scratch/e/leaf.pem"
exits "another spelling is another business" 4
is "by name" "$(outcome expected-identifier)" "must broken"
run segl check "$scratch/e/leaf.pem" --json
is "a sample without its issuer: a remark" "$(outcome path-complete)" \
    "should broken"
run segl check "$scratch/e/leaf.pem" --json --chain "$scratch/e/path.pem"
is "its issuer is named with --chain" "$(outcome path-complete)" "should met"
run segl check "$scratch/e/leaf.p12" --pin "$pin" --json
exits "a key file without the issuer" 4
is "there it is a must" "$(outcome path-complete)" "must broken"
run segl check --as enterprise --json "$scratch/e/leaf.pem"
exits "judged as a Norwegian enterprise" 4
is "it is not one" "$(outcome enterprise-number)" "must broken"
is "of which eSeals' rules are no part" "$(outcome issuer-listed)" \
    "must not-applicable"

# ---- the last certificate of the same organisation ----------------------------

export XDG_STATE_HOME="$scratch/state"
run segl check --json "$seal" --pin "$pin"
is "nothing is remembered where nothing is to be kept" \
    "$(find "$scratch/state" -type f 2>/dev/null)" ""
run env -u SEGL_NO_CACHE segl check --json "$seal" --pin "$pin"
is "the first one has none before it" "$(outcome same-identifier)" \
    "should not-applicable"
ok "it is remembered" test -f "$scratch/state/segl/seen"
is "for us alone" "$(stat -c %a "$scratch/state/segl/seen")" 600
run env -u SEGL_NO_CACHE segl check --json "$seal" --pin "$pin"
is "the same again" "$(outcome same-identifier)" "should met"
sed -i 's/NTREE-12345678/NTREE-1234 5678/' "$scratch/state/segl/seen"
run env -u SEGL_NO_CACHE segl check --json "$scratch/e/leaf.pem"
is "another spelling is remarked" "$(outcome same-identifier)" "should broken"
run segl check --json "$seal" --pin "$pin"
is "a sample changed nothing" "$(outcome same-identifier)" "should broken"
run env -u SEGL_NO_CACHE segl check --json "$seal" --pin "$pin"
is "the key file" "$(outcome same-identifier)" "should broken"
run segl check --json "$seal" --pin "$pin"
is "is the last one seen from then on" "$(outcome same-identifier)" \
    "should met"
is "one line an organisation" "$(wc -l <"$scratch/state/segl/seen")" 1
unset XDG_STATE_HOME

# ---- for people ------------------------------------------------------------------------

for width in 40 60 80 100 132; do
	COLUMNS=$width segl check -v "$scratch/e/leaf.pem" |
	    awk -v w="$width" '{ n = length($0) } n > w && n > 76 {
		print w ": " $0 }' >"$scratch/offenders"
	empty "fits $width columns" "$scratch/offenders"
done
# a name in the table that is no ASCII, in every locale
run timeout 60 env -u LC_ALL -u LANG segl check "$scratch/e/leaf.pem" \
    --expect-id 'NTREE-Näidis, OÜ'
exits "a table with other letters than ASCII is shown" 4
like "as they are" "$out" 'and not NTREE-Näidis,'
run segl check -v "$scratch/e/leaf.pem"
like "-v shows what is met" "$out" '^met +validity '
run segl check "$scratch/e/leaf.pem"
unlike "without it does not" "$out" '^met '

cat >"$scratch/terminal.py" <<'END'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
escape=$(printf '\033')
run env TERM=xterm "$python" "$scratch/terminal.py" \
    segl check "$scratch/e/leaf.pem"
exits "on a terminal" 14
like "there is colour" "$out" "$escape\\["
run env TERM=xterm NO_COLOR=1 "$python" "$scratch/terminal.py" \
    segl check "$scratch/e/leaf.pem"
unlike "NO_COLOR takes it away" "$out" "$escape\\["
run env TERM=dumb "$python" "$scratch/terminal.py" \
    segl check "$scratch/e/leaf.pem"
unlike "a dumb terminal has none" "$out" "$escape\\["

# ---- every rule explains itself ------------------------------------------------------------

segl check --json "$scratch/e/leaf.pem" >"$scratch/r.json"
"$python" -c '
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    print(f["id"])' "$scratch/r.json" >"$scratch/ids"
: >"$scratch/offenders"
while read -r id; do
	segl check --explain "$id" >"$scratch/one" 2>&1 ||
	    printf '%s: exit %d\n' "$id" $? >>"$scratch/offenders"
	awk -v id="$id" 'length($0) > 78 { print id ": " $0 }' \
	    "$scratch/one" >>"$scratch/offenders"
	for label in 'asked for by' weight why; do
		grep -q "^  $label  " "$scratch/one" ||
		    printf '%s: no %s\n' "$id" "$label" >>"$scratch/offenders"
	done
done <"$scratch/ids"
empty "each rule can be explained" "$scratch/offenders"
ok "there are rules" test "$(wc -l <"$scratch/ids")" -gt 50
run segl check --explain valididy
exits "an unknown rule" 2
like "the near one is offered" "$err" 'validity'

# segl(1) names every rule.
while read -r id; do
	grep -q "^\.It Cm $id\$" "$SEGL_SRCDIR/src/front/segl.1" || echo "$id"
done <"$scratch/ids" >"$scratch/offenders"
empty "segl(1), CHECK, has every rule" "$scratch/offenders"

# ---- before anything is sent -----------------------------------------------------------------

SEGL_ENV=https://sim.example/ SEGL_SCOPE=a:b SEGL_SOFTTOKEN=$seal SEGL_PIN=$pin
export SEGL_ENV SEGL_SCOPE SEGL_SOFTTOKEN SEGL_PIN
run segl grant
exits "what is only undecided is sent" 0
is "in silence" "$err" ""
run segl grant -v
like "-v says what is remarkable" "$err" 'key-size-advised'
run segl grant --expect-id NTREE-1
exits "what blocks is not sent" 4
is "nothing on standard output" "$out" ""
like "the rule is named" "$err" 'expected-identifier'
run segl grant --softtoken "$scratch/e/leaf.p12"
exits "a path without an issuer is not sent" 4
make_eseal "$scratch/small" 1024
run segl grant --softtoken "$scratch/small/seal.p12" \
    --pin "file:$scratch/small/pin"
exits "a must that does not block is sent" 0
like "with one warning" "$err" '^segl: warning: .*key-size'
is "and one only" "$(wc -l <"$scratch/err" | tr -d ' ')" 1
run segl token --require-suitable yes --token-endpoint https://127.0.0.1:9/
exits "--require-suitable yes sends only what is suitable" 14
like "and says what is open" "$err" 'issuer-listed'
run segl token --require-suitable yes --token-endpoint https://127.0.0.1:9/ \
    --softtoken "$scratch/small/seal.p12" --pin "file:$scratch/small/pin"
exits "nor what breaks a must that does not block" 4
run segl token --require-suitable no --token-endpoint https://127.0.0.1:9/ \
    --softtoken "$scratch/e/leaf.p12" --retry-for 0
exits "--require-suitable no sends anything" 7

done_testing
