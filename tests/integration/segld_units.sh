# SPDX-License-Identifier: ISC
#
# segld as others see it run: its unit files, its figures, socket activation and
# the word to init that it is ready.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

# ---- unit files ------------------------------------------------------------

if systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
	cp "$SEGL_SRCDIR/conf/segld.service" "$SEGL_SRCDIR/conf/segld.socket" \
	    "$scratch"
	run systemd-analyze security --offline=true --no-pager --threshold=15 \
	    "$scratch/segld.service"
	exits "the service is exposed by 1.5 at most" 0
	unlike "and systemd knows all that is in its unit" "$out$err" \
	    'Unknown|[Ii]gnoring|Failed to parse'
	diag "$(printf '%s\n' "$out" | tail -n 1)"
else
	skip "the service is exposed by 1.5 at most" "no systemd-analyze"
	skip "and systemd knows all that is in its unit" "no systemd-analyze"
fi

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"

# ---- init opens the socket and waits for a word -----------------------------

"$python" - "$socket" "$scratch/notify" "$scratch/told" <<'END' &
import os, signal, socket, subprocess, sys, time
path, notify, told = sys.argv[1:]
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.bind(notify)
s = socket.socket(socket.AF_UNIX)
s.bind(path)
s.listen(10)
pid = os.fork()
if pid == 0:
    os.dup2(s.fileno(), 3)
    os.set_inheritable(3, True)
    env = dict(os.environ, LISTEN_FDS="1", LISTEN_PID=str(os.getpid()),
               NOTIFY_SOCKET=notify)
    os.closerange(4, 64)
    os.execvpe("segld", ["segld"], env)
signal.signal(signal.SIGTERM, lambda *a: os.kill(pid, signal.SIGTERM))
n.settimeout(20)
with open(told, "w") as out:
    out.write(n.recv(4096).decode().split("\n")[0] + "\n")
    out.flush()
    while True:
        try:
            os.waitpid(pid, 0)
            break
        except InterruptedError:
            pass
    n.settimeout(1)
    try:
        while True:
            out.write(n.recv(4096).decode().split("\n")[0] + "\n")
    except OSError:
        pass
END
init=$!
child "$init"
ok "init hears that it is ready" wait_for 20 grep -q READY=1 "$scratch/told"
ask /v1/token
is "and the socket of init is answered" "$http" 200

# ---- figures ------------------------------------------------------------------

ask '/v1/token?scope=example:forbidden'
ask /metrics
is "there are figures" "$http" 200
like "in Prometheus' format" "$(cat "$scratch/head")" \
    'Content-Type: text/plain; version=0.0.4'
is "every line of it" "$("$python" - "$scratch/body" <<'END'
import re, sys
text = open(sys.argv[1]).read()
types, good = {}, text.endswith("\n")
for line in text.splitlines():
    if line.startswith("# TYPE "):
        _, _, name, kind = line.split(" ")
        good = good and name not in types and kind in ("counter", "gauge")
        types[name] = kind
    elif not line.startswith("# HELP "):
        m = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"\\]*"\})? (\S+)', line)
        good = good and m and m.group(1) in types and float(m.group(3)) >= -1e9
        good = good and (types[m.group(1)] == "counter") == \
            m.group(1).endswith("_total")
print(bool(good) and len(types) > 8)
END
)" True
figure()
{
	grep -F "$1 " "$scratch/body" | sed 's/.* //'
}
is "tokens from the server" "$(figure 'segld_tokens_total{from="server"}')" 1
is "failures by code" \
    "$(figure 'segld_exchange_errors_total{code="MP-200"}')" 1
is "when the certificate ends" "$("$python" -c \
    "import time; print($(figure \
	'segld_certificate_not_after_timestamp_seconds{profile=""}') >
	time.time())")" True
if command -v promtool >/dev/null; then
	ok "promtool has nothing to say" sh -c \
	    "promtool check metrics <'$scratch/body'"
else
	skip "promtool has nothing to say" "no promtool"
fi
unlike "no token is in them" "$body" 'eyJ'

# ---- what is published of the requests ---------------------------------------

openapi=$SEGL_SRCDIR/conf/segld-openapi.json
"$python" -c '
import json, sys
d = json.load(open(sys.argv[1]))
for p in d["paths"]:
    for m in d["paths"][p]:
        print(m.upper(), p)' "$openapi" >"$scratch/paths"
while read -r method path; do
	ask "$(printf '%s' "$path" | sed 's/{profile}/nope/')" -X "$method"
	unlike "$method $path is answered" "$http" '^(404|405|000)$'
done <"$scratch/paths"
sed -n 's/^	{ "\(\/[a-z0-9/]*\)", [01], "\([A-Z]*\)",.*/\2 \1/p' \
    "$SEGL_SRCDIR/src/daemon/route.c" | LC_ALL=C sort >"$scratch/routes"
grep -v '{' "$scratch/paths" | LC_ALL=C sort >"$scratch/described"
ok "and it has every route" cmp "$scratch/routes" "$scratch/described"
# What the description has and what the code takes are the same parameters.
"$python" -c '
import json, sys
d = json.load(open(sys.argv[1]))
for p in d["paths"]["/v1/token"]["get"]["parameters"]:
    if p.get("in") == "query":
        print(p["name"])' "$openapi" | LC_ALL=C sort >"$scratch/described"
sed -n -e '/^want_add_named/,/^}/s/.*{ "\([a-z_]*\)", "[a-z-]*" }.*/\1/p' \
    -e '/^want_add_named/,/^want_from_query/s/.*strcmp(name, "\([a-z_]*\)").*/\1/p' \
    "$SEGL_SRCDIR/src/daemon/want.c" | LC_ALL=C sort >"$scratch/taken"
ok "and every parameter of a request" cmp "$scratch/taken" "$scratch/described"
ok "there are routes" test "$(wc -l <"$scratch/routes")" -ge 6
ask /v1/token
is "an answer has the members that it names" "$("$python" - "$openapi" \
    "$scratch/body" <<'END'
import json, sys
schema = json.load(open(sys.argv[1]))["components"]["schemas"]["Token"]
body = json.load(open(sys.argv[2]))
print(set(schema["required"]) <= set(body) <= set(schema["properties"]))
END
)" True

kill "$init"
wait "$init" 2>/dev/null
ok "init hears that it ends" grep -q STOPPING=1 "$scratch/told"
ok "the socket of init stays" test -S "$socket"

# ---- the examples of segld(8), as they stand there ------------------------------

# example N: the N-th block, with places and names of this test.
example()
{
	awk -v n="$1" '/^\.Sh/ { on = /EXAMPLES/ }
	    on && /^\.Bd/ { k++; shown = 1; next } /^\.Ed/ { shown = 0 }
	    on && shown && k == n && !/^\./' "$SEGL_SRCDIR/src/daemon/segld.8" |
	    sed -n -e 's,\\e$,\\,' -e "s,/run/segl/segld.sock,$socket," \
		-e "s,uid=app,uid=$(id -u)," -e "s,:3000,:$port," \
		-e "s,/run/segl/token,$scratch/token," \
		-e "s,/bin/systemctl,$scratch/systemctl," \
		-e "s,/var/log/segl,$scratch," -e '/^[a-z ]/p'
}

# in_background N: the first command of the example.
in_background()
{
	example "$1" | sed '/[^\\]$/q' | sed '$s/ *&$//' >"$scratch/example"
	sed '1s/^/exec /' "$scratch/example" >"$scratch/first"
	sh "$scratch/first" 2>"$scratch/example.log" &
	segld_pid=$!
	child "$segld_pid"
}

# what the example starts, as far as it goes here
printf '#!/bin/sh\necho "$*" >>%s\n' "$scratch/hooked" >"$scratch/systemctl"
chmod 755 "$scratch/systemctl"
port=$(free_port)
SEGL_SCOPE=toll:eu/movement/road/v2
rm -f "$socket"
in_background 1
usual=$XDG_RUNTIME_DIR/segl/segld.sock
ok "example 1 starts" wait_for 20 test -S "$usual"
run env -u SEGL_SOFTTOKEN -u SEGL_PIN sh -c \
    "$(example 1 | sed -n '/^segl token/p')"
exits "example 1 gives a token" 0
segld_stop
in_background 2
ok "example 2 starts" wait_for 20 segld_answers
run sh -c "$(example 3)"
exits "example 3 runs" 0
like "example 3 gives a token" "$out" '^[A-Za-z0-9_-]+\.'
ok "example 2 writes its log" grep -q '"outcome":"token"' "$scratch/audit.log"
ask '/v1/token?scope=digdir:verksemd.eu'
is "example 2 lets nobody have another scope" "$http" 403
segld_stop
in_background 4
wait_for 20 curl -sf "http://127.0.0.1:$port/healthz"
run sh -c "$(example 4 | sed -n '/^curl/,$p')"
exits "example 4 runs" 0
like "example 4 gives a token" "$out" '"access_token":"'
segld_stop
in_background 5
wait_for 20 segld_answers
ok "example 5 writes its file" wait_for 20 test -s "$scratch/token"
ok "and runs its hook" wait_for 20 test -s "$scratch/hooked"
is "which is told what the example says" "$(cat "$scratch/hooked")" \
    "try-restart app"
segld_stop

done_testing
