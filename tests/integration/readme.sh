# SPDX-License-Identifier: ISC
#
# The five lines of the README give a token, as they stand there.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

awk '/^    segl-sim -- sh/ { on = 1 } on && /^$/ { exit } on' \
    "$SEGL_SRCDIR/README" | sed 's/^    //' >"$scratch/lines"
is "the README has five lines" "$(wc -l <"$scratch/lines")" 5

# The first line starts a shell, which reads the others.
first=$(head -n 1 "$scratch/lines")
tail -n +2 "$scratch/lines" >"$scratch/typed"
run sh -c "$first" <"$scratch/typed"
exits "the five lines succeed" 0
like "they show the claims" "$out" '"jti"'
like "they print a token" "$out" \
    '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'

# The other commands of the README exist.
sed -n 's/^ *\(contrib\/[a-z]*\) .*/\1/p' "$SEGL_SRCDIR/README" |
    sort -u | while read -r command; do
	[ -x "$SEGL_SRCDIR/$command" ] || echo "$command"
done >"$scratch/offenders"
empty "what the README tells to run is there" "$scratch/offenders"
sed -n 's/^    \(src\/[a-z]*\/\|tests\/[a-z]*\/\|include\/segl\/\) .*/\1/p' \
    "$SEGL_SRCDIR/README" | while read -r folder; do
	[ -d "$SEGL_SRCDIR/$folder" ] || echo "$folder"
done >"$scratch/offenders"
empty "the folders of the README are there" "$scratch/offenders"

done_testing
