# SPDX-License-Identifier: ISC
#
# Kept tokens: who gets which, and what happens to them when things go wrong.
# The server of ours counts what reaches it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

unset SEGL_NO_CACHE
sim_start || { fail "the simulator starts"; done_testing; }

# Requests for a token that reached the simulator since it was last cleared.
posts()
{
	curl -s --cacert "$SEGL_CA" "${SEGL_ENV}__requests" \
	    >"$scratch/requests" &&
	    json "$scratch/requests" \
		'len([x for x in d if x["path"] == "/token"])'
}
forget_requests()
{
	curl -s --cacert "$SEGL_CA" -X DELETE "${SEGL_ENV}__requests" \
	    >/dev/null
}

XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
entry()
{
	ls "$XDG_RUNTIME_DIR"/segl/token-* | grep -v lock
}

# ---- a token is kept, and handed out again ------------------------------------

forget_requests
run segl token
exits "a first token" 0
first=$out
run segl token -o json
exits "a second one" 0
printf '%s' "$out" >"$scratch/json"
is "is the same" "$(json "$scratch/json" 'd["access_token"]')" "$first"
is "and says that it was kept" "$(json "$scratch/json" 'd["from_cache"]')" true
is "one request was made" "$(posts)" 1
is "the entry is ours alone" "$(stat -c %a "$(entry)")" 600
is "the directory too" "$(stat -c %a "$XDG_RUNTIME_DIR/segl")" 700
run segl token -o curl
is "for curl -K -" "$out" "header = \"Authorization: Bearer $first\""
run sh -c 'eval "$(segl token -o env)"; echo "$MASKINPORTEN_ACCESS_TOKEN"'
is "for eval" "$out" "$first"

# ---- what makes another token -------------------------------------------------

run segl token --scope toll:eu/movement/road/v2
unlike "another scope, another token" "$out" "$first"
run segl token --scope "$SEGL_SCOPE" --scope toll:eu/movement/air
two=$out
run segl token --scope toll:eu/movement/air --scope "$SEGL_SCOPE"
is "the order of scopes does not matter" "$out" "$two"
run segl token --issuer-name somebody
unlike "another iss, another token" "$out" "$first"
run segl token --timeout 25
is "another timeout, the same" "$out" "$first"
run segl token
is "and the first is still there" "$out" "$first"
cp -p "${SEGL_SOFTTOKEN}" "$scratch/seal.p12"
run segl token --softtoken "$scratch/seal.p12"
unlike "another file, another token" "$out" "$first"
other=$out
touch "$scratch/seal.p12"
run segl token --softtoken "$scratch/seal.p12"
unlike "a file that was touched may be another key" "$out" "$other"

# ---- on demand ----------------------------------------------------------------

forget_requests
run segl token --force-new
unlike "--force-new gets a new one" "$out" "$first"
newest=$out
run segl token
is "which is kept" "$out" "$newest"
run segl token --no-cache
unlike "--no-cache gets a new one" "$out" "$newest"
run segl token
is "which is not kept" "$out" "$newest"
is "two requests were made" "$(posts)" 2
run segl token --min-validity 1h
unlike "--min-validity beyond the life gets a new one" "$out" "$newest"

# ---- age ------------------------------------------------------------------------

# The entry as if it were from another boot and of another time.
age()
{
	sed -i -e 's/^boot_id .*/boot_id another/' \
	    -e "s/^wall .*/wall $(($(date +%s) + $1))/" "$(entry | head -n 1)"
}
rm -f "$XDG_RUNTIME_DIR"/segl/token-*
run segl token
old=$out
age -80
run segl token
is "40 seconds are enough" "$out" "$old"
age -100
run segl token
unlike "20 are not" "$out" "$old"
old=$out
age 60
run segl token
unlike "a token from the future is not used" "$out" "$old"

# ---- damage ---------------------------------------------------------------------

for harm in 'truncate -s 100' 'truncate -s 0' 'chmod 644' \
    'sed -i s/^scope/skope/'; do
	rm -f "$XDG_RUNTIME_DIR"/segl/token-*
	run segl token
	old=$out
	$harm "$(entry)"
	run segl token
	exits "an entry after $harm: a token all the same" 0
	unlike "another one" "$out" "$old"
	run segl token
	exits "the entry is whole again" 0
done
rm -f "$XDG_RUNTIME_DIR"/segl/token-*
run segl token
ln "$(entry)" "$scratch/hard"
head -c 100 "$scratch/hard" >"$XDG_RUNTIME_DIR/segl/.token-x.half"
run segl token
exits "a half-written entry beside it is no harm" 0

# ---- a hundred scripts ------------------------------------------------------------

rm -f "$XDG_RUNTIME_DIR"/segl/token-*
forget_requests
mkdir "$scratch/many"
i=0
pids=
while [ $i -lt 100 ]; do
	segl token >"$scratch/many/out.$i" 2>"$scratch/many/err.$i" &
	pids="$pids $!"
	i=$((i + 1))
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$((failed + 1))
done
is "a hundred scripts: none fails" $failed 0
is "all have the same token" "$(sort -u "$scratch"/many/out.* | wc -l)" 1
is "one request was made for all of them" "$(posts)" 1
is "nothing is said but that one waits" \
    "$(cat "$scratch"/many/err.* | grep -v 'waiting for another segl')" ""

# A holder that is killed lets the others go on.
server_start slow 30 || { fail "the stalling server starts"; done_testing; }
segl token --timeout 60 >/dev/null 2>&1 &
holder=$!
lock_is_held()
{
	for lock in "$XDG_RUNTIME_DIR"/segl/*.lock; do
		flock -n "$lock" true || return 0
	done
	return 1
}
wait_for 10 lock_is_held && pass "a request under way holds its lock" ||
	fail "a request under way holds its lock"
segl token --timeout 60 >/dev/null 2>"$scratch/waiter" &
waiter=$!
says_waiting()
{
	grep -q 'waiting for another segl' "$scratch/waiter"
}
wait_for 10 says_waiting && pass "waiting is said after a second" ||
	fail "waiting is said after a second"
kill -KILL "$holder"
second_post()
{
	[ "$(journal 'len(p)')" -ge 2 ]
}
wait_for 10 second_post && pass "a dead holder blocks nobody" ||
	fail "a dead holder blocks nobody"
kill "$waiter" 2>/dev/null

# Who waited for a failure is told that failure.
server_start status 503 || { fail "the failing server starts"; done_testing; }
segl token --retry-for 3s >/dev/null 2>"$scratch/one" &
one=$!
wait_for 10 lock_is_held
segl token --retry-for 3s --json >/dev/null 2>"$scratch/two" &
two=$!
wait $one
is "the one that asked fails" $? 8
before=$(journal 'len(p)')
wait $two
is "the one that waited fails the same way" $? 8
is "without asking again" "$(journal 'len(p)')" "$before"
is "as JSON where it wants that" "$(json "$scratch/two" 'd["exit"]')" 8

# ---- no place to keep anything ----------------------------------------------------

sim_start || { fail "the simulator starts"; done_testing; }
run env -u XDG_RUNTIME_DIR -u HOME segl token
exits "no home" 0
run env -u XDG_RUNTIME_DIR -u HOME segl token -v
like "is said where somebody asks" "$err" 'no directory of ours'
chmod 755 "$XDG_RUNTIME_DIR/segl"
run env -u HOME segl token -v
like "a directory open to others is not used" "$err" 'no directory of ours'
chmod 700 "$XDG_RUNTIME_DIR/segl"
is "nor anything below /tmp" \
    "$(find /tmp -maxdepth 1 -name 'segl' -o -maxdepth 1 -name 'token-*' |
	wc -l)" 0
if can_be_nobody; then
	chmod 644 "$SEGL_SOFTTOKEN" "${SEGL_PIN#file:}" "$SEGL_CA"
	chmod 755 "$(dirname "$SEGL_SOFTTOKEN")"
	run as_nobody env XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" segl token -q
	exits "another user's directory is not used" 0
	mkdir -p "$scratch/ro/.cache"
	run as_nobody env -u XDG_RUNTIME_DIR HOME="$scratch/ro" segl token -q
	exits "a read-only home" 0
else
	skip "another user's directory is not used" "not root"
	skip "a read-only home" "not root"
fi

sim_start --quiet --token-lifetime 100 --fault delay=2
run segl token --force-new --output json
exits "an answer that took two seconds" 0
is "is no life of the token in it" \
    "$(json "$scratch/out" 'd["expires_in"] <= 97')" true
run segl token --output json
is "nor of one that is kept" \
    "$(json "$scratch/out" 'd["expires_in"] <= 97')" true

# A disk without room: the token comes, and nothing half-written stays.
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	mkdir -m 700 "$scratch/full"
	run unshare -m sh -c "mount -t tmpfs -o size=4k,mode=700 none \
	    '$scratch/full' && export XDG_RUNTIME_DIR='$scratch/full' &&
	    mkdir -m 700 '$scratch/full/segl' &&
	    head -c 4096 /dev/zero >'$scratch/full/fill' 2>/dev/null
	    segl token -q && ls -A '$scratch/full/segl' |
	    grep -v -e lock -e endpoints | wc -l >&2"
	exits "a full disk" 0
	is "nothing half-written stays" "$err" 0
else
	skip "a full disk" "no mount namespace"
	skip "nothing half-written stays" "no mount namespace"
fi

done_testing
