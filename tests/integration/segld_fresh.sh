# SPDX-License-Identifier: ISC
#
# segld's tokens over time: got anew ahead if they were used, by grants of their
# own, as often as the server wants; and nothing left running when nobody asks.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start --token-lifetime 10 || {
	fail "the simulator starts"
	done_testing
}
pass "the simulator starts"
unset SEGL_NO_CACHE
segld_start || { fail "segld starts"; done_testing; }
pass "segld starts"

# grants: what reached the token endpoint so far.
grants()
{
	grep -c 'POST /token' "$sim_dir/log"
}
more_than()
{
	[ "$(grants)" -gt "$1" ]
}
fault()
{
	curl -s --cacert "$SEGL_CA" -X DELETE "${SEGL_ENV}__faults"
	[ -z "$1" ] || curl -s --cacert "$SEGL_CA" -o "$scratch/null" \
	    -H 'Content-Type: application/json' "${SEGL_ENV}__faults" -d "$1"
}
# since TIME: milliseconds.
now_ms()
{
	date +%s%3N
}

# ---- what the server wants -------------------------------------------------------

fault '{"fault":"rate-limit","argument":"2","when":"once","path":"/token"}'
began=$(now_ms)
ask /v1/token
took=$(($(now_ms) - began))
is "a request waits where the server says when" "$http $(grants)" "200 2"
ok "and not shorter than it says" test "$took" -ge 2000
fault ""
curl -s --cacert "$SEGL_CA" "${SEGL_ENV}__requests" >"$scratch/journal"
is "each attempt had a grant of its own" "$(json "$scratch/journal" \
    'len({r["jti"] for r in d if r["path"] == "/token" and r.get("jti")})')" 2

# An answer that takes long: the token has lived meanwhile.
fault '{"fault":"delay","argument":3,"when":"once","path":"/token"}'
ask '/v1/token?force=true'
fault ""
is "what an answer takes is not counted as life" "$(json "$scratch/body" \
    '1 >= d["expires_in"] - (json.loads(__import__("base64").urlsafe_b64decode(
	d["access_token"].split(".")[1] + "=="))["exp"] -
	__import__("time").time())')" true

# Refused: nobody asks again for a while, and who asks is told the same.
before=$(grants)
for i in 1 2 3; do
	ask '/v1/token?scope=example:forbidden'
done
is "a refusal is remembered" "$http $(($(grants) - before))" "403 1"

# ---- ahead of time, for what is used ----------------------------------------------

ask '/v1/token?min_validity=1'
token=$(json "$scratch/body" 'd["access_token"]')
before=$(grants)
ok "a token is got anew ahead, though nobody asks" \
    wait_for 30 more_than "$before"
after=$(grants)
ask '/v1/token?min_validity=1'
is "and served from then on" \
    "$(json "$scratch/body" "d['access_token'] != '$token'")" true
ask /v1/token
ask '/api/v1/introspect' -d identity_provider=maskinporten \
    -d "token=$(json "$scratch/body" 'd["access_token"]')"
is "somebody's is judged" "$(json "$scratch/body" 'd["active"]')" true
ok "a process talks to the network" test -n "$(segld_child segl-net)"

# ---- and nobody asks any more ------------------------------------------------------

is_gone()
{
	[ -z "$(segld_child "$1")" ]
}
ok "it goes when nobody needs it" wait_for 90 is_gone segl-net
ok "who verifies, too" wait_for 30 is_gone segld-verifier
quiet=$(grants)
ok "what nobody used was not got anew for ever" \
    test "$quiet" -le "$((after + 2))"
before=$(grants)
ask /v1/token
is "the next one is served as the first" "$http $(($(grants) - before))" "200 1"
segld_stop

done_testing
