# SPDX-License-Identifier: ISC
#
# segl-sim as a program: what it makes, what it prints, how it starts and
# ends, and how strictly it reads HTTP. The grants are in sim_grants.sh.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

mkdir "$scratch/tmp"
TMPDIR=$scratch/tmp
export TMPDIR
sim_copy "$scratch/kept"
sim_kept=no

# ---- a command beside a simulator --------------------------------------------

run segl-sim --quiet -- sh -c 'echo "$SEGL_ENV $SEGL_SCOPE"; ls "$TMPDIR"; exit 7'
exits "the status of the command is the status" 7
like "it knows the issuer and a scope" "$out" \
    '^https://127\.0\.0\.1:[0-9]+/ digdir:verksemd\.eu$'
like "and the files are there" "$out" '^segl-sim\.[A-Za-z0-9]{6}$'
is "nothing else is printed" "$(printf '%s\n' "$out" | wc -l)" 2
is "standard error is silent with --quiet" "$err" ""
is "the temporary directory is gone" "$(ls "$TMPDIR")" ""
run segl-sim --quiet -- sh -c 'ls "$SEGL_TRUST"; segl trust update --quiet &&
    segl trust list'
exits "its lists can be kept" 0
like "apart from the real ones" "$out" '^ *NO +current'
is "and go with it" "$(ls "$TMPDIR")" ""
run segl-sim --quiet --dir "$scratch/kept" -- sh -c 'kill -TERM $$'
exits "a signal of the command is told as a shell would" 143
run segl-sim --quiet -- /nonexistent/program
exits "a command that cannot be run is a usage error" 2
like "and is named" "$err" 'cannot run /nonexistent/program: No such file'
is "the directory is gone then, too" "$(ls "$TMPDIR")" ""
run env SEGL_ENV=other SEGL_PIN=other segl-sim --quiet \
    --dir "$scratch/kept" -- sh -c 'env | grep -c "^SEGL_ENV=\|^SEGL_PIN="'
is "variables that were set before are replaced" "$out" 2
segl-sim --quiet --dir "$scratch/kept" -- sh -c 'trap "exit 9" TERM; echo up
	while :; do sleep 0.1; done' >"$scratch/up" &
pid=$!
child "$pid"
ok "a command that stays" wait_for 20 grep -q up "$scratch/up"
kill -TERM "$pid"
wait "$pid"
is "gets the signal that the simulator gets" $? 9
run segl-sim --quiet --dir "$scratch/kept" -- sh -c 'trap - TERM INT; kill -0 $$ && echo alive'
is "signals work in the command" "$out" alive

# ---- what stays in a directory -------------------------------------------------

dir="$scratch/it's a dir"
run segl-sim --quiet --dir "$dir" -- true
exits "a directory is made" 0
is "it is nobody else's" "$(stat -c %a "$dir")" 700
for file in ca.key server.key token.key seal-ca.key seal.p12 seal.pin \
    enterprise-ca.key enterprise.p12 enterprise.pin registered.pem \
    registered.jwk; do
	is "$file is nobody else's" "$(stat -c %a "$dir/$file")" 600
done
cat "$dir"/* | sha256sum >"$scratch/before"
run segl-sim --quiet --dir "$dir" -- true
exits "and used again" 0
cat "$dir"/* | sha256sum | cmp -s - "$scratch/before"
is "as it was" $? 0

in_dir()
{
	(cd "$dir" && "$@")
}
ok "the server's certificate verifies" \
    in_dir openssl verify -purpose sslserver -CAfile ca.pem server.pem
for name in "-verify_ip 127.0.0.1" "-verify_ip ::1" \
    "-verify_hostname localhost"; do
	# shellcheck disable=SC2086
	ok "for $name" \
	    in_dir openssl verify $name -CAfile ca.pem server.pem
done
ok "the seal verifies up to its root" in_dir openssl verify -x509_strict \
    -CAfile seal-root.pem -untrusted seal-ca.pem seal.pem
in_dir openssl pkcs12 -in seal.p12 -passin file:seal.pin -info -noenc \
    >"$scratch/p12" 2>&1
is "the PKCS#12 has the whole path" \
    "$(grep -c 'BEGIN CERTIFICATE' "$scratch/p12")" 3
like "encrypted with AES-256" "$(cat "$scratch/p12")" \
    'PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256'
like "its MAC is SHA-256" "$(cat "$scratch/p12")" 'MAC: sha256, Iteration 2048'
in_dir openssl x509 -in seal.pem -noout -text >"$scratch/seal"
like "the seal has an organizationIdentifier" "$(cat "$scratch/seal")" \
    'organizationIdentifier ?= ?NTRSE-5569999997'
like "its policy is QCP-l" "$(cat "$scratch/seal")" \
    'Policy: 0\.4\.0\.194112\.1\.1'
like "its key is RSA of 2048 bits" "$(cat "$scratch/seal")" \
    'Public-Key: \(2048 bit\)'
in_dir openssl asn1parse -in seal.pem >"$scratch/asn1"
like "it has QCStatements" "$(cat "$scratch/asn1")" 'qcStatements'
ok "the enterprise certificate verifies" in_dir openssl verify -x509_strict \
    -CAfile enterprise-root.pem -untrusted enterprise-ca.pem enterprise.pem
in_dir openssl x509 -in enterprise.pem -noout -text >"$scratch/enterprise"
like "it is of a Norwegian organisation" "$(cat "$scratch/enterprise")" \
    'organizationIdentifier ?= ?NTRNO-310000019'
like "with Buypass' policy" "$(cat "$scratch/enterprise")" \
    'Policy: 2\.16\.578\.1\.26\.1\.3\.2'
in_dir openssl pkcs12 -in enterprise.p12 -passin file:enterprise.pin -info \
    -noenc >"$scratch/p12" 2>&1
is "and its PKCS#12 opens" "$(grep -c 'BEGIN CERTIFICATE' "$scratch/p12")" 3

echo making >"$dir/segl-sim.state"
run segl-sim --quiet --dir "$dir" -- true
exits "half a set of files" 0
cat "$dir"/* | sha256sum | cmp -s - "$scratch/before"
is "is made anew" $? 1
mv "$dir/segl-sim.state" "$scratch/state"
run segl-sim --quiet --dir "$dir" -- true
exits "files that it did not make" 2
like "are left alone" "$err" 'has a file ca\.pem that segl-sim did not make'
cp "$scratch/state" "$dir/segl-sim.state"
: >"$dir/token.key"
run segl-sim --quiet --dir "$dir" -- true
exits "a damaged key" 2
like "is named" "$err" "token\.key is damaged"
mkdir "$scratch/shared"
chmod 777 "$scratch/shared"
run segl-sim --quiet --dir "$scratch/shared" -- true
exits "a directory that others may write to" 2
like "is refused" "$err" 'is not yours alone'
is "and stays empty" "$(ls "$scratch/shared")" ""
run segl-sim --quiet --dir "$scratch/missing/dir" -- true
exits "a directory that cannot be made" 2
run segl-sim --quiet --trust "$scratch/nothing" -- true
exits "--trust names what is not there" 2
run segl-sim --quiet --trust /dev/null -- true
exits "--trust names what has no certificate" 2
like "and says so" "$err" 'no certificate in /dev/null'
if can_be_nobody; then
	mkdir -m 755 "$scratch/foreign"
	run as_nobody segl-sim --quiet --dir "$scratch/foreign" -- true
	exits "a directory of somebody else" 2
	like "is refused as well" "$err" 'is not yours alone'
else
	skip "a directory of somebody else" "not root"
	skip "is refused as well" "not root"
fi

# ---- serving -------------------------------------------------------------------

rm -r "$dir"
sim_start --dir "$dir" || { fail "it is ready"; done_testing; }
pass "it is ready"
names=$(sed -n 's/=.*//p' "$sim_dir/env")
is "what segl needs comes first" \
    "$(printf '%s\n' "$names" | sed '/^SEGL_SIM_/,$d' | grep -cE \
        '^SEGL_(ENV|CUSTOMS_URL|ALTINN_URL|CA|SOFTTOKEN|PIN|SCOPE|LOTL|ANCHORS|TRUST)$')" 10
is "what is in the registry follows, and nothing else" \
    "$(printf '%s\n' "$names" | sed -n '/^SEGL_SIM_/,$p' |
        grep -cv '^SEGL_SIM_')" 0
is "all ten of it" \
    "$(printf '%s\n' "$names" | grep -c '^SEGL_SIM_')" 10
# shellcheck disable=SC2016
is "values are quoted for a shell" \
    "$(sh -c '. "$1"; printf "%s\n" "$SEGL_CA"' - "$sim_dir/env")" "$dir/ca.pem"
SEGL_CA=$dir/ca.pem
run curl -sS --cacert "$SEGL_CA" "${SEGL_ENV}health"
is "it is alive" "$out" '{"status":"UP"}'
port=${SEGL_ENV##*:}
port=${port%/}
run curl -sS --cacert "$SEGL_CA" "https://localhost:$port/health"
is "as localhost, too" "$out" '{"status":"UP"}'
run curl -sS --tls-max 1.1 --cacert "$SEGL_CA" "${SEGL_ENV}health"
is "TLS 1.1 is refused" "$rc" 35
run segl-sim --quiet --port "$port" -- true
exits "a port that is taken" 2
like "is named" "$err" "127\.0\.0\.1 port $port: Address already in use"
like "requests are logged" "$(cat "$sim_dir/log")" \
    '^[0-9]{2}:[0-9]{2}:[0-9]{2} GET /health 200$'

# raw TEXT: what comes back, first line; TEXT has printf's escapes.
raw()
{
	# shellcheck disable=SC2059
	printf "$1" | timeout 5 openssl s_client -quiet -connect \
	    "127.0.0.1:$port" -CAfile "$SEGL_CA" 2>/dev/null
}
status_of()
{
	raw "$1" | tr -d '\r' | grep -a '^HTTP/' | cut -d ' ' -f 2 | paste -sd,
}
get='GET /health HTTP/1.1\r\n'
end='Connection: close\r\n\r\n'
host="Host: 127.0.0.1:$port\\r\\n"
is "a plain request" "$(status_of "$get$host$end")" 200
is "no Host" "$(status_of "$get$end")" 400
is "two Hosts" "$(status_of "$get$host$host$end")" 400
is "the Host of somebody else" \
    "$(status_of "${get}Host: evil.example\\r\\n$end")" 421
is "a Host that begins like ours" \
    "$(status_of "${get}Host: 127.0.0.1.evil.example\\r\\n$end")" 421
is "a Host with two ports" \
    "$(status_of "${get}Host: 127.0.0.1:$port:1\\r\\n$end")" 421
is "a Host in other letters" \
    "$(status_of "${get}Host: LOCALHOST\\r\\n$end")" 200
post='POST /token HTTP/1.1\r\n'
form='Content-Type: application/x-www-form-urlencoded\r\n'
is "two lengths" "$(status_of "$post$host${form}Content-Length: 1\\r\\nContent-Length: 1\\r\\n${end}a")" 400
is "length and chunks together, answered once" \
    "$(status_of "$post$host${form}Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n${end}0\\r\\n\\r\\n")" 400
# libmicrohttpd refuses this one by itself, in its own way.
like "a length that is no number" \
    "$(status_of "$post$host${form}Content-Length: +1\\r\\n${end}a")" '^400'
is "a body that is too long" \
    "$(status_of "$post$host${form}Content-Length: 999999\\r\\n$end")" 413
is "chunks" "$(status_of "$post$host${form}Transfer-Encoding: chunked\\r\\n${end}3\\r\\na=b\\r\\n0\\r\\n\\r\\n")" 400
like "another transfer coding" \
    "$(status_of "$post$host${form}Transfer-Encoding: gzip\\r\\n${end}")" \
    '^(400|501)$'
is "a method that is no token" \
    "$(status_of "G@T /health HTTP/1.1\\r\\n$host$end")" 400
is "a field with a control character" \
    "$(status_of "$get$host""X: a\\001b\\r\\n$end")" 400
is "NUL as an escape in the path" \
    "$(status_of "GET /health%%00 HTTP/1.1\\r\\n$host$end")" 404
run curl -sS --cacert "$SEGL_CA" "${SEGL_ENV}health"
is "it is still alive" "$out" '{"status":"UP"}'
kill -TERM "$sim_pid"
wait "$sim_pid"
is "SIGTERM ends it well" $? 0
ok "the directory that was named stays" test -f "$dir/seal.p12"
sim_start --quiet
kill -INT "$sim_pid"
wait "$sim_pid"
is "SIGINT does so, too" $? 0
is "a temporary directory goes" "$(ls "$TMPDIR")" ""
is "--quiet logs nothing" "$(cat "$sim_dir/log")" ""

# ---- in the background -----------------------------------------------------------

run segl-sim --quiet --background --dir "$dir"
exits "--background returns" 0
pid=$(sim_value SEGL_SIM_PID "$scratch/out")
child "$pid"
like "and tells the process" "$pid" '^[0-9]+$'
url=$(sim_value SEGL_ENV "$scratch/out")
run curl -sS --cacert "$dir/ca.pem" "${url}health"
is "which answers" "$out" '{"status":"UP"}'
kill "$pid"
gone()
{
	! kill -0 "$pid"
}
ok "and can be ended" wait_for 5 gone
run segl-sim --quiet --background --dir "$scratch/shared"
exits "--background tells a failure" 2
like "and its reason" "$err" 'is not yours alone'

# ---- the command line ------------------------------------------------------------

run segl-sim --version
like "--version" "$out" '^segl-sim [0-9]+\.[0-9]+\.[0-9]+$'
run segl-sim --nonsense
exits "an option that is not" 2
run segl-sim --set typ=maybe
exits "a value that is not" 2
like "what there is instead" "$err" 'accept\|refuse'
run sh -c 'segl-sim --rules >/dev/full'
exits "a full disk" 1
run segl-sim --set iat-ahead=7 --rules
exits "--rules" 0
like "tells how they are set" "$out" "^iat-ahead	7	0-3600	V	"
is "each has six columns" \
    "$(printf '%s\n' "$out" | awk -F '\t' 'NF != 6' | wc -l)" 0

# The manual speaks of the same rules, choices and presets.
if command -v mandoc >/dev/null; then
	segl-sim --rules | awk -F '\t' 'NR > 1 {
		if ($3 == "-") print $1
		else print $1 "=" $3 " (" $2 ")" }' | sort >"$scratch/rules"
	mandoc -T ascii -O width=1000 "$SEGL_SRCDIR/src/sim/segl-sim.1" |
	    col -b | awk '/^[A-Z]/ { on = $1 == "RULES" }
	    on && /order in which/ { list = 1 } on && list && /^     [^ \t]/' |
	    sed -e 's/^ *//' -e 's/\([)a-z0-9]\)\(  .*\|	.*\)$/\1/' |
	    grep -v '^The rules' | sort >"$scratch/manual"
	diff "$scratch/rules" "$scratch/manual" >"$scratch/offenders"
	empty "the manual has the same rules" "$scratch/offenders"
	ok "and it has them all" test "$(wc -l <"$scratch/manual")" -gt 60
else
	skip "the manual has the same rules" "no mandoc"
	skip "and it has them all" "no mandoc"
fi

done_testing
