# SPDX-License-Identifier: ISC
#
# What the tests of soft tokens share: an authority of three, made once, and
# the program that loads a file and prints what it found. Source it:
#
#	. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

. "${SEGL_SRCDIR:?run by make check}/tests/tap.sh"

load=${SEGL_BUILDDIR:?run by make check}/tests/softtoken/load
LC_ALL=C.UTF-8
TZ=UTC
HOME=$scratch
export LC_ALL TZ HOME
unset CREDENTIALS_DIRECTORY
umask 077
cd "$scratch" || exit 99

has()
{
	command -v "$1" >/dev/null 2>&1
}

# certificate NAME CN ISSUER EXTENSIONS [openssl req options]
certificate()
{
	local name=$1 subject=$2 issuer=$3 extensions=$4
	shift 4
	case ${key:-rsa:2048} in
	rsa:*)
		rsa_key "$name.key" "${key#rsa:}" &&
		    openssl req -new -key "$name.key" -out "$name.csr" -utf8 \
			-subj "$subject" "$@" 2>>"$scratch/openssl.log"
		;;
	*)
		openssl req -new -newkey "$key" ${key_options-} -nodes \
		    -keyout "$name.key" -out "$name.csr" -utf8 \
		    -subj "$subject" "$@" 2>>"$scratch/openssl.log"
		;;
	esac || return
	printf '%s\n' "$extensions" >"$name.ext"
	if [ "$issuer" = - ]; then
		openssl x509 -req -in "$name.csr" -signkey "$name.key" \
		    -days 3650 -extfile "$name.ext" -out "$name.pem" \
		    2>>"$scratch/openssl.log"
	else
		openssl x509 -req -in "$name.csr" -CA "$issuer.pem" \
		    -CAkey "$issuer.key" -CAcreateserial -days 365 \
		    -extfile "$name.ext" -out "$name.pem" \
		    2>>"$scratch/openssl.log"
	fi
}

# root.pem, sub.pem, leaf.pem with their .key; path.pem is all but the leaf.
make_authority()
{
	key=ec key_options='-pkeyopt ec_paramgen_curve:P-256'
	certificate root '/C=SE/O=Test Trust AB/CN=Test Root' - \
	    'basicConstraints=critical,CA:TRUE' &&
	    certificate sub '/C=SE/O=Test Trust AB/CN=Test CA' root \
		'basicConstraints=critical,CA:TRUE' || return
	key=rsa:2048 key_options=
	certificate leaf \
	    '/C=SE/O=Test Seal AB/organizationIdentifier=NTRSE-5560000001/CN=Test Seal' \
	    sub 'keyUsage=critical,digitalSignature,nonRepudiation' || return
	cat sub.pem root.pem >path.pem
	printf 'test pin\n' >pin
}

# Load with PIN in the file "pin" and whatever else is said.
load()
{
	run "$load" -p file:pin "$@"
}

# loads NAME PATH-LENGTH FILE [options]: the key of leaf.pem is in it
loads()
{
	local name=$1 want=$2
	shift 2
	load "$@"
	if [ "$rc" -eq 0 ] && [ "$(sed -n 's/^path //p' out)" = "$want" ] &&
	    grep -q '^cn Test Seal$' out &&
	    grep -q '^signs RS256 RS384 RS512$' out; then
		pass "$name"
	else
		fail "$name"
		diag "exit code $rc, expected a path of $want"
		diag "$out"
		diag "$err"
	fi
}

# refuses NAME CODE ERE FILE [options]: with a reason that matches
refuses()
{
	local name=$1 code=$2 reason=$3
	shift 3
	load "$@"
	if [ "$rc" -eq "$code" ] && [ -z "$out" ] &&
	    printf '%s\n' "$err" | grep -Eq -- "$reason"; then
		pass "$name"
	else
		fail "$name"
		diag "exit code $rc, expected $code and: $reason"
		diag "$out"
		diag "$err"
	fi
}
