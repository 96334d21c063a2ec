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
# (a caller of TCP, of whom a Texas request asks who he is before what he wants)
is "nobody is told what is wrong before who he is" \
    "$(curl -s -o "$scratch/null" -w '%{http_code}' -d x=y \
	"http://127.0.0.1:$port/api/v1/token")" 401

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

segld_stop
is "each line of the audit log is one, whatever was asked" \
    "$("$python" -c '
import json, sys
print(all("outcome" in json.loads(line) for line in open(sys.argv[1], "rb")))' \
	"$scratch/audit" 2>&1 | tail -n 1)" True
done_testing
