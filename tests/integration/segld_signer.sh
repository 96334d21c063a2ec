# SPDX-License-Identifier: ISC
#
# The front taken over: what it can have signed, and what it can see.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
SEGL_ALLOW='uid=12345 scope=allowed:*'
export SEGL_ALLOW
"$python" "$SEGL_SRCDIR/tests/integration/segld_signer.py" \
    "$SEGL_LIBEXECDIR/segld-signer" --quiet >"$scratch/cases" \
    2>"$scratch/python"
is "all was tried" "$?" 0
while read -r line; do
	case $line in
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	*) diag "$line" ;;
	esac
done <"$scratch/cases"
sed 's/^/# /' "$scratch/python"
unset SEGL_ALLOW

# What it is told: nothing of the seal, nor where its PIN is kept.
XDG_RUNTIME_DIR=$scratch/run
TEST_PIN=$(cat "${SEGL_PIN#file:}")
export XDG_RUNTIME_DIR TEST_PIN
mkdir -m 700 "$XDG_RUNTIME_DIR"
segld_start --pin env:TEST_PIN || { fail "segld starts"; done_testing; }
pass "segld starts with a PIN from the environment"
ask /v1/token
is "and signs" "$http" 200
front=$(segld_child segld-front)
is "the front has no such variable" \
    "$(tr '\0' '\n' <"/proc/$front/environ" | grep -c '^TEST_PIN=')" 0
net=$(segld_child segl-net)
is "nor has segl-net" \
    "$(tr '\0' '\n' <"/proc/$net/environ" | grep -c '^TEST_PIN=')" 0

# All that is resident when idle.
if ldd "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q 'lib[au]b*san'; then
	skip "8 MB at most are resident when idle" "sanitizers"
else
	all=0
	for pid in $segld_pid $front "$(segld_child segld-signer)"; do
		pss=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' \
		    "/proc/$pid/smaps_rollup")
		all=$((all + pss))
	done
	ok "8 MB at most are resident when idle ($all kB)" \
	    test "$all" -gt 0 -a "$all" -le 8192
fi
segld_stop
done_testing
