# SPDX-License-Identifier: ISC
#
# Secrets that are looked for everywhere they must not be: PIN, private key,
# assertion and token, in what is said, in what is kept, in what is left when
# a process dies.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

pin=canary-pin-7f3e9a
make_eseal "$scratch/seal" || { fail "a seal is made"; done_testing; }
openssl pkcs12 -export -inkey "$scratch/seal/leaf.key" \
    -in "$scratch/seal/leaf.pem" -certfile "$scratch/seal/path.pem" \
    -passout "pass:$pin" -out "$scratch/canary.p12"
chmod 600 "$scratch/canary.p12"
printf '%s\n' "$pin" >"$scratch/pin"
printf 'canary-wrong-pin\n' >"$scratch/wrong"
chmod 600 "$scratch/pin" "$scratch/wrong"
# a prime of the key, as it stands in any encoding of it
openssl rsa -in "$scratch/seal/leaf.key" -noout -text 2>/dev/null |
	sed -n '/^prime1:/,/^prime2:/p' | grep -o '[0-9a-f][0-9a-f]' |
	sed -n '20,43p' | tr -d '\n' >"$scratch/prime.hex"
is "there is a key to look for" "$(wc -c <"$scratch/prime.hex")" 48

# leaks FILE...: what of the secrets stands in these files.
leaks()
{
	"$python" - "$scratch/prime.hex" "$@" <<'END'
import base64, re, sys
prime = bytes.fromhex(open(sys.argv[1]).read())
canaries = {
    "PIN": re.compile(rb"canary-pin-7f3e9a|canary-wrong-pin"),
    "key": re.compile(re.escape(prime)),
    "key in base64": re.compile(re.escape(base64.b64encode(prime)[4:28])),
    "assertion": re.compile(rb"eyJhbGciOi[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\."),
    "token": re.compile(rb"demo\.access\.token"),
}
found = []
for name in sys.argv[2:]:
    with open(name, "rb") as f:
        text = f.read()
    found += [f"{k} in {name}" for k, c in canaries.items() if c.search(text)]
print("; ".join(found))
END
}

printf 'canary-pin-7f3e9a' >"$scratch/planted"
like "a planted canary is found" "$(leaks "$scratch/planted")" 'PIN in'

# Every way a run can end, told as fully as it can be.
said=$scratch/said
mkdir "$said"
n=0
try()
{
	n=$((n + 1))
	"$@" >"$said/out.$n" 2>"$said/err.$n"
	"$@" --json >"$said/out.$n.json" 2>"$said/err.$n.json"
}
seal="--softtoken $scratch/canary.p12 --pin file:$scratch/pin -v --timeout 2"
# What comes to an end before anything is sent.
# shellcheck disable=SC2086
tries_alone()
{
	try segl token $seal --retry-for 0 --pin "file:$scratch/wrong"
	try segl token $seal --retry-for 0 --pin "$pin"
	try segl token $seal --retry-for 0 --as "$pin"
	try segl token $seal --retry-for 0 --timeout "$pin"
	try segl token $seal --retry-for 0 --softtoken "$scratch/pin"
	try segl token $seal --retry-for 0 --chain "$scratch/pin"
	try segl token $seal --retry-for 0 --env "https://localhost:1/"
}
# shellcheck disable=SC2086
tries()
{
	try segl token $seal --retry-for 0
	try segl token $seal --retry-for 0 --exchange customs \
	    --customs-url https://localhost:1
	try segl call GET https://localhost:1/ $seal --retry-for 0
	try segl helper exec-credential $seal --retry-for 0
	try segl exec $seal --retry-for 0 -- /nonexistent
}
for fault in 'ok' 'close' 'status 503' 'refuse invalid_grant no' 'html' \
    'truncate' 'huge'; do
	# shellcheck disable=SC2086
	server_start $fault || { fail "server: $fault"; done_testing; }
	[ "$n" -gt 0 ] || tries_alone
	tries
	kill "$server_pid" 2>/dev/null
done
is "neither PIN nor key nor grant is ever said" \
    "$(leaks "$said"/err.*)" ""
is "$n runs were looked at" "$([ "$n" -ge 40 ] && echo yes)" yes

# What is kept: tokens, yes; PIN, key and assertion, no.
unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
server_start ok || { fail "the server starts"; done_testing; }
# shellcheck disable=SC2086
run segl token $seal
exits "a token is kept" 0
is "neither PIN nor key nor assertion is" \
    "$(leaks "$XDG_RUNTIME_DIR"/segl/* | sed 's/token in [^;]*//')" ""

# A process that dies leaves no core, whatever the limits were.
export SEGL_NO_CACHE=1
server_start slow 30 || { fail "the slow server starts"; done_testing; }
mkdir "$scratch/cores"
# shellcheck disable=SC2086
(cd "$scratch/cores" && ulimit -c unlimited &&
	exec segl token $seal) >/dev/null 2>&1 &
main=$!
child $main
posted()
{
	[ "$(journal 'len(p)')" -ge 1 ]
}
ok "a request is under way" wait_for 10 posted
is "another process of the user cannot look into it" \
    "$(stat -c %u "/proc/$main/mem" 2>/dev/null)" 0
kill -ABRT $main
wait $main 2>/dev/null
is "no core file is left" "$(ls -A "$scratch/cores")" ""

done_testing
