/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "explain/refusal.h"

/*
 * Order matters where phrases overlap: the more telling one stands first.
 * Digdir's page groups the codes under headings and does not say the error
 * member for all of them; oauth is NULL where it is not known.
 */
static const struct refusal refusals[] = {
	{ "MP-011", "invalid_request", "Invalid parameter value",
	    "the grant has a claim that is malformed or that Maskinporten "
	    "does not document",
	    "check the values given on the command line; an identifier with a "
	    "line break or a typing error is the usual cause",
	    SEGL_TURN_YOU, SEGL_EUSAGE },
	{ "MP-012", "invalid_grant", "Grant is used before",
	    "this very grant reached Maskinporten twice",
	    "try again: segl signs a new grant each time; if it stays, "
	    "something between here and the server repeats requests",
	    SEGL_TURN_NETWORK, SEGL_EAUTHN },
	{ "MP-100", "invalid_grant", "Client not found",
	    "Maskinporten does not know this client in this environment",
	    "check the client id and --env: clients of test and production "
	    "are separate; with an eSeal give no client id, and check that "
	    "the certificate has an organizationIdentifier",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-110", "invalid_grant", "Invalid JWT claim aud",
	    "the grant names another server as its audience",
	    "check --env: the issuer must be written as the server writes "
	    "it, slash at the end included",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-121", "invalid_grant", "Expired key",
	    "the key registered on the client is older than one year",
	    "post the key again in Digdir's self-service; the same key may "
	    "be posted to renew it",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-120", "invalid_grant", "signed with an invalid certificate",
	    "Maskinporten does not accept the certificate: for an eSeal its "
	    "issuer is not an active service on the EU trusted lists, the "
	    "path in the grant is incomplete, the certificate is expired or "
	    "revoked, or it has no organizationIdentifier",
	    "check that the file holds the whole path, or complete it with "
	    "--chain; then ask the issuer which trusted-list service issued "
	    "the certificate. A Norwegian enterprise certificate of "
	    "production does not work in test, nor the other way round",
	    SEGL_TURN_ISSUER, SEGL_EAUTHN },
	{ "MP-122", "invalid_grant", "Does not match certificate orgno",
	    "the certificate belongs to another organisation than the client",
	    "use the certificate of the organisation that owns the client, "
	    "or the client of this organisation",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-122", "invalid_grant", "does not match certificate orgno",
	    "the certificate belongs to another organisation than the client",
	    "use the certificate of the organisation that owns the client, "
	    "or the client of this organisation",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-123", "invalid_grant", "Invalid JWT header x5c",
	    "Maskinporten cannot read the certificates in the grant",
	    "try once with --root omit, then with --root include, and report "
	    "which one works",
	    SEGL_TURN_SEGL, SEGL_EAUTHN },
	{ "MP-123", "invalid_grant", "Failed to extract certificate",
	    "Maskinporten cannot read the certificates in the grant",
	    "try once with --root omit, then with --root include, and report "
	    "which one works",
	    SEGL_TURN_SEGL, SEGL_EAUTHN },
	{ "MP-124", "invalid_grant", "Invalid JWT signature",
	    "the signature does not fit the key Maskinporten looked it up "
	    "with",
	    "check that key, certificate, client id and --env belong "
	    "together, and that the certificate has not expired",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ "MP-130", "invalid_grant", "JWT is expired",
	    "the grant was too old when it arrived: the clock of this host "
	    "is slow, or the request was held up",
	    "set the clock of this host (NTP), then try again", SEGL_TURN_YOU,
	    SEGL_EAUTHN },
	{ NULL, "invalid_grant", "Issue time is after now",
	    "the clock of this host is more than 10 seconds ahead of "
	    "Maskinporten's",
	    "set the clock of this host (NTP), then try again", SEGL_TURN_YOU,
	    SEGL_ECLOCK },
	{ NULL, "invalid_grant", "Unknown key identifier (kid)",
	    "the key id is not registered on this client",
	    "compare the kid with the client's keys in Digdir's "
	    "self-service; a key just posted takes up to two minutes",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ NULL, "invalid_grant", "requires pre-registered jwk",
	    "the client has registered keys, so Maskinporten takes no "
	    "certificate for it",
	    "use the registered key with its kid, or remove the keys from "
	    "the client",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ NULL, "invalid_request", "combination consumer_org",
	    "the organisation asked for is the client's own",
	    "leave the consumer organisation out", SEGL_TURN_YOU, SEGL_EUSAGE },
	{ "MP-201", "invalid_scope", "not allowed for maskinporten",
	    "the scope is not open to Maskinporten clients",
	    "ask the owner of the API for the scope that machines use",
	    SEGL_TURN_API_OWNER, SEGL_EAUTHZ },
	{ "MP-200", "invalid_scope", "invalid scopes for client",
	    "this client may not ask for this scope: it is misspelt, not "
	    "granted, or not open to European businesses",
	    "check the spelling; a foreign business uses toll:eu/... where a "
	    "Norwegian one uses toll:...; then ask the owner of the API to "
	    "open the scope",
	    SEGL_TURN_API_OWNER, SEGL_EAUTHZ },
	{ "MP-250", "forbidden", "has not been granted access to the scope",
	    "the owner of the API has not given your organisation access",
	    "ask the owner of the API for access to the scope, quoting your "
	    "identifier exactly as the certificate has it",
	    SEGL_TURN_API_OWNER, SEGL_EAUTHZ },
	{ "MP-251", "forbidden", "has not delegated access to the scope",
	    "the consumer has not delegated this scope to your organisation",
	    "ask the consumer to delegate it in Altinn; test (TT02) and "
	    "production are separate",
	    SEGL_TURN_CONSUMER, SEGL_EAUTHZ },
	{ "MP-301", NULL, "Unknown authorization details type",
	    "the type of the authorization details is not known",
	    "use urn:altinn:systemuser or urn:altinn:consent", SEGL_TURN_YOU,
	    SEGL_EAUTHZ },
	{ "MP-302", NULL, "Unknown fields in the authorization details",
	    "the authorization details have members that are not documented",
	    "remove them", SEGL_TURN_YOU, SEGL_EAUTHZ },
	{ "MP-303", "invalid_altinn_customer_configuration",
	    "Invalid authorization details values",
	    "the system user is missing, not approved, or not tied to this "
	    "client",
	    "compare organisation number and external reference with the "
	    "system user in Altinn, and have it approved",
	    SEGL_TURN_CONSUMER, SEGL_EAUTHZ },
	{ NULL, "invalid_client", NULL,
	    "Maskinporten does not accept the client",
	    "check the client id, the key and --env", SEGL_TURN_YOU,
	    SEGL_EAUTHN },
	{ NULL, "invalid_grant", NULL, "Maskinporten does not accept the grant",
	    "read the server's words above; report them to Digdir with the "
	    "trace id if they do not tell what is wrong",
	    SEGL_TURN_YOU, SEGL_EAUTHN },
	{ NULL, "invalid_scope", NULL, "Maskinporten does not grant this scope",
	    "check the spelling of the scope and ask the owner of the API",
	    SEGL_TURN_API_OWNER, SEGL_EAUTHZ },
	{ NULL, "forbidden", NULL,
	    "the organisation is not entitled to what was asked for",
	    "ask the owner of the API for access", SEGL_TURN_API_OWNER,
	    SEGL_EAUTHZ },
	{ NULL, "unauthorized_client", NULL,
	    "this client may not use this kind of grant",
	    "check the client's integration type in Digdir's self-service",
	    SEGL_TURN_YOU, SEGL_EAUTHZ },
	{ NULL, "invalid_request", NULL,
	    "the server found the request malformed",
	    "check --env and the values given; if they are right, report "
	    "this with the trace id",
	    SEGL_TURN_YOU, SEGL_EUSAGE },
	{ NULL, "unsupported_grant_type", NULL,
	    "this server does not know the JWT bearer grant",
	    "check --env: this is not a Maskinporten token endpoint",
	    SEGL_TURN_YOU, SEGL_EUSAGE },
	{ NULL, NULL, NULL, "the server refused the grant",
	    "read the server's words above and quote the trace id to Digdir",
	    SEGL_TURN_DIGDIR, SEGL_EAUTHN },
};

#define COUNT (sizeof(refusals) / sizeof(refusals[0]))

static int
equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct refusal *
refusal_at(unsigned int i)
{
	return i < COUNT ? &refusals[i] : NULL;
}

const struct refusal *
refusal_find(const char *code, const char *oauth, const char *description)
{
	for (size_t i = 0; i < COUNT; i++)
		if (equal(refusals[i].code, code))
			return &refusals[i];
	for (size_t i = 0; description != NULL && i < COUNT; i++)
		if (refusals[i].phrase != NULL &&
		    strstr(description, refusals[i].phrase) != NULL)
			return &refusals[i];
	for (size_t i = 0; i < COUNT; i++)
		if (refusals[i].phrase == NULL &&
		    equal(refusals[i].oauth, oauth))
			return &refusals[i];
	return &refusals[COUNT - 1];
}
