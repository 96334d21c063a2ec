# SPDX-License-Identifier: ISC
#
# Norwegian businesses at the simulator: enterprise certificates, registered
# keys, delegation, system users and consents; every documented MP code by a
# real grant; the registry file; and segl itself on each way.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

"$python" -c 'import jwt, cryptography' 2>/dev/null ||
    skip_all "python3-jwt is not installed"
sim_copy "$scratch/sim"
tap_done=yes
PYTHONDONTWRITEBYTECODE=1 "$python" -W ignore::DeprecationWarning \
    "$SEGL_SRCDIR/tests/integration/sim_routes.py" "$scratch"
