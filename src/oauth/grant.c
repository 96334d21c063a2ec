/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/rand.h>

#include <segl/grant.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/secret.h"
#include "oauth/jws.h"

/* Scopes of one grant, joined; far above what any request needs. */
#define SCOPE_MAX 4096

struct segl_grant {
	struct segl *segl;
	char *audience;
	char *issuer;
	char *scope; /* joined by blanks, RFC 6749, 3.3 */
	long lifetime_s;
	enum segl_alg alg;
	unsigned int allowed; /* bit 1 << enum segl_alg */
	int allowed_is_builtin;
	enum segl_root root;
};

struct segl_assertion {
	char *compact;
	char *header;
	char *claims;
	char *jti;
};

#define BUILTIN_ALGS                                                           \
	(1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 | 1u << SEGL_ALG_RS512)

struct segl_grant *
segl_grant_new(struct segl *segl)
{
	struct segl_grant *grant = calloc(1, sizeof(*grant));

	if (grant == NULL)
		return NULL;
	grant->segl = segl;
	grant->lifetime_s = SEGL_GRANT_LIFETIME_DEFAULT;
	grant->allowed = BUILTIN_ALGS;
	grant->allowed_is_builtin = 1;
	return grant;
}

void
segl_grant_free(struct segl_grant *grant)
{
	if (grant == NULL)
		return;
	free(grant->audience);
	free(grant->issuer);
	free(grant->scope);
	free(grant);
}

static enum segl_status
replace(struct segl *segl, char **to, const char *text)
{
	char *copy = NULL;

	if (text != NULL && (copy = strdup(text)) == NULL)
		return error_nomem(segl);
	free(*to);
	*to = copy;
	return SEGL_OK;
}

enum segl_status
segl_grant_set_audience(struct segl_grant *grant, const char *issuer)
{
	return replace(grant->segl, &grant->audience, issuer);
}

enum segl_status
segl_grant_set_issuer(struct segl_grant *grant, const char *iss)
{
	return replace(grant->segl, &grant->issuer, iss);
}

/* scope-token of RFC 6749, 3.3, with Maskinporten's prefix:subscope. */
static int
is_scope(const char *scope)
{
	const char *colon = strchr(scope, ':');

	if (colon == NULL || colon == scope || colon[1] == '\0')
		return 0;
	for (const char *p = scope; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f || *p == '"' || *p == '\\')
			return 0;
	return 1;
}

enum segl_status
segl_grant_add_scope(struct segl_grant *grant, const char *scope)
{
	size_t have = grant->scope == NULL ? 0 : strlen(grant->scope);
	size_t len = strlen(scope);
	char *joined;

	if (!is_scope(scope) || have + len + 2 > SCOPE_MAX) {
		error_set(grant->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "this is not a scope of Maskinporten: a scope is "
		    "prefix:subscope, without blanks or quotes");
		error_remedy(grant->segl,
		    "copy the scope from the API's documentation, "
		    "toll:eu/movement/road/v2 for instance");
		return SEGL_EUSAGE;
	}
	joined = realloc(grant->scope, have + len + 2);
	if (joined == NULL)
		return error_nomem(grant->segl);
	if (have > 0)
		joined[have++] = ' ';
	memcpy(joined + have, scope, len + 1);
	grant->scope = joined;
	return SEGL_OK;
}

enum segl_status
segl_grant_set_lifetime(struct segl_grant *grant, long seconds)
{
	if (seconds < 1 || seconds > SEGL_GRANT_LIFETIME_MAX) {
		error_set(grant->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a grant cannot live for %ld seconds: Maskinporten "
		    "accepts 1 to %d",
		    seconds, SEGL_GRANT_LIFETIME_MAX);
		return SEGL_EUSAGE;
	}
	grant->lifetime_s = seconds;
	return SEGL_OK;
}

void
segl_grant_set_alg(struct segl_grant *grant, enum segl_alg alg)
{
	grant->alg = alg;
}

void
segl_grant_allow_alg(struct segl_grant *grant, enum segl_alg alg)
{
	if (grant->allowed_is_builtin)
		grant->allowed = 0;
	grant->allowed_is_builtin = 0;
	if (alg != SEGL_ALG_NONE)
		grant->allowed |= 1u << alg;
}

void
segl_grant_set_root(struct segl_grant *grant, enum segl_root root)
{
	grant->root = root;
}

/* The algorithm asked for, or the first allowed one that the key can make. */
static enum segl_status
choose_alg(const struct segl_grant *grant, const struct segl_softtoken *token,
    enum segl_alg *out)
{
	*out = SEGL_ALG_NONE;
	for (enum segl_alg alg = SEGL_ALG_RS256; alg <= SEGL_ALG_ES256; alg++) {
		if (grant->alg != SEGL_ALG_NONE && alg != grant->alg)
			continue;
		if ((grant->allowed & 1u << alg) != 0 &&
		    segl_softtoken_can_sign(token, alg)) {
			*out = alg;
			return SEGL_OK;
		}
	}
	if (grant->alg != SEGL_ALG_NONE &&
	    (grant->allowed & 1u << grant->alg) == 0) {
		error_set(grant->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s was asked for, but the server does not offer it",
		    segl_alg_name(grant->alg));
		error_remedy(grant->segl, "leave the algorithm to segl");
		return SEGL_EUSAGE;
	}
	error_set(grant->segl, SEGL_ECERT, SEGL_TURN_ISSUER,
	    "the key of this certificate cannot make a signature that "
	    "Maskinporten accepts (RS256, RS384, RS512)");
	error_remedy(grant->segl,
	    "ask the issuer for the same certificate with an RSA key of at "
	    "least 2048 bits; elliptic-curve keys are not accepted");
	return SEGL_ECERT;
}

/* RFC 7515, 4.1.6: base64 (not base64url) of the DER, leaf first. */
static json_t *
compose_x5c(const struct segl_grant *grant, const struct segl_softtoken *token)
{
	size_t n = segl_softtoken_path_len(token);
	json_t *x5c = json_array();

	/* a root alone would be the leaf: never drop that */
	if (grant->root == SEGL_ROOT_OMIT && n > 1 &&
	    segl_softtoken_path_has_root(token))
		n--;
	for (size_t i = 0; x5c != NULL && i < n; i++) {
		size_t len;
		const unsigned char *der =
		    segl_softtoken_path_der(token, i, &len);
		char *text = base64_encode(der, len);

		if (text == NULL ||
		    json_array_append_new(x5c, json_string(text)) != 0) {
			json_decref(x5c);
			x5c = NULL;
		}
		free(text);
	}
	return x5c;
}

static char *
compose_header(const struct segl_grant *grant,
    const struct segl_softtoken *token, enum segl_alg alg)
{
	json_t *x5c = compose_x5c(grant, token);
	json_t *header;
	char *text = NULL;

	if (x5c == NULL)
		return NULL;
	header = json_pack("{s:s, s:o}", "alg", segl_alg_name(alg), "x5c", x5c);
	if (header != NULL)
		text = json_dumps(header, JSON_COMPACT);
	json_decref(header);
	return text;
}

static char *
compose_claims(const struct segl_grant *grant, const char *iss, long long now,
    const char *jti)
{
	json_t *claims =
	    json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "aud", grant->audience,
		"iss", iss, "scope", grant->scope, "iat", (json_int_t)now,
		"exp", (json_int_t)(now + grant->lifetime_s), "jti", jti);
	char *text = NULL;

	if (claims != NULL)
		text = json_dumps(claims, JSON_COMPACT);
	json_decref(claims);
	return text;
}

/* A random UUID (RFC 9562, 5.4); NULL without random bytes or memory. */
static char *
fresh_jti(void)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char r[16];
	char *text = malloc(37), *p = text;

	if (text == NULL || RAND_bytes(r, sizeof(r)) != 1) {
		free(text);
		return NULL;
	}
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(r); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = hex[r[i] >> 4];
		*p++ = hex[r[i] & 15];
	}
	*p = '\0';
	return text;
}

static enum segl_status
check_complete(const struct segl_grant *grant, const char *iss)
{
	struct segl *segl = grant->segl;

	if (grant->audience == NULL || grant->audience[0] == '\0')
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a grant needs the issuer of the server as its audience");
	if (grant->scope == NULL) {
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "a grant needs a scope");
		error_remedy(segl,
		    "name what the token is for; digdir:verksemd.eu is the "
		    "scope to test an eSeal with");
		return SEGL_EUSAGE;
	}
	if (iss == NULL || iss[0] == '\0') {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the certificate names no organisation (O) that could "
		    "stand as iss");
		error_remedy(segl, "name the business with --issuer-name");
		return SEGL_EUSAGE;
	}
	return SEGL_OK;
}

void
segl_assertion_free(struct segl_assertion *assertion)
{
	if (assertion == NULL)
		return;
	secret_free_text(assertion->compact);
	free(assertion->header);
	free(assertion->claims);
	free(assertion->jti);
	free(assertion);
}

enum segl_status
segl_grant_sign(struct segl_grant *grant, const struct segl_softtoken *token,
    long long now, const char *jti, struct segl_assertion **out)
{
	const char *iss = grant->issuer != NULL
	    ? grant->issuer
	    : segl_softtoken_organization(token);
	struct segl *segl = grant->segl;
	struct segl_assertion *assertion;
	enum segl_status status;
	enum segl_alg alg;

	*out = NULL;
	status = check_complete(grant, iss);
	if (status == SEGL_OK)
		status = choose_alg(grant, token, &alg);
	if (status != SEGL_OK)
		return status;
	assertion = calloc(1, sizeof(*assertion));
	if (assertion == NULL)
		return error_nomem(segl);
	assertion->jti = jti == NULL ? fresh_jti() : strdup(jti);
	assertion->header = compose_header(grant, token, alg);
	if (assertion->jti != NULL)
		assertion->claims =
		    compose_claims(grant, iss, now, assertion->jti);
	if (assertion->jti == NULL || assertion->header == NULL ||
	    assertion->claims == NULL)
		status = error_nomem(segl);
	else
		status = jws_sign(segl, token, alg, assertion->header,
		    assertion->claims, &assertion->compact);
	if (status == SEGL_OK)
		*out = assertion;
	else
		segl_assertion_free(assertion);
	return status;
}

const char *
segl_assertion_compact(const struct segl_assertion *assertion)
{
	return assertion->compact;
}

const char *
segl_assertion_header(const struct segl_assertion *assertion)
{
	return assertion->header;
}

const char *
segl_assertion_claims(const struct segl_assertion *assertion)
{
	return assertion->claims;
}

const char *
segl_assertion_jti(const struct segl_assertion *assertion)
{
	return assertion->jti;
}
