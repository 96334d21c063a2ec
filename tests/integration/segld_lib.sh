# SPDX-License-Identifier: ISC
#
# A segld of our own, and asking it.

socket=$scratch/segld.sock

segld_answers()
{
	curl -sf --unix-socket "$socket" http://localhost/healthz
}

# segld_start OPTION ...: on $socket; sets segld_pid and segld_log.
segld_start()
{
	segld_log=$scratch/segld.log
	segld --listen "$socket" "$@" 2>>"$segld_log" &
	segld_pid=$!
	child "$segld_pid"
	if ! wait_for 20 segld_answers; then
		diag "segld $*: does not answer"
		sed 's/^/# /' "$segld_log"
		return 1
	fi
}

segld_start_usual()
{
	local named=$socket
	socket=$XDG_RUNTIME_DIR/segl/segld.sock
	segld "$@" 2>>"$segld_log" &
	segld_pid=$!
	child "$segld_pid"
	wait_for 20 segld_answers
	socket=$named
}

segld_stop()
{
	kill "$segld_pid"
	wait "$segld_pid"
	segld_code=$?
}

# ask PATH [CURL OPTION ...]: as a client should; sets http and body, and
# leaves $scratch/head and $scratch/body.
ask()
{
	local path=$1
	shift
	http=$(curl -s -m 60 --unix-socket "$socket" -H 'Segl-Request: 1' \
	    -D "$scratch/head" -o "$scratch/body" -w '%{http_code}' "$@" \
	    "http://localhost$path")
	body=$(cat "$scratch/body")
}

# The processes of segld, by the name of their program.
segld_child()
{
	ps -o pid=,comm= --ppid "$segld_pid" | sed -n "s/^ *\([0-9]*\) $1\$/\1/p"
}
