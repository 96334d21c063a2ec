# SPDX-License-Identifier: ISC

exec "${SEGL_BUILDDIR:?run by make check}/tests/golden/golden" \
    "$SEGL_SRCDIR/tests/golden/suitability"
