/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <string.h>

#include "sim/grant.h"

/* Where a claim stands in the sources, and what its value has to be. */
enum standing {
	DOCUMENTED,
	REQUIRED,
	REGISTERED, /* RFC 7519, 4.1, but not documented */
	DEPRECATED
};

struct claim {
	const char *name;
	enum standing standing;
	int (*well_formed)(const struct attempt *attempt, const json_t *value);
};

static int
is_text(const struct attempt *attempt, const json_t *value)
{
	(void)attempt;
	return json_is_string(value) && json_string_length(value) > 0;
}

/* NumericDate (RFC 7519, 2): a number that fits the arithmetic below. */
static int
is_date(const struct attempt *attempt, const json_t *value)
{
	(void)attempt;
	return json_is_number(value) && fabs(json_number_value(value)) < 1e12;
}

static int
is_audience(const struct attempt *attempt, const json_t *value)
{
	return json_is_array(value) || is_text(attempt, value);
}

/* scope-token *( SP scope-token ) (RFC 6749, 3.3). */
static int
is_scope(const struct attempt *attempt, const json_t *value)
{
	const char *s = json_string_value(value);
	char before = ' ';

	(void)attempt;
	if (s == NULL || strlen(s) != json_string_length(value))
		return 0;
	for (; *s != '\0'; before = *s++)
		if ((*s == ' ' && before == ' ') || *s < 0x20 || *s > 0x7e ||
		    *s == '"' || *s == '\\')
			return 0;
	return before != ' ';
}

static int
is_resource(const struct attempt *attempt, const json_t *value)
{
	size_t i;
	json_t *one;

	if (json_is_string(value))
		return is_text(attempt, value) &&
		    attempt_is(attempt, RULE_RESOURCE, "both");
	json_array_foreach(
	    (json_t *)value, i, one) if (!is_text(attempt, one)) return 0;
	return json_array_size(value) > 0;
}

static int
is_digits(const json_t *value, size_t n)
{
	const char *s = json_string_value(value);

	return s != NULL && json_string_length(value) == n &&
	    strspn(s, "0123456789") == n;
}

/* Norwegian national identity number: eleven digits. */
static int
is_person(const struct attempt *attempt, const json_t *value)
{
	(void)attempt;
	return is_digits(value, 11);
}

/* Norwegian organisation number: nine digits. */
static int
is_organization(const struct attempt *attempt, const json_t *value)
{
	(void)attempt;
	return is_digits(value, 9);
}

static int
is_details(const struct attempt *attempt, const json_t *value)
{
	(void)attempt;
	return json_array_size(value) == 1;
}

static const struct claim claims[] = {
	{ "aud", REQUIRED, is_audience },
	{ "iss", REQUIRED, is_text },
	{ "scope", REQUIRED, is_scope },
	{ "iat", REQUIRED, is_date },
	{ "exp", REQUIRED, is_date },
	{ "jti", DOCUMENTED, is_text },
	{ "resource", DOCUMENTED, is_resource },
	{ "pid", DOCUMENTED, is_person },
	{ "consumer_org", DOCUMENTED, is_organization },
	{ "authorization_details", DOCUMENTED, is_details },
	{ "iss_onbehalfof", DEPRECATED, is_text },
	{ "sub", REGISTERED, is_text },
	{ "nbf", REGISTERED, is_date },
};
#define CLAIMS (sizeof(claims) / sizeof(claims[0]))

static const struct claim *
claim_find(const char *name)
{
	for (size_t i = 0; i < CLAIMS; i++)
		if (strcmp(claims[i].name, name) == 0)
			return &claims[i];
	return NULL;
}

static enum refusal
refuse_claim(
    struct attempt *attempt, enum rule rule, const char *name, const char *why)
{
	return attempt_refuse(attempt, rule,
	    attempt_answer(attempt, RULE_CLAIMS_REFUSAL), "claim %s %s", name,
	    why);
}

static enum refusal
check_claim(struct attempt *attempt, const char *name, const json_t *value)
{
	const struct claim *claim = claim_find(name);

	if (claim == NULL &&
	    attempt_is(attempt, RULE_UNDOCUMENTED_CLAIMS, "accept"))
		return REFUSAL_NONE;
	if (claim == NULL)
		return refuse_claim(attempt, RULE_UNDOCUMENTED_CLAIMS, name,
		    "is not documented");
	if (claim->standing == REGISTERED &&
	    attempt_is(attempt, RULE_REGISTERED_CLAIMS, "refuse"))
		return refuse_claim(
		    attempt, RULE_REGISTERED_CLAIMS, name, "is not documented");
	if (claim->standing == DEPRECATED &&
	    attempt_is(attempt, RULE_ONBEHALFOF, "refuse"))
		return refuse_claim(
		    attempt, RULE_ONBEHALFOF, name, "is deprecated");
	if (!claim->well_formed(attempt, value))
		return refuse_claim(attempt,
		    strcmp(name, "resource") == 0 ? RULE_RESOURCE
						  : RULE_REQUIRED_CLAIMS,
		    name, "is malformed");
	return REFUSAL_NONE;
}

enum refusal
check_claims(struct attempt *attempt)
{
	enum refusal refusal;
	const char *name;
	json_t *value;

	json_object_foreach(attempt->claims, name, value)
	{
		refusal = check_claim(attempt, name, value);
		if (refusal != REFUSAL_NONE)
			return refusal;
	}
	for (size_t i = 0; i < CLAIMS; i++)
		if (claims[i].standing == REQUIRED &&
		    json_object_get(attempt->claims, claims[i].name) == NULL)
			return refuse_claim(attempt, RULE_REQUIRED_CLAIMS,
			    claims[i].name, "is missing");
	return REFUSAL_NONE;
}

enum refusal
check_audience(struct attempt *attempt)
{
	const json_t *aud = json_object_get(attempt->claims, "aud");

	if (json_is_array(aud)) {
		if (attempt_is(attempt, RULE_AUD_ARRAY, "refuse"))
			return attempt_refuse(attempt, RULE_AUD_ARRAY,
			    REFUSAL_MP_110, "aud is an array");
		if (json_array_size(aud) != 1)
			return attempt_refuse(attempt, RULE_AUD, REFUSAL_MP_110,
			    "aud is not one value");
		aud = json_array_get(aud, 0);
	}
	if (!json_is_string(aud) ||
	    json_string_length(aud) != strlen(attempt->policy->issuer) ||
	    strcmp(json_string_value(aud), attempt->policy->issuer) != 0)
		return attempt_refuse(attempt, RULE_AUD, REFUSAL_MP_110,
		    "aud is %s, not %s",
		    json_is_string(aud) ? json_string_value(aud) : "no text",
		    attempt->policy->issuer);
	return REFUSAL_NONE;
}

static double
seconds(const struct attempt *attempt, const char *name)
{
	return json_number_value(json_object_get(attempt->claims, name));
}

static enum refusal
check_nbf(struct attempt *attempt)
{
	double now = (double)attempt->now;
	int ahead = attempt_number(attempt, RULE_IAT_AHEAD);

	if (json_object_get(attempt->claims, "nbf") != NULL &&
	    seconds(attempt, "nbf") > now + ahead)
		return attempt_refuse(attempt, RULE_NBF_REFUSAL,
		    attempt_answer(attempt, RULE_NBF_REFUSAL),
		    "nbf is %.0f s ahead", seconds(attempt, "nbf") - now);
	return REFUSAL_NONE;
}

enum refusal
check_times(struct attempt *attempt)
{
	double now = (double)attempt->now;
	double iat = seconds(attempt, "iat"), exp = seconds(attempt, "exp");
	int behind = attempt_number(attempt, RULE_IAT_BEHIND);

	if (iat > now + attempt_number(attempt, RULE_IAT_AHEAD))
		return attempt_refuse(attempt, RULE_IAT_AHEAD,
		    REFUSAL_ISSUED_AFTER_NOW, "iat is %.0f s ahead", iat - now);
	if (exp < now - attempt_number(attempt, RULE_EXP_LEEWAY))
		return attempt_refuse(attempt, RULE_EXP, REFUSAL_MP_130,
		    "exp is %.0f s over", now - exp);
	if (exp - iat > attempt_number(attempt, RULE_LIFETIME))
		return attempt_refuse(attempt, RULE_LIFETIME,
		    attempt_answer(attempt, RULE_LIFETIME_REFUSAL),
		    "exp - iat is %.0f s", exp - iat);
	if (behind > 0 && iat < now - behind)
		return attempt_refuse(attempt, RULE_IAT_BEHIND,
		    attempt_answer(attempt, RULE_IAT_BEHIND_REFUSAL),
		    "iat is %.0f s behind", now - iat);
	return check_nbf(attempt);
}
