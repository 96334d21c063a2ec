/* SPDX-License-Identifier: ISC */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "sim/grant.h"

/*
 * The order is inferred: Maskinporten tells one error at a time, and the
 * messages tell that the client is authenticated before scopes are looked at.
 */
#define ESEAL      ROUTE_ESEAL
#define ENTERPRISE ROUTE_ENTERPRISE
#define REGISTERED ROUTE_REGISTERED
#define CLIENT     (ENTERPRISE | REGISTERED)
#define ALL        (ESEAL | CLIENT)

static const struct {
	const char *name;
	enum refusal (*check)(struct attempt *attempt);
	unsigned int routes; /* that it is taken on */
} steps[] = {
	{ "jws", check_jws, ALL },
	{ "header", check_header, ALL },
	{ "claims", check_claims, ALL },
	{ "audience", check_audience, ALL },
	{ "times", check_times, ALL },
	{ "key reference", check_key_reference, ALL },
	{ "x5c", check_x5c, ESEAL | ENTERPRISE },
	{ "client", check_client, ALL }, /* the route is known from here on */
	{ "registered key", check_registered_key, REGISTERED },
	{ "path", check_path, ESEAL },
	{ "trust", check_trust, ESEAL },
	{ "certificate", check_certificate, ESEAL },
	{ "enterprise certificate", check_enterprise, ENTERPRISE },
	{ "organisation", check_organization, ENTERPRISE },
	{ "signature", check_signature, ALL },
	{ "jti", check_jti, ALL },
	{ "scope", check_scope, ESEAL },
	{ "consumer", check_consumer, ALL },
	{ "client scope", check_client_scope, CLIENT },
	{ "access", check_access, CLIENT },
	{ "delegation", check_delegation, CLIENT },
	{ "authorization details", check_details, ALL },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

const char *
grant_step(size_t i)
{
	return i < STEPS ? steps[i].name : NULL;
}

int
grant_step_applies(size_t i, enum route route)
{
	return i < STEPS && (steps[i].routes & route) != 0;
}

enum refusal
grant_check(struct attempt *attempt)
{
	enum refusal refusal;

	for (size_t i = 0; i < STEPS; i++) {
		refusal = (steps[i].routes & attempt->route) == 0
		    ? REFUSAL_NONE
		    : steps[i].check(attempt);
		if (refusal != REFUSAL_NONE)
			return refusal;
		attempt->passed = i + 1;
	}
	return REFUSAL_NONE;
}

/* The key that has to have signed, as SubjectPublicKeyInfo; new. */
static int
signing_key(const struct attempt *attempt, unsigned char **spki)
{
	*spki = NULL;
	if (attempt->key != NULL)
		return i2d_PUBKEY(attempt->key->key, spki);
	return i2d_X509_PUBKEY(
	    X509_get_X509_PUBKEY(sk_X509_value(attempt->path, 0)), spki);
}

enum refusal
check_signature(struct attempt *attempt)
{
	unsigned char *spki;
	enum segl_status status;
	int len = signing_key(attempt, &spki);

	if (len <= 0)
		return attempt_fail(attempt);
	segl_error_clear(attempt->segl);
	status = segl_jws_verify(attempt->segl, attempt->assertion,
	    strlen(attempt->assertion), attempt->alg, spki, (size_t)len);
	OPENSSL_free(spki);
	if (status == SEGL_ENOMEM)
		return attempt_fail(attempt);
	if (status != SEGL_OK)
		return attempt_refuse(attempt, RULE_SIGNATURE, REFUSAL_MP_124,
		    "%s", segl_error_message(attempt->segl));
	return REFUSAL_NONE;
}

enum refusal
check_jti(struct attempt *attempt)
{
	const json_t *jti = json_object_get(attempt->claims, "jti");
	long long until =
	    attempt->now + attempt_number(attempt, RULE_JTI_MEMORY);
	const char *key = attempt->assertion;
	size_t len = strlen(key);

	if (attempt_is(attempt, RULE_JTI, "accept"))
		return REFUSAL_NONE;
	if (jti != NULL) {
		key = json_string_value(jti);
		len = json_string_length(jti);
	}
	switch (jti_memory_use(attempt->jtis, key, len, attempt->now, until)) {
	case 0:
		return REFUSAL_NONE;
	case 1:
		return attempt_refuse(attempt, RULE_JTI, REFUSAL_MP_012,
		    "%s was used before",
		    jti == NULL ? "the grant" : json_string_value(jti));
	default:
		return attempt_fail(attempt);
	}
}
