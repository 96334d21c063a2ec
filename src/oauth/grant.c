/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/rand.h>

#include <segl/grant.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/secret.h"
#include "oauth/claims.h"
#include "oauth/grant.h"
#include "oauth/jws.h"

struct segl_grant {
	struct segl *segl;
	struct claims claims;
	char *kid; /* instead of x5c */
	enum segl_alg alg;
	unsigned int allowed; /* bit 1 << enum segl_alg */
	int allowed_is_builtin;
	enum segl_root root;
	long clock_offset_s;
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
	grant->claims.lifetime_s = SEGL_GRANT_LIFETIME_DEFAULT;
	grant->allowed = BUILTIN_ALGS;
	grant->allowed_is_builtin = 1;
	return grant;
}

void
segl_grant_free(struct segl_grant *grant)
{
	if (grant == NULL)
		return;
	claims_clear(&grant->claims);
	free(grant->kid);
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
	return replace(grant->segl, &grant->claims.audience, issuer);
}

enum segl_status
segl_grant_set_issuer(struct segl_grant *grant, const char *iss)
{
	return replace(grant->segl, &grant->claims.issuer, iss);
}

enum segl_status
segl_grant_set_kid(struct segl_grant *grant, const char *kid)
{
	return replace(grant->segl, &grant->kid, kid);
}

enum segl_status
segl_grant_add_scope(struct segl_grant *grant, const char *scope)
{
	return claims_add_scope(grant->segl, &grant->claims, scope);
}

enum segl_status
segl_grant_add_resource(struct segl_grant *grant, const char *resource)
{
	return claims_add_resource(grant->segl, &grant->claims, resource);
}

enum segl_status
segl_grant_set_consumer_org(struct segl_grant *grant, const char *orgno)
{
	return claims_set_consumer_org(grant->segl, &grant->claims, orgno);
}

enum segl_status
segl_grant_set_pid(struct segl_grant *grant, const char *pid)
{
	return claims_set_pid(grant->segl, &grant->claims, pid);
}

enum segl_status
segl_grant_add_authorization_details(
    struct segl_grant *grant, const char *json, size_t len)
{
	return claims_add_details(grant->segl, &grant->claims, json, len);
}

enum segl_status
segl_grant_add_system_user(
    struct segl_grant *grant, const char *orgno, const char *ref)
{
	return claims_add_system_user(grant->segl, &grant->claims, orgno, ref);
}

enum segl_status
segl_grant_add_consent(
    struct segl_grant *grant, const char *id, const char *from)
{
	return claims_add_consent(grant->segl, &grant->claims, id, from);
}

void
segl_grant_set_clock_offset(struct segl_grant *grant, long seconds)
{
	grant->clock_offset_s = seconds;
}

long
grant_clock_offset_s(const struct segl_grant *grant)
{
	return grant->clock_offset_s;
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
	grant->claims.lifetime_s = seconds;
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
	error_set(grant->segl, SEGL_ECERT, SEGL_TURN_YOU,
	    "the key of this certificate cannot make a signature that "
	    "Maskinporten accepts: RS256, RS384 or RS512 (key-algorithm)");
	error_remedy(grant->segl,
	    "order the same certificate for an RSA key of 3072 bits; "
	    "elliptic-curve keys are not accepted");
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

/* kid names a registered key (RFC 7515, 4.1.4); never both. */
static char *
compose_header(const struct segl_grant *grant,
    const struct segl_softtoken *token, enum segl_alg alg)
{
	const char *name = segl_alg_name(alg);
	json_t *header, *x5c;
	char *text = NULL;

	if (grant->kid != NULL) {
		header =
		    json_pack("{s:s, s:s}", "alg", name, "kid", grant->kid);
	} else {
		x5c = compose_x5c(grant, token);
		if (x5c == NULL)
			return NULL;
		header = json_pack("{s:s, s:o}", "alg", name, "x5c", x5c);
	}
	if (header != NULL)
		text = json_dumps(header, JSON_COMPACT);
	json_decref(header);
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

	if (grant->claims.audience == NULL || grant->claims.audience[0] == '\0')
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a grant needs the issuer of the server as its audience");
	if (grant->claims.scope == NULL) {
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
	const char *iss = grant->claims.issuer != NULL
	    ? grant->claims.issuer
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
		    claims_compose(&grant->claims, iss, now, assertion->jti);
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
