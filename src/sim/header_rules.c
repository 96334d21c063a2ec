/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sim/grant.h"

/* The JSON object that TEXT holds; the library has checked its shape. */
static json_t *
object(const char *text)
{
	return json_loads(text, JSON_REJECT_DUPLICATES, NULL);
}

enum refusal
check_jws(struct attempt *attempt)
{
	struct segl_jws *jws = NULL;
	enum segl_status status;

	segl_error_clear(attempt->segl);
	status = segl_jws_parse(attempt->segl, attempt->assertion,
	    strlen(attempt->assertion), &jws);
	if (status == SEGL_ENOMEM)
		return attempt_fail(attempt);
	if (status != SEGL_OK)
		return attempt_refuse(attempt, RULE_JWS,
		    attempt_answer(attempt, RULE_JWS_REFUSAL), "%s",
		    segl_error_message(attempt->segl));
	attempt->header = object(segl_jws_header(jws));
	attempt->claims = object(segl_jws_payload(jws));
	segl_jws_free(jws);
	if (attempt->header == NULL || attempt->claims == NULL)
		return attempt_fail(attempt);
	return REFUSAL_NONE;
}

static enum refusal
check_alg(struct attempt *attempt)
{
	const char *name =
	    json_string_value(json_object_get(attempt->header, "alg"));

	attempt->alg = name == NULL ? SEGL_ALG_NONE : segl_alg_find(name);
	switch (attempt->alg) {
	case SEGL_ALG_RS256:
	case SEGL_ALG_RS384:
	case SEGL_ALG_RS512:
		return REFUSAL_NONE;
	case SEGL_ALG_ES256:
		if (attempt_is(attempt, RULE_ALG_EC, "accept"))
			return REFUSAL_NONE;
		break;
	case SEGL_ALG_NONE:
	default:
		break;
	}
	return attempt_refuse(attempt, RULE_ALG,
	    attempt_answer(attempt, RULE_ALG_REFUSAL), "alg is %s",
	    name == NULL ? "not a string" : name);
}

static int
is_known_member(const char *name)
{
	static const char *const known[] = { "alg", "kid", "typ", "x5c" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i]) == 0)
			return 1;
	return 0;
}

static enum refusal
check_members(struct attempt *attempt)
{
	const char *name;
	json_t *value;

	if (json_object_get(attempt->header, "crit") != NULL)
		return attempt_refuse(
		    attempt, RULE_CRIT, REFUSAL_MP_011, "crit is there");
	if (json_object_get(attempt->header, "typ") != NULL &&
	    attempt_is(attempt, RULE_TYP, "refuse"))
		return attempt_refuse(
		    attempt, RULE_TYP, REFUSAL_MP_011, "typ is there");
	if (attempt_is(attempt, RULE_HEADER_MEMBERS, "accept"))
		return REFUSAL_NONE;
	json_object_foreach(attempt->header, name,
	    value) if (!is_known_member(name)) return attempt_refuse(attempt,
	    RULE_HEADER_MEMBERS, REFUSAL_MP_011, "header member %s", name);
	return REFUSAL_NONE;
}

enum refusal
check_header(struct attempt *attempt)
{
	enum refusal refusal = check_alg(attempt);

	return refusal == REFUSAL_NONE ? check_members(attempt) : refusal;
}

/* From here on it is a registered key, whatever x5c says. */
static enum refusal
take_kid(struct attempt *attempt, const json_t *kid)
{
	if (!json_is_string(kid))
		return attempt_refuse(
		    attempt, RULE_KID, REFUSAL_MP_011, "kid is not a string");
	attempt->route = ROUTE_REGISTERED;
	return REFUSAL_NONE;
}

enum refusal
check_key_reference(struct attempt *attempt)
{
	const json_t *kid = json_object_get(attempt->header, "kid");
	const json_t *x5c = json_object_get(attempt->header, "x5c");

	if (kid == NULL && x5c == NULL)
		return attempt_refuse(attempt, RULE_KEY_REFERENCE,
		    attempt_answer(attempt, RULE_KEY_REFERENCE_REFUSAL),
		    "neither x5c nor kid");
	if (kid != NULL && x5c != NULL) {
		if (attempt_is(attempt, RULE_KID_AND_X5C, "refuse"))
			return attempt_refuse(attempt, RULE_KID_AND_X5C,
			    REFUSAL_MP_011, "both x5c and kid");
		if (attempt_is(attempt, RULE_KID_AND_X5C, "x5c"))
			return REFUSAL_NONE;
	}
	return kid == NULL ? REFUSAL_NONE : take_kid(attempt, kid);
}
