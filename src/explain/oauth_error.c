/* SPDX-License-Identifier: ISC */
/*
 * What is certain where only the OAuth error tells: RFC 6749, 5.2, and the
 * kinds that Maskinporten adds.
 */
#include "explain/refusal.h"

/* clang-format off */
static const struct refusal rows[] = {
	{
		.oauth = "invalid_client",
		.http_status = 401,
		.source = REFUSAL_STANDARD,
		.meaning = "Maskinporten does not accept the client",
		.causes = REFUSAL_TEXTS(
		    "the client id is misspelt or of the other environment",
		    "key or certificate are not those of the client"),
		.remedy = "check the client id, the key and --env",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.oauth = "invalid_grant",
		.http_status = 400,
		.meaning = "Maskinporten does not accept the grant",
		.causes = REFUSAL_TEXTS(
		    "certificate, key or client are not accepted: MP-100, "
		    "MP-120 to MP-124",
		    "the grant is for another server: MP-110",
		    "the clock of this host is wrong: MP-130, or 'Issue time "
		    "is after now'",
		    "the grant was used before: MP-012"),
		.remedy =
		    "read the server's words; report them to Digdir with the "
		    "trace id if they do not tell what is wrong",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.oauth = "invalid_scope",
		.http_status = 400,
		.meaning = "Maskinporten does not grant this scope",
		.causes = REFUSAL_TEXTS(
		    "the client may not ask for it: MP-200",
		    "it is not for Maskinporten: MP-201"),
		.remedy =
		    "check the spelling of the scope and ask the owner of the "
		    "API",
		.turn = SEGL_TURN_API_OWNER,
		.status = SEGL_EAUTHZ,
	},
	{
		.oauth = "forbidden",
		.http_status = 403,
		.meaning =
		    "the organisation is not entitled to what was asked for",
		.causes = REFUSAL_TEXTS(
		    "the owner of the API has not given access: MP-250",
		    "the consumer has not delegated: MP-251"),
		.remedy = "ask the owner of the API for access",
		.turn = SEGL_TURN_API_OWNER,
		.status = SEGL_EAUTHZ,
	},
	{
		.oauth = "unauthorized_client",
		.http_status = 400,
		.source = REFUSAL_STANDARD,
		.meaning = "this client may not use this kind of grant",
		.causes = REFUSAL_TEXTS(
		    "the client was made for something else than "
		    "Maskinporten, for logins for instance"),
		.remedy =
		    "check the client's integration type in Digdir's "
		    "self-service",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHZ,
	},
	{
		.oauth = "invalid_request",
		.http_status = 400,
		.meaning = "the server found the request malformed",
		.causes = REFUSAL_TEXTS(
		    "a value in the grant is malformed: MP-011",
		    "the consumer organisation is the client's own",
		    "the request did not reach a token endpoint as it was "
		    "sent"),
		.remedy =
		    "check --env and the values given; if they are right, "
		    "report this with the trace id",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EUSAGE,
	},
	{
		.oauth = "unsupported_grant_type",
		.http_status = 400,
		.source = REFUSAL_STANDARD,
		.meaning = "this server does not know the JWT bearer grant",
		.causes = REFUSAL_TEXTS(
		    "the request went to another server than Maskinporten",
		    "grant_type is misspelt, where another program sends it"),
		.remedy =
		    "check --env: this is not a Maskinporten token endpoint",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EUSAGE,
	},
	{
		.oauth = "invalid_authorization_details",
		.http_status = 400,
		.source = REFUSAL_STANDARD,
		.meaning = "the server does not take the authorization details",
		.causes = REFUSAL_TEXTS(
		    "type, members or values are not what the type asks for: "
		    "MP-301, MP-302, MP-303"),
		.remedy =
		    "compare them with Digdir's documentation; --system-user "
		    "and --consent write what is documented",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHZ,
	},
	{
		.oauth = "invalid_target",
		.http_status = 400,
		.source = REFUSAL_STANDARD,
		.meaning = "the server does not know the API that was named",
		.causes = REFUSAL_TEXTS(
		    "the resource is misspelt",
		    "the resource does not go with the scope"),
		.remedy =
		    "compare --resource with what the owner of the API "
		    "documents, or leave it out",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHZ,
	},
	{
		.source = REFUSAL_STANDARD,
		.meaning = "the server refused the grant",
		.causes = REFUSAL_TEXTS(
		    "something that neither Digdir nor the standards "
		    "document"),
		.remedy =
		    "read the server's words and quote them to Digdir, with "
		    "the trace id",
		.turn = SEGL_TURN_DIGDIR,
		.status = SEGL_EAUTHN,
	},
};
/* clang-format on */

const struct refusal_table refusals_of_oauth = {
	rows,
	sizeof(rows) / sizeof(rows[0]),
};
