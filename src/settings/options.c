/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "settings/options.h"

#define BOTH (COMMAND_TOKEN | COMMAND_GRANT)
#define ALL  (BOTH | COMMAND_VERSION | COMMAND_HELP)

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
	/* which server */
	{ "env", 'e', "NAME|URL", OPTION_TEXT, BOTH, AT(env), NULL, 0,
	    "SEGL_ENV",
	    "Maskinporten to use: prod, test, sky-prod, sky-test, or the "
	    "issuer as an https URL" },
	{ "ca", 0, "FILE|DIR", OPTION_LIST, COMMAND_TOKEN, AT(ca), NULL, ':',
	    "SEGL_CA",
	    "trust these CA certificates for TLS besides the "
	    "system's; may be repeated" },
	{ "ca-only", 0, NULL, OPTION_FLAG, COMMAND_TOKEN, AT(ca_only), NULL, 0,
	    "SEGL_CA_ONLY", "trust only what --ca names" },
	{ "connect-timeout", 0, "TIME", OPTION_DURATION, COMMAND_TOKEN,
	    AT(connect_timeout_s), NULL, 0, "SEGL_CONNECT_TIMEOUT",
	    "give up connecting after this time (10s)" },
	{ "timeout", 0, "TIME", OPTION_DURATION, COMMAND_TOKEN, AT(timeout_s),
	    NULL, 0, "SEGL_TIMEOUT",
	    "give up one request after this time "
	    "(30s)" },
	{ "retry-for", 0, "TIME", OPTION_DURATION, COMMAND_TOKEN,
	    AT(retry_for_s), NULL, 0, "SEGL_RETRY_FOR",
	    "try again for this long what can pass: network, 5xx, 429 (15s; "
	    "0 never)" },

	/* which soft token */
	{ "softtoken", 'k', "FILE", OPTION_TEXT, BOTH, AT(softtoken), NULL, 0,
	    "SEGL_SOFTTOKEN", "the soft token: a PKCS#12 file (.p12, .pfx)" },
	{ "pin", 0, "SOURCE", OPTION_TEXT, BOTH, AT(pin), NULL, 0, "SEGL_PIN",
	    "where its PIN comes from: file:PATH, fd:N, env:NAME, "
	    "credential:NAME or prompt; never the PIN itself" },
	{ "identity", 0, "NAME", OPTION_TEXT, BOTH, AT(identity), NULL, 0,
	    "SEGL_IDENTITY",
	    "which identity of the file: friendly name, serial number or "
	    "fingerprint" },
	{ "chain", 0, "FILE|DIR", OPTION_LIST, BOTH, AT(chain), NULL, ':',
	    "SEGL_CHAIN",
	    "certificates to complete the path from; may be "
	    "repeated" },
	{ "as", 0, "ROUTE", OPTION_CHOICE, BOTH, AT(as),
	    "eseal|enterprise|registered", 0, "SEGL_AS",
	    "how to prove who you are; decides which identity serves" },

	/* what is asked for */
	{ "scope", 's', "SCOPE", OPTION_LIST, BOTH, AT(scope), NULL, ' ',
	    "SEGL_SCOPE", "what the token is for; may be repeated" },
	{ "issuer-name", 0, "TEXT", OPTION_TEXT, BOTH, AT(issuer_name), NULL, 0,
	    "SEGL_ISSUER_NAME",
	    "iss of the grant (the organisation in the certificate)" },
	{ "alg", 0, "ALG", OPTION_CHOICE, BOTH, AT(alg),
	    "RS256|RS384|RS512|ES256", 0, "SEGL_ALG",
	    "signature algorithm (the first that key and server can do)" },
	{ "root", 0, "include|omit", OPTION_CHOICE, BOTH, AT(root),
	    "include|omit", 0, "SEGL_ROOT",
	    "whether the root goes into x5c when the path has it (include)" },
	{ "lifetime", 0, "TIME", OPTION_DURATION, BOTH, AT(lifetime_s), NULL, 0,
	    "SEGL_LIFETIME",
	    "how long the grant is valid (100s; at most "
	    "120s)" },

	/* how it is told */
	{ "output", 'o', "FORMAT", OPTION_CHOICE, COMMAND_GRANT, AT(output),
	    "compact|claims|header|json", 0, NULL,
	    "what to print of the grant: compact, claims, header or json "
	    "(compact)" },
	{ "no-newline", 'n', NULL, OPTION_FLAG, BOTH, AT(no_newline), NULL, 0,
	    NULL, "no newline behind the result" },
	{ "json", 0, NULL, OPTION_FLAG, ALL, AT(json), NULL, 0, "SEGL_JSON",
	    "tell errors as JSON on standard error" },
	{ "quiet", 'q', NULL, OPTION_FLAG, ALL, AT(quiet), NULL, 0,
	    "SEGL_QUIET", "no warnings" },
	{ "verbose", 'v', NULL, OPTION_FLAG, ALL, AT(verbose), NULL, 0,
	    "SEGL_VERBOSE", "say what was chosen and why" },
};

static const struct command_row commands[] = {
	{ COMMAND_TOKEN, "token", "segl token [OPTION...]",
	    "get an access token and print it" },
	{ COMMAND_GRANT, "grant", "segl grant [OPTION...]",
	    "build and sign the grant, print it, send nothing" },
	{ COMMAND_VERSION, "version", "segl version",
	    "print the version and that of the libraries" },
	{ COMMAND_HELP, "help", "segl help [COMMAND]", "print this help" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

size_t
option_count(void)
{
	return COUNT(options);
}

const struct option *
option_at(size_t i)
{
	return i < COUNT(options) ? &options[i] : NULL;
}

const struct option *
option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (strlen(options[i].name) == len &&
		    memcmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

const struct option *
option_find_letter(char letter)
{
	for (size_t i = 0; letter != 0 && i < COUNT(options); i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

const struct command_row *
command_at(size_t i)
{
	return i < COUNT(commands) ? &commands[i] : NULL;
}

const struct command_row *
command_find(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}
