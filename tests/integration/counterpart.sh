# SPDX-License-Identifier: ISC
#
# The same client against servers that we did not write: npm's oidc-provider
# with the JWT bearer grant, behind nginx, which does TLS.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

command -v node >/dev/null || skip_all "node is not installed"
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) ||
    skip_all "nginx is not installed"
[ -d "${SEGL_NODE_MODULES-}/oidc-provider" ] ||
    skip_all "npm jose and oidc-provider are not installed"

cd "$scratch" || exit
make_tls tls
make_eseal eseal
make_eseal stranger
mkdir node
ln -s "$SEGL_NODE_MODULES" node/node_modules
cp "$SEGL_SRCDIR/tests/verify/provider.mjs" \
    "$SEGL_SRCDIR/tests/verify/package.json" node
port=$(free_port)
issuer=https://localhost:$port

node node/provider.mjs "$issuer" eseal/root.pem a-secret-of-the-proxy \
    >grants 2>provider.log &
provider=$!
child "$provider"
if ! wait_for 60 is_ready grants; then
	fail "oidc-provider starts"
	sed 's/^/# /' provider.log
	done_testing
fi

# One process that stays in front; what it writes goes below here.
basic=$(printf 'proxy:a-secret-of-the-proxy' | base64 -w 0)
cat >nginx.conf <<END
daemon off;
master_process off;
pid $scratch/nginx.pid;
error_log $scratch/nginx.log;
events { }
http {
	access_log $scratch/access.log;
	client_body_temp_path $scratch/body;
	proxy_temp_path $scratch/proxy;
	fastcgi_temp_path $scratch/fastcgi;
	uwsgi_temp_path $scratch/uwsgi;
	scgi_temp_path $scratch/scgi;
	server {
		listen 127.0.0.1:$port ssl;
		server_name localhost;
		ssl_certificate $scratch/tls/server.pem;
		ssl_certificate_key $scratch/tls/server.key;
		location / {
			proxy_pass http://127.0.0.1:$(sed -n \
			    's/^ready //p' grants);
			proxy_set_header Host \$http_host;
			proxy_set_header X-Forwarded-Proto https;
			proxy_set_header Authorization "Basic $basic";
		}
	}
}
END
"$nginx" -c "$scratch/nginx.conf" -e "$scratch/nginx.log" 2>nginx.err &
child $!

SEGL_ENV=$issuer
SEGL_METADATA_URL=$issuer/.well-known/openid-configuration
SEGL_CA=$scratch/tls/ca.pem
SEGL_SOFTTOKEN=$scratch/eseal/seal.p12
SEGL_PIN=file:$scratch/eseal/pin
SEGL_SCOPE=demo:read
export SEGL_ENV SEGL_METADATA_URL SEGL_CA SEGL_SOFTTOKEN SEGL_PIN SEGL_SCOPE
if ! wait_for 60 curl -sf --cacert "$SEGL_CA" "$SEGL_METADATA_URL"; then
	fail "nginx answers"
	sed 's/^/# /' nginx.err nginx.log
	done_testing
fi

run segl token -q -o json
exits "oidc-provider gives a token" 0
is "for what was asked" "$(json out 'd["scope"]')" demo:read
like "which lives as long as it says" "$(json out 'd["expires_in"]')" '^1[12][0-9]$'
json out 'd["access_token"]' >token
run segl introspect --json --scope demo:read token
exits "its signature counts, by its own keys" 0
is "and says for whom it is" "$(json out 'd["consumer"]["ID"]')" NTREE-12345678
tail -n 1 grants >grant
is "jose saw the path in x5c" "$(json grant 'd["header"]["x5c"]')" 3
is "aud is the issuer, without a slash of ours" \
    "$(json grant 'd["claims"]["aud"]')" "$issuer"
run segl token -q --scope demo:read --scope demo:write --root omit --alg RS512
exits "two scopes, without the root, RS512" 0
tail -n 1 grants >grant
is "RS512 it is, and two certificates" \
    "$(json grant '[d["header"]["alg"], d["header"]["x5c"]]')" '["RS512", 2]'

run segl token -q --scope demo:closed
exits "a scope that it does not have" 6
like "in its words" "$err" 'requested scope is not allowed'
run segl token -q --softtoken stranger/seal.p12 --pin file:stranger/pin
exits "a seal of another root" 5
like "is refused in its words" "$err" 'grant request is invalid'
like "for that reason" "$(tail -n 1 grants)" 'not issued by the next'
run segl token -q --env "$issuer/"
exits "an issuer with a slash too many" 9
like "is that of another" "$err" "another issuer, '$issuer'"

# nginx alone, which says 502 in HTML
stop "$provider"
run segl token -q --retry-for 0 --json
exits "nobody behind the proxy" 8
is "is 502" "$(json err 'd["http_status"]')" 502
is "no jti came twice" "$("$python" -c '
import json
jtis = [json.loads(l)["claims"]["jti"] for l in open("grants") if "jti" in l]
print(len(jtis) - len(set(jtis)))')" 0
done_testing
