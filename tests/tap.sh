# SPDX-License-Identifier: ISC
#
# TAP for shell tests (testanything.org, version 12): source this file, call
# the functions below, end with done_testing. Every case has a name that says
# what is expected, since the name is all that a reader of a log sees.

tap_count=0
tap_failed=0
tap_done=no

# Run CMD ..., keep its standard output in $out, standard error in $err and
# its exit code in $rc. $out and $err lose trailing newlines; the bytes as
# they came are in $scratch/out and $scratch/err.
run()
{
	rc=0
	"$@" >"$scratch/out" 2>"$scratch/err" || rc=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass()
{
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

fail()
{
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
}

skip()
{
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

# ok NAME CMD ...: the command succeeds.
ok()
{
	local name="$1"
	shift
	if "$@" >"$scratch/tap" 2>&1; then
		pass "$name"
	else
		fail "$name"
		diag "failed: $*"
		head -n 40 "$scratch/tap" | sed 's/^/# /'
	fi
}

# not_ok NAME CMD ...: the command fails.
not_ok()
{
	local name="$1"
	shift
	if "$@" >"$scratch/tap" 2>&1; then
		fail "$name"
		diag "succeeded: $*"
	else
		pass "$name"
	fi
}

# is NAME GOT WANT
is()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		diag "got:  $2"
		diag "want: $3"
	fi
}

# like NAME TEXT ERE: some line of TEXT matches.
like()
{
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		pass "$1"
	else
		fail "$1"
		diag "no match for: $3"
		diag "in: $2"
	fi
}

# unlike NAME TEXT ERE: no line of TEXT matches.
unlike()
{
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		fail "$1"
		diag "match for: $3"
		diag "in: $2"
	else
		pass "$1"
	fi
}

# exits NAME CODE: what run() ran ended with CODE.
exits()
{
	if [ "$rc" -eq "$2" ]; then
		pass "$1"
	else
		fail "$1"
		diag "exit code $rc, expected $2"
		diag "stdout: $out"
		diag "stderr: $err"
	fi
}

# empty NAME FILE: the file has nothing in it; a law prints its offenders.
empty()
{
	if [ -s "$2" ]; then
		fail "$1"
		head -n 40 "$2" | sed 's/^/# /'
	else
		pass "$1"
	fi
}

skip_all()
{
	printf '1..0 # SKIP %s\n' "$1"
	tap_done=yes
	exit 0
}

done_testing()
{
	printf '1..%d\n' "$tap_count"
	tap_done=yes
	[ "$tap_failed" -eq 0 ]
	exit
}

# ---- scratch space and children; both are gone when the test ends ---------

scratch=$(mktemp -d "${TMPDIR:-/tmp}/segl-test.XXXXXX") || exit 99
tap_children=
tap_cleanup=

# Remember process PID: it is ended with the test.
child()
{
	tap_children="$tap_children $1"
}

# End a child now and wait for it.
stop()
{
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

# rsa_key FILE [BITS]: a private key that no other file of this test has. To
# make one takes longer than most tests: they are kept for the next one.
rsa_key()
{
	local bits=${2:-2048} n kept
	n=$(($(cat "$scratch/rsa_keys" 2>/dev/null || echo 0) + 1))
	echo "$n" >"$scratch/rsa_keys"
	kept=${SEGL_TEST_KEYS:?run by make check}/rsa-$bits-$n.pem
	if [ ! -s "$kept" ]; then
		mkdir -p "$SEGL_TEST_KEYS"
		openssl genrsa -out "$kept.$$" "$bits" 2>/dev/null &&
		    mv "$kept.$$" "$kept" || return
	fi
	(umask 077 && cat "$kept" >"$1")
}

tap_exit()
{
	local code=$?
	trap - EXIT
	for pid in $tap_children; do
		kill "$pid" 2>/dev/null
	done
	for pid in $tap_children; do
		wait "$pid" 2>/dev/null
	done
	[ -z "$tap_cleanup" ] || $tap_cleanup
	# who answers questions about JSON: tests/integration/lib.sh
	[ ! -s "$scratch/python.pid" ] || kill "$(cat "$scratch/python.pid")"
	chmod -R u+rwX "$scratch" 2>/dev/null
	rm -rf "$scratch"
	if [ "$tap_done" = no ]; then
		printf 'Bail out! the test ended early, exit code %d\n' "$code"
		[ "$code" -ne 0 ] || code=99
	fi
	exit "$code"
}
trap tap_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
