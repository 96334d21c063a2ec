# SPDX-License-Identifier: ISC
#
# The simulator judged from outside: grants made by python3-jwt and
# python3-cryptography, none of our own code on this side of the wire.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

"$python" -c 'import jwt, cryptography' 2>/dev/null ||
    skip_all "python3-jwt is not installed"
sim_copy "$scratch/sim"
tap_done=yes
PYTHONDONTWRITEBYTECODE=1 "$python" -W ignore::DeprecationWarning \
    "$SEGL_SRCDIR/tests/integration/sim_grants.py" "$scratch"
