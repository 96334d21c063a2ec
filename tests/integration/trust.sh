# SPDX-License-Identifier: ISC
#
# Which servers are trusted: the system's authorities, those that --ca adds,
# those that --ca-only leaves, SSL_CERT_FILE and SSL_CERT_DIR.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

server_start ok || { fail "a server starts"; done_testing; }
ca=$SEGL_CA
unset SEGL_CA
SEGL_RETRY_FOR=0
export SEGL_RETRY_FOR
make_tls "$scratch/other"

trusted() # NAME CMD ...
{
	local name=$1
	shift
	run "$@"
	exits "$name" 0
}

# Whoever is not trusted gets no grant; the words are for people.
distrusted() # NAME CMD ...
{
	local name=$1
	shift
	: >"$journal"
	run "$@"
	exits "$name" 7
	is "$name: no token" "$out" ""
	like "$name: says that it is about trust" "$err" \
	    'certificate|trust|CA'
	like "$name: says what to do" "$err" 'what to do:'
	is "$name: nothing was sent" "$(journal 'len(p)')" 0
}

distrusted "an authority nobody knows" segl token
like "that --ca would add one" "$err" '\-\-ca'
like "whose certificate it was" "$err" 'localhost'
distrusted "another authority" segl token --ca "$scratch/other/ca.pem"
distrusted "another authority alone" \
    segl token --ca "$scratch/other/ca.pem" --ca-only
trusted "--ca FILE adds it" segl token --ca "$ca"
trusted "--ca FILE with --ca-only" segl token --ca "$ca" --ca-only
distrusted "--ca-only without --ca" \
    env "SSL_CERT_FILE=$ca" segl token --ca-only
trusted "--ca twice" segl token --ca "$scratch/other/ca.pem" --ca "$ca"
trusted "SEGL_CA is a list" env "SEGL_CA=$scratch/other/ca.pem:$ca" segl token

mkdir "$scratch/plain" "$scratch/hashed" "$scratch/nothing"
cp "$ca" "$scratch/plain"
cp "$ca" "$scratch/hashed"
openssl rehash "$scratch/hashed"
trusted "--ca DIRECTORY" segl token --ca "$scratch/plain"
trusted "--ca DIRECTORY with hash links" segl token --ca "$scratch/hashed"
trusted "the same with --ca-only" \
    segl token --ca "$scratch/hashed" --ca-only
trusted "a file and a directory" segl token \
    --ca "$scratch/other/ca.pem" --ca "$scratch/hashed"
for path in "$scratch/nothing" "$scratch/absent.pem" "$scratch/e"; do
	run segl token --ca "$path"
	not_ok "--ca $(basename "$path") fails" test "$rc" -eq 0
	like "--ca $(basename "$path"): it is named" "$err" \
	    "$(basename "$path")"
done
echo "no certificate" >"$scratch/text"
run segl token --ca "$scratch/text"
not_ok "--ca that is a text fails" test "$rc" -eq 0
like "it is named" "$err" 'text'

# ---- what the system trusts -------------------------------------------------------

cat "$ca" >"$scratch/bundle.pem"
cat "$scratch/other/ca.pem" >>"$scratch/bundle.pem"
trusted "SSL_CERT_FILE" env "SSL_CERT_FILE=$scratch/bundle.pem" segl token
trusted "SSL_CERT_DIR" env "SSL_CERT_DIR=$scratch/hashed" segl token
trusted "SSL_CERT_FILE and --ca" \
    env "SSL_CERT_FILE=$scratch/bundle.pem" \
    segl token --ca "$scratch/other/ca.pem"
distrusted "SSL_CERT_FILE of others" \
    env "SSL_CERT_FILE=$scratch/other/ca.pem" segl token
distrusted "SSL_CERT_DIR of others" \
    env "SSL_CERT_DIR=$scratch/nothing" segl token
distrusted "--ca-only leaves the system out" \
    env "SSL_CERT_FILE=$ca" \
    segl token --ca "$scratch/other/ca.pem" --ca-only
run env "SSL_CERT_FILE=$scratch/absent.pem" segl token
exits "SSL_CERT_FILE that is not there" 7
like "is named" "$err" 'absent\.pem'

# ---- the server itself ---------------------------------------------------------------

# A name that the certificate does not have, on the same address.
port=$server_port
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$scratch/tls/wrong.key" -out "$scratch/wrong.csr" \
    -subj /CN=wrong.example >/dev/null 2>&1
printf 'subjectAltName=DNS:wrong.example\n' >"$scratch/wrong.ext"
openssl x509 -req -in "$scratch/wrong.csr" -CA "$scratch/tls/ca.pem" \
    -CAkey "$scratch/tls/ca.key" -days 2 -extfile "$scratch/wrong.ext" \
    -out "$scratch/tls/wrong.pem" >/dev/null 2>&1
openssl x509 -req -in "$scratch/tls/server.csr" -CA "$scratch/tls/ca.pem" \
    -CAkey "$scratch/tls/ca.key" -not_before 20200101000000Z \
    -not_after 20210101000000Z -extfile "$scratch/tls/server.ext" \
    -out "$scratch/tls/expired.pem" >/dev/null 2>&1 || {
	# OpenSSL before 3.4 dates certificates through a small CA only.
	mkdir "$scratch/ca"
	: >"$scratch/ca/index"
	printf '%s\n' '[ca]' 'default_ca=d' '[d]' \
	    "database=$scratch/ca/index" "new_certs_dir=$scratch/ca" \
	    "rand_serial=yes" 'default_md=sha256' 'policy=p' '[p]' \
	    'commonName=supplied' >"$scratch/ca/conf"
	openssl ca -batch -config "$scratch/ca/conf" -notext \
	    -cert "$scratch/tls/ca.pem" -keyfile "$scratch/tls/ca.key" \
	    -in "$scratch/tls/server.csr" -startdate 20200101000000Z \
	    -enddate 20210101000000Z -extfile "$scratch/tls/server.ext" \
	    -out "$scratch/tls/expired.pem" >"$scratch/ca/log" 2>&1
}

another_server() # CERTIFICATE KEY FAULT
{
	: >"$scratch/journal2"
	rm -f "$scratch/ready2"
	"$python" "$SEGL_SRCDIR/tests/integration/server.py" \
	    "$1" "$2" "$scratch/journal2" "$3" >"$scratch/ready2" 2>&1 &
	child $!
	wait_for 20 is_ready "$scratch/ready2"
	port=$(sed -n 's/^ready //p' "$scratch/ready2")
	journal=$scratch/journal2
}

another_server "$scratch/tls/wrong.pem" "$scratch/tls/wrong.key" ok
distrusted "a certificate for another name" \
    segl token --env "https://localhost:$port/" --ca "$ca"
like "the name is in the message" "$err" 'localhost'
another_server "$scratch/tls/expired.pem" "$scratch/tls/server.key" ok
distrusted "a certificate that has expired" \
    segl token --env "https://localhost:$port/" --ca "$ca"
like "says so" "$err" 'expired'
another_server "$scratch/tls/server.pem" "$scratch/tls/server.key" old-tls
run segl token --env "https://localhost:$port/" --ca "$ca"
exits "TLS 1.1" 7
is "nothing was sent" "$(journal 'len(p)')" 0

done_testing
