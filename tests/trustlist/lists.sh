# SPDX-License-Identifier: ISC
#
# Lists made and signed here, by openssl alone: what is right is accepted, and
# each attack is refused for its own reason.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

command -v python3 >/dev/null || skip_all "python3 is not installed"
tap_done=yes
PYTHONDONTWRITEBYTECODE=1 python3 "$SEGL_SRCDIR/tests/trustlist/lists.py" \
    "$SEGL_BUILDDIR/tests/trustlist/load" "$scratch"
