# SPDX-License-Identifier: ISC
#
# LAW: every public header, as installed, compiles alone: as C11 and as C++;
# segl.h takes in all of them, and segl.pc says how.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

include=$(find "$SEGL_DESTDIR" -name segl.h | sed 's,/segl\.h$,,')
ok "segl.h is installed" test -f "$include/segl.h"
strict='-Wall -Wextra -Wpedantic -Werror -fsyntax-only'
cxx=
for candidate in c++ g++ clang++; do
	command -v "$candidate" >/dev/null && cxx=$candidate && break
done

for header in $(cd "$include" && find segl.h segl -name '*.h' |
    LC_ALL=C sort); do
	printf '#include <%s>\n#include <%s>\nint segl_test_unit;\n' \
	    "$header" "$header" >"$scratch/alone.c"
	cp "$scratch/alone.c" "$scratch/alone.cc"
	# shellcheck disable=SC2086
	ok "$header alone, as C11" ${CC:-cc} -std=c11 $strict \
	    -I "$include" "$scratch/alone.c"
	if [ -n "$cxx" ]; then
		# shellcheck disable=SC2086
		ok "$header alone, as C++" "$cxx" -std=c++17 $strict \
		    -I "$include" "$scratch/alone.cc"
	else
		skip "$header alone, as C++" "no C++ compiler"
	fi
done

diff -r include "$include" >"$scratch/offenders" 2>&1
empty "all public headers of the source are installed" "$scratch/offenders"

for header in include/segl/*.h; do
	name=segl/${header##*/}
	printf '#include <segl.h>\n' | ${CC:-cc} -I "$include" -M -x c - 2>&1 |
	    tr -d '\\' | tr ' ' '\n' | grep -q "/$name\$" || echo "$name"
done >"$scratch/offenders"
empty "segl.h takes in every public header" "$scratch/offenders"

# A program of somebody else, built with what segl.pc says.
cat >"$scratch/user.c" <<'END'
#include <stdio.h>
#include <segl.h>

int
main(void)
{
	struct segl *segl = segl_new();

	if (segl == NULL)
		return 1;
	puts(segl_version());
	segl_free(segl);
	return 0;
}
END
PKG_CONFIG_PATH=$SEGL_DESTDIR$SEGL_LIBDIR/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$SEGL_DESTDIR
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
if ldd "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q 'lib[au]b*san'; then
	skip "a program builds with segl.pc" "sanitizers"
	skip "and runs" "sanitizers"
else
	# shellcheck disable=SC2046
	ok "a program builds with segl.pc" ${CC:-cc} -o "$scratch/user" \
	    "$scratch/user.c" $(pkg-config --cflags --libs segl)
	is "and runs" "$("$scratch/user")" \
	    "$(pkg-config --modversion segl)"
fi

done_testing
