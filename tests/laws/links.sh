# SPDX-License-Identifier: ISC
#
# LAW: each installed object links its duty and no more.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

command -v readelf >/dev/null || skip_all "readelf is not installed"

installed()
{
	case $1 in
	bin/*) printf '%s' "$SEGL_DESTDIR$SEGL_BINDIR/${1#bin/}" ;;
	lib/*) printf '%s' "$SEGL_DESTDIR$SEGL_LIBDIR/${1#lib/}" ;;
	pkglibexec/*)
		printf '%s' "$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR/${1#pkglibexec/}"
		;;
	esac
}

# libc, libcrypto, ...: the dynamic loader names itself where thread-local
# storage is used, which is the C library's business.
needed()
{
	LC_ALL=C readelf -d "$1" |
	    sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' |
	    sed -e '/^ld-linux/d' -e 's/\.so.*//' | LC_ALL=C sort
}

if needed "$(installed lib/libsegl.so)" | grep -q '^lib\(asan\|ubsan\)'; then
	skip_all "sanitizers link what they need"
fi

table links >"$scratch/table"
while read -r object allowed; do
	file=$(installed "$object")
	ok "$object is installed" test -f "$file"
	for lib in $(needed "$file"); do
		case " $allowed " in
		*" $lib "* | *" $lib! "*) ;;
		*) printf '%s links %s\n' "$object" "$lib" ;;
		esac
	done >"$scratch/offenders"
	empty "$object links nothing else" "$scratch/offenders"
	for lib in $allowed; do
		case $lib in
		*!) needed "$file" | grep -Fqx "${lib%!}" ||
		    printf '%s does not link %s\n' "$object" "${lib%!}" ;;
		esac
	done >"$scratch/offenders"
	empty "$object links what its duty needs" "$scratch/offenders"
done <"$scratch/table"

# Whatever else is installed needs a row.
find "$SEGL_DESTDIR" -type f | LC_ALL=C sort | while read -r file; do
	readelf -h "$file" >/dev/null 2>&1 || continue
	known=no
	while read -r object _; do
		[ "$(readlink -f "$(installed "$object")")" != \
		    "$(readlink -f "$file")" ] || known=yes
	done <"$scratch/table"
	[ "$known" = yes ] || printf '%s has no row\n' "${file#"$SEGL_DESTDIR"}"
done >"$scratch/offenders"
empty "every installed object has a row" "$scratch/offenders"

# And is hardened: position independent, relocations read-only, no writable
# and executable stack.
while read -r object _; do
	file=$(installed "$object")
	like "$object is position independent" "$(readelf -h "$file")" \
	    'Type:.*DYN'
	like "$object binds at start" "$(readelf -d "$file")" \
	    'FLAGS.*(BIND_)?NOW'
	like "$object has read-only relocations" \
	    "$(readelf -lW "$file")" 'GNU_RELRO'
	unlike "$object has no executable stack" \
	    "$(readelf -lW "$file" | grep GNU_STACK)" 'RWE'
	# Installed outside of the loader's own folders it may point to its
	# library, and to nothing else.
	readelf -d "$file" | sed -n 's/.*R\(UN\)*PATH.*\[\(.*\)\]/\2/p' |
	    grep -vxF "$SEGL_LIBDIR" >"$scratch/offenders"
	empty "$object has no foreign run path" "$scratch/offenders"
done <"$scratch/table"

done_testing
