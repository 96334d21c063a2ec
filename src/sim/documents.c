/* SPDX-License-Identifier: ISC */
#include "sim/sim.h"

/* RFC 8414, 2, with the members that Maskinporten's document has. */
char *
sim_metadata(const char *issuer, const struct rules *rules)
{
	json_t *value;
	char *text;

	value = json_pack("{s:s, s:s+, s:s+, s:[s], s:[s], s:[s,s,s], s:[s,s]}",
	    "issuer", issuer, "token_endpoint", issuer, "token", "jwks_uri",
	    issuer, "jwk", "token_endpoint_auth_methods_supported",
	    "private_key_jwt", "grant_types_supported",
	    "urn:ietf:params:oauth:grant-type:jwt-bearer",
	    "token_endpoint_auth_signing_alg_values_supported", "RS256",
	    "RS384", "RS512", "authorization_details_types_supported",
	    "urn:altinn:systemuser", "urn:altinn:consent");
	if (value != NULL && rules_is(rules, RULE_ALG_EC, "accept"))
		(void)json_array_append_new(
		    json_object_get(value,
			"token_endpoint_auth_signing_alg_values_supported"),
		    json_string("ES256"));
	text = json_dumps(value, JSON_COMPACT);
	json_decref(value);
	return text;
}

char *
sim_jwks(const struct rules *rules, const struct signer *signer,
    const STACK_OF(X509) * path, const struct signer *before)
{
	json_t *value =
	    json_pack("{s:[o]}", "keys", access_token_jwk(rules, signer, path));
	char *text = NULL;

	/* RFC 7517, 5: the order says nothing, but clients take the first */
	if (before == NULL ||
	    json_array_append_new(json_object_get(value, "keys"),
		access_token_jwk(rules, before, NULL)) == 0)
		text = json_dumps(value, JSON_COMPACT);
	json_decref(value);
	return text;
}
