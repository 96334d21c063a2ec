/* SPDX-License-Identifier: ISC */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "sim/grant.h"

/*
 * The order is inferred: Maskinporten tells one error at a time, and the
 * messages tell that the client is authenticated before scopes are looked at.
 */
static const struct {
	const char *name;
	enum refusal (*check)(struct attempt *attempt);
} steps[] = {
	{ "jws", check_jws },
	{ "header", check_header },
	{ "claims", check_claims },
	{ "audience", check_audience },
	{ "times", check_times },
	{ "key reference", check_key_reference },
	{ "x5c", check_x5c },
	{ "path", check_path },
	{ "trust", check_trust },
	{ "certificate", check_certificate },
	{ "signature", check_signature },
	{ "jti", check_jti },
	{ "scope", check_scope },
	{ "delegation", check_delegation },
	{ "authorization details", check_details },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

const char *
grant_step(size_t i)
{
	return i < STEPS ? steps[i].name : NULL;
}

enum refusal
grant_check(struct attempt *attempt)
{
	enum refusal refusal;

	for (size_t i = 0; i < STEPS; i++) {
		refusal = steps[i].check(attempt);
		if (refusal != REFUSAL_NONE)
			return refusal;
		attempt->passed = i + 1;
	}
	return REFUSAL_NONE;
}

enum refusal
check_signature(struct attempt *attempt)
{
	unsigned char *spki = NULL;
	enum segl_status status;
	int len;

	len = i2d_X509_PUBKEY(
	    X509_get_X509_PUBKEY(sk_X509_value(attempt->path, 0)), &spki);
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
