# SPDX-License-Identifier: ISC
#
# Who gets nothing from segld: malformed requests, browsers, proxies, users and
# callers that no rule is for.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"
. "$SEGL_SRCDIR/tests/integration/segld_lib.sh"

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
XDG_RUNTIME_DIR=$scratch/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
port=$(free_port)
secret=0123456789abcdef0123456789abcdef
(umask 077 && printf '%s\n' "$secret" >"$scratch/secret")
uid=$(id -u)

segld_start --listen "127.0.0.1:$port" --listen "[::1]:$port" \
    --audit-log "$scratch/audit" \
    --allow "uid=$uid" --allow "secret=$scratch/secret scope=$SEGL_SCOPE" \
    --allow 'uid=65534 scope=example:*' || {
	fail "segld starts"
	done_testing
}
pass "segld starts"
ask /v1/token
is "a token first" "$http" 200

"$python" "$SEGL_SRCDIR/tests/integration/segld_requests.py" "$socket" "$port" \
    "$secret" "$SEGL_SCOPE" >"$scratch/cases" 2>"$scratch/python"
is "all requests were made" "$?" 0
while read -r line; do
	case $line in
	"ok "*) pass "${line#ok }" ;;
	"not ok "*) fail "${line#not ok }" ;;
	*) diag "$line" ;;
	esac
done <"$scratch/cases"
sed 's/^/# /' "$scratch/python"
ask /healthz
is "it lives on" "$http" 200
is "each that was refused is written down" \
    "$(grep -c '"outcome":"refused"' "$scratch/audit" |
    sed 's/^[1-9][0-9]*$/some/')" some
unlike "no secret is" "$(cat "$scratch/audit")" "$secret"

# A proxy that adds what proxies add.
if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then
	mkdir "$scratch/nginx"
	at=$(free_port)
	cat >"$scratch/nginx/nginx.conf" <<END
daemon off;
pid $scratch/nginx/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path $scratch/nginx/a;
	proxy_temp_path $scratch/nginx/b;
	fastcgi_temp_path $scratch/nginx/c;
	uwsgi_temp_path $scratch/nginx/d;
	scgi_temp_path $scratch/nginx/e;
	server {
		listen 127.0.0.1:$at;
		location / {
			proxy_pass http://unix:$socket:;
			proxy_set_header X-Forwarded-For \$remote_addr;
		}
	}
}
END
	PATH=$PATH:/usr/sbin nginx -p "$scratch/nginx" \
	    -c "$scratch/nginx/nginx.conf" 2>"$scratch/nginx/log" &
	child $!
	wait_for 20 curl -s -o "$scratch/body" "http://127.0.0.1:$at/healthz"
	http=$(curl -s -o "$scratch/body" -w '%{http_code}' \
	    -H 'Segl-Request: 1' "http://127.0.0.1:$at/v1/token")
	like "a proxy gets nothing" "$http" '^4'
	unlike "not even a token in the error" "$(cat "$scratch/body")" \
	    'access_token'
else
	skip "a proxy gets nothing" "no nginx"
	skip "not even a token in the error" "no nginx"
fi

# Another user of this host.
if can_be_nobody; then
	chmod 711 "$scratch"
	other()
	{
		setpriv --reuid=65534 --regid=65534 --clear-groups curl -s \
		    -m 20 --unix-socket "$socket" -H 'Segl-Request: 1' \
		    -o /dev/null -w '%{http_code}' "http://localhost$1"
	}
	is "another user gets no scope of ours" \
	    "$(other "/v1/token?scope=$SEGL_SCOPE")" 403
	is "but may ask for its own" \
	    "$(other "/v1/token?scope=example:forbidden")" 403
	is "which the audit log tells apart" \
	    "$(sed -n '/"uid":65534/s/.*"outcome":"\([a-z]*\)".*/\1/p' \
		"$scratch/audit" | tr '\n' ' ')" "refused failed "
	is "and may see whether it lives" "$(other /healthz)" 200
else
	skip "another user gets no scope of ours" "needs root"
	skip "but may ask for its own" "needs root"
	skip "which the audit log tells apart" "needs root"
	skip "and may see whether it lives" "needs root"
fi

# ---- Texas -----------------------------------------------------------------

texas()
{
	http=$(curl -s -m 30 --unix-socket "$socket" -o "$scratch/body" \
	    -w '%{http_code}' "$@" http://localhost/api/v1/token)
	error=$(json "$scratch/body" 'd.get("error", "")')
}

texas -H 'Content-Type: application/json' \
    -d "{\"identity_provider\":\"maskinporten\",\"target\":\"$SEGL_SCOPE\"}"
is "Texas: JSON" "$http" 200
is "Texas: the members of its TokenResponse" "$(json "$scratch/body" \
    '[len(d["access_token"]) > 100, d["token_type"], d["expires_in"] > 0]')" \
    '[true, "Bearer", true]'
token=$(json "$scratch/body" 'd["access_token"]')
texas -d identity_provider=maskinporten --data-urlencode "target=$SEGL_SCOPE"
is "Texas: a form" "$http" 200
is "Texas: the same token" "$(json "$scratch/body" 'd["access_token"]')" \
    "$token"
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    -d skip_cache=true
is "Texas: skip_cache gets another" "$http $(json "$scratch/body" \
    "d['access_token'] != '$token'")" "200 true"
texas -d identity_provider=maskinporten -d target=example:forbidden
is "Texas: the server's status and error" "$http $error" "400 invalid_scope"
texas -H 'Content-Type: text/plain' -d x
is "Texas: another media type" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":'
is "Texas: JSON that is none" "$http $error" "400 invalid_request"
texas -d identity_provider=maskinporten
is "Texas: no target" "$http $error" "400 invalid_request"
texas -d "target=$SEGL_SCOPE"
is "Texas: no identity provider" "$http $error" "400 invalid_request"
texas -d identity_provider=tokenx -d "target=$SEGL_SCOPE"
is "Texas: another provider" "$http $error" "400 invalid_request"
like "Texas: says so in its words" \
    "$(json "$scratch/body" 'd["error_description"]')" \
    "identity provider 'tokenx' is not enabled"
texas -d identity_provider=maskinporten -d "target=$SEGL_SCOPE" \
    -d consumerOrg=991825827
is "a field that is not known is refused" "$http $error" \
    "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","target":"c:d"}'
is "one that stands twice too" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","authorization_details":"@/etc/passwd"}'
is "a file in the place of details too" "$http $error" "400 invalid_request"
texas -H 'Content-Type: application/json' -d '{"identity_provider":
    "maskinporten","target":"a:b","consumer_org":5}'
is "a number in the place of a text too" "$http $error" "400 invalid_request"

# What is published of Texas: its examples for Maskinporten are understood,
# and what comes back has the members that its schemas want.
openapi=${SEGL_CORPUS:-}/schemas/texas-openapi.json
if [ -f "$openapi" ]; then
	"$python" - "$openapi" >"$scratch/examples" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
post = d["paths"]["/api/v1/token"]["post"]
body = post["requestBody"]["content"]["application/json"]["examples"]
for e in body.values():
    if e["value"]["identity_provider"] == "maskinporten":
        print(json.dumps(e["value"]))
END
	while read -r example; do
		texas -H 'Content-Type: application/json' -d "$example"
		unlike "Texas: a published example is understood" "$error" \
		    'invalid_request'
		is "Texas: its answer fits the schema" \
		    "$("$python" - "$openapi" "$scratch/body" "$http" <<'END'
import json, sys
schemas = json.load(open(sys.argv[1]))["components"]["schemas"]
body = json.load(open(sys.argv[2]))
name = "TokenResponse" if sys.argv[3] == "200" else "ErrorResponse"
want = schemas[name]
kinds = {"string": str, "integer": int}
good = all(m in body for m in want["required"])
for m, s in want["properties"].items():
    if m in body and s.get("type") in kinds:
        good = good and isinstance(body[m], kinds[s["type"]])
print(good)
END
)" True
	done <"$scratch/examples"
	ok "there are examples" test -s "$scratch/examples"
else
	skip "Texas: what is published" "no corpus"
fi

segld_stop
done_testing
