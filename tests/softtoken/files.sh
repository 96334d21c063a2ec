# SPDX-License-Identifier: ISC
#
# Files that this user may not read, and the PIN asked for on a terminal.

. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

make_authority || { cat openssl.log; exit 99; }
openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile path.pem \
    -passout file:pin -out seal.p12 2>>openssl.log

# ---- another user ----------------------------------------------------------------

if [ "$(id -u)" -eq 0 ] && has setpriv; then
	chmod 755 .
	cp seal.p12 theirs.p12
	cp pin theirs
	cp path.pem theirs.pem
	chmod 644 seal.p12 pin path.pem
	chmod 600 theirs theirs.p12 theirs.pem
	as_nobody()
	{
		run setpriv --reuid=65534 --regid=65534 --clear-groups \
		    "$load" "$@"
	}
	as_nobody -p file:pin -c path.pem seal.p12
	exits "a file that others may read" 0
	like "draws a warning" "$err" \
	    'warning: the key file seal.p12 can be read by others .*0644'
	like "and so does its PIN" "$err" 'warning: the PIN file pin can'
	as_nobody -p file:pin theirs.p12
	exits "a key file that they may not" 3
	like "is said" "$err" 'theirs.p12: Permission denied'
	as_nobody -p file:theirs seal.p12
	exits "a PIN file that they may not" 2
	like "is said, too" "$err" 'PIN from theirs: Permission denied'
	as_nobody -p file:pin -c theirs.pem seal.p12
	exits "a chain that they may not" 2
	like "is said as well" "$err" 'theirs.pem: Permission denied'
	chmod 600 seal.p12 pin
else
	skip "files of another user" "not root"
fi

# ---- a terminal ------------------------------------------------------------------

python=/usr/bin/python3
cat >terminal.py <<'END'
"""What to type, and the command; prints what was seen, then facts."""
import os, pty, signal, sys, termios, time

typed = sys.argv[1].encode().decode("unicode_escape").encode("latin-1")
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen, echo_while_asking, answered = b"", None, False
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    if not answered and b": " in seen:
        time.sleep(0.1)
        flags = termios.tcgetattr(fd)[3]
        echo_while_asking = bool(flags & termios.ECHO)
        if typed == b"KILL":
            os.kill(pid, signal.SIGTERM)
        else:
            os.write(fd, typed)
        answered = True
status = os.waitpid(pid, 0)[1]
after = None
try:
    after = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
except termios.error:
    pass
sys.stdout.write(seen.decode("utf-8", "replace").replace("\r", ""))
print("\necho while asking:", echo_while_asking)
print("echo afterwards:", after)
print("ended:", os.waitstatus_to_exitcode(status))
END

if [ -x "$python" ] && "$python" -c 'import pty, os; os.openpty()'; then
	# ask TYPED
	ask()
	{
		run timeout 20 "$python" terminal.py "$1" "$load" -p prompt \
		    seal.p12
	}
	ask 'test pin\n'
	like "the answer opens the file" "$out" '^ended: 0$'
	like "the question names the file" "$out" 'PIN of seal.p12: '
	unlike "the answer is not shown" "$out" 'test pin'
	like "there is no echo" "$out" '^echo while asking: False$'
	like "until it was typed" "$out" '^echo afterwards: True$'
	ask 'wrong\n'
	like "a wrong answer" "$out" '^ended: 3$'
	ask '\x04'
	like "the end of input is no answer" "$out" '^ended: 2$'
	like "it says so" "$out" 'no answer was typed'
	like "there is echo after it" "$out" '^echo afterwards: True$'
	ask '\x03'
	like "an interrupt ends the program" "$out" '^ended: -2$'
	like "with echo restored" "$out" '^echo afterwards: True$'
	ask KILL
	like "a signal ends the program" "$out" '^ended: -15$'
	like "with echo restored as well" "$out" '^echo afterwards: True$'
	ask "$(head -c 1025 /dev/zero | tr '\0' x)\n"
	like "too long an answer" "$out" '^ended: 2$'
	run timeout 20 setsid -w "$load" -p prompt seal.p12
	exits "no terminal" 2
	like "is said" "$err" 'there is no terminal'
else
	skip "a terminal" "no $python with pty"
fi

done_testing
