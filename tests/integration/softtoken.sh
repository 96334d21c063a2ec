# SPDX-License-Identifier: ISC
#
# The soft token as a user meets it: files that cannot be used, where the PIN
# comes from, and paths that are not whole. Without network: segl grant.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

make_eseal "$scratch/e" || { fail "keys are made"; done_testing; }
SEGL_ENV=https://example.com/
SEGL_SCOPE=demo:scope
SEGL_SOFTTOKEN=$scratch/e/seal.p12
SEGL_PIN=file:$scratch/e/pin
export SEGL_ENV SEGL_SCOPE SEGL_SOFTTOKEN SEGL_PIN

run segl grant
exits "a grant is made" 0
is "in silence" "$err" ""

refused() # CODE NAME CMD ...
{
	local code=$1 name=$2
	shift 2
	run "$@"
	exits "$name" "$code"
	is "$name: nothing on standard output" "$out" ""
	like "$name: says something" "$err" '^segl: .'
	unlike "$name: the PIN is not told" "$err" 'test pin|wrong pin 7'
}

# ---- files -------------------------------------------------------------------

refused 3 "a file that is not there" segl grant -k "$scratch/none.p12"
like "it is named" "$err" 'none\.p12'
refused 3 "a directory" segl grant -k "$scratch"
: >"$scratch/empty.p12"
refused 3 "an empty file" segl grant -k "$scratch/empty.p12"
echo "this is no key" >"$scratch/text.p12"
refused 3 "a text" segl grant -k "$scratch/text.p12"
head -c 1000 "$scratch/e/seal.p12" >"$scratch/cut.p12"
refused 3 "a file cut short" segl grant -k "$scratch/cut.p12"
refused 3 "a certificate alone" segl grant -k "$scratch/e/leaf.pem"
head -c 5000000 /dev/zero >"$scratch/large.p12"
refused 3 "a file too large" segl grant -k "$scratch/large.p12"
mkfifo "$scratch/pipe.p12"
cat "$scratch/e/seal.p12" >"$scratch/pipe.p12" &
child $!
run segl grant -k "$scratch/pipe.p12"
exits "a pipe is fine" 0

if can_be_nobody; then
	cp "$scratch/e/seal.p12" "$scratch/theirs.p12"
	chmod 600 "$scratch/theirs.p12"
	chmod 644 "$scratch/e/pin"
	refused 3 "a file of another user" \
	    as_nobody segl grant -k "$scratch/theirs.p12"
	like "says why" "$err" 'ermission denied'
	chmod 644 "$scratch/theirs.p12"
	run as_nobody segl grant -k "$scratch/theirs.p12"
	exits "a file that others may read" 0
	like "draws a warning" "$err" 'warning.*theirs\.p12|theirs\.p12.*others'
	run as_nobody segl grant -q -k "$scratch/theirs.p12"
	is "that --quiet silences" "$err" ""
	# as a secret is mounted for a group, and as one is for too many
	cp "$scratch/e/seal.p12" "$scratch/mounted.p12"
	chown 0:65534 "$scratch/mounted.p12"
	chmod 440 "$scratch/mounted.p12"
	run as_nobody segl grant -k "$scratch/mounted.p12"
	exits "a file of root that its group may read" 0
	unlike "is as it should be" "$err" 'mounted\.p12.*others'
	chmod 460 "$scratch/mounted.p12"
	run as_nobody segl grant -k "$scratch/mounted.p12"
	like "but not to be written to" "$err" 'mounted\.p12.*chmod 440'
	chown 65534:65534 "$scratch/mounted.p12"
	chmod 640 "$scratch/mounted.p12"
	run as_nobody segl grant -k "$scratch/mounted.p12"
	like "nor one of its own for its group" "$err" 'mounted.*chmod 600'
	chmod 600 "$scratch/e/pin"
	refused 2 "a PIN file of another user" \
	    as_nobody segl grant -k "$scratch/theirs.p12"
	like "says that it is the PIN" "$err" 'PIN'
else
	skip "a file of another user" "not root"
fi

# ---- the PIN --------------------------------------------------------------------

printf 'wrong pin 7\n' >"$scratch/wrong"
refused 3 "a wrong PIN" segl grant --pin "file:$scratch/wrong"
like "it might be damage as well" "$err" 'PIN.*damaged|damaged.*PIN'
printf 'test pin\n' >"$scratch/newline"
printf '\357\273\277test pin\r\n' >"$scratch/windows"
printf 'test pin\nsecond line\n' >"$scratch/two"
for pin in newline windows two; do
	run segl grant --pin "file:$scratch/$pin"
	exits "PIN from a file: $pin" 0
done
run sh -c "segl grant --pin fd:7 7<'$scratch/newline'"
exits "PIN from a descriptor" 0
run sh -c "echo 'test pin' | segl grant --pin fd:0"
exits "PIN from standard input" 0
refused 2 "PIN from a descriptor that is closed" \
    sh -c 'segl grant --pin fd:7 7<&-'
# The socket to segl-net gets the lowest number that is free: it is no PIN.
for n in 3 4 5; do
	run timeout 20 sh -c "segl token --retry-for 0 --pin fd:$n $n<&-"
	exits "nor descriptor $n, which the helper's socket may get" 2
	like "descriptor $n is named" "$err" "descriptor $n"
done
run env "MY_PIN=test pin" segl grant --pin env:MY_PIN
exits "PIN from the environment" 0
refused 2 "PIN from a variable that is unset" \
    env -u MY_PIN segl grant --pin env:MY_PIN
mkdir -m 700 "$scratch/credentials"
cp "$scratch/e/pin" "$scratch/credentials/seal-pin"
run env "CREDENTIALS_DIRECTORY=$scratch/credentials" \
    segl grant --pin credential:seal-pin
exits "PIN from a credential" 0
refused 2 "PIN from a credential that is not there" \
    env "CREDENTIALS_DIRECTORY=$scratch/credentials" \
    segl grant --pin credential:other
like "is named" "$err" 'other'
refused 2 "PIN from a credential without a service manager" \
    segl grant --pin credential:seal-pin
refused 2 "PIN from a credential elsewhere" \
    env "CREDENTIALS_DIRECTORY=$scratch/credentials" \
    segl grant --pin credential:../e/pin
refused 2 "PIN from a file that is not there" \
    segl grant --pin "file:$scratch/nothing"
like "is named, too" "$err" 'nothing'
refused 2 "no source" env -u SEGL_PIN segl grant

# A terminal: asked without echo, standard output stays the result.
cat >"$scratch/terminal.py" <<'END'
import os, pty, sys, time

pin, out = sys.argv[1].encode(), sys.argv[2]
pid, fd = pty.fork()
if pid == 0:
    result = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(result, 1)
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b""
answered = False
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if not answered and b":" in seen:
        time.sleep(0.1)
        os.write(fd, pin + b"\n")
        answered = True
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
run timeout 20 "$python" "$scratch/terminal.py" "test pin" \
    "$scratch/result" segl grant --pin prompt
exits "PIN from the terminal" 0
like "it is asked for" "$out" 'PIN'
unlike "and not shown" "$out" 'test pin'
like "the result goes to standard output" "$(cat "$scratch/result")" \
    '^[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$'
run timeout 20 "$python" "$scratch/terminal.py" "wrong pin 7" \
    "$scratch/result" segl grant --pin prompt
exits "a wrong PIN from the terminal" 3
run timeout 20 setsid -w segl grant --pin prompt
exits "a prompt without a terminal" 2
like "says so" "$err" 'terminal'

# ---- the path ------------------------------------------------------------------

SEGL_SOFTTOKEN=$scratch/e/leaf.p12
refused 4 "the leaf alone" segl grant
like "the issuer that is missing is named" "$err" 'Test eSeal CA'
like "and how to add it" "$err" '\-\-chain'

x5c()
{
	segl grant -o header "$@" >"$scratch/header" 2>"$scratch/header.err"
	json "$scratch/header" 'len(d["x5c"])'
}

is "--chain FILE completes the path" \
    "$(x5c --chain "$scratch/e/path.pem")" 3
is "--root omit leaves the root out" \
    "$(x5c --chain "$scratch/e/path.pem" --root omit)" 2
is "--chain with the issuer only" "$(x5c --chain "$scratch/e/sub.pem")" 2
mkdir "$scratch/chain"
cp "$scratch/e/sub.pem" "$scratch/e/root.pem" "$scratch/chain"
is "--chain DIRECTORY completes the path" "$(x5c --chain "$scratch/chain")" 3
openssl x509 -in "$scratch/e/sub.pem" -outform DER -out "$scratch/sub.der"
is "--chain takes DER" "$(x5c --chain "$scratch/sub.der")" 2
is "--chain may be repeated" "$(x5c --chain "$scratch/sub.der" \
    --chain "$scratch/e/root.pem")" 3
is "SEGL_CHAIN is a list" "$(SEGL_CHAIN=$scratch/sub.der:$scratch/e/root.pem \
    x5c)" 3
refused 2 "--chain that is not there" segl grant --chain "$scratch/nothing"
refused 3 "--chain without a certificate" \
    segl grant --chain "$scratch/text.p12"
refused 4 "--chain with a stranger" \
    segl grant --chain "$scratch/e/root.pem"

done_testing
