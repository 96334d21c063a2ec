# SPDX-License-Identifier: ISC
#
# Lists made and signed here, by openssl alone: what is right is accepted, and
# each attack is refused for its own reason.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

tap_done=yes
PYTHONDONTWRITEBYTECODE=1 "$python" "$SEGL_SRCDIR/tests/trustlist/lists.py" \
    "$SEGL_BUILDDIR/tests/trustlist/load" "$scratch"
