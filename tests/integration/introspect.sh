# SPDX-License-Identifier: ISC
#
# What tokens of others are worth. Tokens, keys and server are not ours:
# python3-jwt signs, or nothing does, and what is fetched is counted there.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/runtime
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir "$scratch/tokens"
make_tls "$scratch/tls"
: >"$scratch/journal"
"$python" "$SEGL_SRCDIR/tests/integration/introspect_server.py" \
    "$scratch/tls/server.pem" "$scratch/tls/server.key" "$scratch/journal" \
    "$scratch/tokens" >"$scratch/ready" 2>"$scratch/server.log" &
server_pid=$!
child "$server_pid"
wait_for 30 is_ready "$scratch/ready" || {
	fail "a server starts"
	sed 's/^/# /' "$scratch/server.log"
	done_testing
}
SEGL_ENV=https://localhost:$(sed -n 's/^ready //p' "$scratch/ready")/
SEGL_CA=$scratch/tls/ca.pem
export SEGL_ENV SEGL_CA

fetched()
{
	grep -c '^/jwk$' "$scratch/journal"
}

# ---- every kind ----------------------------------------------------------------

while read -r name code error; do
	run segl introspect "$scratch/tokens/$name.jwt" --json
	exits "$name: exit status" "$code"
	is "$name: ${error:-good}" "$(json "$scratch/out" \
	    '"" if d["active"] is True else d["error"]')" "$error"
	if [ -n "$error" ]; then
		is "$name: nothing of it is told as true" \
		    "$(json "$scratch/out" 'sorted(d)')" '["active", "error"]'
	fi
done <<'END'
good 0
rs512 0
es256 0
audiences 0
no-audience 0
claims-active 0
none 5 algorithm
hmac 5 algorithm
crit 5 algorithm
wrong-alg 5 unknown-key
no-kid 5 unknown-key
unknown-kid 5 unknown-key
small-key 5 unknown-key
not-for-signing 5 unknown-key
other-key 5 signature
changed 5 signature
cut 5 signature
other-issuer 5 issuer
issuer-without-slash 5 issuer
expired 5 expired
no-exp 5 malformed
text-exp 5 malformed
early 5 not-yet-valid
from-the-future 5 not-yet-valid
END
is "the keys were fetched once for all" "$(fetched)" 1

good=$scratch/tokens/good.jwt
run segl introspect "$good" --json
is "the claims are those of the token" \
    "$(json "$scratch/out" '[d["consumer"]["ID"], d["scope"]]')" \
    '["VATSE-556999999701", "demo:read demo:write"]'
run segl introspect "$good" --scope demo:read --scope demo:write
exits "scopes that it has" 0
run segl introspect "$good" --scope demo:read --scope demo:root
exits "a scope that it has not" 6
run segl introspect "$scratch/tokens/scope-prefix.jwt" --scope demo:read
exits "a scope is a whole word" 6
run segl introspect "$scratch/tokens/no-scope.jwt" --scope demo:read
exits "no scope at all" 6
run segl introspect "$good" --audience https://api.example.no/
exits "the service it is for" 0
run segl introspect "$scratch/tokens/audiences.jwt" \
    --audience https://api.example.no/
exits "one of several" 0
run segl introspect "$good" --audience https://api.example.no --json
exits "another service" 5
is "is told as such" "$(json "$scratch/out" 'd["error"]')" audience
run segl introspect "$scratch/tokens/no-audience.jwt" --audience x:y
exits "a token for no service in particular" 5

# ---- clocks ----------------------------------------------------------------------

# Both sides of ten seconds, by a clock that the test holds.
if nm -D "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q __asan_; then
	skip "both sides of the leeway" "the sanitizer wants to be loaded first"
elif command -v faketime >/dev/null; then
	end=$(segl decode --json "$good" | "$python" -c '
import json, sys
print(json.load(sys.stdin)["claims"]["exp"])')
	for pair in "8 0" "11 5"; do
		run faketime -f "@$(date -u -d "@$((end + ${pair% *}))" \
		    '+%Y-%m-%d %H:%M:%S')" segl introspect --no-cache "$good"
		exits "${pair% *} seconds past its end" "${pair#* }"
	done
else
	skip "both sides of the leeway" "faketime is not installed"
fi

# ---- in words --------------------------------------------------------------------

run segl introspect "$good"
like "a good token is told in words" "$out" '^the token is good'
like "and about whom it speaks" "$out" 'VAT number 556999999701 of SE'
unlike "the signature itself is not shown" "$out" \
    "$(cut -d. -f3 "$good" | cut -c1-20)"
run segl introspect "$scratch/tokens/changed.jwt"
like "a bad one comes with the reason" "$out" 'does not count.*signature'
like "and what it says is called that" "$out" 'says of itself'
run sh -c 'segl introspect <"$1"' sh "$good"
exits "standard input will do" 0
run sh -c 'printf "Authorization: Bearer %s" "$(cat "$1")" | segl introspect' \
    sh "$good"
exits "a header, too" 0
run segl introspect "$(cat "$good")"
exits "a token on the command line is refused" 2
run segl decode --verify "$good"
exits "decode --verify does the same" 0
like "and says so" "$out" 'signature +verified'
run segl decode --verify --json "$scratch/tokens/other-key.jwt"
exits "with the same exit status" 5
is "and in JSON" "$(json "$scratch/out" \
    '[d["signature_checked"], d["verification"]["error"]]')" \
    '[true, "signature"]'
run segl decode --json "$good"
is "without it nothing is checked" \
    "$(json "$scratch/out" '[d["signature_checked"], "verification" in d]')" \
    '[false, false]'
run env -u SEGL_ENV segl introspect "$good"
exits "a server without a name has to be given" 2
like "and segl says how" "$err" '--env'

# ---- keys --------------------------------------------------------------------------

# age SECONDS: the kept keys were fetched so much earlier.
age()
{
	"$python" - "$XDG_RUNTIME_DIR/segl" "$1" <<'END'
import os, re, sys
for name in os.listdir(sys.argv[1]):
    if name.startswith("jwks-"):
        path = os.path.join(sys.argv[1], name)
        text = open(path, newline="").read()
        text = re.sub(r"^fetched (\d+)$",
            lambda m: f"fetched {int(m[1]) - int(sys.argv[2])}", text,
            count=1, flags=re.M)
        open(path, "w", newline="").write(text)
END
}
before=$(fetched)
more()
{
	echo $(($(fetched) - before))
}
curl -s --cacert "$SEGL_CA" "${SEGL_ENV}rotate" >"$scratch/null"
run segl introspect "$scratch/tokens/new.jwt" --json
is "a new key is not asked for at once" \
    "$(json "$scratch/out" 'd["error"]') $(more)" "unknown-key 0"
age 61
run segl introspect "$scratch/tokens/new.jwt"
exits "after a minute it is" 0
is "with one request" "$(more)" 1
for i in 1 2 3; do
	segl introspect "$scratch/tokens/unknown-kid.jwt" >"$scratch/null"
done
is "kids that nobody has make no more" "$(more)" 1
age 86401
run segl introspect "$good"
is "after a day the keys are fetched again" "$rc $(more)" "0 2"
age 100
run segl introspect "$scratch/tokens/other-issuer.jwt"
is "a token of others fetches nothing" "$(more)" 2
printf 'damaged' >"$(ls "$XDG_RUNTIME_DIR"/segl/jwks-*)"
run segl introspect "$good"
is "what is damaged is fetched again" "$rc $(more)" "0 3"
run segl introspect --no-cache "$good"
is "and without a cache each time" "$rc $(more)" "0 4"

kill "$server_pid"
wait "$server_pid" 2>/dev/null
run segl introspect "$good"
exits "without the server the kept keys serve" 0
age 90000
run segl introspect "$good"
exits "also old ones" 0
like "with a warning" "$err" 'warning.*keys it had before'
run segl introspect --no-cache "$good"
exits "with none, nothing can be said" 7
is "and nothing is" "$out" ""

done_testing
