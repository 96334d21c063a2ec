/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include <segl/status.h>

/* Exit codes are a contract with scripts: see segl(1), EXIT STATUS. */
static const struct {
	const char *name;
	int exit_code;
	int retryable;
} statuses[] = {
	[SEGL_OK] = { "ok", 0, 0 },
	[SEGL_EINTERNAL] = { "internal", 1, 0 },
	[SEGL_ENOMEM] = { "out-of-memory", 1, 0 },
	[SEGL_EUSAGE] = { "usage", 2, 0 },
	[SEGL_EKEY] = { "key-material", 3, 0 },
	[SEGL_ECERT] = { "certificate", 4, 0 },
	[SEGL_EAUTHN] = { "authentication-refused", 5, 0 },
	[SEGL_EAUTHZ] = { "not-authorised", 6, 0 },
	[SEGL_ENETWORK] = { "network", 7, 1 },
	[SEGL_ESERVER] = { "server-unavailable", 8, 1 },
	[SEGL_EREPLY] = { "unexpected-reply", 9, 0 },
	[SEGL_ECLOCK] = { "clock", 10, 0 },
	[SEGL_ECONNECT] = { "connection", 7, 0 },
	[SEGL_EUNDECIDED] = { "undecided", 14, 0 },
	[SEGL_EDUE] = { "due", 20, 0 },
};

static const struct {
	const char *name;
	const char *words;
} turns[] = {
	[SEGL_TURN_NONE] = { "none", "nobody" },
	[SEGL_TURN_YOU] = { "you", "you" },
	[SEGL_TURN_ISSUER] = { "issuer", "the issuer of the certificate" },
	[SEGL_TURN_DIGDIR] = { "digdir", "Digdir, who runs Maskinporten" },
	[SEGL_TURN_CUSTOMS] = { "customs", "Norwegian Customs" },
	[SEGL_TURN_API_OWNER] = { "api-owner",
	    "the owner of the API behind the scope" },
	[SEGL_TURN_CONSUMER] = { "consumer",
	    "the organisation that delegates to you in Altinn" },
	[SEGL_TURN_NETWORK] = { "network", "whoever runs your network" },
	[SEGL_TURN_SEGL] = { "segl", "the authors of segl" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
segl_status_name(enum segl_status status)
{
	if ((size_t)status >= COUNT(statuses))
		return "unknown";
	return statuses[status].name;
}

int
segl_status_exit_code(enum segl_status status)
{
	if ((size_t)status >= COUNT(statuses))
		return 1;
	return statuses[status].exit_code;
}

int
segl_status_retryable(enum segl_status status)
{
	if ((size_t)status >= COUNT(statuses))
		return 0;
	return statuses[status].retryable;
}

const char *
segl_turn_name(enum segl_turn turn)
{
	if ((size_t)turn >= COUNT(turns))
		return "unknown";
	return turns[turn].name;
}

const char *
segl_turn_words(enum segl_turn turn)
{
	if ((size_t)turn >= COUNT(turns))
		return "unknown";
	return turns[turn].words;
}
