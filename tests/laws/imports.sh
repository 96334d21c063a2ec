# SPDX-License-Identifier: ISC
#
# LAW: imports run the way that tests/laws/imports.table says.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

# folder header, for every quoted include of a file below src/
quoted_includes()
{
	c_files src | xargs perl -ne '
	print "$ARGV $1\n" if /^\s*#\s*include\s*"([^"]*)"/'
}

quoted_includes >"$scratch/includes"
table imports >"$scratch/table"

awk '
FNR == NR {
	split($0, side, ":")
	gsub(/[ \t]/, "", side[1])
	known[side[1]] = 1
	n = split(side[2], word, " ")
	for (i = 1; i <= n; i++)
		may[side[1] " " word[i]] = 1
	next
}
# a folder that has rooms of its own is as many rooms
function room(path,  part, n) {
	n = split(path, part, "/")
	return part[1] == "trustlist" && n > 2 ? part[1] "/" part[2] : part[1]
}
{
	from = room(substr($1, length("src/") + 1))
	if (from ~ /\.c$/)
		next
	if (!(from in known)) {
		print $1 ": the table has no row for src/" from
		next
	}
	to = room($2)
	if (index($2, "/") == 0)
		print $1 ": write \"folder/" $2 "\""
	else if (to != from && !((from " " to) in may) && \
	    !((from " " $2) in may))
		print $1 ": may not include \"" $2 "\""
}' "$scratch/table" "$scratch/includes" >"$scratch/offenders"
empty "imports run the way the table says" "$scratch/offenders"

# A check that looked at nothing would pass, too.
ok "there are imports to look at" \
    test "$(wc -l <"$scratch/includes")" -gt 20

for folder in $(find src -mindepth 1 -maxdepth 1 -type d \
    ! -name trustlist) $(find src/trustlist -mindepth 1 -type d); do
	if ! grep -q "^${folder#src/}:" "$scratch/table"; then
		echo "$folder has no row"
	fi
done >"$scratch/offenders"
empty "every folder has a row" "$scratch/offenders"

# The circle check: base may not be reached from itself through the table.
awk '{
	split($0, side, ":")
	n = split(side[2], word, " ")
	for (i = 1; i <= n; i++) {
		sub(/\/.*/, "", word[i])
		print word[i], side[1]
	}
}' "$scratch/table" | tsort >/dev/null 2>"$scratch/offenders"
empty "the table has no circle" "$scratch/offenders"

# Nothing below src/ may be reached around the table.
c_files src | xargs grep -HnE \
    '#[[:space:]]*include[[:space:]]*"([^"]*\.\./|[^"]*\.c")' \
    >"$scratch/offenders"
empty "no include goes up a folder or takes in a .c file" "$scratch/offenders"

# Public headers stand on each other alone: they are installed without src/.
grep -nE '#[[:space:]]*include[[:space:]]*"' include/segl.h include/segl/*.h \
    >"$scratch/offenders"
empty "public headers include nothing internal" "$scratch/offenders"

done_testing
