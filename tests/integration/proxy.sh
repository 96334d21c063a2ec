# SPDX-License-Identifier: ISC
#
# Proxies: the variables that everybody uses, and that TLS is with the server,
# never with the proxy.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

proxy_start() # [USER:PASSWORD]
{
	visits=$scratch/visits
	: >"$scratch/proxy.ready"
	: >"$visits"
	rm -f "$scratch/proxy.ready"
	"$python" "$SEGL_SRCDIR/tests/integration/proxy.py" "$visits" "$@" \
	    >"$scratch/proxy.ready" 2>"$scratch/proxy.log" &
	proxy_pid=$!
	child "$proxy_pid"
	wait_for 20 is_ready "$scratch/proxy.ready"
	proxy_port=$(sed -n 's/^ready //p' "$scratch/proxy.ready")
	proxy=http://127.0.0.1:$proxy_port
}

server_start ok || { fail "a server starts"; done_testing; }
proxy_start || { fail "a proxy starts"; done_testing; }
SEGL_RETRY_FOR=0
export SEGL_RETRY_FOR

went_through() # NAME CMD ...
{
	local name=$1
	shift
	: >"$visits"
	run "$@"
	exits "$name" 0
	like "$name: goes through the proxy" "$(cat "$visits")" \
	    "^CONNECT localhost:$server_port "
}

went_past() # NAME CMD ...
{
	local name=$1
	shift
	: >"$visits"
	run "$@"
	exits "$name" 0
	empty "$name: goes past the proxy" "$visits"
}

went_past "no variable" segl token
went_through "HTTPS_PROXY" env "HTTPS_PROXY=$proxy" segl token
went_through "https_proxy" env "https_proxy=$proxy" segl token
went_through "ALL_PROXY" env "ALL_PROXY=$proxy" segl token
went_past "NO_PROXY" env "HTTPS_PROXY=$proxy" NO_PROXY=localhost segl token
went_past "no_proxy" env "https_proxy=$proxy" no_proxy=localhost segl token
went_past "NO_PROXY=*" env "HTTPS_PROXY=$proxy" 'NO_PROXY=*' segl token
went_through "NO_PROXY of others" \
    env "HTTPS_PROXY=$proxy" NO_PROXY=example.com segl token
went_past "HTTP_PROXY is for http" env "HTTP_PROXY=$proxy" segl token
is "the grant reached the server each time" \
    "$(journal 'len({x["claims"]["jti"] for x in p})')" \
    "$(journal 'len(p)')"

: >"$visits"
run env "HTTPS_PROXY=$proxy" segl token --env https://proxied.invalid/
exits "a name that only the proxy could know, and does not" 7
like "is left to the proxy" "$(cat "$visits")" 'CONNECT proxied\.invalid:443'
unlike "what goes to the proxy has no grant" "$(cat "$visits")" 'assertion'

stop "$proxy_pid"
run env "HTTPS_PROXY=$proxy" segl token
exits "a proxy that is not there" 7
like "says that it is the proxy" "$err" '[Pp]roxy|127\.0\.0\.1'

proxy_start user:secret7
with_password=http://user:secret7@127.0.0.1:$proxy_port
went_through "a proxy that wants a password" \
    env "HTTPS_PROXY=$with_password" segl token
run env "HTTPS_PROXY=$proxy" segl token
exits "and gets none" 7
like "says that it is the proxy's password" "$err" '[Pp]roxy'
run env "HTTPS_PROXY=http://user:wrong7@127.0.0.1:$proxy_port" segl token
exits "or a wrong one" 7
unlike "which is not told" "$err" 'wrong7'
like "that there is something to do about it" "$err" 'name:password@host'
run env "HTTPS_PROXY=$proxy" segl onboard --trust none --until network
like "nor is the example taken for a password" "$out" 'name:password@host'

# answers STATUS [FIELD ...]: what a proxy says that lets nobody through
answers()
{
	stop "$proxy_pid"
	proxy_start "$@" || fail "a proxy starts"
	run env "HTTPS_PROXY=$proxy" segl token
	exits "a proxy that says $*" 7
}
answers 407 'Proxy-Authenticate: NTLM' 'Proxy-Authenticate: Negotiate'
like "wants a login that there is not" "$err" 'NTLM or Kerberos'
answers 403
like "does not want to" "$err" 'refuses.*403'
answers 302 'Location: http://login.invalid/'
like "wants a login in a browser" "$err" 'log in.*browser'
answers 503
like "could not get there itself" "$err" 'the proxy could not connect'
stop "$proxy_pid"

# Nothing of what stands there is repeated: a password may be in it.
for url in htp://user:canary@127.0.0.1:9 'http://us er:canary@127.0.0.1:9' \
    http://user:canary@127.0.0.1:99999; do
	run env "HTTPS_PROXY=$url" segl token
	exits "no address of a proxy" 7
	like "says so" "$err" 'HTTPS_PROXY is not the address of a proxy'
	unlike "and does not repeat it" "$err" canary
done
server_start ok
run env "HTTPS_PROXY=https://localhost:$server_port" SEGL_CA= segl token
exits "a proxy whose certificate is not trusted" 7
like "it is the proxy's" "$err" 'certificate of the proxy is not trusted'

done_testing
