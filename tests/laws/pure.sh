# SPDX-License-Identifier: ISC
#
# LAW: pure folders know no clock, file, environment or network.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

command -v nm >/dev/null || skip_all "nm is not installed"

# libtool keeps the objects of src/pki/libpki.la as
# src/pki/.libs/libpki_la-NAME.o, or NAME.o without flags of their own.
folder_objects()
{
	find "$SEGL_BUILDDIR/src/$1" -path '*/.libs/*.o' 2>/dev/null |
	    grep -v 'T\.o$'
}

object_name()
{
	basename "$1" .o | sed 's/^[A-Za-z0-9_]*_la-//'
}

table pure | sed -n 's/^object //p' | sed 's/[[:space:]]*$//' \
    >"$scratch/objects"
table pure | sed -n 's/^never //p' | tr '|' '\n' | LC_ALL=C sort -u \
    >"$scratch/never"

grep -v '^!' "$scratch/objects" | while read -r folder; do
	for object in $(folder_objects "${folder%%/*}"); do
		name=${folder%%/*}/$(object_name "$object")
		case $folder in
		*/*) [ "$folder" = "$name" ] || continue ;;
		esac
		grep -Fqx "!$name" "$scratch/objects" ||
		    printf '%s %s\n' "$name" "$object"
	done
done | LC_ALL=C sort -u >"$scratch/pure"

while read -r name object; do
	nm -u "$object" | awk '{ print $NF }' | sed 's/@.*//' |
	    LC_ALL=C sort -u | LC_ALL=C comm -12 - "$scratch/never" \
		>"$scratch/offenders"
	empty "$name takes bytes and time as arguments" "$scratch/offenders"
done <"$scratch/pure"

ok "there are objects to look at" test "$(wc -l <"$scratch/pure")" -ge 5

done_testing
