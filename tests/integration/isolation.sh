# SPDX-License-Identifier: ISC
#
# One process a duty, seen from outside while a request is under way: what
# the process that talks to the network has, and what it does not have.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

[ -r /proc/self/environ ] || skip_all "no /proc"

canary=canary-4Kd82mQx
make_eseal "$scratch/eseal"
printf '%s' "$canary" >"$scratch/eseal/pin"
openssl pkcs12 -export -inkey "$scratch/eseal/leaf.key" \
    -in "$scratch/eseal/leaf.pem" -certfile "$scratch/eseal/path.pem" \
    -passout "file:$scratch/eseal/pin" -out "$scratch/eseal/seal.p12"
server_start slow 4 || { fail "a server starts"; done_testing; }

posted()
{
	[ "$(journal 'len(p)')" -ge 1 ]
}

# The process called NAME among the descendants of PID.
descendant()
{
	local pid
	for pid in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		if [ "$(cat "/proc/$pid/comm")" = "$2" ]; then
			echo "$pid"
			return
		fi
		descendant "$pid" "$2"
	done
}


MY_PIN=$canary MY_OTHER=canary-other SSLKEYLOGFILE=$scratch/keys \
    segl token --pin env:MY_PIN >"$scratch/token" 2>"$scratch/token.err" \
    7<"$scratch/eseal/leaf.key" &
main=$!
child "$main"
ok "a request is under way" wait_for 10 posted
net=$(descendant "$main" segl-net)
[ -n "$net" ] || net=$(pgrep -P "$main" -x segl-net)
is "segl has become segl-main" "$(cat "/proc/$main/comm")" segl-main
ok "segl-net is a process of its own" test -n "$net"
tr '\0' '\n' <"/proc/$net/environ" >"$scratch/net.environ"
tr '\0' '\n' <"/proc/$net/cmdline" >"$scratch/net.cmdline"
ls -l "/proc/$net/fd" >"$scratch/net.fd" 2>&1
readlink -f "/proc/$net/exe" >"$scratch/net.exe"
cat "/proc/$net/maps" >"$scratch/net.maps" 2>&1
cat "/proc/$main/maps" >"$scratch/main.maps" 2>&1
tr '\0' '\n' <"/proc/$main/cmdline" >"$scratch/main.cmdline"
ls -l "/proc/$main/fd" >"$scratch/main.fd" 2>&1
grep -E '^(CoreDumping|TracerPid|NoNewPrivs)' "/proc/$main/status" \
    >"$scratch/main.status"
limit=$(sed -n 's/^Max core file size *\([0-9a-z]*\).*/\1/p' \
    "/proc/$main/limits")
wait "$main"
is "the token comes" "$(cat "$scratch/token")" "demo.access.token"

is "segl-net is the installed one" "$(cat "$scratch/net.exe")" \
    "$(readlink -f "$SEGL_LIBEXECDIR/segl-net")"
unlike "the PIN is not in its environment" \
    "$(cat "$scratch/net.environ")" "$canary"
unlike "nor any variable of ours" "$(cat "$scratch/net.environ")" \
    '^(SEGL_|MASKINPORTEN_|MY_|HOME=|SSLKEYLOGFILE=)'
unlike "the PIN is not in its arguments" \
    "$(cat "$scratch/net.cmdline")" "$canary"
unlike "nor is the grant" "$(cat "$scratch/net.cmdline")" 'eyJ'
is "it has no arguments" "$(wc -l <"$scratch/net.cmdline")" 1
unlike "it has no key file open" "$(cat "$scratch/net.fd")" \
    '\.p12|\.key|/pin'
unlike "it has not loaded libsegl" "$(cat "$scratch/net.maps")" 'libsegl'
unlike "nor the library of tokens" "$(cat "$scratch/net.maps")" 'libjwt'
if [ -s "$scratch/main.maps" ]; then
	unlike "segl-main has not loaded libcurl" \
	    "$(cat "$scratch/main.maps")" 'libcurl|libssl'
fi
unlike "segl-main has no internet socket" "$(cat "$scratch/main.fd")" 'TCP'
unlike "the PIN is not in its arguments either" \
    "$(cat "$scratch/main.cmdline")" "$canary"
is "segl-main leaves no core file" "$limit" 0
not_ok "no session keys are written" test -e "$scratch/keys"
unlike "the PIN is not on standard error" \
    "$(cat "$scratch/token.err")" "$canary"

# Another user sees nothing of a process that holds a key.
if can_be_nobody; then
	chmod 755 "$scratch/eseal" "$scratch/tls"
	chmod 644 "$scratch/eseal/seal.p12" "$scratch/eseal/pin"
	: >"$journal"
	as_nobody segl token -q >"$scratch/token" 2>"$scratch/token.err" &
	starter=$!
	child "$starter"
	ok "a request of another user is under way" wait_for 10 posted
	theirs=$(pgrep -u 65534 -x segl-main)
	ok "segl-main runs as another user" test -n "$theirs"
	not_ok "whom that user cannot trace" setpriv --reuid=65534 \
	    --regid=65534 --clear-groups cat "/proc/$theirs/environ"
	wait "$starter"
	is "their token comes, too" "$(cat "$scratch/token")" \
	    "demo.access.token"
else
	skip "a request of another user" "not root"
fi

# ---- the helper alone ------------------------------------------------------------

# Killed in the middle: the client says so, and no process stays behind.
: >"$journal"
segl token --retry-for 0 >"$scratch/token" 2>"$scratch/token.err" &
main=$!
child "$main"
wait_for 10 posted
net=$(descendant "$main" segl-net)
kill -9 "$net"
rc=0
wait "$main" || rc=$?
not_ok "without the helper there is no token" test "$rc" -eq 0
is "and none is printed" "$(cat "$scratch/token")" ""
like "it is told" "$(cat "$scratch/token.err")" '^segl: '

: >"$journal"
segl token --retry-for 0 >"$scratch/token" 2>"$scratch/token.err" &
main=$!
child "$main"
wait_for 10 posted
net=$(descendant "$main" segl-net)
kill -9 "$main"
wait "$main" 2>/dev/null
gone()
{
	! kill -0 "$net" 2>/dev/null
}
ok "without its client the helper ends" wait_for 10 gone

run env -i PATH="$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" \
    SEGL_LIBEXECDIR="$scratch" segl token
not_ok "a helper that is not installed" test "$rc" -eq 0
like "is named" "$err" "$scratch"

# Run by hand it says what it is, and does nothing.
run "$SEGL_LIBEXECDIR/segl-net" </dev/null
not_ok "segl-net by hand fails" test "$rc" -eq 0

done_testing
