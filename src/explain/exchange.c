/* SPDX-License-Identifier: ISC */
/*
 * Refusals of those who exchange Maskinporten's tokens. Neither documents
 * its answers beyond what stands here as seen or documented; the rest is what
 * HTTP itself says (RFC 9110, 15.5).
 */
#include <string.h>

#include "explain/exchange.h"

/* clang-format off */
static const struct refusal by_words[] = {
	{
		.source = REFUSAL_DOCUMENTED,
		.inferred = 1,
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Not authorized to request scope"),
		.meaning =
		    "Norwegian Customs has not given this business the scope, "
		    "or it is not a scope of theirs",
		.causes = REFUSAL_TEXTS(
		    "the business is not registered for Digitoll, or under "
		    "another identifier than the one in the certificate",
		    "the scope is of the other family: toll:eu/... is for "
		    "foreign businesses, toll:... for Norwegian ones",
		    "Customs registered the business, but has not granted "
		    "this scope yet",
		    "the token is for digdir:verksemd.eu, which is only for "
		    "trying out Maskinporten"),
		.remedy =
		    "register for Digitoll at toll.no, or write to "
		    "digitoll@toll.no, quoting the scope and the identifier "
		    "exactly as it stands in the token (segl decode shows it)",
		.turn = SEGL_TURN_CUSTOMS,
		.status = SEGL_EAUTHZ,
	},
};

/* The same words about a scope that Customs could never grant. */
static const struct refusal customs_other_scope = {
	.source = REFUSAL_DOCUMENTED,
	.inferred = 1,
	.http_status = 400,
	.meaning = "the scope is none of theirs, which begin with toll:",
	.remedy =
	    "ask Maskinporten for a scope of theirs: --scope "
	    "toll:eu/movement/road/v2 for instance, and for a Norwegian "
	    "business toll:movement/road/v2",
	.turn = SEGL_TURN_YOU,
	.status = SEGL_EAUTHZ,
};

/* What is certain where only the HTTP status tells. */
static const struct refusal customs_not_valid = {
	.source = REFUSAL_STANDARD,
	.http_status = 401,
	.meaning = "it does not accept Maskinporten's token",
	.remedy =
	    "check that the token is fresh and of the same environment: "
	    "api.toll.no takes tokens of production, api-test.toll.no those "
	    "of test",
	.turn = SEGL_TURN_YOU,
	.status = SEGL_EAUTHN,
};
static const struct refusal customs_refused = {
	.source = REFUSAL_STANDARD,
	.meaning = "it does not entitle this business to the scope",
	.remedy =
	    "check that the business is registered for Digitoll and that the "
	    "scope begins with toll:eu/ (a Norwegian business: toll:); then "
	    "ask digitoll@toll.no, quoting scope and identifier",
	.turn = SEGL_TURN_CUSTOMS,
	.status = SEGL_EAUTHZ,
};
static const struct refusal altinn_not_valid = {
	.source = REFUSAL_STANDARD,
	.http_status = 401,
	.meaning = "it does not accept Maskinporten's token",
	.remedy =
	    "check that the token is fresh and of the same environment: "
	    "platform.altinn.no takes tokens of production, "
	    "platform.tt02.altinn.no those of test. A foreign business has no "
	    "organisation number that Altinn knows",
	.turn = SEGL_TURN_YOU,
	.status = SEGL_EAUTHN,
};
static const struct refusal altinn_refused = {
	.source = REFUSAL_STANDARD,
	.meaning = "it does not exchange this token",
	.remedy =
	    "ask the owner of the API which scope it needs; with a system "
	    "user check that it is approved in Altinn",
	.turn = SEGL_TURN_API_OWNER,
	.status = SEGL_EAUTHZ,
};
/* An address where nobody exchanges anything: not a refusal of theirs. */
static const struct refusal elsewhere = {
	.source = REFUSAL_STANDARD,
	.meaning = "there is nothing of that kind at this address",
	.remedy = "check --customs-url or --altinn-url, and --env",
	.turn = SEGL_TURN_YOU,
	.status = SEGL_EREPLY,
};
/* clang-format on */

const struct refusal_table refusals_of_exchange = {
	by_words,
	sizeof(by_words) / sizeof(by_words[0]),
};

/* "... to request scope demo:read": a scope, and not one of Customs. */
static int
names_other_scope(const char *words)
{
	static const char before[] = "request scope ";
	const char *scope = strstr(words, before);

	if (scope == NULL)
		return 0;
	scope += sizeof(before) - 1;
	return scope[strcspn(scope, " :")] == ':' &&
	    strncmp(scope, "toll:", 5) != 0;
}

const struct refusal *
refusal_of_exchange(const char *who, const char *words, int http_status)
{
	const struct refusal *row = refusal_of_words(words);
	int customs = strcmp(who, "customs") == 0;

	for (size_t i = 0; customs && i < refusals_of_exchange.n; i++)
		if (row == &by_words[i])
			return names_other_scope(words) ? &customs_other_scope
							: row;
	if (http_status == 404 || http_status == 405 || http_status == 410)
		return &elsewhere;
	if (http_status == 401)
		return customs ? &customs_not_valid : &altinn_not_valid;
	return customs ? &customs_refused : &altinn_refused;
}
