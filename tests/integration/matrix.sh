# SPDX-License-Identifier: ISC
#
# The fault matrix of matrix.tsv, see matrix.py.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

make_eseal "$scratch/eseal"
tap_done=yes
MATRIX_OWN=$scratch/eseal PYTHONDONTWRITEBYTECODE=1 "$python" \
    "$SEGL_SRCDIR/tests/integration/matrix.py" "$scratch"
