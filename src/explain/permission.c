/* SPDX-License-Identifier: ISC */
/* Refusals of what is asked for: scope, delegation, authorization details. */
#include "explain/refusal.h"

/* clang-format off */
static const struct refusal rows[] = {
	{
		.code = "MP-200",
		.oauth = "invalid_scope",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("invalid scopes for client"),
		.meaning =
		    "this client may not ask for this scope: it is misspelt, "
		    "not granted, or not open to European businesses",
		.causes = REFUSAL_TEXTS(
		    "the scope is misspelt, or does not exist in this "
		    "environment",
		    "the scope was granted to the organisation, but nobody "
		    "added it to the client",
		    "eSeal: the scope begins with toll: alone, but those for "
		    "foreign businesses begin with toll:eu/",
		    "eSeal: the owner of the API has not opened the scope to "
		    "European businesses"),
		.remedy =
		    "check the spelling; a foreign business uses toll:eu/... "
		    "where a Norwegian one uses toll:...; then ask the owner "
		    "of the API to open the scope",
		.turn = SEGL_TURN_API_OWNER,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-201",
		.oauth = "invalid_scope",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("not allowed for maskinporten"),
		.meaning = "the scope is not open to Maskinporten clients",
		.causes = REFUSAL_TEXTS(
		    "the scope is for logins of people (ID-porten), not for "
		    "machines",
		    "the owner of the scope has not allowed Maskinporten for "
		    "it"),
		.remedy =
		    "ask the owner of the API for the scope that machines use",
		.turn = SEGL_TURN_API_OWNER,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-250",
		.oauth = "forbidden",
		.http_status = 403,
		.phrases =
		    REFUSAL_TEXTS("has not been granted access to the scope"),
		.meaning =
		    "the owner of the API has not given your organisation "
		    "access",
		.causes = REFUSAL_TEXTS(
		    "access was never asked for, or the request is not "
		    "approved yet",
		    "access was given in the other environment only",
		    "access was given to another organisation number, that of "
		    "a sub-unit for instance"),
		.remedy =
		    "ask the owner of the API for access to the scope, quoting "
		    "your identifier exactly as the certificate has it",
		.turn = SEGL_TURN_API_OWNER,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-251",
		.oauth = "forbidden",
		.http_status = 403,
		.phrases =
		    REFUSAL_TEXTS("has not delegated access to the scope"),
		.meaning =
		    "the consumer has not delegated this scope to your "
		    "organisation",
		.causes = REFUSAL_TEXTS(
		    "the consumer has not delegated in Altinn yet, or has "
		    "withdrawn it",
		    "the delegation is in the other environment: TT02 serves "
		    "test, altinn.no production",
		    "the delegation is to another organisation than the one "
		    "that owns the client"),
		.remedy =
		    "ask the consumer to delegate it in Altinn; test (TT02) "
		    "and production are separate",
		.turn = SEGL_TURN_CONSUMER,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-301",
		.http_status = 400,
		.inferred = 1,
		.phrases =
		    REFUSAL_TEXTS("Unknown authorization details type"),
		.meaning = "the type of the authorization details is not known",
		.causes = REFUSAL_TEXTS(
		    "type is misspelt",
		    "the type is not among those in the server's metadata "
		    "(authorization_details_types_supported)"),
		.remedy = "use urn:altinn:systemuser or urn:altinn:consent",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-302",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS(
		    "Unknown fields in the authorization details"),
		.meaning =
		    "the authorization details have members that are not "
		    "documented",
		.causes = REFUSAL_TEXTS(
		    "a member is misspelt",
		    "a member of the answer, systemuser_id or system_id, was "
		    "put into the question"),
		.remedy =
		    "remove them; --system-user and --consent write what is "
		    "documented",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHZ,
	},
	{
		.code = "MP-303",
		.oauth = "invalid_altinn_customer_configuration",
		.http_status = 400,
		.phrases =
		    REFUSAL_TEXTS("Invalid authorization details values"),
		.meaning =
		    "the system user is missing, not approved, or not tied to "
		    "this client",
		.causes = REFUSAL_TEXTS(
		    "the customer has not made or not approved the system user "
		    "in Altinn",
		    "the client id is not on the system in Altinn's register",
		    "the external reference is missing or another than when "
		    "the system user was made",
		    "systemuser_org names another organisation than the one "
		    "that owns the system user"),
		.remedy =
		    "compare organisation number and external reference with "
		    "the system user in Altinn, and have it approved",
		.turn = SEGL_TURN_CONSUMER,
		.status = SEGL_EAUTHZ,
	},
};
/* clang-format on */

const struct refusal_table refusals_of_permission = {
	rows,
	sizeof(rows) / sizeof(rows[0]),
};
