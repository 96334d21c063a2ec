# SPDX-License-Identifier: ISC
#
# segl token against the simulator: what is printed where, and the exit codes
# that scripts rely on.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

jwt='^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"

# ---- the token, and nothing else ---------------------------------------------

run segl token
exits "a token is fetched" 0
like "standard output is the token" "$out" "$jwt"
is "standard output is one line" "$(wc -l <"$scratch/out")" 1
is "standard error is silent" "$err" ""
first=$out
run segl token
exits "a second one" 0
like "is a token as well" "$out" "$jwt"
run segl token --no-newline
exits "--no-newline is taken" 0
is "--no-newline prints no newline" "$(wc -l <"$scratch/out")" 0
like "but the token" "$out" "$jwt"
run segl token --verbose
exits "--verbose changes nothing" 0
like "on standard output" "$out" "$jwt"
like "and speaks on standard error" "$err" '^segl: '

# The scope of the grant is the scope of the token.
part()
{
	printf '%s' "$1" | cut -d. -f2 | "$python" -c '
import base64, sys
p = sys.stdin.read().strip()
sys.stdout.buffer.write(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)))'
}
part "$first" >"$scratch/claims"
is "the token is for the scope asked for" \
    "$(json "$scratch/claims" 'd["scope"]')" "$SEGL_SCOPE"
is "the token comes from the server asked" \
    "$(json "$scratch/claims" 'd["iss"]')" "$SEGL_ENV"

# Flags do what the environment does.
run env -u SEGL_ENV -u SEGL_CA -u SEGL_SOFTTOKEN -u SEGL_PIN -u SEGL_SCOPE \
    segl token --env "$SEGL_ENV" --ca "$SEGL_CA" \
    --softtoken "$SEGL_SOFTTOKEN" --pin "$SEGL_PIN" --scope "$SEGL_SCOPE"
exits "flags instead of the environment" 0
like "give a token" "$out" "$jwt"
run env SEGL_SCOPE=wrong:scope segl token -s "$SEGL_SCOPE"
exits "a flag outranks the environment" 0

# ---- a result that cannot be written is a failure ----------------------------

run sh -c 'segl token >/dev/full'
exits "a full disk is a failure" 1
like "and says so" "$err" 'standard output|No space'
run sh -c 'segl token >&-'
exits "closed standard output is a failure" 1
like "and says so, too" "$err" 'standard output|descriptor'
run sh -c 'segl --help >/dev/full'
exits "help on a full disk is a failure" 1
run sh -c 'segl token 2>&-'
exits "closed standard error is none" 0
like "and the token comes" "$out" "$jwt"
run sh -c 'segl token <&-'
exits "closed standard input is none" 0

# ---- the simulator refuses ----------------------------------------------------

run segl token --scope example:forbidden
exits "a scope that is not granted" 6
is "no token then" "$out" ""
like "the scope is named" "$err" 'example:forbidden'
like "the refusal is told" "$err" 'MP-[0-9]+|scope'
like "what to do is told" "$err" 'what to do:'
run segl token --scope example:forbidden --json
exits "the same for programs" 6
is "nothing on standard output" "$out" ""
is "one line of JSON on standard error" "$(wc -l <"$scratch/err")" 1
cp "$scratch/err" "$scratch/refusal"
for member in schema error status message error_description error_uri \
    mp_code http_status trace_id exit remedy owner; do
	run json "$scratch/refusal" "d['$member']"
	exits "the JSON has $member" 0
done
is "error is the server's word" \
    "$(json "$scratch/refusal" 'd["error"]')" invalid_scope
is "exit is the exit code" "$(json "$scratch/refusal" 'd["exit"]')" 6
is "http_status is the answer's" \
    "$(json "$scratch/refusal" 'd["http_status"]')" 400

# ---- usage ----------------------------------------------------------------------

usage_error()
{
	local name=$1
	shift
	run "$@"
	exits "$name is a usage error" 2
	is "$name: nothing on standard output" "$out" ""
	like "$name: standard error says something" "$err" '^segl: .'
}

usage_error "no command" segl
usage_error "an unknown command" segl tokn
like "an unknown command: the near one is offered" "$err" 'token'
usage_error "an unknown option" segl token --scop a:b
like "an unknown option: the near one is offered" "$err" '\-\-scope'
usage_error "an argument too many" segl token extra
usage_error "an option without its argument" segl token --scope
usage_error "an option of another command" segl token --output claims
usage_error "no scope" env -u SEGL_SCOPE segl token
usage_error "no soft token" env -u SEGL_SOFTTOKEN segl token
usage_error "no environment" env -u SEGL_ENV segl token
usage_error "an unknown environment" segl token --env tset
like "an unknown environment: the near one is offered" "$err" 'test'
usage_error "an environment without TLS" segl token --env http://localhost/
usage_error "a PIN instead of its source" segl token --pin 1234
unlike "a PIN instead of its source: is not repeated" "$err" '1234'
usage_error "an unknown PIN source" segl token --pin pass:1234
unlike "an unknown PIN source: is not repeated" "$err" '1234'
usage_error "no PIN source" env -u SEGL_PIN segl token
like "no PIN source: --pin prompt asks" "$err" '--pin prompt'
usage_error "a key file in the place of a profile" segl token "$SEGL_SOFTTOKEN"
like "a key file: the option is named" "$err" "--softtoken $SEGL_SOFTTOKEN"
usage_error "a command without --" segl exec true
like "a command without --: it is shown" "$err" 'segl exec -- true'
usage_error "a lifetime too long" segl token --lifetime 121s
usage_error "no lifetime" segl token --lifetime 0
usage_error "a time that is none" segl token --timeout soon
usage_error "an algorithm that is none" segl token --alg none
usage_error "a scope with a blank" segl token --scope 'a: b'
run segl token --lifetime 120s
exits "the longest lifetime is fine" 0
usage_error "--json: no scope" env -u SEGL_SCOPE segl token --quiet

run env -u SEGL_SCOPE segl token --json
exits "a usage error for programs" 2
is "is JSON with the exit code" "$(json "$scratch/err" 'd["exit"]')" 2
is "and says whose turn it is" "$(json "$scratch/err" 'd["owner"]')" you
run segl token --no-such-option --json
exits "an unknown option for programs" 2
is "is JSON, too" "$(json "$scratch/err" 'd["exit"]')" 2

# ---- help and version --------------------------------------------------------------

for words in "--help" "-h" "help" "token --help" "help token" "grant -h"; do
	# shellcheck disable=SC2086
	run env -i PATH="$PATH" LD_LIBRARY_PATH="$LD_LIBRARY_PATH" \
	    SEGL_LIBEXECDIR="$SEGL_LIBEXECDIR" segl $words
	exits "segl $words" 0
	like "segl $words: prints usage" "$out" '^Usage: segl '
	is "segl $words: standard error is silent" "$err" ""
done
for words in version --version; do
	run segl $words
	exits "segl $words" 0
	like "segl $words: prints the version" "$out" \
	    "^segl $(sed -n 's/^segl \([0-9.]*\).*/\1/p' \
		"$SEGL_SRCDIR/NEWS" | head -n 1)\$"
done

done_testing
