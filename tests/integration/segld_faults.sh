# SPDX-License-Identifier: ISC
#
# segld when something goes wrong: the server, its own processes, the files it
# reads; and what each of its processes may still do.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start --token-lifetime 600 || { fail "it starts"; done_testing; }
pass "the simulator starts"
unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR" "$scratch/live" "$scratch/data"
# as Kubernetes mounts a secret: links through a link that is swapped
mkdir "$scratch/live/v1"
cp "$SEGL_SOFTTOKEN" "$scratch/live/v1/seal.p12"
ln -s v1 "$scratch/live/..data"
ln -s ..data/seal.p12 "$scratch/live/seal.p12"

segld_start --softtoken "$scratch/live/seal.p12" --verbose || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
ask /v1/token
is "a token" "$http" 200
token=$(json "$scratch/body" 'd["access_token"]')

signer_is()
{
	[ -n "$(segld_child segld-signer)" ] &&
	    [ "$(segld_child segld-signer)" != "$1" ] && [ "$(
		segld_child segld-signer | wc -l)" -eq 1 ]
}

front_is()
{
	[ -n "$(segld_child segld-front)" ] &&
	    [ "$(segld_child segld-front)" != "$1" ] && [ "$(
		segld_child segld-front | wc -l)" -eq 1 ] && segld_answers
}

log_has()
{
	grep -qE "$1" "$segld_log"
}

# ---- what each process may still do ---------------------------------------------

status_of()
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

for name in segld-signer segld-front; do
	pid=$(segld_child $name)
	is "$name: no new privileges" "$(status_of "$pid" NoNewPrivs)" 1
	if [ "$(status_of $$ Seccomp)" = 0 ] || [ "$(uname -m)" = x86_64 ]; then
		is "$name: calls are filtered" "$(status_of "$pid" Seccomp)" 2
	fi
	is "$name: no core file" "$(sed -n \
	    's/^Max core file size *\([0-9a-z]*\) .*/\1/p' "/proc/$pid/limits")" 0
	is "$name: no trace of the PIN's place in its arguments" \
	    "$(tr '\0' '\n' <"/proc/$pid/cmdline" | grep -c "$(
		cut -d: -f2 <<-END | xargs cat
		$SEGL_PIN
		END
	    )")" 0
done
is "the signer has its socket and nothing else open" \
    "$(find "/proc/$(segld_child segld-signer)/fd" -lname 'socket:*' |
	wc -l)" 1

# ---- its own processes die ------------------------------------------------------

old=$(segld_child segld-signer)
kill -9 "$old"
ok "a signer that is killed is replaced" wait_for 20 signer_is "$old"
ask /v1/token
is "kept tokens are served meanwhile" "$http" 200
ask '/v1/token?force=true'
is "and the new one signs" "$http" 200

old=$(segld_child segld-front)
kill -9 "$old"
ok "a front that is killed is replaced" wait_for 20 front_is "$old"
ask /v1/token
is "the next one serves" "$http" 200
pkill -9 -P "$segld_pid" segl-net
ask '/v1/token?force=true'
is "a segl-net that is killed is replaced" "$http" 200

# ---- the server goes away -------------------------------------------------------

ask /v1/token
token=$(json "$scratch/body" 'd["access_token"]')
kill -STOP "$sim_pid"
ask /v1/token
is "a good token is served while the server hangs" \
    "$(json "$scratch/body" 'd["access_token"]')" "$token"
kill -CONT "$sim_pid"

# ---- reload ---------------------------------------------------------------------

old=$(segld_child segld-front)
kill -HUP "$segld_pid"
ok "SIGHUP loads all anew" wait_for 20 front_is "$old"
ask /v1/token
is "and the tokens are still there" \
    "$(json "$scratch/body" 'd["access_token"]')" "$token"

# The same seal, swapped as Kubernetes does it.
old=$(segld_child segld-signer)
mkdir "$scratch/live/v2"
cp "$SEGL_SOFTTOKEN" "$scratch/live/v2/seal.p12"
ln -s v2 "$scratch/live/..new"
mv -T "$scratch/live/..new" "$scratch/live/..data"
ok "a link that is swapped is noticed" wait_for 20 signer_is "$old"
ok "and the new pair serves" wait_for 20 front_is ""
ask '/v1/token?force=true'
is "with the new file" "$http" 200

# One that cannot be loaded.
old=$(segld_child segld-signer)
echo nonsense >"$scratch/live/v2/seal.p12"
ok "a file that is damaged is told" wait_for 20 log_has 'going on as before'
ask '/v1/token?force=true'
is "and the old key goes on" "$http $(segld_child segld-signer)" "200 $old"

# Another organisation's.
make_eseal "$scratch/eseal"
openssl pkcs12 -export -inkey "$scratch/eseal/leaf.key" \
    -in "$scratch/eseal/leaf.pem" -certfile "$scratch/eseal/path.pem" \
    -passout "$SEGL_PIN" -out "$scratch/other.p12"
cp "$scratch/other.p12" "$scratch/live/v2/seal.p12"
ok "another organisation's seal is an alarm" wait_for 20 log_has 'ALARM'
ask '/v1/token?force=true'
is "and not taken" "$http $(segld_child segld-signer)" "200 $old"
is "no request was lost to all this" "$(grep -c 'out of turn' "$segld_log")" 0

kill -TERM "$segld_pid"
wait "$segld_pid"
is "it ends in order" $? 0
is "and leaves no process" "$(ps -o comm= --ppid "$segld_pid" | wc -l)" 0

# ---- several profiles -----------------------------------------------------------

cat >"$scratch/segl.conf" <<END
softtoken = $SEGL_SOFTTOKEN
pin = $SEGL_PIN
env = $SEGL_ENV
ca = $SEGL_CA
[profile one]
scope = $SEGL_SCOPE
[profile two]
scope = toll:eu/movement/road/v2
END
env -u SEGL_ENV -u SEGL_CA -u SEGL_SOFTTOKEN -u SEGL_PIN -u SEGL_SCOPE \
    segld --config "$scratch/segl.conf" --serve one --serve two \
    --listen "$socket" --allow "uid=$(id -u) profile=one" 2>>"$segld_log" &
segld_pid=$!
child "$segld_pid"
wait_for 20 segld_answers
ask /v1/token/one
is "a profile by its name" "$http $(json "$scratch/body" 'd["scope"]')" \
    "200 $SEGL_SCOPE"
ask /v1/token/two
is "a rule is for one profile" "$http" 403
ask /v1/token
is "none without a scope" "$http" 400
segld_stop

# ---- the disk is full --------------------------------------------------------------

if [ -c /dev/full ]; then
	segld_start --audit-log /dev/full
	ask /v1/token
	is "a token, though nothing can be written down" "$http" 200
	ok "which is told, with what to do" wait_for 20 log_has \
	    'audit log cannot be written: No space left.*make room'
	ask /readyz
	is "also by who asks whether it is ready" \
	    "$http $(json "$scratch/body" 'd["audit"]["written"]')" "200 false"
	ask /metrics
	like "and counted" "$body" '^segld_audit_lines_lost_total [1-9]'
	segld_stop
	is "it ends in order" "$segld_code" 0
else
	skip "a full disk" "no /dev/full"
fi

done_testing
