/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/secret.h"
#include "oauth/jwks.h"

struct segl_introspection {
	enum segl_inactive why;
	char *kid;
	char *json;
};

static const struct {
	const char *name;
	const char *words;
} reasons[] = {
	[SEGL_INACTIVE_NOT] = { "none", "it is good" },
	[SEGL_INACTIVE_MALFORMED] = { "malformed",
	    "it is no token, or has not what a token must have" },
	[SEGL_INACTIVE_ALGORITHM] = { "algorithm",
	    "it is signed in a way that no Maskinporten uses" },
	[SEGL_INACTIVE_UNKNOWN_KEY] = { "unknown-key",
	    "it is signed with a key that the server does not have" },
	[SEGL_INACTIVE_SIGNATURE] = { "signature",
	    "its signature is wrong: it was changed, or made up" },
	[SEGL_INACTIVE_ISSUER] = { "issuer", "another server made it" },
	[SEGL_INACTIVE_EXPIRED] = { "expired", "it is no longer valid" },
	[SEGL_INACTIVE_NOT_YET] = { "not-yet-valid",
	    "it is not valid yet, or the clock of this host is behind" },
	[SEGL_INACTIVE_AUDIENCE] = { "audience", "it is for another service" },
	[SEGL_INACTIVE_SCOPE] = { "scope", "it lacks a scope that is needed" },
};

const char *
segl_inactive_name(enum segl_inactive why)
{
	return reasons[why].name;
}

const char *
segl_inactive_words(enum segl_inactive why)
{
	return reasons[why].words;
}

void
segl_introspection_free(struct segl_introspection *introspection)
{
	if (introspection == NULL)
		return;
	free(introspection->kid);
	secret_free_text(introspection->json);
	free(introspection);
}

enum segl_inactive
segl_introspection_why(const struct segl_introspection *introspection)
{
	return introspection->why;
}

const char *
segl_introspection_kid(const struct segl_introspection *introspection)
{
	return introspection->kid;
}

const char *
segl_introspection_json(const struct segl_introspection *introspection)
{
	return introspection->json;
}

/* ---- the claims --------------------------------------------------------- */

/* A NumericDate in seconds; -1 where NAME is none. */
static double
time_of(const json_t *claims, const char *name)
{
	const json_t *value = json_object_get(claims, name);

	return json_is_number(value) ? json_number_value(value) : -1;
}

static enum segl_inactive
judge_times(const json_t *claims, const struct segl_expectation *expected)
{
	double now = (double)expected->now;
	double leeway = (double)expected->leeway_s;
	double exp = time_of(claims, "exp");

	if (exp < 0)
		return SEGL_INACTIVE_MALFORMED; /* RFC 9068, 2.2 */
	if (exp + leeway <= now)
		return SEGL_INACTIVE_EXPIRED;
	if (time_of(claims, "nbf") > now + leeway ||
	    time_of(claims, "iat") > now + leeway)
		return SEGL_INACTIVE_NOT_YET;
	return SEGL_INACTIVE_NOT;
}

static int
is_text(const json_t *value, const char *text)
{
	return json_is_string(value) &&
	    strcmp(json_string_value(value), text) == 0;
}

static int
has_audience(const json_t *claims, const char *audience)
{
	const json_t *aud = json_object_get(claims, "aud");
	const json_t *value;
	size_t i;

	if (audience == NULL || is_text(aud, audience))
		return 1;
	json_array_foreach(
	    aud, i, value) if (is_text(value, audience)) return 1;
	return 0;
}

/* SCOPE is one of the words of SCOPES. */
static int
has_word(const char *scopes, const char *scope)
{
	size_t len = strlen(scope);

	for (const char *p = scopes; *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, scope, n) == 0)
			return 1;
		p += n;
	}
	return 0;
}

static int
has_scopes(const json_t *claims, const char *const *scopes)
{
	const char *given = json_string_value(json_object_get(claims, "scope"));

	for (size_t i = 0; scopes != NULL && scopes[i] != NULL; i++)
		if (given == NULL || !has_word(given, scopes[i]))
			return 0;
	return 1;
}

static enum segl_inactive
judge_claims(const json_t *claims, const struct segl_expectation *expected)
{
	enum segl_inactive why;

	if (!is_text(json_object_get(claims, "iss"), expected->issuer))
		return SEGL_INACTIVE_ISSUER;
	why = judge_times(claims, expected);
	if (why != SEGL_INACTIVE_NOT)
		return why;
	if (!has_audience(claims, expected->audience))
		return SEGL_INACTIVE_AUDIENCE;
	return has_scopes(claims, expected->scopes) ? SEGL_INACTIVE_NOT
						    : SEGL_INACTIVE_SCOPE;
}

/* ---- the signature ------------------------------------------------------ */

/*
 * The key decides which algorithm it is for; what the header says has to be
 * that, so no token chooses how it is verified.
 */
static enum segl_inactive
judge_signature(struct segl *apart, const char *compact, size_t len,
    const json_t *header, const struct segl_jwks *jwks)
{
	const char *name = json_string_value(json_object_get(header, "alg"));
	const char *kid = json_string_value(json_object_get(header, "kid"));
	enum segl_alg alg = name == NULL ? SEGL_ALG_NONE : segl_alg_find(name);
	const struct jwks_key *key;

	/* crit: extensions that we would have to understand (RFC 7515) */
	if (alg == SEGL_ALG_NONE || json_object_get(header, "crit") != NULL)
		return SEGL_INACTIVE_ALGORITHM;
	key = kid == NULL ? NULL : jwks_find(jwks, kid, alg);
	if (key == NULL)
		return SEGL_INACTIVE_UNKNOWN_KEY;
	return segl_jws_verify(apart, compact, len, alg, key->spki,
		   (size_t)key->spki_len) == SEGL_OK
	    ? SEGL_INACTIVE_NOT
	    : SEGL_INACTIVE_SIGNATURE;
}

/* ---- both --------------------------------------------------------------- */

/* What comes of a token taken apart; CLAIMS are for the answer. */
static enum segl_status
judge(struct segl *apart, const char *compact, size_t len,
    const struct segl_jwks *jwks, const struct segl_expectation *expected,
    struct segl_introspection *out, json_t **claims)
{
	struct segl_jws *jws = NULL;
	enum segl_status status;
	const char *kid;
	json_t *header;

	*claims = NULL;
	out->why = SEGL_INACTIVE_MALFORMED;
	status = segl_jws_parse(apart, compact, len, &jws);
	if (status != SEGL_OK)
		return status == SEGL_ENOMEM ? status : SEGL_OK;
	header = json_loads(segl_jws_header(jws), 0, NULL);
	*claims = json_loads(segl_jws_payload(jws), 0, NULL);
	segl_jws_free(jws);
	if (header == NULL || *claims == NULL) {
		json_decref(header);
		return SEGL_ENOMEM; /* it was JSON a moment ago */
	}
	kid = json_string_value(json_object_get(header, "kid"));
	if (kid != NULL)
		out->kid = strdup(kid);
	if (kid != NULL && out->kid == NULL)
		status = SEGL_ENOMEM;
	out->why = judge_signature(apart, compact, len, header, jwks);
	/* whose key it is says more than that it is none of ours */
	if (out->why == SEGL_INACTIVE_UNKNOWN_KEY &&
	    !is_text(json_object_get(*claims, "iss"), expected->issuer))
		out->why = SEGL_INACTIVE_ISSUER;
	if (out->why == SEGL_INACTIVE_SIGNATURE &&
	    segl_error_status(apart) == SEGL_ENOMEM)
		status = SEGL_ENOMEM;
	if (out->why == SEGL_INACTIVE_NOT)
		out->why = judge_claims(*claims, expected);
	json_decref(header);
	return status;
}

static enum segl_status
compose(struct segl_introspection *out, json_t *claims)
{
	json_t *json;

	/* nothing of a token that does not count may be taken for true */
	if (out->why != SEGL_INACTIVE_NOT)
		json = json_pack(
		    "{s:b, s:s}", "active", 0, "error", reasons[out->why].name);
	else
		json = json_pack("{s:b}", "active", 1);
	if (json != NULL && out->why == SEGL_INACTIVE_NOT) {
		/* a claim of that name is not the verdict */
		json_object_del(claims, "active");
		if (json_object_update(json, claims) != 0) {
			json_decref(json);
			json = NULL;
		}
	}
	out->json = json == NULL
	    ? NULL
	    : json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(json);
	return out->json == NULL ? SEGL_ENOMEM : SEGL_OK;
}

enum segl_status
segl_introspect(struct segl *segl, const char *compact, size_t len,
    const struct segl_jwks *jwks, const struct segl_expectation *expected,
    struct segl_introspection **out)
{
	struct segl_introspection *result = calloc(1, sizeof(*result));
	struct segl *apart = segl_new(); /* a bad token is no failure */
	enum segl_status status = SEGL_ENOMEM;
	json_t *claims = NULL;

	*out = NULL;
	if (result != NULL && apart != NULL)
		status =
		    judge(apart, compact, len, jwks, expected, result, &claims);
	if (status == SEGL_OK)
		status = compose(result, claims);
	json_decref(claims);
	segl_free(apart);
	if (status != SEGL_OK) {
		segl_introspection_free(result);
		return error_nomem(segl);
	}
	*out = result;
	return SEGL_OK;
}
