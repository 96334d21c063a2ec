/* SPDX-License-Identifier: ISC */
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <segl/jws.h>

#include "base/base64.h"
#include "sim/api.h"

#define JTI_BYTES 32

/* ---- addresses ---------------------------------------------------------- */

static const struct {
	const char *method;
	const char *path;
	enum segl_status (*answer)(const struct api_call *call);
} addresses[] = {
	{ "POST", "/api/access/external/oauth/token", customs_exchange },
	{ "GET", "/api/movement/road/v2/test-auth", customs_test_auth },
	{ "GET", "/authentication/api/v1/exchange/maskinporten",
	    altinn_exchange },
};

int
api_answer(const struct api_call *call, enum segl_status *status)
{
	const struct httpd_request *request = call->request;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (strcmp(addresses[i].path, request->path) != 0)
			continue;
		*status = SEGL_OK;
		if (strcmp(addresses[i].method, request->method) == 0) {
			*status = addresses[i].answer(call);
			return 1;
		}
		call->answer->status = 405;
		httpd_answer_field(call->answer, "Allow", addresses[i].method);
		return 1;
	}
	return 0;
}

/* ---- tokens ------------------------------------------------------------- */

char *
api_issuer_name(const struct sim *sim, enum api_issuer issuer)
{
	static const char *const paths[] = { [API_MASKINPORTEN] = "",
		[API_CUSTOMS] = "api/access/external",
		[API_ALTINN] = "authentication/api/v1/openid/" };
	char *name;

	return asprintf(&name, "%s%s", sim->issuer, paths[issuer]) < 0 ? NULL
								       : name;
}

static int
signed_with(struct sim *sim, const char *token, EVP_PKEY *key)
{
	char alg[RULE_WORD_MAX];
	unsigned char *spki = NULL;
	int len = key == NULL ? 0 : i2d_PUBKEY(key, &spki);
	int ours;

	(void)rules_word(&sim->options.rules, RULE_TOKEN_ALG, alg, sizeof(alg));
	ours = len > 0 &&
	    segl_jws_verify(sim->segl, token, strlen(token), segl_alg_find(alg),
		spki, (size_t)len) == SEGL_OK;
	segl_error_clear(sim->segl);
	OPENSSL_free(spki);
	return ours;
}

/* Whether the signature of TOKEN is ours, of now or of before a rotation. */
static int
is_ours(struct sim *sim, const char *token)
{
	return signer_wait(sim) == SEGL_OK &&
	    (signed_with(sim, token, sim->signer.key) ||
		signed_with(sim, token, sim->before.key));
}

static const char *
fault_of(
    const struct api_call *call, const json_t *claims, enum api_issuer issuer)
{
	const char *iss = json_string_value(json_object_get(claims, "iss"));
	char *name = api_issuer_name(call->sim, issuer);
	const char *why = NULL;

	if (name == NULL || iss == NULL || strcmp(iss, name) != 0)
		why = "another issuer made the token";
	else if (json_integer_value(json_object_get(claims, "exp")) <=
	    call->now)
		why = "the token is expired";
	free(name);
	return why;
}

json_t *
api_claims(const struct api_call *call, const char *token,
    enum api_issuer issuer, const char **why)
{
	struct segl_jws *jws = NULL;
	json_t *claims = NULL;

	*why = "it is not a token of this server";
	if (token != NULL && is_ours(call->sim, token) &&
	    segl_jws_parse(call->sim->segl, token, strlen(token), &jws) ==
		SEGL_OK)
		claims = json_loads(segl_jws_payload(jws), 0, NULL);
	segl_jws_free(jws);
	segl_error_clear(call->sim->segl);
	if (claims != NULL)
		*why = fault_of(call, claims, issuer);
	if (*why == NULL)
		return claims;
	json_decref(claims);
	return NULL;
}

const char *
api_bearer(const struct httpd_request *request)
{
	const char *value = httpd_request_field(request, "Authorization");

	if (value == NULL ||
	    httpd_request_field_count(request, "Authorization") != 1 ||
	    strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	return value + 7 + strspn(value + 7, " ");
}

char *
api_sign(const struct api_call *call, enum api_issuer issuer, long lifetime_s,
    json_t *claims)
{
	unsigned char bytes[JTI_BYTES];
	char *name = api_issuer_name(call->sim, issuer), *jti = NULL;
	char *token = NULL;
	json_t *ours = NULL;

	if (RAND_bytes(bytes, sizeof(bytes)) == 1)
		jti = base64url_encode(bytes, sizeof(bytes));
	if (name != NULL && jti != NULL)
		ours = json_pack("{s:s, s:I, s:I, s:s}", "iss", name, "iat",
		    (json_int_t)call->now, "exp",
		    (json_int_t)(call->now + lifetime_s), "jti", jti);
	if (ours != NULL && claims != NULL &&
	    json_object_update(ours, claims) == 0) {
		token = access_token_sign(
		    ours, &call->sim->options.rules, &call->sim->signer);
		(void)json_object_set(call->entry, "token", ours);
	}
	json_decref(ours);
	json_decref(claims);
	free(jti);
	free(name);
	return token;
}

int
api_is_norwegian(const json_t *claims)
{
	const char *id = json_string_value(
	    json_object_get(json_object_get(claims, "consumer"), "ID"));

	return id != NULL && strncmp(id, "0192:", 5) == 0;
}

void
api_note(const struct api_call *call, const char *outcome, enum rule rule,
    const char *why)
{
	(void)json_object_set_new(call->entry, "outcome", json_string(outcome));
	if (why == NULL)
		return;
	(void)json_object_set_new(
	    call->entry, "rule", json_string(rule_row(rule)->id));
	(void)json_object_set_new(call->entry, "why", json_string(why));
}
