# SPDX-License-Identifier: ISC
#
# LAW: nothing that prints, logs or records takes a secret. The compiler sees
# to it for struct secret, which no format can show; here the ways around it
# are looked for: the bytes of a secret, a PIN, an assertion or a token as an
# argument of whatever formats text.

. "${SEGL_SRCDIR:?run by make check}/tests/laws/lib.sh"

speaks='error_set|error_remedy|error_answer|note_warning|note_info'
speaks="$speaks|syslog|perror|fprintf|vfprintf|dprintf|printf|warnx?|errx?"
secret='secret_bytes|segl_assertion_compact|segl_token_access_token'
secret="$secret|[>.](pin|password|passphrase|access_token|assertion)\\b"

# FILE ...: calls of what speaks, with a secret among the arguments.
search()
{
	strip --statements "$@" |
	    grep -E "[^A-Za-z0-9_]($speaks)[[:space:]]*\\(.*($secret)"
}

# Printing the result is what the commands are for: the file that writes
# results is the one exception, named here. No name has blanks.
# shellcheck disable=SC2046
search $(c_files src | grep -vx src/cli/output.c) >"$scratch/offenders"
empty "no function that speaks takes a secret" "$scratch/offenders"

# The search finds what it looks for.
cat >"$scratch/bad.c" <<'END'
void f(void)
{
	error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "cannot use \"%s\";",
	    secret_bytes(pin));
	note_info(segl, "%s", token->pin);
}
END
is "the search would find one" "$(search "$scratch/bad.c" | grep -c .)" 2

# A PIN is never an argument: no option takes one.
if [ -f src/settings/options.c ]; then
	grep -nE '"(pin-value|password|passphrase|pass|secret)"' \
	    src/settings/options.c >"$scratch/offenders"
	empty "no option takes a PIN itself" "$scratch/offenders"
fi

done_testing
