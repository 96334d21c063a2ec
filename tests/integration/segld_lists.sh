# SPDX-License-Identifier: ISC
#
# segld and the trusted lists: updated in the background by a process that has
# no key, told in its figures, and what they mean for the certificate.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

lists=$scratch/lists
site=$scratch/site
mkdir "$site"
sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"

is_ready()
{
	grep -q '^ready' "$1"
}
"$python" "$SEGL_SRCDIR/tests/integration/trust_server.py" "$site" \
    >"$scratch/ready" 2>&1 &
server=$!
child "$server"
wait_for 20 is_ready "$scratch/ready"
port=$(sed -n 's/^ready //p' "$scratch/ready")
segl-sim demo-lists "$lists" --url="http://127.0.0.1:$port/" >"$scratch/null"
printf '[anchors test]\nreference = test\nnotice = %s\nsha256 = %s\n' \
    https://oj.demo.invalid/2 "$(openssl x509 -in "$lists/anchors.pem" \
	-outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)" \
    >"$scratch/anchors.conf"
cp "$lists"/*.xml "$site"
: >"$site/faults"
SEGL_TEST_PIN=$(cat "${SEGL_PIN#file:}")
export SEGL_TEST_PIN

run segl trust update --trust "$scratch/store" \
    --anchors "$scratch/anchors.conf" \
    --lotl "http://127.0.0.1:$port/eu-lotl.xml"
exits "there are lists" 0
old=$(stat -c %i "$scratch/store/trust.db")

segld_start --pin env:SEGL_TEST_PIN --trust "$scratch/store" \
    --trust-update 4s --anchors "$scratch/anchors.conf" \
    --lotl "http://127.0.0.1:$port/eu-lotl.xml" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
ask /v1/suitability
is "whether the certificate will do" "$http" 200
is "is told for each profile" "$(json "$scratch/body" \
    '[(p["profile"], p["verdict"] in ("suitable", "unsuitable", "undecided"))
	for p in d["profiles"]]')" '[["", true]]'
is "as of when" "$(json "$scratch/body" \
    'abs(d["profiles"][0]["judged_at"] - __import__("time").time()) < 300')" \
    true
is "with rules that are broken or undecided" "$(json "$scratch/body" \
    'all(f["outcome"] in ("broken", "undecided") for f in d["profiles"][0]["findings"])')" \
    true
http=$(curl -s --unix-socket "$socket" -o "$scratch/null" -w '%{http_code}' \
    http://localhost/v1/suitability)
is "but not to a page" "$http" 403

# figure NAME: sets value.
figure()
{
	ask /metrics
	value=$(awk -v name="$1 " 'index($0, name) == 1 { print $2 }' \
	    "$scratch/body")
}
has_lists()
{
	figure 'segld_trusted_list_age_seconds{territory="SE"}'
	[ -n "$value" ]
}
ok "their age is told" has_lists
figure 'segld_trusted_list_next_update_timestamp_seconds{territory="SE"}'
is "with when the next one is due" \
    "$("$python" -c "import time; print(${value:-0} > time.time())")" True
updates()
{
	figure 'segld_trusted_lists_updates_total'
	[ "${value:-0}" -gt "$1" ]
}
ok "lists are updated by themselves" wait_for 60 updates 0
isnt()
{
	[ "$1" != "$2" ]
}
ok "the store is a new one" isnt "$old" \
    "$(stat -c %i "$scratch/store/trust.db")"
ok "and again" wait_for 60 updates 1
figure 'segld_trusted_lists_update_failures_total'
is "nothing failed" "$value" 0
ask /v1/token
is "tokens are served all the while" "$http" 200

# The server of the lists is gone.
kill "$server"
failures()
{
	figure 'segld_trusted_lists_update_failures_total'
	[ "${value:-0}" -gt 0 ]
}
ok "a failure is counted" wait_for 60 failures
ask /readyz
is "seen by who asks whether it is ready" \
    "$http $(json "$scratch/body" 'd["lists"]["updated"]')" "200 false"
ok "told in the log" grep -q 'lists could not be updated' "$segld_log"
ok "and the lists stay" has_lists
segld_stop
is "it ends in order" "$segld_code" 0

done_testing
