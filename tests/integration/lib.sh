# SPDX-License-Identifier: ISC
#
# What every integration test needs: TAP, the installed programs on the path,
# a simulator, a certificate authority of our own, another user. Source it:
#
#	. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

. "${SEGL_SRCDIR:?run by make check}/tests/tap.sh"

# ---- surroundings ----------------------------------------------------------

# Whoever runs the tests may have settings of their own; none may leak in.
for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z_0-9]*\)=.*/\1/p'); do
	case $name in
	SEGL_SRCDIR | SEGL_BUILDDIR | SEGL_DESTDIR | SEGL_PREFIX) ;;
	SEGL_BINDIR | SEGL_LIBDIR | SEGL_PKGLIBEXECDIR | SEGL_PKGDATADIR) ;;
	SEGL_CORPUS | SEGL_NODE_MODULES | SEGL_TEST_KEYS) ;;
	SEGL_* | MASKINPORTEN_* | SSL_CERT_* | CURL_* | XDG_* | *_proxy | \
	    HTTP_PROXY | HTTPS_PROXY | ALL_PROXY | NO_PROXY | \
	    CREDENTIALS_DIRECTORY | RUNTIME_DIRECTORY)
		unset "$name"
		;;
	esac
done
LC_ALL=C.UTF-8
TZ=UTC
HOME=$scratch/home
# Each call is to be an exchange; tests of kept tokens unset this.
SEGL_NO_CACHE=1
# Nor are the lists that this machine keeps those of a test.
SEGL_TRUST=$scratch/no-lists
export LC_ALL TZ HOME SEGL_NO_CACHE SEGL_TRUST
umask 022
chmod 711 "$scratch"
mkdir -m 700 "$HOME"
mkdir "$SEGL_TRUST"

# The installed programs, from where DESTDIR put them.
use_root()
{
	PATH=$1$SEGL_BINDIR:$plain_path
	LD_LIBRARY_PATH=$1$SEGL_LIBDIR
	SEGL_LIBEXECDIR=$1$SEGL_PKGLIBEXECDIR
	SEGL_DATADIR=$1$SEGL_PKGDATADIR
	export PATH LD_LIBRARY_PATH SEGL_LIBEXECDIR SEGL_DATADIR
}
plain_path=$PATH
use_root "${SEGL_DESTDIR:?run by make check}"
if [ ! -x "$SEGL_DESTDIR$SEGL_BINDIR/segl" ]; then
	echo "Bail out! nothing is installed in $SEGL_DESTDIR"
	tap_done=yes
	exit 99
fi

# Debian's Python, which has python3-jwt; the first on the path may be another.
python=/usr/bin/python3

# wait_for SECONDS CMD ...: until the command succeeds.
wait_for()
{
	local tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

# ---- another user ----------------------------------------------------------

# Root reads every file, so what permissions do can be seen only as somebody
# else. The scratch directory may be passed through by everybody.
can_be_nobody()
{
	[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null
}

# as_nobody CMD ...: run as uid 65534 with a home of its own and programs that
# it can reach, whatever the mode of the directories above the build tree.
as_nobody()
{
	if [ ! -d "$scratch/nobody" ]; then
		mkdir "$scratch/nobody"
		cp -r "$SEGL_DESTDIR" "$scratch/nobody/root"
		mkdir -m 700 "$scratch/nobody/home"
		chown 65534:65534 "$scratch/nobody/home"
	fi
	(
		use_root "$scratch/nobody/root"
		HOME=$scratch/nobody/home
		cd / && exec setpriv --reuid=65534 --regid=65534 \
		    --clear-groups "$@"
	)
}

# ---- the simulator ---------------------------------------------------------

sim_value()
{
	sed -n "s/^$1=//p" "$2" | head -n 1 | sed "s/^'\\(.*\\)'\$/\\1/"
}

sim_is_ready()
{
	kill -0 "$sim_pid" &&
	    [ "$(grep -c '^SEGL_[A-Z]*=' "$sim_dir/env")" -ge 5 ]
}

# sim_copy DIRECTORY: the files of a simulator, for --dir. To make them anew
# (keys, above all) takes a second: they are kept in the build directory, for
# the program that made them and for the day.
sim_copy()
{
	local kept new
	kept=$SEGL_BUILDDIR/tests/sim/$(date +%Y%m%d)-$(stat -c %Y-%i \
	    "$SEGL_DESTDIR$SEGL_BINDIR/segl-sim")
	if [ ! -d "$kept" ]; then
		mkdir -p "$SEGL_BUILDDIR/tests/sim"
		new=$(mktemp -d "$kept.XXXXXX") &&
		    segl-sim --quiet --dir "$new" -- true &&
		    rm "$new/segl-sim.port" &&
		    mv -T "$new" "$kept" 2>/dev/null || rm -rf "$new"
	fi
	mkdir -m 700 "$1" && cp -p "$kept"/* "$1"
}
sim_kept=yes

# sim_start OPTION ...: a simulator of our own; sets sim_pid, sim_dir and
# exports what the client needs to use it. The first one has kept files; a
# second one is another, whom the first one's files do not fit.
sim_start()
{
	sim_dir=$(mktemp -d "$scratch/sim.XXXXXX")
	case $sim_kept$* in
	yes*--dir* | no*) ;;
	*)
		sim_copy "$sim_dir/files" && set -- --dir "$sim_dir/files" "$@"
		sim_kept=no
		;;
	esac
	segl-sim "$@" >"$sim_dir/env" 2>"$sim_dir/log" &
	sim_pid=$!
	child "$sim_pid"
	if ! wait_for 20 sim_is_ready; then
		diag "segl-sim $*: not ready"
		sed 's/^/# /' "$sim_dir/env" "$sim_dir/log"
		return 1
	fi
	SEGL_ENV=$(sim_value SEGL_ENV "$sim_dir/env")
	SEGL_CA=$(sim_value SEGL_CA "$sim_dir/env")
	SEGL_SOFTTOKEN=$(sim_value SEGL_SOFTTOKEN "$sim_dir/env")
	SEGL_PIN=$(sim_value SEGL_PIN "$sim_dir/env")
	SEGL_SCOPE=$(sim_value SEGL_SCOPE "$sim_dir/env")
	SEGL_CUSTOMS_URL=$(sim_value SEGL_CUSTOMS_URL "$sim_dir/env")
	SEGL_ALTINN_URL=$(sim_value SEGL_ALTINN_URL "$sim_dir/env")
	export SEGL_ENV SEGL_CA SEGL_SOFTTOKEN SEGL_PIN SEGL_SCOPE
	export SEGL_CUSTOMS_URL SEGL_ALTINN_URL
}

# ---- keys and certificates of our own --------------------------------------

# Two authorities and what they issue, all with OpenSSL's command line: a
# second opinion on files that our own code also makes.
#
# make_tls DIR: ca.pem, server.pem and server.key for localhost and 127.0.0.1.
make_tls()
{
	mkdir -p "$1" && (
		cd "$1" || exit
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		    -nodes -keyout ca.key -out ca.pem -days 2 \
		    -subj "/CN=Test TLS root of $(basename "$1")" \
		    -addext keyUsage=critical,keyCertSign
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		    -nodes -keyout server.key -out server.csr \
		    -subj "/CN=localhost"
		printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
		    'extendedKeyUsage=serverAuth' >server.ext
		openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key \
		    -days 2 -extfile server.ext -out server.pem
	) >"$scratch/openssl.log" 2>&1
}

# make_eseal DIR BITS: root.pem, sub.pem, leaf.pem, leaf.key, pin, seal.p12
# with the whole path and leaf.p12 with the leaf alone.
make_eseal()
{
	local bits=${2:-2048}
	mkdir -p "$1" && (
		cd "$1" || exit
		ca='basicConstraints=critical,CA:TRUE'
		use='keyUsage=critical,keyCertSign,cRLSign'
		rsa_key root.key
		openssl req -x509 -key root.key -out root.pem -days 100 -subj "/C=EE/O=Test/CN=Test root" \
		    -addext "$use"
		rsa_key sub.key
		openssl req -new -key sub.key -out sub.csr -subj "/C=EE/O=Test/CN=Test eSeal CA"
		printf '%s\n' "$ca" "$use" >sub.ext
		openssl x509 -req -in sub.csr -CA root.pem -CAkey root.key \
		    -days 100 -extfile sub.ext -out sub.pem
		rsa_key leaf.key "$bits"
		openssl req -new -key leaf.key -out leaf.csr -utf8 -subj "$(eseal_subject)"
		printf '%s\n' 'basicConstraints=critical,CA:FALSE' \
		    'keyUsage=critical,digitalSignature,nonRepudiation' \
		    >leaf.ext
		openssl x509 -req -in leaf.csr -CA sub.pem -CAkey sub.key \
		    -days 100 -extfile leaf.ext -out leaf.pem
		printf 'test pin' >pin
		cat sub.pem root.pem >path.pem
		openssl pkcs12 -export -inkey leaf.key -in leaf.pem \
		    -certfile path.pem -name seal -passout file:pin \
		    -out seal.p12
		openssl pkcs12 -export -inkey leaf.key -in leaf.pem \
		    -name seal -passout file:pin -out leaf.p12
	) >"$scratch/openssl.log" 2>&1
	chmod 600 "$1"/*.p12 "$1"/*.key "$1/pin"
}

eseal_subject()
{
	printf '/C=EE/O=Näidis OÜ/organizationIdentifier=%s/CN=Näidis seal' \
	    NTREE-12345678
}

# ---- servers of our own ------------------------------------------------------

is_ready()
{
	grep -q '^ready ' "$1"
}

# server_start FAULT [ARGUMENT]: tests/integration/server.py on a new port;
# sets server_pid, server_port and journal, and points segl to it.
server_start()
{
	[ -d "$scratch/tls" ] || make_tls "$scratch/tls"
	[ -d "$scratch/eseal" ] || make_eseal "$scratch/eseal"
	server_dir=$(mktemp -d "$scratch/server.XXXXXX")
	journal=$server_dir/journal
	: >"$journal"
	"$python" "$SEGL_SRCDIR/tests/integration/server.py" \
	    "$scratch/tls/server.pem" "$scratch/tls/server.key" \
	    "$journal" "$@" >"$server_dir/ready" 2>"$server_dir/log" &
	server_pid=$!
	child "$server_pid"
	wait_for 20 is_ready "$server_dir/ready" || {
		diag "server.py $*: not ready"
		sed 's/^/# /' "$server_dir/log"
		return 1
	}
	server_port=$(sed -n 's/^ready //p' "$server_dir/ready")
	use_server "$server_port"
}

# use_server PORT: what segl needs to speak to a server of ours.
use_server()
{
	SEGL_ENV=https://localhost:$1/
	SEGL_CA=$scratch/tls/ca.pem
	SEGL_SOFTTOKEN=$scratch/eseal/seal.p12
	SEGL_PIN=file:$scratch/eseal/pin
	SEGL_SCOPE=demo:scope
	export SEGL_ENV SEGL_CA SEGL_SOFTTOKEN SEGL_PIN SEGL_SCOPE
}

# journal PYTHON-EXPRESSION: over the rows of the journal as r, and the posts
# among them as p.
journal()
{
	ask_python journal "$journal" "$1"
}

# A port on which nobody listens: one that was just given back.
free_port()
{
	"$python" -c '
import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# ---- a process that is killed on its way -------------------------------------

# preload NAME: tests/integration/NAME.c is a library that can be loaded before
# the others; else preload_missing says why not.
preload()
{
	preload_missing="sanitizers come first"
	ldd "$SEGL_DESTDIR$SEGL_LIBDIR/libsegl.so" |
	    grep -q 'lib[au]b*san' && return 1
	preload_missing="no compiler"
	# shellcheck disable=SC2086
	${CC:-cc} -D_GNU_SOURCE -shared -fPIC -o "$scratch/$1.so" \
	    "$SEGL_SRCDIR/tests/integration/$1.c" -ldl 2>/dev/null
}

# killer: the library that does it is there; else killer_missing says why not.
killer()
{
	preload kill && return
	killer_missing=$preload_missing
	return 1
}

# killed_at N ARGUMENT ...: segl ends before its N-th call that changes the
# disk; segl-main it is, since the front execs that.
killed_at()
{
	local at=$1
	shift
	env LD_PRELOAD="$scratch/kill.so" KILL_AT="$at" \
	    "$SEGL_LIBEXECDIR/segl-main" "$@"
}

# ---- small readers ---------------------------------------------------------

# ask_python PART ...: a question to the one Python of this script, which the
# first one starts; see answer.py. It is no child of ours: wait(1) knows it not.
ask_python()
{
	local code
	if [ ! -p "$scratch/python.question" ]; then
		mkfifo "$scratch/python.answer" \
		    "$scratch/python.question" || return
		("$python" "$SEGL_SRCDIR/tests/integration/answer.py" \
		    "$scratch" >"$scratch/python.log" 2>&1 &)
	fi
	printf '%s\0' "$@" >"$scratch/python.question"
	{
		read -r code
		if [ "$code" = 0 ]; then
			cat
		else
			cat >&2
		fi
	} <"$scratch/python.answer"
	return "${code:-1}"
}

# json FILE PYTHON-EXPRESSION: evaluate with the document as d.
json()
{
	case $1 in
	/*) ask_python json "$1" "$2" ;;
	*) ask_python json "$PWD/$1" "$2" ;;
	esac
}
