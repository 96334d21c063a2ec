#!/bin/sh
# SPDX-License-Identifier: ISC
#
# segld and other servers side by side: what handing out a kept token costs.
# `make bench-serve` runs it; the report goes to stdout and to
# tests/bench/serve.md in the build directory. Nothing here is a test: the
# report says what was reached, the exit status only whether all could run.
#
# SERVE_ROUNDS and SERVE_SECONDS (of one measurement) bound it.
set -eu

: "${SEGL_SRCDIR:?run it with make bench-serve}" "${SEGL_BUILDDIR:?}"
src=$SEGL_SRCDIR/tests/bench
dir=$SEGL_BUILDDIR/tests/bench
report=$dir/serve.md
rounds=${SERVE_ROUNDS:-5}
seconds=${SERVE_SECONDS:-1}
PATH=$SEGL_DESTDIR$SEGL_BINDIR:$PATH:/usr/sbin
LD_LIBRARY_PATH=$SEGL_DESTDIR$SEGL_LIBDIR
SEGL_LIBEXECDIR=$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR
SEGL_DATADIR=$SEGL_DESTDIR$SEGL_PKGDATADIR
export PATH LD_LIBRARY_PATH SEGL_LIBEXECDIR SEGL_DATADIR
# sockets need short names
work=$(mktemp -d "${TMPDIR:-/tmp}/serve.XXXXXX")
HOME=$work
XDG_RUNTIME_DIR=$work
SEGL_NO_CACHE=1
export HOME XDG_RUNTIME_DIR SEGL_NO_CACHE
started=

die() {
	echo "bench-serve: $*" >&2
	exit 1
}

clean_up() {
	for pid in $started; do
		kill "$pid" 2>/dev/null || :
	done
	wait
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

for tool in curl nginx segld segl-sim; do
	command -v $tool >/dev/null || die "$tool is missing"
done
# one processor for who answers, another one for who asks
on_first= on_second=
if [ "$(nproc)" -ge 2 ] && taskset -c 0 true 2>/dev/null; then
	on_first="taskset -c 0" on_second="taskset -c 1"
fi
# and, where it is allowed, real-time priority keeps strangers off them
real_time=
if chrt -r 10 true 2>/dev/null; then
	real_time="chrt -r 10"
fi

# wait_until CMD ...: five seconds long.
wait_until() {
	for _ in $(seq 100); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	return 1
}

# pids NAME: the processes of a contender, as started.
pids() {
	cat "$work/$1.pids"
}

# begin NAME CMD ...: its socket is NAME.sock, its port that of NAME.
begin() {
	name=$1
	shift
	# shellcheck disable=SC2086 # a command and its arguments, or nothing
	$on_first $real_time "$@" >"$work/$name.log" 2>&1 &
	started="$started $!"
	echo $! >"$work/$name.pids"
	wait_until curl -sf -H 'Segl-Request: 1' -o "$work/$name.answer" \
	    --unix-socket "$work/$name.sock" http://localhost/v1/token ||
	    die "$name does not answer: $(cat "$work/$name.log")"
}

port_of() {
	case $1 in
	raw) echo 46101 ;; bare) echo 46102 ;; nginx) echo 46103 ;;
	node) echo 46104 ;; segld) echo 46105 ;; esac
}

# ---- who takes part ---------------------------------------------------------

segl-sim >"$work/sim" 2>"$work/sim.log" &
started="$started $!"
wait_until grep -q '^SEGL_SCOPE=' "$work/sim" || die "segl-sim does not start"
eval "$(sed -n 's/^\(SEGL_[A-Z_]*=.*\)/export \1/p' "$work/sim")"

# checks and audit on: a rule for each way, a line for each request
begin segld segld --listen "$work/segld.sock" \
    --listen "127.0.0.1:$(port_of segld)" --audit-log "$work/audit" \
    --allow "uid=$(id -u) scope=$SEGL_SCOPE" \
    --allow "loopback scope=$SEGL_SCOPE"
front=$(ps -o pid=,comm= --ppid "$(pids segld)" |
    sed -n 's/^ *\([0-9]*\) segld-front$/\1/p')
body=$work/segld.answer
begin raw "$dir/raw" "$work/raw.sock" "$(port_of raw)" "$body"
begin bare "$dir/bare" "$work/bare.sock" "$(port_of bare)" "$body"
cat >"$work/nginx.conf" <<END
daemon off;
master_process off;
pid $work/nginx.pid;
error_log stderr;
events {
	worker_connections 1024;
}
http {
	access_log off;
	keepalive_requests 1000000000;
	client_body_temp_path $work/a;
	proxy_temp_path $work/b;
	fastcgi_temp_path $work/c;
	uwsgi_temp_path $work/d;
	scgi_temp_path $work/e;
	default_type application/json;
	server {
		listen 127.0.0.1:$(port_of nginx);
		listen unix:$work/nginx.sock;
		location / {
			add_header Cache-Control no-store;
			add_header X-Content-Type-Options nosniff;
			return 200 '$(cat "$body")';
		}
	}
}
END
begin nginx nginx -p "$work" -c "$work/nginx.conf"
contenders="raw bare nginx segld"
if command -v node >/dev/null; then
	begin node node "$src/serve.mjs" "$work/node.sock" \
	    "$(port_of node)" "$body"
	contenders="raw bare nginx node segld"
fi

# ---- what is measured -------------------------------------------------------

printf 'GET /v1/token HTTP/1.1\r\nHost: localhost\r\nSegl-Request: 1\r\n\r\n' \
    >"$work/keep"
printf 'GET /v1/token HTTP/1.1\r\nHost: localhost\r\nSegl-Request: 1\r\n' \
    >"$work/close"
printf 'Connection: close\r\n\r\n' >>"$work/close"

# measure HOW CONNECTIONS RATE NAME
measure() {
	to=$work/$4.sock
	test "$1" = close || to=$(port_of "$4")
	asked=$(pids "$4")
	test "$4" != segld || asked="$asked $front"
	# shellcheck disable=SC2086
	$on_second $real_time "$dir/load" "$1" "$2" "$seconds" "$3" "$to" "$work/$1" \
	    $asked >>"$work/$1.$4.$5" || die "$4: no figures"
}

for _ in $(seq "$rounds"); do
	for name in $contenders; do
		measure keep 16 0 "$name" full
		measure close 16 0 "$name" full
	done
done

# median FILE COLUMN
median() {
	cut -d' ' -f"$2" "$1" | sort -n | awk '{ v[NR] = $1 }
	    END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

for name in $contenders; do
	for how in keep close; do
		half=$(median "$work/$how.$name.full" 1)
		half=$(awk "BEGIN { printf \"%d\", $half / 2 }")
		measure $how 64 "$half" "$name" half
	done
done

# ---- the report -------------------------------------------------------------

cpu() {
	median "$work/$1.$2.full" 2
}

table() { # HOW
	printf '| server | requests/s | CPU us/request | x nginx |'
	printf ' p50 ms | p99 ms | at half load: p50 | p99 | failed |\n'
	printf '| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n'
	for name in $contenders; do
		f=$work/$1.$name.full
		h=$work/$1.$name.half
		awk -v name="$name" -v rps="$(median "$f" 1)" \
		    -v cpu="$(median "$f" 2)" -v nginx="$(cpu "$1" nginx)" \
		    -v p50="$(median "$f" 3)" -v p99="$(median "$f" 4)" \
		    -v h50="$(median "$h" 3)" -v h99="$(median "$h" 4)" \
		    -v failed="$(cat "$f" "$h" | awk '{ n += $5 }
			END { print n }')" 'BEGIN {
			printf "| %s | %.0f | %.1f | %.2f | %.3f | %.3f ", \
			    name, rps, cpu, cpu / nginx, p50, p99
			printf "| %.3f | %.3f | %d |\n", h50, h99, failed }'
	done
}

# memory NAME PID
memory() {
	awk -v name="$1" '/^Pss:/ { pss = $2 } /^Rss:/ { rss = $2 }
	    END { printf "| %s | %d | %d |\n", name, pss, rss }' \
	    "/proc/$2/smaps_rollup" 2>/dev/null || echo "| $1 | ? | ? |"
}

reached() { # HOW GOAL
	awk -v a="$(cpu "$1" segld)" -v b="$(cpu "$1" nginx)" -v goal="$2" \
	    'BEGIN { printf "%.2f x nginx (goal %s): %s\n", a / b, goal,
		(a / b <= goal) ? "reached" : "not reached" }'
}

{
	cat <<-END
	# Handing out a kept token: segld and other servers

	$(date -u +%Y-%m-%d), $(nproc) processors
	($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)),
	$(nginx -v 2>&1 | sed 's/.*: //'), libmicrohttpd
	$(dpkg-query -W -f '${Version}' libmicrohttpd12 2>/dev/null || echo ?).
	$rounds rounds of $seconds s, interleaved; medians. An answer has
	$(wc -c <"$body") bytes of body, the same from all, with the same fields.

	- raw: epoll, which reads nothing of the request
	- bare: libmicrohttpd, which checks nothing of it
	- nginx: \`return 200\`, no log, one process
	- node: \`node:http\`, which checks nothing of it
	- segld: all checks, a rule for each way, the audit log on

	Half load is half of what the server itself can do, asked at a steady
	rate; each time counts from when the request was due.
	${real_time:+All of it ran with real-time priority.}

	## TCP, keep-alive, 16 connections

	END
	table keep
	printf '\n## Unix socket, a connection a request, 16 at a time\n\n'
	table close
	printf '\n## Resident, in kB\n\n| process | PSS | RSS |\n| --- | --: | --: |\n'
	memory segld "$(pids segld)"
	memory segld-front "$front"
	memory segld-signer "$(ps -o pid=,comm= --ppid "$(pids segld)" |
	    sed -n 's/^ *\([0-9]*\) segld-signer$/\1/p')"
	for name in raw bare nginx node; do
		test ! -e "$work/$name.pids" || memory "$name" "$(pids $name)"
	done
	printf '\n## Reached\n\n'
	printf -- '- CPU a request on keep-alive: %s\n' "$(reached keep 1.25)"
	printf -- '- CPU a request, a connection each: %s\n' \
	    "$(reached close 1.3)"
	printf -- '- segld wrote %s lines of audit log.\n' \
	    "$(wc -l <"$work/audit")"
} >"$report"
cat "$report"
