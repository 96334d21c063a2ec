# SPDX-License-Identifier: ISC
#
# segld with hostile neighbours: a page in a real browser on the same host, one
# that has its own name rebound to it; another process of the same user; and the
# front itself, taken over while it runs. (Proxies and other users are in
# segld_requests.sh, what a front can have signed in segld_signer.sh.)

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
port=$(free_port)
# the weakest rule that there is: everybody on this host
segld_start --listen "127.0.0.1:$port" --audit-log "$scratch/audit" \
    --allow "loopback scope=$SEGL_SCOPE" --allow "uid=$(id -u)" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
ask /v1/token
is "there is a token" "$http" 200

# ---- a page in a browser ------------------------------------------------------

tokens_given()
{
	grep -c '"outcome":"token"' "$scratch/audit"
}

if command -v chromium >/dev/null; then
	curl -s -H 'Segl-Request: 1' "http://127.0.0.1:$port/v1/token" \
	    >"$scratch/body"
	like "a program of this host has one over TCP" \
	    "$(cat "$scratch/body")" '"access_token":"eyJ'
	"$python" "$SEGL_SRCDIR/tests/integration/segld_rebinding.py" "$port" \
	    "$scratch" >"$scratch/ports" 2>"$scratch/rebinding.log" &
	child $!
	wait_for 20 test -s "$scratch/ports"
	read -r evil _ <"$scratch/ports"
	before=$(tokens_given)
	chromium --headless --no-sandbox --disable-gpu --no-proxy-server \
	    --user-data-dir="$scratch/chromium" \
	    --host-resolver-rules="MAP evil.example 127.0.0.1" \
	    "http://evil.example:$evil/page" >/dev/null \
	    2>"$scratch/chromium.log" &
	browser=$!
	child "$browser"
	if wait_for 60 test -s "$scratch/found"; then
		kill "$browser" 2>/dev/null
		is "the page tried all it could" \
		    "$(grep -c . "$scratch/found")" 13
		unlike "and has no token" "$(cat "$scratch/found")" \
		    'eyJ|access_token'
		is "its rebound name was refused, whatever it asked" \
		    "$(sed -n 's/^rebound [a-zA-Z]* \([0-9]*\) .*/\1/p' \
			"$scratch/found" | sort | uniq -c | tr -s ' ')" " 5 421"
		is "it read nothing of another origin" \
		    "$(grep -c '^cross [a-zA-Z]* TypeError' "$scratch/found")" 3
		is "what it could not read was not given either" \
		    "$(tokens_given)" "$before"
	else
		skip "a page in Chromium" "it does not start here"
		sed 's/^/# /' "$scratch/chromium.log" | tail -n 5
	fi
else
	skip "a page in Chromium" "chromium is not installed"
fi

# ---- the front, taken over ----------------------------------------------------

front=$(segld_child segld-front)
signer=$(segld_child segld-signer)
key=$SEGL_SOFTTOKEN
# taken_over WHO PID: calls that the process itself makes, "NAME<tab>CALL" on
# stdin; each has to fail.
taken_over()
{
	tee "$scratch/calls" | sed 's/.*	/print /' >"$scratch/gdb"
	gdb -nx -batch -p "$2" -x "$scratch/gdb" 2>"$scratch/gdb.log" |
	    sed -n 's/^\$[0-9]* = //p' >"$scratch/results"
	while IFS='	' read -r name _ && read -r result <&3; do
		is "the $1, taken over, can not $name" "$result" -1
	done <"$scratch/calls" 3<"$scratch/results"
	is "all of it was tried" "$(wc -l <"$scratch/results")" \
	    "$(wc -l <"$scratch/calls")"
}

if [ "$(id -u)" -eq 0 ] && command -v gdb >/dev/null &&
    ! ldd "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q 'lib[au]b*san' &&
    gdb -nx -batch -p "$front" -ex 'print (int)getpid()' 2>&1 |
    grep -qxF "\$1 = $front"; then
	taken_over front "$front" <<-END
	read the key file	(int)open("$key", 0)
	read the PIN file	(int)open("${SEGL_PIN#file:}", 0)
	read the memory of the signer	(int)open("/proc/$signer/mem", 2)
	read its environment	(int)open("/proc/$signer/environ", 0)
	read any file	(int)open("/etc/passwd", 0)
	change any file	(int)truncate("$scratch/audit", 0)
	let others read a file	(int)chmod("$key", 0666)
	trace the signer	(int)ptrace(16, $signer, 0, 0)
	end the signer	(int)kill($signer, 9)
	open a socket	(int)socket(2, 1, 0)
	open another kind of socket	(int)socket(1, 1, 0)
	start a program	(int)execl("/bin/true", "true", 0)
	have more privileges	(int)unshare(0x10000000)
	END
	# what it may ask of the keeper: programs that are of use to it, so many
	{
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 \
		    21 22 23 24 25 26 27 28 29 30; do
			printf '%s\n' 'print (int)send(0, "what\000net", 9, 0)'
		done
		echo "shell sleep 1; pgrep -c -P $segld_pid segl-net >$scratch/n"
	} >"$scratch/gdb"
	gdb -nx -batch -p "$front" -x "$scratch/gdb" >"$scratch/gdb.log" 2>&1
	ok "it cannot have programs without number ($(cat "$scratch/n"))" \
	    test "$(cat "$scratch/n")" -ge 2 -a "$(cat "$scratch/n")" -le 20
	ask /v1/token
	is "and it goes on as if nothing had been" \
	    "$http $(segld_child segld-front)" "200 $front"
	taken_over signer "$signer" <<-END
	tell the world	(int)socket(2, 1, 0)
	tell others of this host	(int)socket(1, 1, 0)
	write a file	(int)open("$scratch/leak", 0101, 0600)
	start a program	(int)execl("/bin/true", "true", 0)
	END
	ask '/v1/token?force=true'
	is "and signs as before" "$http" 200
else
	skip "the front, taken over" "needs root and gdb, and no sanitizer"
fi
segld_stop

# ---- another process of the same user --------------------------------------------

if can_be_nobody; then
	mkdir "$scratch/theirs"
	cp "$SEGL_SOFTTOKEN" "${SEGL_PIN#file:}" "$SEGL_CA" "$scratch/theirs"
	chown -R 65534:65534 "$scratch/theirs"
	chmod 600 "$scratch/theirs"/*
	there=$scratch/theirs
	as_nobody env SEGL_SOFTTOKEN="$there/$(basename "$SEGL_SOFTTOKEN")" \
	    SEGL_PIN="file:$there/$(basename "${SEGL_PIN#file:}")" \
	    SEGL_CA="$there/$(basename "$SEGL_CA")" \
	    XDG_RUNTIME_DIR="$there" segld --listen "$there/segld.sock" \
	    2>"$scratch/theirs.log" &
	child $!
	socket=$there/segld.sock
	ok "segld runs as a user" wait_for 20 segld_answers
	keeper=$(pgrep -u 65534 -x segld | head -n 1)
	signer=$(pgrep -u 65534 -P "$keeper" -x segld-signer)
	front=$(pgrep -u 65534 -P "$keeper" -x segld-front)
	as_same()
	{
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	}
	run as_same sh -c 'cat "/proc/$$/environ" >/dev/null'
	exits "who may read those of its own" 0
	for of in "signer $signer" "front $front"; do
		for what in mem environ maps; do
			run as_same dd if="/proc/${of#* }/$what" count=1
			ok "its user cannot read the ${of% *}'s $what" \
			    test "$rc" -ne 0 -a ! -s "$scratch/out"
		done
		run as_same ls "/proc/${of#* }/fd/"
		ok "nor see what the ${of% *} has open" test "$rc" -ne 0
	done
	kill "$keeper"
else
	skip "segld runs as a user" "needs root"
fi
done_testing
