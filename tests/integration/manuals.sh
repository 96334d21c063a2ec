# SPDX-License-Identifier: ISC
#
# Every literal block under EXAMPLES of every manual page is run, against a
# simulator, and succeeds.
#
# Pages show what people type at the real servers. Here the simulator's
# variables are set, as segl-sim(1) prints them, and what the table below
# lists is put in the place of what only exists out there; nothing else is
# changed. Each block of a section 1 page is a script of its own, each of
# segl.conf(5) a configuration, those of segl(3) a program and how it is built.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

cd "$SEGL_SRCDIR" || exit
unset SEGL_NO_CACHE
sim_start --quiet || { fail "a simulator starts"; done_testing; }
for name in $(sed -n 's/^\(SEGL_SIM_[A-Z_]*\)=.*/\1/p' "$sim_dir/env"); do
	eval "$name=\$(sim_value $name \"\$sim_dir/env\")"
done

# ---- what is put in the place of what ---------------------------------------

here=$scratch/here # current directory and home, with the files named
etc=$scratch/etc/segl
cat >"$scratch/substitutes" <<END
s,--env test,,
s,SEGL_ENV=test,SEGL_ENV=$SEGL_ENV,
s,^env = .*,env = $SEGL_ENV,
s,--pin prompt,--pin file:eseal.pin,
# its issuer is on no trusted list
s,^segl check .*,& || test \$? -eq 14,
s,credential:eseal-pin,file:$etc/eseal.pin,
s,/etc/segl/,$etc/,g
s,https://api\.example\.no/[a-z]*,${SEGL_ENV}health,
s,5b1c1b1e-52d1-4b5c-9b3e-2c0f7f9c6a10,$SEGL_SIM_CLIENT_ID,
s,0d4f2b7a-8f1c-4f0e-a1a5-6f6a2f6f2d11,$SEGL_SIM_REGISTERED_CLIENT_ID,
s,our-key-2026,$SEGL_SIM_KID,
s,toll:movement/road/v2,$SEGL_SIM_SCOPE,
s,--consumer-org [0-9]*,--consumer-org $SEGL_SIM_CONSUMER_ORG,
s,--system-user [0-9]*,--system-user $SEGL_SIM_SYSTEM_USER,
END

mkdir -p "$here" "$etc"
chmod 700 "$here"
HOME=$here
CURL_CA_BUNDLE=$SEGL_CA
export HOME CURL_CA_BUNDLE

# $1 NAME: the soft token and the PIN of these variables, as NAME.p12.
provide()
{
	cp "$2" "$here/$1.p12"
	cp "${3#file:}" "$here/$1.pin"
	cp "$here/$1.p12" "$here/$1.pin" "$etc/"
}
provide eseal "$SEGL_SOFTTOKEN" "$SEGL_PIN"
(
	cd "$here" || exit
	openssl pkcs12 -in eseal.p12 -passin file:eseal.pin -nocerts -nodes \
	    -out key.pem
	openssl pkcs12 -in eseal.p12 -passin file:eseal.pin -nokeys -clcerts \
	    -out cert.pem
	cp cert.pem sample.pem
	echo 'another pin' >new.pin
	openssl pkcs12 -in eseal.p12 -passin file:eseal.pin -nokeys -cacerts \
	    -out issuers.pem
	# the certificate that follows: the same but for its key
	sim=$(dirname "$SEGL_CA")
	rsa_key next.key
	openssl x509 -x509toreq -in cert.pem -signkey next.key -out next.csr
	printf '%s\n' 'basicConstraints=critical,CA:FALSE' \
	    'keyUsage=critical,digitalSignature,nonRepudiation' >next.ext
	openssl x509 -req -in next.csr -CA "$sim/seal-ca.pem" \
	    -CAkey "$sim/seal-ca.key" -set_serial 4711 -days 200 \
	    -extfile next.ext -out next.pem
	openssl pkcs12 -export -inkey next.key -in next.pem \
	    -certfile issuers.pem -passout file:eseal.pin -out next.p12
) >"$scratch/openssl.log" 2>&1
provide enterprise "$SEGL_SIM_ENTERPRISE" "$SEGL_SIM_ENTERPRISE_PIN"
cp "$SEGL_SIM_REGISTERED_KEY" "$here/registered.pem"
cp "${SEGL_SIM_REGISTERED_KEY%.*}.jwk" "$here/registered.jwk"
chmod 600 "$here"/* "$etc"/*

# ---- the blocks ---------------------------------------------------------------

# extract PAGE DIR: block N goes to DIR/N, its heading to DIR/N.title.
extract()
{
	mkdir -p "$2"
	awk -v dir="$2" '
	/^\.S[hs] / {
		on = /^\.Sh/ ? $2 == "EXAMPLES" : on
		title = $2 == "EXAMPLES" ? "" : substr($0, 5)
	}
	on && /^\.Ed/ { literal = 0 }
	literal { print >file }
	on && /^\.Bd -literal/ {
		literal = 1
		file = dir "/" sprintf("%02d", ++n)
		print title >(file ".title")
	}
	END { print n + 0 }' "$1"
	# the escapes of mdoc that stand in literal text
	find "$2" -type f ! -name '*.title' -exec sed -i \
	    -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\(aq/'\''/g' \
	    -e 's/\\(dq/"/g' -e 's/\\e/\\/g' {} +
}

# has_examples NAME PAGE DIR: they are extracted, all of them.
has_examples()
{
	is "$1: all examples are found" "$(extract "$2" "$3")" \
	    "$(sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$2" |
		grep -c '^\.Bd -literal')"
	ok "$1: there are some" test -s "$3/01"
}

blocks()
{
	find "$1" -name '[0-9][0-9]' | LC_ALL=C sort
}

# title PAGE BLOCK
title()
{
	printf '%s, example %d%s' "$1" "$((1${2##*/} - 100))" \
	    "$(sed 's/^\(..*\)$/, \1/' "$2.title")"
}

substitute()
{
	sed -i -f "$scratch/substitutes" "$1"
}

# ---- commands -----------------------------------------------------------------

run_block()
{
	run timeout 60 sh -eu -c 'cd "$1" && exec sh -eu "$2"' - "$here" "$1"
}

commands_of()
{
	local dir=$scratch/$1 block
	has_examples "$1($2)" "$3" "$dir"
	for block in $(blocks "$dir"); do
		substitute "$block"
		run_block "$block"
		exits "$(title "$1($2)" "$block") works" 0
	done
}

# ---- configurations -------------------------------------------------------------

config_home=$here/.config/segl
mkdir -p "$config_home"

# profiles FILE NAME: FILE has no mistakes, and every profile gives a token.
profiles()
{
	local profile
	substitute "$1"
	run segl config validate "$1"
	exits "$2: no mistakes" 0
	grep -q '^\[profile' "$1" || fail "$2 has profiles"
	for profile in $(sed -n 's/^\[profile \(.*\)\]$/\1/p' "$1"); do
		run env -u SEGL_ENV -u SEGL_SCOPE -u SEGL_SOFTTOKEN \
		    -u SEGL_PIN segl token --config "$1" "$profile"
		exits "$2: [profile $profile] gives a token" 0
	done
}

has_examples "segl.conf(5)" src/settings/segl.conf.5 "$scratch/conf"
for block in $(blocks "$scratch/conf"); do
	profiles "$block" "$(title "segl.conf(5)" "$block")"
done
example=$(find "$SEGL_DESTDIR" -path '*/examples/segl.conf')
ok "the example configuration is installed" test -f "$example"
run segl config validate "$example"
exits "it has no mistakes as it stands" 0
cp "$example" "$scratch/example.conf"
profiles "$scratch/example.conf" "conf/segl.conf"

# segl(1) refers to the first of them
cp "$scratch/conf/01" "$config_home/segl.conf"
commands_of segl 1 src/front/segl.1
commands_of segl-sim 1 src/sim/segl-sim.1

# ---- the program ------------------------------------------------------------------

# The compiler of this build, and its sanitizers where it has any.
mkdir "$scratch/bin"
sanitize=
nm -D "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" | grep -q __asan_ &&
    sanitize=-fsanitize=address,undefined
# CC may have arguments, ccache gcc for instance
compiler=${CC:-cc}
arguments=${compiler#"${compiler%% *}"}
cat >"$scratch/bin/cc" <<END
exec $(command -v "${compiler%% *}")$arguments -std=c11 -Wall -Wextra -Werror $sanitize "\$@"
END
chmod 755 "$scratch/bin/cc"
PATH=$scratch/bin:$PATH
PKG_CONFIG_PATH=$SEGL_DESTDIR$SEGL_LIBDIR/pkgconfig
PKG_CONFIG_SYSROOT_DIR=$SEGL_DESTDIR
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

has_examples "segl(3)" src/cli/segl.3 "$scratch/api"
like "the first one is a program" "$(cat "$scratch/api/01")" '^#include <segl\.h>'
cp "$scratch/api/01" "$here/token.c"
if command -v pkg-config >/dev/null; then
	run_block "$scratch/api/02"
	exits "segl(3): the program is built and works" 0
	like "segl(3): it prints a token" "$out" '^[^.]+\.[^.]+\.[^.]+$'
	run sh -c 'cd "$1" && SEGL_SCOPE=toll:none ./token' - "$here"
	exits "segl(3): the program tells a failure" 6
	like "segl(3): in the words of the library" "$err" 'MP-200'
else
	skip "segl(3): the program is built and works" "pkg-config"
fi

# ---- what DIAGNOSTICS and -o json promise -------------------------------------------

# members JSON-FILE [EXPRESSION]: the names of an object.
members()
{
	json "$1" "'\n'.join(${2-d})"
}

# documented NAME SECTION FILE [EXPRESSION]: each member in FILE stands in that
# section.
documented()
{
	awk -v section="$2" '/^\.Sh/ { on = index($0, section) } on' \
	    src/front/segl.1 >"$scratch/section"
	members "$3" "${4-d}" >"$scratch/members" || echo no-object >"$scratch/members"
	while read -r member; do
		grep -qE "^\.(It )?Li $member( |\$)" "$scratch/section" ||
		    echo "$member"
	done <"$scratch/members" >"$scratch/offenders"
	empty "$1" "$scratch/offenders"
}

run segl token --json --scope toll:eu/no-such-scope
exits "a refusal" 6
documented "segl(1), DIAGNOSTICS, has every member of it" DIAGNOSTICS \
    "$scratch/err"
like "it has many" "$(members "$scratch/err")" '^trace_id$'
run segl token --json --env https://127.0.0.1:1/ --retry-for 0
exits "nobody answers" 7
documented "segl(1), DIAGNOSTICS, has every member of that" DIAGNOSTICS \
    "$scratch/err"
run segl token -o json
documented "segl(1) has every member of segl token -o json" DESCRIPTION \
    "$scratch/out"
run segl grant -o json
documented "segl(1) has every member of segl grant -o json" DESCRIPTION \
    "$scratch/out"
run segl csr --json --subject /C=SE/O=X/CN=X --key rsa:2048 \
    --iterations 2048 --out "$scratch/documented"
documented "segl(1) has every member of segl csr" DESCRIPTION "$scratch/out"
run segl bundle --json --pin "$SEGL_PIN" --iterations 2048 \
    --out "$scratch/documented.p12" "$SEGL_SOFTTOKEN"
documented "segl(1) has every member of segl bundle" DESCRIPTION "$scratch/out"
run segl renew --json --rehearse --offline \
    --softtoken "$here/eseal.p12" "$here/next.p12"
documented "segl(1) has every member of segl renew" DESCRIPTION "$scratch/out"
run segl renew --json --due 1d
documented "segl(1) has every member of segl renew --due" DESCRIPTION \
    "$scratch/out"
run segl issuers --json
documented "segl(1) has every member of segl issuers" DESCRIPTION \
    "$scratch/out"
documented "segl(1) has every member of an issuer" DESCRIPTION \
    "$scratch/out" 'd["issuers"][0]'
run segl config show --json
documented "segl(1) has every member of segl config show" DESCRIPTION \
    "$scratch/out"
run segl check --json
documented "segl(1) has every member of segl check" DESCRIPTION \
    "$scratch/out"
documented "segl(1) has every member of a finding" DESCRIPTION \
    "$scratch/out" 'd["findings"][0]'
json "$scratch/out" '"\n".join(f["id"] for f in d["findings"])' |
    LC_ALL=C sort >"$scratch/rules"
awk '/^\.Sh/ { on = /CHECK/ } on && /^\.It Cm/ { print $3 }' \
    src/front/segl.1 | LC_ALL=C sort | diff "$scratch/rules" - \
    >"$scratch/offenders"
empty "segl(1), CHECK, has every rule" "$scratch/offenders"
ok "there are rules" test "$(wc -l <"$scratch/rules")" -gt 30
run segl explain --json MP-200
documented "segl(1) has every member of segl explain MP-200" DESCRIPTION \
    "$scratch/out"
run segl explain --json 7
documented "segl(1) has every member of segl explain 7" DESCRIPTION \
    "$scratch/out"
run sh -c 'segl token | segl decode --json --show-signature'
documented "segl(1) has every member of segl decode" DESCRIPTION \
    "$scratch/out"

done_testing
