# SPDX-License-Identifier: ISC
#
# segl explain: every code that is known, in every form that people have it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

fixtures=$SEGL_SRCDIR/tests/fixtures/refusals.json

# explained EXPRESSION ARGUMENT ...: of the JSON that segl explain prints.
explained()
{
	local expression=$1
	shift
	segl explain --json "$@" >"$scratch/e.json" 2>"$scratch/e.err" ||
	    cat "$scratch/e.err"
	json "$scratch/e.json" "$expression"
}

# ---- the list ----------------------------------------------------------------

run segl explain
exits "without a code it lists" 0
is "and is silent on standard error" "$err" ""
printf '%s\n' "$out" >"$scratch/list"
is "one a line, each once" \
    "$(awk '{ print $1 $2 $3 }' "$scratch/list" | sort | uniq -d)" ""
for code in MP-011 MP-110 MP-303 invalid_grant 0 10; do
	like "it lists $code" "$out" "^$code  *[a-zM]"
done
unlike "no exit code that no program has" "$out" '^1[1-35-9] '

# What the list names can be asked for, and the answer fits a terminal.
cut -c 1-32 "$scratch/list" | sed -e 's/ *$//' -e "s/^'\\(.*\\)'\$/\\1/" \
    >"$scratch/names"
: >"$scratch/offenders"
while IFS= read -r name; do
	segl explain "$name" >"$scratch/one" 2>&1 ||
	    printf '%s: exit %d\n' "$name" $? >>"$scratch/offenders"
	awk -v name="$name" 'length($0) > 78 { print name ": " $0 }' \
	    "$scratch/one" >>"$scratch/offenders"
	for label in 'what to do' 'whose turn' 'exit code'; do
		grep -q "^  $label  " "$scratch/one" ||
		    printf '%s: no %s\n' "$name" "$label" \
			>>"$scratch/offenders"
	done
	[ "$name" = 0 ] || grep -q '^  likely causes 1\. ' "$scratch/one" ||
	    printf '%s: no causes\n' "$name" >>"$scratch/offenders"
done <"$scratch/names"
empty "each can be asked for and says what to do" "$scratch/offenders"

run segl explain --json
exits "the list as JSON" 0
cp "$scratch/out" "$scratch/all.json"
is "has as many rows" "$(json "$scratch/all.json" 'len(d["codes"])')" \
    "$(wc -l <"$scratch/list" | tr -d ' ')"
is "each with meaning, causes, remedy, owner and exit" \
    "$(json "$scratch/all.json" '[x["code"] for x in d["codes"]
	if not (x["schema"] == 1 and x["meaning"] and x["remedy"]
	and x["owner"] and type(x["exit"]) is int
	and (x["causes"] or x["code"] == "0"))]')" '[]'

# ---- every documented answer --------------------------------------------------

# Each body as the server sends it, each older wording, each error_uri.
"$python" - "$fixtures" >"$scratch/cases" <<'END'
import json, sys
for r in json.load(open(sys.argv[1], encoding="utf-8"))["refusals"]:
    code = r["id"] if r["id"].startswith("MP-") else None
    b = r["body"]
    if b is None:
        continue
    def case(text):
        print(json.dumps([r["id"], code, r["http_status"], r["error"], text]))
    case(json.dumps(b))
    # these say nothing of their own: the code is in the error_uri alone
    if r["id"] not in ("MP-100", "invalid-request", "unsupported-grant-type"):
        case(b["error_description"])
    for text in r["older_descriptions"]:
        case(text)
    if "error_uri" in b:
        case(b["error_uri"])
END
ok "there are fixtures" test "$(wc -l <"$scratch/cases")" -gt 50
"$python" - "$scratch/cases" >"$scratch/offenders" 2>&1 <<'END'
import json, subprocess, sys
for line in open(sys.argv[1], encoding="utf-8"):
    id, code, http, error, text = json.loads(line)
    p = subprocess.run(["segl", "explain", "--json", "--", text],
                       capture_output=True, encoding="utf-8")
    if p.returncode != 0:
        print(id, "exit", p.returncode, text)
        continue
    d = json.loads(p.stdout)
    if d["code"] != code or d["http_status"] != http:
        print(id, d["code"], d["http_status"], text)
    if d["oauth_error"] not in (error, None):
        print(id, d["oauth_error"])
END
empty "each documented answer is known, however it is pasted" \
    "$scratch/offenders"

for spelling in MP-110 mp-110 mp110 MP110 MP_110 110 ' 110 ' \
    https://maskinporten.no/errors/MP-110 \
    'segl: Maskinporten refused the grant with MP-110: no'; do
	is "'$spelling' is MP-110" "$(explained 'd["code"]' "$spelling")" \
	    MP-110
done
is "MP-110 is for who asks" \
    "$(explained '[d["owner"], d["exit"], d["http_status"]]' MP-110)" \
    '["you", 5, 400]'
is "MP-250 is for the owner of the API" \
    "$(explained '[d["owner"], d["exit"], d["http_status"]]' MP-250)" \
    '["api-owner", 6, 403]'
is "a wrong clock has an exit code of its own" \
    "$(explained '[d["code"], d["exit"]]' 'Issue time is after now')" \
    '[null, 10]'
is "what was never documented says so" \
    "$(explained 'd["source"]' 'Unknown key identifier (kid) for client')" \
    seen
is "an OAuth error" "$(explained 'd["oauth_error"]' forbidden)" forbidden
is "an exit code" "$(explained '[d["kind"], d["exit"]]' 7)" \
    '["exit-code", 7]'
is "an exit code with words" "$(explained 'd["exit"]' 'exit code 3')" 3
is "the name of a status" "$(explained 'd["exit"]' key-material)" 3
is "an error of segl's own, as JSON" \
    "$(explained 'd["code"]' '{"schema":1,"error":"invalid_scope",
	"mp_code":"MP-200","exit":6}')" MP-200
is "one that no server sent" "$(explained 'd["exit"]' \
    '{"schema":1,"error":"network","status":"network","exit":7}')" 7
printf '{"schema":1,"warning":"no"}\n{"schema":1,"status":"network"}\n' \
    >"$scratch/answer"
is "remarks before it" "$(explained 'd["exit"]' - <"$scratch/answer")" 7
printf '{"schema":1,"status":"network"}\n{"half' >"$scratch/answer"
is "and half a line behind" "$(explained 'd["exit"]' - <"$scratch/answer")" 7

printf '{"error":"invalid_grant","error_description":"JWT is expired"}' \
    >"$scratch/answer"
is "from standard input" \
    "$(explained 'd["code"]' - <"$scratch/answer")" MP-130

# What segl says and what it explains is the same.
sim_start
is "a refusal in the flesh" "$(segl token --scope demo:nothing --json \
    --no-cache 2>"$scratch/said"; echo $?)" 6
is "its JSON can be pasted" \
    "$(explained '[d["code"], d["exit"]]' - <"$scratch/said")" '["MP-200", 6]'
is "and its words" "$(segl token --scope demo:nothing --no-cache 2>&1 |
    explained 'd["code"]' -)" MP-200
stop "$sim_pid"

# ---- what nobody knows ----------------------------------------------------------

run segl explain path-complete
exits "a rule of segl check" 0
is "is told as segl check tells it" "$out" \
    "$(segl check --explain path-complete)"
run segl explain --json path-complete
is "as JSON, too" "$(json "$scratch/out" '[d["kind"], d["code"], d["owner"]]')" \
    '["rule", "path-complete", "you"]'

unknown()
{
	run segl explain "$2"
	exits "$1 is not known" 2
	is "$1: nothing on standard output" "$out" ""
	like "$1: what was meant" "$err" "$3"
}
unknown "MP-111" MP-111 'did you mean MP-110\?'
unknown "a misspelt error" invalid_grnat 'did you mean invalid_grant\?'
unknown "11, which is no exit code" 11 'did you mean MP-011\?'
unknown "something else" 'no such thing at all' \
    'segl explain alone lists'
unknown "nothing" '' 'segl explain alone lists'
unknown "JSON of something else" '{"a":1}' 'segl explain alone lists'
run segl explain "$(printf 'bad\033[31m\nMP')"
exits "control characters are not known either" 2
unlike "and do not reach the terminal" "$err" "$(printf '\033')"
run segl explain --json MP-999
exits "as JSON" 2
is "the error is JSON" "$(json "$scratch/err" 'd["exit"]')" 2
run segl explain MP-110 MP-120
exits "one at a time" 2
head -c 70000 /dev/zero | tr '\0' x >"$scratch/long"
run segl explain - <"$scratch/long"
exits "too long an answer" 2
like "is said to be too long" "$err" 'longer than 65536 bytes'
printf 'MP-110\0' >"$scratch/nul"
run segl explain - <"$scratch/nul"
exits "a NUL is no text" 2
if [ -c /dev/full ]; then
	run sh -c 'segl explain MP-110 >/dev/full'
	exits "a full disk is noticed" 1
fi

done_testing
