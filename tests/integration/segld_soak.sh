# SPDX-License-Identifier: ISC
#
# segld with 200 clients, tokens that live seconds, faults of the server,
# reloads and its processes killed. Some seconds of it here; `make soak` is the
# long form, an hour of token lives: SOAK_S=600.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

life=8
sim_start --quiet --token-lifetime $life ||
    { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
unset SEGL_NO_CACHE # a front that is started anew has the tokens of the last
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
SOAK_MEMORY=yes
if ldd "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q 'lib[au]b*san'; then
	SOAK_MEMORY=no # a sanitizer keeps what was freed
fi
export SOAK_MEMORY

segld_start --audit-log "$scratch/audit" || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
"$python" "$SEGL_SRCDIR/tests/integration/segld_soak.py" "$socket" \
    "${SOAK_S:-6}" "$segld_pid" $life "$scratch/audit" >"$scratch/cases" \
    2>"$scratch/python"
is "all clients came to their end" "$?" 0
while read -r line; do
	case $line in
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	*) diag "${line#\# }" ;;
	esac
done <"$scratch/cases"
sed 's/^/# /' "$scratch/python"
segld_stop
is "it ends in order" "$segld_code" 0
is "nothing that it started is left" "$(ps -o comm= --ppid "$segld_pid")" ""
done_testing
