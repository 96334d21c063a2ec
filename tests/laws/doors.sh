# SPDX-License-Identifier: ISC
#
# LAW: each foreign library is included through one door.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

c_files | xargs perl -ne '
	print "$ARGV $1\n" if /^\s*#\s*include\s*<([^>]*)>/' \
    >"$scratch/includes"
table doors >"$scratch/table"

# The longest row that covers a header decides.
awk '
FNR == NR {
	header[++rows] = $1
	$1 = ""
	doors[rows] = $0
	next
}
{
	best = 0
	for (i = 1; i <= rows; i++) {
		h = header[i]
		hit = h ~ /\/$/ ? index($2, h) == 1 : $2 == h
		if (hit && (best == 0 || length(h) > length(header[best])))
			best = i
	}
	if (best == 0) {
		print $1 ": <" $2 "> has no door"
		next
	}
	n = split(doors[best], door, " ")
	for (i = 1; i <= n; i++)
		if (index($1, door[i]) == 1)
			next
	print $1 ": <" $2 "> comes in through" doors[best]
}' "$scratch/table" "$scratch/includes" >"$scratch/offenders"
empty "every header in angle brackets comes through its door" \
    "$scratch/offenders"
ok "there are includes to look at" \
    test "$(wc -l <"$scratch/includes")" -gt 50

for header in curl/ jwt.h microhttpd.h openssl/ jansson.h; do
	ok "somebody uses <$header>" grep -q " $header" "$scratch/includes"
done

done_testing
