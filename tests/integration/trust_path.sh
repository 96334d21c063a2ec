# SPDX-License-Identifier: ISC
#
# A seal whose file lacks its path: what the trusted lists have of it is judged
# by, told, put into a bundle, and sent only where that is allowed.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

sim_start || { fail "the simulator starts"; done_testing; }
SEGL_LOTL=$(sim_value SEGL_LOTL "$sim_dir/env")
SEGL_ANCHORS=$(sim_value SEGL_ANCHORS "$sim_dir/env")
SEGL_TRUST=$scratch/store
export SEGL_LOTL SEGL_ANCHORS SEGL_TRUST
run segl trust update
exits "the simulator's lists; address and anchors from variables" 0

# The seal without its path, with its key and as a sample.
openssl pkcs12 -in "$SEGL_SOFTTOKEN" -passin "$SEGL_PIN" -nodes \
    -out "$scratch/all.pem" 2>/dev/null
openssl x509 -in "$scratch/all.pem" -out "$scratch/leaf.pem"
openssl pkey -in "$scratch/all.pem" -out "$scratch/leaf.key"
chmod 600 "$scratch/leaf.key"
whole=$SEGL_SOFTTOKEN
unset SEGL_SOFTTOKEN
alone="--key=$scratch/leaf.key --cert=$scratch/leaf.pem"

# finding ID KEY: of the report in JSON.
finding()
{
	json "$scratch/out" \
	    "[f['$2'] for f in d['findings'] if f['id'] == '$1'][0]"
}

run segl check "$whole" --json
exits "the whole file is suitable" 0
is "its path is complete" "$(finding path-complete outcome)" met
run segl check "$scratch/leaf.pem" --json
exits "so is the leaf alone, as a sample" 0
is "the issuer is listed" "$(finding issuer-listed outcome)" met
is "but the path is remarked on" \
    "$(finding path-complete severity) $(finding path-complete outcome)" \
    "should broken"
like "on whose list the issuer is, is told" "$(finding path-complete found)" \
    'was found on the trusted list of SE'
like "and what to do" "$(finding path-complete remedy)" 'segl bundle'
run segl check "$scratch/leaf.pem" --json --trust=none
exits "without the lists nothing is known" 14
# shellcheck disable=SC2086
run segl check $alone --json
exits "with its key it cannot be sent" 4
is "for that reason" \
    "$(finding path-complete severity) $(finding path-complete outcome)" \
    "must broken"
run segl trust why "$scratch/leaf.pem" --json
exits "trust why finds it" 0
is "by a path of which the file has one" \
    "$(json "$scratch/out" "d['path']['own']") $(json "$scratch/out" \
    "d['path']['length'] > 1") $(json "$scratch/out" \
    "d['services'][0]['territory']")" "1 true SE"
run segl trust why "$scratch/leaf.pem"
like "which the text says, too" "$out" '1 of its 2 certificates are in the file'

# shellcheck disable=SC2086
run segl token $alone
exits "it is not sent" 4
like "the list is named" "$err" 'trusted list of SE'
like "and the setting" "$err" 'complete-path = lists'
# shellcheck disable=SC2086
run segl token $alone --complete-path=lists
exits "where it is allowed it is sent" 0
x5c() # FILE
{
	"$python" -c '
import base64, json, sys
head = open(sys.argv[1]).read().strip().split(".")[0]
print(len(json.loads(base64.urlsafe_b64decode(head + "=="))["x5c"]))' "$1"
}
# shellcheck disable=SC2086
run segl grant $alone --complete-path=lists
exits "the grant" 0
is "has the leaf and the listed CA" "$(x5c "$scratch/out")" 2
printf 'complete-path = lists\n' >"$scratch/segl.conf"
# shellcheck disable=SC2086
run segl token $alone --config="$scratch/segl.conf"
exits "the same from the file" 0
# shellcheck disable=SC2086
run segl token $alone --require-suitable=no
not_ok "judged by nobody, nothing is added: the server refuses" \
    test "$rc" -eq 0
like "as a path that it does not know" "$err" 'MP-'
# shellcheck disable=SC2086
run segl token $alone --require-suitable=no --complete-path=lists
exits "unless it is allowed" 0

# shellcheck disable=SC2086
run segl bundle $alone --out="$scratch/whole.p12" --json
exits "bundle completes it without the network" 0
is "and says so" "$(json "$scratch/out" "d['complete']") $(json \
    "$scratch/out" "d['from_lists'] == len(d['path']) - 1")" "true true"
run segl token -k "$scratch/whole.p12"
exits "what it made needs no list" 0
# shellcheck disable=SC2086
run segl bundle $alone --out="$scratch/part.p12" --trust=none
exits "without the lists it is incomplete" 4
ok "and nothing is written" test ! -e "$scratch/part.p12"

# ---- by lists that are past their date ---------------------------------------

late=$(date -u -d '+200 days' +%F)
run segl check "$whole" --json --at="$late"
is "a list past its date answers" "$(finding issuer-listed outcome)" met
is "with a remark" "$(finding list-current outcome)" broken
run segl check "$whole" --json --at="$late" --strict
is "strictly it does not" "$(finding issuer-listed outcome)" undecided
like "and says why" "$(finding issuer-listed found)" 'list is past its date'
run segl check "$whole" --json --strict
exits "one that is current does" 0
is "what TS 119 615 makes of it" "$(finding qualification outcome) $(json \
    "$scratch/out" "d['qualification']['now']['qualified']") $(json \
    "$scratch/out" "d['qualification']['now']['kind']")" "met yes eseal"
like "and the client_amr" "$(finding qualification found)" \
    "client_amr will be $(json "$scratch/out" "d['client_amr']");"
like "and what the Commission's validator will say" \
    "$(finding qualification found)" 'validator will say "QC for eSeal'

# ---- who is not who it says --------------------------------------------------

# A CA with the listed CA's name and key identifier, and another key.
segl-sim demo-lists "$scratch/lists"
(
	cd "$scratch" || exit
	subject=$(openssl x509 -in lists/seal-ca.pem -noout -subject \
	    -nameopt RFC2253 | sed 's/^subject=//')
	rsa_key false.key
	openssl req -x509 -key false.key -out false.pem -days 30 -subj "/$(printf '%s' "$subject" |
	        "$python" -c '
import sys
print("/".join(reversed(sys.stdin.read().split(","))))')" \
	    -addext keyUsage=critical,keyCertSign
	rsa_key forged.key
	openssl req -new -key forged.key -out forged.csr -subj "$(eseal_subject)" -utf8
	openssl x509 -req -in forged.csr -CA false.pem -CAkey false.key \
	    -days 30 -out forged.pem
) >"$scratch/openssl.log" 2>&1
run segl trust import "$scratch/lists" --trust="$scratch/other" \
    --anchors="$scratch/lists/anchors.conf"
exits "lists to be deceived" 0
run segl trust why "$scratch/forged.pem" --json --trust="$scratch/other"
exits "of a name that is listed, and another key" 0
is "nothing is found" "$(json "$scratch/out" \
    "(d['services'], d['path']['length'])")" "[[], 1]"
ok "although the name is the same" test "$(openssl x509 -noout -issuer \
    -in "$scratch/forged.pem")" = "$(openssl x509 -noout -issuer \
    -in "$scratch/lists/seal.pem")"
run segl trust why "$scratch/lists/seal.pem" --json --trust="$scratch/other"
is "as of the real one" "$(json "$scratch/out" "len(d['services'])")" 1

done_testing
