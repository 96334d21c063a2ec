/* SPDX-License-Identifier: ISC */
/*
 * Remarks on a JWT: what is not as docs.digdir.no, Maskinporten, "JWT grant"
 * and "access token" describe it, and what the server says to that.
 */
#include <string.h>

#include <segl/environment.h>
#include <segl/jws.h>

#include "base/text.h"
#include "cli/jwt.h"
#include "explain/identifier.h"

#define LIFETIME_MAX_S 120 /* exp - iat */
#define AHEAD_MAX_S    10  /* of the server's clock, for iat */

static const json_t *
claim(const struct jwt *jwt, const char *name)
{
	return json_object_get(jwt->claims, name);
}

/* ---- both -----------------------------------------------------------------
 */

static void
judge_alg(struct jwt *jwt)
{
	const char *alg =
	    json_string_value(json_object_get(jwt->header, "alg"));
	enum segl_alg known = alg == NULL ? SEGL_ALG_NONE : segl_alg_find(alg);

	if (known == SEGL_ALG_NONE || known == SEGL_ALG_ES256)
		jwt_remark(jwt, "alg",
		    "alg is %s; Maskinporten documents RS256, RS384 and RS512",
		    alg == NULL ? "no text" : alg);
}

static void
judge_missing(struct jwt *jwt, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (claim(jwt, names[i]) == NULL)
			jwt_remark(jwt, "claim-missing",
			    "%s is missing, which Maskinporten %s", names[i],
			    jwt->kind == JWT_GRANT ? "requires"
						   : "always sends");
}

static void
judge_times(struct jwt *jwt)
{
	static const char *const names[] = { "iat", "exp", "nbf" };
	long long at;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (claim(jwt, names[i]) != NULL &&
		    !jwt_time(jwt, names[i], &at))
			jwt_remark(jwt, "time-unreadable",
			    "%s is not a time: it must be a number, the "
			    "seconds since 1970 in UTC",
			    names[i]);
	if (jwt_time(jwt, "iat", &at) && at - jwt->now > AHEAD_MAX_S)
		jwt_remark(jwt, "iat-in-future",
		    "iat is %lld seconds ahead of the clock of this host; "
		    "Maskinporten allows %d: one of the two clocks is wrong",
		    at - jwt->now, AHEAD_MAX_S);
}

static void
judge_orgno(struct jwt *jwt, const char *where, const char *id)
{
	char words[IDENTIFIER_WORDS_MAX];

	switch (identifier_words(id, words)) {
	case IDENTIFIER_KNOWN:
		break;
	case IDENTIFIER_UNKNOWN:
		jwt_remark(jwt, "identifier-unknown",
		    "%s: %s has no syntax of EN 319 412-1 or ISO 6523", where,
		    id);
		break;
	case IDENTIFIER_MISTYPED:
		jwt_remark(jwt, "identifier-mistyped",
		    "%s: %s is no Norwegian organisation number, its check "
		    "digit does not fit",
		    where, id);
		break;
	}
}

/* ---- a grant ---------------------------------------------------------------
 */

static void
judge_aud(struct jwt *jwt)
{
	const json_t *aud = claim(jwt, "aud");
	const struct segl_environment *e;
	const char *text = json_string_value(aud);

	if (json_is_array(aud))
		jwt_remark(jwt, "aud-array",
		    "aud is a list; Maskinporten documents a single text");
	if (json_is_array(aud) && json_array_size(aud) == 1)
		text = json_string_value(json_array_get(aud, 0));
	if (text == NULL)
		return;
	e = jwt_environment(text);
	if (e != NULL && strcmp(e->issuer, text) != 0)
		jwt_remark(jwt, "aud-slash",
		    "aud must be %s, to the letter: the slash at the end "
		    "counts (MP-110)",
		    e->issuer);
	else if (e == NULL && strlen(text) > 6 &&
	    strcmp(text + strlen(text) - 6, "/token") == 0)
		jwt_remark(jwt, "aud-endpoint",
		    "aud is the URL of a token endpoint; Maskinporten wants "
		    "its issuer (MP-110)");
	else if (e == NULL)
		jwt_remark(jwt, "aud-unknown",
		    "aud is none of Maskinporten's issuers");
}

static void
judge_lifetime(struct jwt *jwt)
{
	long long iat, exp;

	if (!jwt_time(jwt, "iat", &iat) || !jwt_time(jwt, "exp", &exp))
		return;
	if (exp - iat > LIFETIME_MAX_S)
		jwt_remark(jwt, "lifetime",
		    "exp is %lld seconds after iat; Maskinporten allows %d",
		    exp - iat, LIFETIME_MAX_S);
	else if (exp <= iat)
		jwt_remark(jwt, "lifetime", "exp is not after iat");
}

/* prefix:subscope, both of what RFC 6749, 3.3, allows. */
static int
is_scope(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '"' ||
		    text[i] == '\\')
			return 0;
	return colon != NULL && colon > text && colon + 1 < text + len;
}

static void
judge_scope(struct jwt *jwt)
{
	const char *text = jwt_text(jwt, "scope");

	if (claim(jwt, "scope") != NULL && text == NULL)
		jwt_remark(jwt, "scope-syntax",
		    "scope is not a text; several scopes stand in one text, "
		    "with blanks between them");
	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, " ");

		if (!is_scope(text, len))
			jwt_remark(jwt, "scope-syntax",
			    "'%.*s' is not a scope of Maskinporten, "
			    "prefix:name",
			    (int)len, text);
		text += len + (text[len] == ' ');
	}
}

static void
judge_claim_names(struct jwt *jwt)
{
	static const char *const documented[] = { "aud", "iss", "scope", "iat",
		"exp", "jti", "resource", "pid", "consumer_org",
		"authorization_details" };
	static const char *const others[] = { "iss_onbehalfof", "nbf", "sub" };
	const size_t n = sizeof(documented) / sizeof(documented[0]);
	const char *name, *near;
	json_t *value;

	json_object_foreach(jwt->claims, name, value)
	{
		size_t i = 0;

		while (i < n && strcmp(documented[i], name) != 0)
			i++;
		if (i < n)
			continue;
		near = text_nearest(name, documented, n);
		if (strcmp(name, others[0]) == 0)
			jwt_remark(jwt, "claim-deprecated",
			    "%s is deprecated; consumer_org takes its place",
			    name);
		else if (strcmp(name, others[1]) == 0 ||
		    strcmp(name, others[2]) == 0)
			jwt_remark(jwt, "claim-undocumented",
			    "%s is not documented, but known to be tolerated",
			    name);
		else
			jwt_remark(jwt, "claim-undocumented",
			    "%s is not documented; Maskinporten refuses what "
			    "it does not document (MP-011)%s%s%s",
			    name, near == NULL ? "" : "; did you mean ",
			    near == NULL ? "" : near, near == NULL ? "" : "?");
	}
}

static void
judge_header_names(struct jwt *jwt)
{
	static const char *const known[] = { "alg", "x5c", "kid", "typ" };
	const char *name;
	json_t *value;

	json_object_foreach(jwt->header, name, value)
	{
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) &&
		    strcmp(known[i], name) != 0)
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			jwt_remark(jwt, "header-undocumented",
			    "%s in the header is not documented", name);
	}
}

static void
judge_consumer_org(struct jwt *jwt)
{
	const json_t *value = claim(jwt, "consumer_org");
	const char *text = json_string_value(value);

	if (value != NULL && (text == NULL || !identifier_orgno_valid(text)))
		jwt_remark(jwt, "consumer-org",
		    "consumer_org is no Norwegian organisation number, nine "
		    "digits in a text, the last one a check digit");
}

static void
judge_details(struct jwt *jwt)
{
	const json_t *value = claim(jwt, "authorization_details");
	const json_t *one;
	size_t i;

	if (value != NULL && !json_is_array(value))
		jwt_remark(jwt, "authorization-details",
		    "authorization_details is not a list (RFC 9396)");
	json_array_foreach(value, i, one)
	{
		const char *type =
		    json_string_value(json_object_get(one, "type"));

		if (type == NULL ||
		    (strcmp(type, "urn:altinn:systemuser") != 0 &&
			strcmp(type, "urn:altinn:consent") != 0))
			jwt_remark(jwt, "authorization-details",
			    "authorization_details has an element of a type "
			    "that Digdir does not document (MP-301)");
	}
}

/* ---- the certificates of a grant
 * --------------------------------------------- */

/* With the leaf alone: who can tell whether that is enough? */
static void
judge_alone(struct jwt *jwt)
{
	if (segl_certificate_is_self_issued(jwt->path[0]))
		jwt_remark(jwt, "x5c-self-signed",
		    "x5c has one certificate, which no issuer has signed "
		    "(MP-120)");
	else if (!segl_certificate_is_norwegian(jwt->path[0]))
		jwt_remark(jwt, "x5c-alone",
		    "x5c has the leaf alone; an eSeal needs the whole path "
		    "(MP-120)");
}

static void
judge_one(struct jwt *jwt, size_t i)
{
	long long from, to;

	if (jwt->path[i] == NULL) {
		jwt_remark(jwt, "x5c-unreadable",
		    "certificate %zu of x5c cannot be read; each is DER in "
		    "base64, without line breaks (MP-123)",
		    i + 1);
		return;
	}
	if (segl_certificate_validity(jwt->path[i], &from, &to) != 0)
		jwt_remark(jwt, "certificate-times",
		    "certificate %zu has times that cannot be read", i + 1);
	else if (jwt->now > to)
		jwt_remark(jwt, "certificate-expired",
		    "certificate %zu has expired", i + 1);
	else if (jwt->now < from)
		jwt_remark(jwt, "certificate-not-yet-valid",
		    "certificate %zu is not valid yet", i + 1);
	if (i > 0 && jwt->path[i - 1] != NULL &&
	    !segl_certificate_issued_by(jwt->path[i - 1], jwt->path[i]))
		jwt_remark(jwt, "x5c-order",
		    "certificate %zu did not issue certificate %zu: the leaf "
		    "stands first, then each one's issuer",
		    i + 1, i);
}

static void
judge_leaf(struct jwt *jwt)
{
	const char *id;

	if (jwt->path[0] == NULL)
		return;
	id = segl_certificate_organization_identifier(jwt->path[0]);
	if (id != NULL)
		judge_orgno(jwt, "certificate 1", id);
	else if (!segl_certificate_is_norwegian(jwt->path[0]))
		jwt_remark(jwt, "certificate-identifier",
		    "certificate 1 has no organizationIdentifier in its "
		    "Subject");
	if (json_array_size(json_object_get(jwt->header, "x5c")) == 1)
		judge_alone(jwt);
}

static void
judge_x5c(struct jwt *jwt)
{
	const json_t *x5c = json_object_get(jwt->header, "x5c");
	const json_t *kid = json_object_get(jwt->header, "kid");

	if (x5c == NULL && kid == NULL)
		jwt_remark(jwt, "key-missing",
		    "the header has neither x5c nor kid, so nobody can tell "
		    "whose key signed");
	if (x5c != NULL && kid != NULL)
		jwt_remark(jwt, "x5c-and-kid",
		    "the header has x5c and kid; one of them is documented, "
		    "not both");
	if (x5c == NULL)
		return;
	if (json_array_size(x5c) == 0)
		jwt_remark(jwt, "x5c-type",
		    "x5c is not a list of certificates (MP-123)");
	if (json_array_size(x5c) > JWT_PATH_MAX)
		jwt_remark(jwt, "x5c-many",
		    "x5c has %zu certificates; %d are looked at",
		    json_array_size(x5c), JWT_PATH_MAX);
	for (size_t i = 0; i < jwt->path_len; i++)
		judge_one(jwt, i);
	if (jwt->path_len > 0)
		judge_leaf(jwt);
}

static void
judge_grant(struct jwt *jwt)
{
	static const char *const required[] = { "aud", "iss", "scope", "iat",
		"exp", NULL };

	judge_missing(jwt, required);
	if (claim(jwt, "jti") == NULL)
		jwt_remark(jwt, "jti",
		    "jti is missing; without it two grants can look the same "
		    "(MP-012)");
	judge_aud(jwt);
	judge_lifetime(jwt);
	judge_scope(jwt);
	judge_consumer_org(jwt);
	judge_details(jwt);
	judge_claim_names(jwt);
	judge_header_names(jwt);
	judge_x5c(jwt);
}

/* ---- a token
 * ----------------------------------------------------------------- */

static void
judge_party(struct jwt *jwt, const char *name)
{
	const json_t *party = claim(jwt, name);
	const char *id = json_string_value(json_object_get(party, "ID"));

	if (party != NULL && id == NULL)
		jwt_remark(jwt, "party", "%s has no ID that can be read", name);
	else if (id != NULL)
		judge_orgno(jwt, name, id);
}

static void
judge_token(struct jwt *jwt)
{
	static const char *const required[] = { "iss", "scope", "token_type",
		"client_id", "client_amr", "consumer", "exp", "iat", "jti",
		NULL };
	const char *iss = jwt_text(jwt, "iss"), *amr;
	const struct segl_environment *e = jwt_environment(iss);

	judge_missing(jwt, required);
	if (iss != NULL && (e == NULL || strcmp(e->issuer, iss) != 0))
		jwt_remark(jwt, "iss-unknown",
		    "iss is none of Maskinporten's issuers");
	amr = jwt_text(jwt, "client_amr");
	if (claim(jwt, "client_amr") != NULL &&
	    (amr == NULL || identifier_amr_words(amr) == NULL))
		jwt_remark(jwt, "client-amr",
		    "client_amr is none of the documented values");
	judge_party(jwt, "consumer");
	judge_party(jwt, "supplier");
	if (claim(jwt, "supplier") != NULL &&
	    claim(jwt, "delegation_source") == NULL)
		jwt_remark(jwt, "delegation-source",
		    "there is a supplier, but no delegation_source");
}

void
jwt_judge(struct jwt *jwt)
{
	if (jwt->kind == JWT_OTHER)
		return; /* Maskinporten's rules are not for it */
	judge_alg(jwt);
	judge_times(jwt);
	if (jwt->kind == JWT_GRANT)
		judge_grant(jwt);
	else
		judge_token(jwt);
}
