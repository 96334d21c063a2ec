# SPDX-License-Identifier: ISC
#
# Every certificate of the corpus, judged in one process, against what the
# manifest says of it.

. "${SEGL_SRCDIR:?run by make check}/tests/tap.sh"

corpus=${SEGL_CORPUS:-}
[ -n "$corpus" ] || skip_all "SEGL_CORPUS is not set"
[ -d "$corpus/certs" ] || skip_all "there are no certificates in $corpus"

exec /usr/bin/python3 "$SEGL_SRCDIR/tests/suitability/compare.py" \
    "$SEGL_BUILDDIR/tests/suitability/corpus" "$corpus" \
    "$SEGL_SRCDIR/tests/suitability"
