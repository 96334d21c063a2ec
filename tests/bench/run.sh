#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Whole processes side by side: what a one-shot token costs with segl and with
# what people use instead. `make bench` runs it; the report goes to stdout and
# to tests/bench/report.md in the build directory. Nothing here is a test: the
# report says what was reached, the exit status only whether all could run.
#
# BENCH_ROUNDS and BENCH_SECONDS bound the timed part, BENCH_CONTENDERS names
# those who take part.
set -eu

: "${SEGL_SRCDIR:?run it with make bench}" "${SEGL_BUILDDIR:?}"
src=$SEGL_SRCDIR/tests/bench
dir=$SEGL_BUILDDIR/tests/bench
work=$dir/work
segl_bin=$SEGL_DESTDIR$SEGL_BINDIR/segl
material=$work/material
plan=$work/plan
report=$dir/report.md
scope=bench:read
tab=$(printf '\t')
server=

die() {
	echo "bench: $*" >&2
	exit 1
}

clean_up() {
	test -z "$server" || kill "$server" 2>/dev/null || :
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# ---- what is needed --------------------------------------------------------

for tool in openssl curl jq; do
	command -v $tool >/dev/null || die "$tool is missing"
done
mkdir -p "$work/home" "$work/run"
chmod 700 "$work/run"
rm -rf "$work/run/segl"
sh "$src/material.sh" "$material" || die "see $material/log"

# node is a rival, not a tool: without it, or without network, it is left out.
node_version=
node_init() {
	command -v node >/dev/null && command -v npm >/dev/null || return 0
	mkdir -p "$work/node"
	cp "$src/token.mjs" "$work/node/"
	if ! cmp -s "$src/package.json" "$work/node/package.json"; then
		cp "$src/package.json" "$work/node/"
		(cd "$work/node" && npm install --silent --no-audit --no-fund \
		    >"$work/npm.log" 2>&1) || {
			rm -f "$work/node/package.json"
			return 0
		}
	fi
	node_version=$(node --version)
}
node_init

: >"$work/server.out"
# Real-time priority, where it is allowed, keeps strangers off the processors.
real_time=
if chrt -r 10 true 2>/dev/null; then
	real_time="chrt -r 10"
fi

# shellcheck disable=SC2086 # a command and its arguments, or nothing
$real_time "$dir/server" "$material/server.pem" "$material/server.key" \
    "$material/leaf.pem" "$(cat "$material/path-length")" \
    >"$work/server.out" 2>"$work/server.log" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	port=$(head -n 1 "$work/server.out")
	test -z "$port" || break
	sleep 0.1
done
test -n "$port" || die "the server does not start, see $work/server.log"

# ---- the contenders --------------------------------------------------------

# NAME ROUNDS TRUST: its words, one a line, environment first. TRUST is "ca"
# where the server's CA is known and "none" where it is not.
contender() {
	p12=$material/p12.$2
	pin=$material/pin
	trust=$material/$3
	bundle=$material/bundle.pem
	test "$3" = ca || bundle=$material/none.pem
	set -- "$1"
	case $1 in
	floor | linked)
		set -- "$dir/$1" "$p12" "$pin" "$trust.d" "$port" "$scope" ;;
	shell)
		set -- "PATH=$PATH" /bin/sh "$src/pipeline.sh" "$p12" "$pin" \
		    "$bundle" "$port" "$scope" ;;
	node)
		set -- "PATH=$PATH" "NODE_EXTRA_CA_CERTS=$trust.pem" \
		    "$(command -v node)" "$work/node/token.mjs" "$p12" "$pin" \
		    "$port" "$scope" ;;
	segl)
		set -- "PATH=$PATH" "HOME=$work/home" \
		    "XDG_RUNTIME_DIR=$work/run" \
		    "LD_LIBRARY_PATH=$SEGL_DESTDIR$SEGL_LIBDIR" \
		    "SEGL_LIBEXECDIR=$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR" \
		    "$segl_bin" token --env "https://127.0.0.1:$port/" \
		    --ca-only --ca "$trust.d" --softtoken "$p12" \
		    --pin "file:$pin" --scope "$scope" $no_cache ;;
	esac
	printf '%s\n' "$@"
}

contenders="floor linked shell"
test -z "$node_version" || contenders="$contenders node"
test ! -x "$segl_bin" || contenders="$contenders segl"
contenders=${BENCH_CONTENDERS:-$contenders}
no_cache=
if test -x "$segl_bin"; then
	if LD_LIBRARY_PATH=$SEGL_DESTDIR$SEGL_LIBDIR \
	    SEGL_LIBEXECDIR=$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR \
	    "$segl_bin" token --help 2>&1 | grep -q -e --no-cache; then
		no_cache=--no-cache
	fi
fi

# Run the words on stdin.
run_words() {
	set --
	while IFS= read -r word; do
		set -- "$@" "$word"
	done
	env -i "$@"
}

# Everybody gets a token, and nobody from a server that it cannot verify.
for name in $contenders; do
	contender "$name" 2048 ca | run_words 2>"$work/$name.log" |
	    grep -q xxxx || die "$name gets no token, see $work/$name.log"
	! contender "$name" 2048 none | run_words 2>"$work/$name.none.log" |
	    grep -q xxxx || die "$name does not verify the server"
done

# KIND GROUP NAME EVERY COMMAND...: a line of the plan.
line() {
	printf '%s' "$1"
	shift
	printf '\t%s' "$@"
}

# The words of a contender as fields of a plan.
words() {
	contender "$@" | tr '\n' '\t'
}

# ---- the plan --------------------------------------------------------------

plan_group() { # ITERATIONS
	group="One-shot token, PKCS#12 with $1 iterations"
	for name in $contenders; do
		every=1
		case $name in
		shell) every=3 ;;
		node) every=12 ;;
		esac
		printf 'run\t%s\t%s\t%s\t%s\n' "$group" "$name" $every \
		    "$(words "$name" "$1" ca)"
		case $name in
		floor | linked)
			printf 'phases\t%s\t%s\t1\t%s\n' "$1 iterations" \
			    "$name" "$(words "$name" "$1" ca)" ;;
		segl)
			printf 'phases\t%s\t%s\t1\t%s%s\n' "$1 iterations" \
			    "$name" "$(words "$name" "$1" ca | trace_words)" ;;
		esac
	done
}

# Put the tracer between environment and command.
trace_words() {
	tr '\t' '\n' | awk -v trace="$dir/trace" -v marks="$dir/marks.so" '
		!done && !/=/ { printf "BENCH_PRELOAD=%s\t%s\t", marks, trace
			done = 1 }
		{ printf "%s\t", $0 }'
}

# A kept token costs a bare process: the front alone, which needs no library.
plan_kept() {
	no_cache=
	contender segl 2048 ca | run_words >/dev/null 2>"$work/kept.log" ||
	    die "no token to keep, see $work/kept.log"
	printf 'bare\tKept token\ttrue\t1\t/bin/true\n'
	printf 'run\tKept token\tkept\t1\t%s\n' \
	    "$(contender segl 2048 ca | grep -v ^LD_LIBRARY_PATH= |
		tr '\n' '\t')"
	printf 'ratio\tkept\ttrue\t1.5\n'
	no_cache=--no-cache
}

# What a certificate is: two tools that print and verify, and one that judges.
plan_check() {
	group="One certificate, its path beside it"
	openssl=$(command -v openssl)
	printf 'judge\t%s\tx509-text\t1\t%s\tx509\t-in\t%s\t-noout\t-text\n' \
	    "$group" "$openssl" "$material/leaf.pem"
	printf 'judge\t%s\tverify\t1\t%s\tverify\t-CAfile\t%s\t' \
	    "$group" "$openssl" "$material/root.pem"
	printf -- '-untrusted\t%s\t%s\n' "$material/issuer.pem" \
	    "$material/leaf.pem"
	printf 'judge\t%s\tcheck\t1\t' "$group"
	printf 'HOME=%s\t' "$work/home"
	printf 'LD_LIBRARY_PATH=%s\t' "$SEGL_DESTDIR$SEGL_LIBDIR"
	printf 'SEGL_LIBEXECDIR=%s\t' "$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR"
	printf '%s\tcheck\t--no-cache\t--chain\t%s\t%s\n' "$segl_bin" \
	    "$material/others.pem" "$material/leaf.pem"
	printf 'time\tcheck\t10\nmemory\tcheck\t9\n'
	printf 'ratio\tcheck\tx509-text\t1.5\nratio\tcheck\tverify\t1.5\n'
}

{
	plan_group 2048
	plan_group 10000
	test -z "$no_cache" || plan_kept
	test ! -x "$segl_bin" || plan_check
	printf 'ratio\tsegl\tfloor\t1.6\n'
	printf 'ratio\tsegl\tlinked\t0.8\n'
	printf 'ratio\tsegl\tshell\t0.25\n'
	printf 'memory\tsegl\t12\n'
} >"$plan"

# ---- the report ------------------------------------------------------------

about() {
	cat <<-EOF
	# A one-shot token: segl and its rivals

	$(date -u +%Y-%m-%d), $(nproc) processors
	($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)),
	$(openssl version | cut -d' ' -f1-2), $(curl --version | cut -d' ' -f1-2 |
	    head -n 1)${node_version:+, node $node_version}.

	Whole processes, interleaved: each round runs every contender once, in
	random order (shell every 3rd, node every 12th round), from the exec until
	its stdout is closed and it has ended. All talk to one server on loopback:
	TLS 1.3, an EC P-256 certificate, HTTP/1.1, a constant answer of about
	1 KB. It checks the signature, audience and path of every grant after
	having answered. Before the run each contender had to get a token and had
	to refuse the server when its CA was not trusted.

	- floor: a static C program, PKCS12_parse, sign, handshake, POST in
	  sequence; CA directory; no HTTP library.
	- linked: one program that links libcurl, libjwt, jansson and OpenSSL,
	  in sequence; CA directory.
	- shell: openssl, base64, awk, curl with a bundle of
	  $(grep -c '^-----BEGIN' "$material/bundle.pem") CA certificates, jq.
	- node: node-forge and jose, node's own CA certificates and this one.
	- check: segl check, without trusted lists or network, beside
	  openssl x509 -text and openssl verify of the same certificate.
	- segl: as installed (found by LD_LIBRARY_PATH), CA directory with
	  $(ls "$material/ca.d" | grep -c '\.pem$') certificates, no cached token${no_cache:+ ($no_cache)}.

	CPU is that of all processes of a contender, memory the peak of its
	largest one.
	EOF
	test -z "$real_time" || printf '\nAll of it ran with real-time priority.\n'
	test -n "$node_version" ||
	    printf '\nnode was left out: no node, or npm could not install.\n'
	test -x "$segl_bin" || printf '\nsegl is not installed.\n'
}

# What else the processors do, in per cent: medians need a quiet machine.
other_load() {
	{
		sed -n 1p /proc/stat
		sleep 1
		sed -n 1p /proc/stat
	} | awk '{ all = 0; for (i = 2; i <= 9; i++) all += $i
			all -= before_all; idle = $5 + $6 - before_idle
			before_all = all; before_idle = idle }
		END { printf "%.0f", 100 - 100 * idle / all }'
}

summary() {
	kill "$server"
	wait "$server" || :
	server=
	tail -n 1 "$work/server.out" >"$work/counts"
	read -r posts good <"$work/counts"
	printf '\nThe server saw %s grants, %s of them good.\n' "$posts" "$good"
	printf 'Other load before the run: %s %%, after it: %s %%.\n' \
	    "$load_before" "$(other_load)"
}

load_before=$(other_load)
about >"$report"
# shellcheck disable=SC2086
$real_time "$dir/driver" "$plan" "${BENCH_ROUNDS:-200}" "${BENCH_SECONDS:-100}" \
    "$work/run.log" >>"$report"
summary >>"$report"
cat "$report"
test "$posts" = "$good" || die "not every grant was good: no fair run"
