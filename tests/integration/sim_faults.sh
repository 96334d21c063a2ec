# SPDX-License-Identifier: ISC
#
# What goes wrong at the simulator on purpose: on the wire, in its journal,
# and what segl makes of it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

"$python" -c 'import jwt, cryptography' 2>/dev/null ||
    skip_all "python3-jwt is not installed"
sim_copy "$scratch/sim"
tap_done=yes
PYTHONDONTWRITEBYTECODE=1 "$python" -W ignore::DeprecationWarning \
    "$SEGL_SRCDIR/tests/integration/sim_faults.py" "$scratch"
