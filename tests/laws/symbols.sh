# SPDX-License-Identifier: ISC
#
# LAW: what the library exports, what the symbol list names, what the public
# headers declare and what segl(3) documents are the same functions.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

LC_ALL=C sort -u src/segl.sym >"$scratch/list"
is "the symbol list is sorted, without doubles" \
    "$(cat src/segl.sym)" "$(cat "$scratch/list")"
ok "the symbol list has entries" test "$(wc -l <"$scratch/list")" -gt 50

compare()
{
	diff "$scratch/list" "$scratch/$1" |
	    sed -n -e "s/^</segl.sym only:/p" -e "s/^>/$1 only:/p" \
		>"$scratch/offenders"
	empty "$2" "$scratch/offenders"
}

lib=$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so
nm -D --defined-only "$lib" | awk '{ print $3 }' |
    sed 's/@.*//' | grep -v '^__\(asan\|ubsan\|odr\)' |
    LC_ALL=C sort -u >"$scratch/exports"
compare exports "the library exports the symbol list"

# Declarations: a name followed by a parenthesis, outside comments. Members
# of struct segl_transport are calls through a pointer and have no such name.
strip include/segl.h include/segl/*.h |
    sed -E 's/\b(enum|struct) segl_[a-z_]+//g' |
    grep -oE '\bsegl_[a-z0-9_]+[[:space:]]*\(' | tr -d ' (\t' |
    LC_ALL=C sort -u >"$scratch/headers"
compare headers "the public headers declare the symbol list"

sed -n 's/^\.F[no] \(segl_[a-z0-9_]*\).*/\1/p' src/cli/segl.3 |
    LC_ALL=C sort -u >"$scratch/manual"
compare manual "segl(3) documents the symbol list"

done_testing
