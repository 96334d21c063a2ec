# SPDX-License-Identifier: ISC
#
# Credential helpers: what each protocol answers, and whom nothing is given.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

sim_start || { fail "a simulator starts"; done_testing; }
unset SEGL_NO_CACHE
XDG_RUNTIME_DIR=$scratch/runtime
SEGL_ALLOW_HOST='api.example.no *.example.org build.example.no:8443/cache'
export XDG_RUNTIME_DIR SEGL_ALLOW_HOST
mkdir -m 700 "$XDG_RUNTIME_DIR"
token=$(segl token)
until=$(segl token -o json | "$python" -c '
import json, sys, time
d = json.load(sys.stdin)
print(int(time.time()) + d["expires_in"])')

grants()
{
	grep -c 'POST /token' "$sim_dir/log"
}

# near NAME GOT: an instant about when the token ends, in seconds.
near()
{
	ok "$1" test "$2" -ge $((until - 30)) -a "$2" -le $((until + 30))
}

epoch()
{
	date -u -d "$1" +%s
}

# follows FILE SCHEMA: the JSON in FILE, by a published schema. As much of
# JSON Schema as these use.
follows()
{
	"$python" - "$1" "$2" <<'END'
import json, sys
types = {"object": dict, "array": list, "string": str, "boolean": bool}
def check(d, s, at):
    if s is True:
        return
    known = {"type", "required", "properties", "additionalProperties",
        "items", "$id", "$schema", "title", "description"}
    assert not set(s) - known, f"{at}: the schema has {set(s) - known}"
    assert "type" not in s or isinstance(d, types[s["type"]]), at
    if isinstance(d, dict):
        for name in s.get("required", []):
            assert name in d, f"{at}: no {name}"
        for name, value in d.items():
            check(value, s.get("properties", {}).get(
                name, s.get("additionalProperties", True)), f"{at}.{name}")
    for i, value in enumerate(d if isinstance(d, list) else []):
        check(value, s.get("items", True), f"{at}[{i}]")
check(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), "")
END
}

# ---- EngFlow, Bazel ------------------------------------------------------------

# get URI: what the helper is asked, and answers.
get()
{
	printf '{"uri": "%s"}' "$1" >"$scratch/question"
	run sh -c 'segl helper get <"$1"' sh "$scratch/question"
}

before=$(grants)
get https://api.example.no/movement
exits "Bazel gets an answer" 0
is "with the token as bearer" \
    "$(json "$scratch/out" 'd["headers"]["Authorization"]')" \
    "[\"Bearer $token\"]"
near "and when it ends" "$(epoch "$(json "$scratch/out" 'd["expires"]')")"
is "which was kept" "$(grants)" "$before"
schemas=${SEGL_CORPUS:+$SEGL_CORPUS/schemas}
if [ -d "${schemas:-/nonexistent}" ]; then
	ok "question and published schema agree" follows "$scratch/question" \
	    "$schemas/credential-helper-request.schema.json"
	ok "so do answer and schema" follows "$scratch/out" \
	    "$schemas/credential-helper-response.schema.json"
	printf '{"headers": {"A": "b"}}' >"$scratch/wrong"
	not_ok "the schema can be broken" follows "$scratch/wrong" \
	    "$schemas/credential-helper-response.schema.json"
else
	skip "answers follow the published schema" "SEGL_CORPUS is not set"
fi

while read -r given uri; do
	get "$uri"
	exits "$uri: an answer" 0
	is "$uri: $given a token" \
	    "$(json "$scratch/out" '"without" if d["headers"] == {} else "with"')" \
	    "$given"
done <<'END'
with https://api.example.no
with https://API.example.NO:443/x?y=z
with https://a.example.org/
with https://a.b.example.org/
with https://build.example.no:8443/cache
with https://build.example.no:8443/cache/a/b
without https://example.org/
without https://badexample.org/
without https://example.org.evil.net/
without https://api.example.no.evil.net/
without https://api.example.no:444/
without http://api.example.no/
without https://api.example.no@evil.net/
without https://evil.net/?https://api.example.no/
without https://evil.net#api.example.no
without https://build.example.no/cache
without https://build.example.no:8443/
without https://build.example.no:8443/cached
without https://build.example.no:8443/cache/../secret
without https://build.example.no:8443/cache/%2e%2e/secret
without file:///etc/passwd
without api.example.no
END
printf 'no json' >"$scratch/question"
run sh -c 'segl helper get <"$1"' sh "$scratch/question"
exits "what is no question gets no answer" 2
is "on standard output" "$out" ""
ln -s "$(command -v segl)" "$scratch/credential-segl"
run sh -c 'printf "{\"uri\":\"https://api.example.no/\"}" |
    "$1"/credential-segl get' sh "$scratch"
exits "a link named credential-segl is this helper" 0
like "and answers" "$out" "Bearer $token"
run env -u SEGL_ALLOW_HOST sh -c 'printf "{\"uri\":\"https://a.no/\"}" |
    segl helper get'
exits "without --allow-host nobody gets anything" 2
like "and segl says what to write" "$err" 'allow-host'
run sh -c 'printf "{\"uri\":\"https://a.no/\"}" |
    segl helper get --allow-host a.no'
like "the command line may allow, too" "$out" "Bearer"

# ---- git -------------------------------------------------------------------------

# ask OPERATION LINE...: what git would say.
ask()
{
	local operation="$1"
	shift
	run sh -c 'op=$1; shift; printf "%s\n" "$@" "" | segl helper git "$op"' \
	    sh "$operation" "$@"
}
ask get protocol=https host=api.example.no
is "git gets a name and a password" "$(printf '%s\n' "$out" | head -n 2)" \
    "username=oauth2
password=$token"
near "and when it ends" "$(sed -n 's/^password_expiry_utc=//p' "$scratch/out")"
ask get protocol=https host=api.example.no username=me path=a/b
like "a name that is there stays" "$out" '^username=me$'
ask get 'capability[]=authtype' protocol=https host=api.example.no
like "a git that knows bearers gets one" "$out" '^authtype=Bearer$'
like "with the token" "$out" "^credential=$token\$"
like "which is not to be stored" "$out" '^ephemeral=1$'
unlike "and no password" "$out" '^password='
ask get protocol=https host=evil.net
exits "who is not allowed is no error" 0
is "and gets nothing" "$out$err" ""
ask get protocol=http host=api.example.no
is "nor does http" "$out" ""
for operation in store erase capability-of-tomorrow; do
	ask "$operation" protocol=https host=api.example.no "password=$token"
	exits "$operation is ignored" 0
	is "$operation is quiet" "$out$err" ""
done
run sh -c ': | segl helper git'
exits "without operation it is somebody at a terminal" 2
if command -v git >/dev/null; then
	ln -s "$(command -v segl)" "$scratch/git-credential-segl"
	run env GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 \
	    PATH="$scratch:$PATH" sh -c '
	    printf "protocol=https\nhost=api.example.no\n\n" |
	    git -c credential.helper=segl credential fill'
	like "git itself gets the token" "$out" "^password=$token\$"
	run env GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 sh -c '
	    printf "protocol=https\nhost=api.example.no\npassword=x\n\n" |
	    git -c "credential.helper=!segl helper git" credential approve'
	exits "and may approve it" 0
else
	skip "git itself gets the token" "git is not installed"
fi

# ---- Kubernetes --------------------------------------------------------------------

run segl helper exec-credential
exits "kubectl gets an answer" 0
is "of the kind it wants" "$(json "$scratch/out" \
    '[d["apiVersion"], d["kind"], sorted(d["status"])]')" \
    '["client.authentication.k8s.io/v1", "ExecCredential", ["expirationTimestamp", "token"]]'
is "with the token" "$(json "$scratch/out" 'd["status"]["token"]')" "$token"
near "and when it ends" \
    "$(epoch "$(json "$scratch/out" 'd["status"]["expirationTimestamp"]')")"
like "to the letter of RFC 3339" \
    "$(json "$scratch/out" 'd["status"]["expirationTimestamp"]')" \
    '^[0-9-]{10}T[0-9:]{8}Z$'

# info VERSION CLUSTER: KUBERNETES_EXEC_INFO as kubectl sets it.
info()
{
	local cluster=
	[ -z "${2-}" ] || cluster=$(printf ',"cluster":{"server":"%s"}' "$2")
	KUBERNETES_EXEC_INFO=$(printf '%s' \
	    '{"apiVersion":"client.authentication.k8s.io/'"$1"'",' \
	    '"kind":"ExecCredential","spec":{"interactive":false' \
	    "$cluster" '}}')
	export KUBERNETES_EXEC_INFO
	run segl helper exec-credential
	unset KUBERNETES_EXEC_INFO
}
info v1beta1
is "in the version it speaks" "$(json "$scratch/out" 'd["apiVersion"]')" \
    client.authentication.k8s.io/v1beta1
info v1alpha1
exits "but not in any" 2
info v1 https://api.example.no:443
exits "a cluster that is allowed" 0
info v1 https://evil.net:6443
exits "a cluster that is not" 2
is "gets no token" "$out" ""
like "and segl says why" "$err" 'evil.net:6443.*not allowed'
KUBERNETES_EXEC_INFO='{"kind":"Pod"}'
export KUBERNETES_EXEC_INFO
run segl helper exec-credential
exits "what is no ExecCredential is refused" 2
unset KUBERNETES_EXEC_INFO

# ---- Google --------------------------------------------------------------------------

audience=//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p
GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE=$audience
GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE=urn:ietf:params:oauth:token-type:jwt
export GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE
google()
{
	run segl helper gcp --allow-host iam.googleapis.com/projects/1 "$@"
}
google
exits "Google's library gets an answer" 0
is "with all that it reads" "$(json "$scratch/out" \
    '[d["version"], d["success"], d["token_type"]]')" \
    '[1, true, "urn:ietf:params:oauth:token-type:jwt"]'
is "with the token" "$(json "$scratch/out" 'd["id_token"]')" "$token"
near "and when it ends" "$(json "$scratch/out" 'd["expiration_time"]')"

# failed NAME CODE: the answer tells of a failure.
failed()
{
	exits "$1: told as JSON" 0
	is "$1: all that Google's library reads" "$(json "$scratch/out" \
	    '[d["version"], d["success"], d["code"], sorted(d)]')" \
	    "[1, false, \"$2\", [\"code\", \"message\", \"success\", \"version\"]]"
}
google --scope toll:eu/no-such
failed "a refusal" not-authorised
like "in words that help" "$(json "$scratch/out" 'd["message"]')" 'MP-200'
GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE=//evil.net/projects/1 google
failed "another audience" usage
GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE=//iam.googleapis.com/projects/12 google
failed "another project" usage
GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE=urn:ietf:params:oauth:token-type:saml2 google
failed "another type" usage
unset GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE
google
failed "nobody asks" usage

# ---- all -------------------------------------------------------------------------------

run segl helper
exits "a protocol has to be named" 2
run segl helper netrc
exits "and to be known" 2
like "and segl lists them" "$err" 'exec-credential .*, get .*, git or gcp'
# nobody is there to type a PIN: a failure, and no program that hangs
run timeout 20 segl helper exec-credential --no-cache --pin prompt
exits "a helper never asks for a PIN" 2
run segl helper exec-credential --pin prompt
exits "but a kept token needs none" 0

done_testing
