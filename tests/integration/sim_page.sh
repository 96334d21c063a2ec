# SPDX-License-Identifier: ISC
#
# What the simulator shows of what came in: the page, which no text from
# outside can break, the journal with every check, and what a test may expect
# of it over HTTP.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

command -v curl >/dev/null || skip_all "curl is not installed"
sim_start || { fail "the simulator starts"; done_testing; }

get() # PATH CURL-OPTION ...
{
	local path=$1
	shift
	curl -sS --cacert "$SEGL_CA" "$@" "$SEGL_ENV$path"
}

page()
{
	get "" >"$scratch/page"
}

base64url()
{
	printf '%s' "$1" | openssl base64 -A | tr '+/' '-_' | tr -d =
}

# grant HEADER CLAIMS: send it with a signature that is none.
grant()
{
	get token -o /dev/null --data-urlencode \
	    grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \
	    --data-urlencode "assertion=$(base64url "$1").$(base64url "$2").AAAA"
}

expects() # NAME QUERY STATUS
{
	is "$1" "$(get "__expect?$2" -o "$scratch/out" -w '%{http_code}')" "$3"
}

# ---- the page

page
like "an empty one says how to begin" "$(cat "$scratch/page")" \
    'Nothing came in yet'
is "looking is no request" "$(get __requests)" '[]'
like "nothing may be loaded or run but what it brings" \
    "$(get "" -o /dev/null -D - | tr -d '\r')" \
    "^Content-Security-Policy: default-src 'none'; style-src 'sha256-[^ ]+'; \
script-src 'sha256-[^ ]+'; connect-src 'self'; base-uri 'none'; "
for part in style script; do
	is "and that is exactly its $part" \
	    "$(get "" -o /dev/null -D - | tr -d '\r' |
	        sed -n "s/.*$part-src 'sha256-\([^']*\)'.*/\1/p")" \
	    "$("$python" -c 'import base64, hashlib, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
text = re.search("<%s>(.*?)</%s>" % (sys.argv[2], sys.argv[2]), text, re.S)
digest = hashlib.sha256(text.group(1).encode()).digest()
print(base64.b64encode(digest).decode())' "$scratch/page" "$part")"
done

run segl token
exits "a token" 0
page
like "the token is shown" "$(cat "$scratch/page")" \
    '<span class="outcome">token <small>200</small>'
like "for whom" "$(cat "$scratch/page")" '<span class="who">NTRSE-5569999997<'
like "each check, and what it saw" "$(cat "$scratch/page")" \
    '<li class="passed"><b>certificate</b> <span>NTRSE-5569999997, qualified'
like "the certificates" "$(cat "$scratch/page")" '<li>CN=Demobolaget AB,'
unlike "no token itself" "$(cat "$scratch/page")" 'eyJ'
run segl token --scope toll:other
exits "a refusal" 6
page
like "the failed check with its reason" "$(cat "$scratch/page")" \
    '<li class="failed"><b>scope</b> <span>not open to European businesses: '
like "what was not reached" "$(cat "$scratch/page")" \
    '<li class="not-reached"><b>consumer</b>'
like "the rule" "$(cat "$scratch/page")" 'rule <code>scope</code>'
get __faults -o /dev/null -H 'Content-Type: application/json' \
    -d '{"fault": "delay", "argument": 1, "when": 9}'
page
like "what is set to go wrong" "$(cat "$scratch/page")" \
    '<code>delay=1@9</code>'
get __faults -X DELETE

# ---- hostile text

evil='"><img src=x onerror=evil()><script>evil()</script>'
quoted=$(printf '%s' "$evil" | sed 's/"/\\"/g')
grant "{\"alg\":\"RS256\",\"kid\":\"$quoted\"}" \
    "{\"aud\":\"$quoted\",\"iss\":\"$quoted\",\"$quoted\":\"$quoted\",
    \"scope\":\"a\",\"iat\":1,\"exp\":99999999999999}"
grant "{\"alg\":\"$quoted\"}" "{\"a\":\"\\u202e\\u0000\\u001b\"}"
get '%3Cscript%3Eevil()%3C/script%3E' -o /dev/null
get '<script>evil()</script>' -o /dev/null -X '<B>' || true
page
is "no markup comes in from outside" \
    "$(grep -c '<script>evil\|<img\|<B>' "$scratch/page")" 0
is "its own script is the only one" \
    "$(grep -o '<script' "$scratch/page" | wc -l | tr -d ' ')" 1
like "it is shown as text" "$(cat "$scratch/page")" \
    '&lt;script&gt;evil\(\)&lt;/script&gt;'
is "no control or direction characters" \
    "$(LC_ALL=C grep -c "$(printf '\033')\|$(printf '\342\200\256')" \
        "$scratch/page")" 0

# ---- a real browser

browser()
{
	chromium --headless --no-sandbox --disable-gpu \
	    --ignore-certificate-errors --user-data-dir="$scratch/chromium" \
	    --virtual-time-budget=3000 --enable-logging=stderr "$@" "$SEGL_ENV"
}

if command -v chromium >/dev/null &&
    browser --dump-dom >"$scratch/dom" 2>"$scratch/chromium.log"; then
	like "Chromium runs the page's script" "$(cat "$scratch/dom")" \
	    '<body class="live">'
	unlike "and refuses nothing" "$(cat "$scratch/chromium.log")" \
	    'Refused to|Content Security Policy|Uncaught|SyntaxError'
	is "no element came from hostile text" \
	    "$(grep -c '<img\|onerror=evil()>' "$scratch/dom")" 0
	ok "all requests are there" grep -q 'id="r1"' "$scratch/dom"
	browser --window-size=360,800 --screenshot="$scratch/narrow.png" \
	    >/dev/null 2>&1
	is "a narrow screen is drawn" \
	    "$(head -c 4 "$scratch/narrow.png" | tail -c 3)" PNG
else
	skip "the page in Chromium" "chromium is not installed"
fi

# ---- journal and expectations

get __requests -X DELETE
run segl token
run segl token
exits "two tokens" 0
get __requests >"$scratch/out"
is "every check of every grant is in the journal" \
    "$(json "$scratch/out" "sorted({c['outcome'] for e in d
        if e['path'] == '/token' for c in e['checks']})")" \
    '["not-applicable", "passed"]'
first=$(json "$scratch/out" \
    "[e['number'] for e in d if e['path'] == '/token'][0]")
get "__requests?since=$first&path=/token" >"$scratch/out"
is "only what came later" "$(json "$scratch/out" 'len(d)')" 1
expects "two, with two tokens and two jtis" \
    'requests=2&tokens=2&refusals=0&faults=0&jti-unique&outcome=token' 200
is "the answer says so" "$(json "$scratch/out" 'd["pass"]')" true
expects "three" 'requests=3' 417
is "how many there are instead" \
    "$(json "$scratch/out" 'd["expectations"][0]["found"]')" 2
expects "one since the first" "requests=1&since=$first" 200
expects "at least one" 'at-least=1' 200
expects "at least three" 'at-least=3' 417
get health -o /dev/null
expects "of another address" 'path=/health&requests=1&status=200' 200
run segl token --scope toll:other
expects "the last one refused" \
    'outcome=MP-200&rule=scope&status=400&refusals=1' 200
expects "not by another rule" 'rule=jti' 417
grant '{"alg":"none"}' '{"a":1}'
expects "one without jti" 'jti-unique' 417
for query in '' foo=1 wait=x since=-1 requests= 'wait=1'; do
	case $query in
	requests=) want=417 ;;
	*) want=400 ;;
	esac
	expects "expecting '$query'" "$query" "$want"
done

get __requests -X DELETE
get '__expect?requests=1&wait=60' -o "$scratch/waited" \
    -w '%{http_code}' >"$scratch/code" &
waiting=$!
child "$waiting"
run segl token
wait "$waiting"
is "one can wait for a request" "$(cat "$scratch/code")" 200
expects "and not for ever" 'requests=2&wait=0' 417

done_testing
