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

table pure | sed -n 's/^object //p' | sed 's/[[:space:]]*$//' \
    >"$scratch/objects"
table pure | sed -n 's/^never //p' | tr '|' '\n' | LC_ALL=C sort -u \
    >"$scratch/never"

grep -v '^!' "$scratch/objects" | while read -r folder; do
	for object in $(folder_objects "${folder%%/*}"); do
		name=${object##*/}
		name=${name%.o}
		name=${folder%%/*}/${name##*_la-}
		case $folder in
		*/*) [ "$folder" = "$name" ] || continue ;;
		esac
		grep -Fqx "!$name" "$scratch/objects" ||
		    printf '%s %s\n' "$name" "$object"
	done
done | LC_ALL=C sort -u >"$scratch/pure"

# "OBJECT SYMBOL" for all that they need and may not
cut -d ' ' -f 2 "$scratch/pure" | xargs nm -A -u |
    awk 'FNR == NR { never[$1] = 1; next }
	{ sub(/@.*/, "", $NF) }
	$NF in never { sub(/:.*/, "", $1); print $1, $NF }' \
	"$scratch/never" - >"$scratch/needs"
while read -r name object; do
	grep -F "$object " "$scratch/needs" >"$scratch/offenders"
	empty "$name takes bytes and time as arguments" "$scratch/offenders"
done <"$scratch/pure"

ok "there are objects to look at" test "$(wc -l <"$scratch/pure")" -ge 5

done_testing
