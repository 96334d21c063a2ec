# SPDX-License-Identifier: ISC
#
# segld when the clock does not just go on: a host that sleeps, a virtual
# machine that is held, a clock that is set on and back, days that pass.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

if ! preload clock; then
	skip "clocks that are set" "$preload_missing"
	done_testing
fi

# at_clock FILE CMD ...: with the clocks of FILE; clock FILE WALL BOOT: sets
# them, as seconds from the real ones.
at_clock()
{
	LD_PRELOAD=$scratch/clock.so TEST_CLOCK=$1
	export LD_PRELOAD TEST_CLOCK
	shift
	"$@"
	unset LD_PRELOAD TEST_CLOCK
}
clock()
{
	"$python" -c '
import os, struct, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
os.pwrite(fd, struct.pack("qq", int(sys.argv[2]), int(sys.argv[3])), 0)' "$@"
}

# all of it: the server's clock and ours
all=$scratch/all
clock "$all" 0 0
at_clock "$all" sim_start --token-lifetime 100 || {
	fail "the simulator starts"
	done_testing
}
pass "the simulator starts"
mkdir "$scratch/app"
at_clock "$all" segld_start --audit-log "$scratch/audit" \
    --token-file "$scratch/app/token" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"

# token: sets token, left.
token()
{
	ask /v1/token
	token=$(json "$scratch/body" 'd["access_token"]')
	left=$(json "$scratch/body" 'd["expires_in"]')
}
grants()
{
	grep -c 'POST /token' "$sim_dir/log"
}

token
first=$token
ok "a token" test "$http" = 200 -a "$left" -gt 70

# ---- the host slept: both clocks went on ----------------------------------------

clock "$all" 30 30
token
is "what is still good after a sleep is the same" "$http $token" "200 $first"
ok "with what is left of it" test "$left" -le 70
clock "$all" 99 99
token
is "what ran out meanwhile is not handed out" \
    "$http $(test "$token" != "$first" && echo another)" "200 another"
ok "but one that lives" test "$left" -gt 70

# ---- a machine that was held: the boot clock stood still -------------------------

second=$token
kept()
{
	[ -s "$scratch/app/token" ] &&
	    [ "$(cat "$scratch/app/token")" != "$1" ]
}
clock "$all" 3700 99
segld_answers >/dev/null
ok "the file has a fresh one" wait_for 20 kept "$second"
token
is "and so has who asks" \
    "$http $(test "$token" != "$second" && echo another)" "200 another"
is "the same" "$(cat "$scratch/app/token")" "$token"

# ---- the clock is set back ---------------------------------------------------------

third=$token
before=$(grants)
clock "$all" 100 99
token
is "a good token is good by any clock" "$http $token" "200 $third"
is "nobody was asked" "$(($(grants) - before))" 0
ok "nothing lives longer for it" test "$left" -le 100
clock "$all" 190 195
token
is "nor when its life is over" \
    "$http $(test "$token" != "$third" && echo another)" "200 another"

# ---- days pass -----------------------------------------------------------------------

# judged: sets at, verdict and ready.
judged()
{
	ask /v1/suitability
	at=$(json "$scratch/body" 'd["profiles"][0]["judged_at"]')
	verdict=$(json "$scratch/body" 'd["profiles"][0]["verdict"]')
	end=$(json "$scratch/body" 'd["profiles"][0]["not_after"]')
	ask /readyz
	ready=$http
}
judged_after()
{
	judged
	[ "$at" -gt "$1" ]
}
now=$(date +%s)
judged
is "the certificate will do, or is undecided without lists" \
    "$ready $(case $verdict in suitable | undecided) echo good ;; esac)" \
    "200 good"
clock "$all" 180000 195
ok "a day later it is judged anew" wait_for 20 judged_after $((now + 100000))
is "and is what it was" \
    "$ready $(case $verdict in suitable | undecided) echo good ;; esac)" \
    "200 good"
over=$((end - now + 10))
clock "$all" $over 195
ok "when it has ended, too" wait_for 20 judged_after "$end"
is "and then it will not do" "$ready $verdict" "503 unsuitable"
like "which is said" "$body" 'certificate has expired'
judged_before()
{
	judged
	[ "$at" -lt "$1" ]
}
clock "$all" -50000000 195
ok "before it was issued, too" wait_for 20 judged_before "$((now - 1000000))"
is "it will not do" "$ready $verdict" "503 unsuitable"
like "and why is said" "$body" 'not valid yet, by the clock'
clock "$all" 0 195
ok "a clock that was wrong and is set right" \
    wait_for 20 judged_after "$((now - 1000))"
ask '/v1/token?force=true'
is "makes all good again: a token" "$http" 200
judged
is "and a certificate that will do" \
    "$ready $(case $verdict in suitable | undecided) echo good ;; esac)" \
    "200 good"
segld_stop
kill "$sim_pid"

# ---- our clock alone is wrong, and segld goes by the server's -----------------------

sim_start || { fail "another simulator starts"; done_testing; }
clock "$all" 300 0
rm -rf "$scratch/app"
at_clock "$all" segld_start --clock server || {
	fail "segld starts again"
	done_testing
}
token
is "minutes ahead: a token in the first grant" "$http $(grants)" "200 1"
clock "$all" -300 0
ask '/v1/token?force=true'
is "set back: the next one is right, too" "$http $(grants)" "200 2"
segld_stop
done_testing
