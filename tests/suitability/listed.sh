# SPDX-License-Identifier: ISC
#
# Every certificate of the corpus, looked up in a store that is made of the
# real lists of one day, against what the manifest says of it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

corpus=${SEGL_CORPUS:-}
[ -n "$corpus" ] || skip_all "SEGL_CORPUS is not set"
[ -d "$corpus/tl/2026-08-21" ] || skip_all "there are no lists in $corpus"

tap_done=yes
"$python" "$SEGL_SRCDIR/tests/suitability/listed.py" \
    "$SEGL_BUILDDIR/tests/suitability/listed" "$corpus" \
    "$SEGL_SRCDIR/tests/suitability/listed.tsv" "$scratch/store"
