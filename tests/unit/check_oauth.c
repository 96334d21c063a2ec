/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <segl/exchange.h>
#include <segl/metadata.h>

#include "base/base64.h"
#include "oauth/jws.h"
#include "oauth/jwt_libjwt.h"
#include "oauth/strict_json.h"
#include "seal.h"

#define AUD   "https://sim.example/"
#define SCOPE "digdir:verksemd.eu"
#define NOW   1763800000LL

/* ---- a loaded soft token and a grant ---------------------------------- */

struct fixture {
	struct segl *segl;
	struct segl_softtoken *token;
	struct segl_grant *grant;
};

static void
open_seal(struct fixture *f, const struct seal_spec *spec)
{
	unsigned char *p12;
	size_t len;

	f->segl = segl_new();
	f->token = segl_softtoken_new(f->segl);
	p12 = seal_make(spec, &len);
	assert_int_equal(segl_softtoken_set_pin(f->token, "pin", 3), SEGL_OK);
	assert_int_equal(
	    segl_softtoken_load_mem(f->token, p12, len, "test.p12"), SEGL_OK);
	free(p12);
	f->grant = segl_grant_new(f->segl);
	assert_int_equal(segl_grant_set_audience(f->grant, AUD), SEGL_OK);
	assert_int_equal(segl_grant_add_scope(f->grant, SCOPE), SEGL_OK);
}

static void
close_seal(struct fixture *f)
{
	segl_grant_free(f->grant);
	segl_softtoken_free(f->token);
	segl_free(f->segl);
}

static const struct seal_spec rsa = { .org = "Example Legal Entity AB",
	.orgid = "NTRSE-5560000001" };
static const struct seal_spec ec = {
	.ec = 1, .org = "Example Legal Entity AB", .orgid = "NTRSE-5560000001"
};

/* ---- the grant -------------------------------------------------------- */

static void
grant_has_the_documented_claims_and_no_other(void **state)
{
	struct segl_assertion *a;
	struct segl_jws *jws;
	struct fixture f;
	char want[512];
	json_t *header;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, "j-1", &a), SEGL_OK);
	snprintf(want, sizeof(want),
	    "{\"aud\":\"" AUD "\",\"iss\":\"Example Legal Entity AB\","
	    "\"scope\":\"" SCOPE "\",\"iat\":%lld,\"exp\":%lld,"
	    "\"jti\":\"j-1\"}",
	    NOW, NOW + SEGL_GRANT_LIFETIME_DEFAULT);
	assert_string_equal(segl_assertion_claims(a), want);
	assert_int_equal(segl_jws_parse(f.segl, segl_assertion_compact(a),
			     strlen(segl_assertion_compact(a)), &jws),
	    SEGL_OK);
	assert_string_equal(segl_jws_payload(jws), want);
	header = json_loads(segl_jws_header(jws), 0, NULL);
	assert_int_equal(json_object_size(header), 2);
	assert_string_equal(
	    json_string_value(json_object_get(header, "alg")), "RS256");
	assert_int_equal(json_array_size(json_object_get(header, "x5c")), 3);
	json_decref(header);
	segl_jws_free(jws);
	segl_assertion_free(a);
	close_seal(&f);
}

static size_t
x5c_size(const struct segl_assertion *a)
{
	json_t *header = json_loads(segl_assertion_header(a), 0, NULL);
	size_t n = json_array_size(json_object_get(header, "x5c"));

	json_decref(header);
	return n;
}

static void
x5c_is_the_path_leaf_first(void **state)
{
	struct segl_assertion *a;
	struct fixture f;
	json_t *header, *x5c;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	header = json_loads(segl_assertion_header(a), 0, NULL);
	x5c = json_object_get(header, "x5c");
	for (size_t i = 0; i < json_array_size(x5c); i++) {
		const char *text = json_string_value(json_array_get(x5c, i));
		const unsigned char *der;
		unsigned char *bytes;
		size_t n, der_len;

		assert_int_equal(
		    base64_decode(text, strlen(text), &bytes, &n), 0);
		der = segl_softtoken_path_der(f.token, i, &der_len);
		assert_int_equal(n, der_len);
		assert_memory_equal(bytes, der, n);
		free(bytes);
	}
	json_decref(header);
	segl_assertion_free(a);
	segl_grant_set_root(f.grant, SEGL_ROOT_OMIT);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	assert_int_equal(x5c_size(a), 2);
	segl_assertion_free(a);
	close_seal(&f);
}

static void
jti_is_a_fresh_random_uuid(void **state)
{
	struct segl_assertion *a, *b;
	struct fixture f;
	const char *jti;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &b), SEGL_OK);
	jti = segl_assertion_jti(a);
	assert_string_not_equal(jti, segl_assertion_jti(b));
	assert_int_equal(strlen(jti), 36);
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(jti[i], '-');
		else
			assert_true(isxdigit((unsigned char)jti[i]));
	assert_int_equal(jti[14], '4');
	assert_non_null(strchr("89ab", jti[19]));
	segl_assertion_free(a);
	segl_assertion_free(b);
	close_seal(&f);
}

static void
every_algorithm_verifies(void **state)
{
	static const enum segl_alg algs[] = { SEGL_ALG_RS256, SEGL_ALG_RS384,
		SEGL_ALG_RS512 };
	struct segl_assertion *a;
	const unsigned char *spki;
	struct fixture f;
	size_t len;

	(void)state;
	open_seal(&f, &rsa);
	spki = segl_softtoken_spki(f.token, &len);
	for (size_t i = 0; i < 3; i++) {
		const char *compact;

		segl_grant_set_alg(f.grant, algs[i]);
		assert_int_equal(
		    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
		compact = segl_assertion_compact(a);
		for (size_t k = 0; k < 3; k++) {
			segl_error_clear(f.segl);
			assert_int_equal(
			    segl_jws_verify(f.segl, compact, strlen(compact),
				algs[k], spki, len),
			    i == k ? SEGL_OK : SEGL_EAUTHN);
		}
		segl_assertion_free(a);
	}
	close_seal(&f);
}

static void
elliptic_key_only_where_offered(void **state)
{
	struct segl_assertion *a = (struct segl_assertion *)1;
	struct fixture f;

	(void)state;
	open_seal(&f, &ec);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_ECERT);
	assert_null(a);
	assert_non_null(strstr(segl_error_remedy(f.segl), "RSA"));
	assert_int_equal(segl_error_turn(f.segl), SEGL_TURN_YOU);
	segl_error_clear(f.segl);
	segl_grant_allow_alg(f.grant, SEGL_ALG_RS256);
	segl_grant_allow_alg(f.grant, SEGL_ALG_ES256);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	assert_non_null(strstr(segl_assertion_header(a), "\"ES256\""));
	segl_assertion_free(a);
	segl_grant_set_alg(f.grant, SEGL_ALG_RS384);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_EUSAGE);
	assert_null(a);
	close_seal(&f);
}

static void
scopes_are_checked_and_joined(void **state)
{
	static const char *const good[] = { "toll:eu/movement/road/v2",
		"altinn:accessmanagement/enduser:connections:toothers.read",
		"a:b" };
	static const char *const bad[] = { "", "noprefix", ":x", "x:", "a b:c",
		"a:\"b", "a:b\n", "a:b\\c", "bl\xc3\xa5:b", "a:b c" };
	struct segl *segl = segl_new();
	struct segl_grant *grant = segl_grant_new(segl);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(segl_grant_add_scope(grant, good[i]), SEGL_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    segl_grant_add_scope(grant, bad[i]), SEGL_EUSAGE);
	segl_grant_free(grant);
	segl_free(segl);
}

static void
lifetime_has_bounds(void **state)
{
	struct segl *segl = segl_new();
	struct segl_grant *grant = segl_grant_new(segl);

	(void)state;
	assert_int_equal(segl_grant_set_lifetime(grant, 1), SEGL_OK);
	assert_int_equal(segl_grant_set_lifetime(grant, 120), SEGL_OK);
	assert_int_equal(segl_grant_set_lifetime(grant, 0), SEGL_EUSAGE);
	assert_int_equal(segl_grant_set_lifetime(grant, 121), SEGL_EUSAGE);
	segl_grant_free(grant);
	segl_free(segl);
}

static void
iss_is_the_organisation_or_what_is_given(void **state)
{
	static const struct seal_spec nameless = { .orgid = "NTRSE-1" };
	struct segl_assertion *a;
	struct fixture f;

	(void)state;
	open_seal(&f, &nameless);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_EUSAGE);
	segl_error_clear(f.segl);
	assert_int_equal(segl_grant_set_issuer(f.grant, "tms \"1\""), SEGL_OK);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	assert_non_null(
	    strstr(segl_assertion_claims(a), "\"iss\":\"tms \\\"1\\\"\""));
	segl_assertion_free(a);
	close_seal(&f);
}

static void
incomplete_grants_are_not_signed(void **state)
{
	struct segl_assertion *a;
	struct segl_grant *empty;
	struct fixture f;

	(void)state;
	open_seal(&f, &rsa);
	empty = segl_grant_new(f.segl);
	assert_int_equal(
	    segl_grant_sign(empty, f.token, NOW, NULL, &a), SEGL_EUSAGE);
	assert_null(a);
	segl_error_clear(f.segl);
	assert_int_equal(segl_grant_set_audience(empty, AUD), SEGL_OK);
	assert_int_equal(
	    segl_grant_sign(empty, f.token, NOW, NULL, &a), SEGL_EUSAGE);
	assert_null(a);
	segl_grant_free(empty);
	close_seal(&f);
}

static const char *
claims_of(struct fixture *f, struct segl_assertion **a)
{
	assert_int_equal(
	    segl_grant_sign(f->grant, f->token, NOW, "j", a), SEGL_OK);
	return segl_assertion_claims(*a);
}

static void
further_claims_as_documented(void **state)
{
	struct segl_assertion *a;
	struct fixture f;
	const char *claims;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(
	    segl_grant_add_resource(f.grant, "https://api.example/a"), SEGL_OK);
	assert_int_equal(
	    segl_grant_set_consumer_org(f.grant, "974760673"), SEGL_OK);
	assert_int_equal(segl_grant_set_pid(f.grant, "01010750160"), SEGL_OK);
	assert_int_equal(
	    segl_grant_add_system_user(f.grant, "974760673", "ref-1"), SEGL_OK);
	claims = claims_of(&f, &a);
	assert_non_null(
	    strstr(claims, "\"resource\":[\"https://api.example/a\"]"));
	assert_non_null(strstr(claims, "\"consumer_org\":\"974760673\""));
	assert_non_null(strstr(claims, "\"pid\":\"01010750160\""));
	assert_non_null(strstr(claims,
	    "\"authorization_details\":[{\"type\":\"urn:altinn:systemuser\","
	    "\"systemuser_org\":{\"authority\":\"iso6523-actorid-upis\","
	    "\"ID\":\"0192:974760673\"},\"externalRef\":\"ref-1\"}]"));
	segl_assertion_free(a);
	close_seal(&f);
}

static void
authorization_details_are_strict(void **state)
{
	static const char *const good[] = {
		"[{\"type\":\"a\",\"x\":{\"y\":[1]}},{\"type\":\"b\"}]",
		" {\"type\":\"a\"} "
	};
	static const char *const bad[] = { "", "[]", "{}", "[1]", "\"a\"",
		"[{\"type\":\"\"}]", "[{\"type\":1}]", "{\"type\":\"a\"} x",
		"{\"type\":\"a\",\"type\":\"b\"}", "[{\"type\":\"a\"}",
		"{\"type\":\"a\"},\"more\":1" };
	struct segl *segl = segl_new();
	struct segl_grant *grant = segl_grant_new(segl);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(segl_grant_add_authorization_details(
				     grant, good[i], strlen(good[i])),
		    SEGL_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		segl_error_clear(segl);
		assert_int_equal(segl_grant_add_authorization_details(
				     grant, bad[i], strlen(bad[i])),
		    SEGL_EUSAGE);
	}
	segl_grant_free(grant);
	segl_free(segl);
}

static void
consents_and_numbers_are_checked(void **state)
{
	static const char uuid[] = "f1b1ca6e-7b3e-4d0f-9d0b-2f6d3a1c5e77";
	struct segl *segl = segl_new();
	struct segl_grant *grant = segl_grant_new(segl);

	(void)state;
	assert_int_equal(
	    segl_grant_add_consent(grant, uuid, "974760673"), SEGL_OK);
	assert_int_equal(
	    segl_grant_add_consent(grant, uuid, "01010750160"), SEGL_OK);
	assert_int_equal(
	    segl_grant_add_consent(grant, "x", "974760673"), SEGL_EUSAGE);
	assert_int_equal(
	    segl_grant_add_consent(grant, uuid, "974760674"), SEGL_EUSAGE);
	assert_int_equal(
	    segl_grant_set_consumer_org(grant, "974760674"), SEGL_EUSAGE);
	assert_int_equal(
	    segl_grant_set_consumer_org(grant, "97476067"), SEGL_EUSAGE);
	assert_int_equal(
	    segl_grant_set_consumer_org(grant, "97476067a"), SEGL_EUSAGE);
	assert_int_equal(
	    segl_grant_add_system_user(grant, "974760674", NULL), SEGL_EUSAGE);
	assert_int_equal(segl_grant_set_pid(grant, "0101075016"), SEGL_EUSAGE);
	/* wrong check digits only draw a remark: rules change in 2032 */
	assert_int_equal(segl_grant_set_pid(grant, "01010750161"), SEGL_OK);
	assert_int_equal(segl_grant_add_resource(grant, ""), SEGL_EUSAGE);
	assert_int_equal(segl_grant_add_resource(grant, "a b"), SEGL_EUSAGE);
	segl_grant_free(grant);
	segl_free(segl);
}

static void
registered_key_has_kid_and_no_x5c(void **state)
{
	struct segl_assertion *a;
	struct fixture f;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(segl_grant_set_kid(f.grant, "key-1"), SEGL_OK);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, "j", &a), SEGL_OK);
	assert_string_equal(
	    segl_assertion_header(a), "{\"alg\":\"RS256\",\"kid\":\"key-1\"}");
	segl_assertion_free(a);
	close_seal(&f);
}

/* ---- JWS -------------------------------------------------------------- */

static void
malformed_jws_never_reaches_libjwt(void **state)
{
	static const char *const bad[] = { "", ".", "..", "...", "a.b",
		"e30.e30.", ".e30.e30", "e30..e30", "e30.e30.e30.e30",
		"!!e30.e30.e30", "e30.e30.e3=", "e30.W10.e30",
		/* no alg; alg no text; twice the same name */
		"e30.e30.AAAA", "eyJhbGciOjF9.e30.AAAA",
		"eyJhbGciOiJhIiwiYWxnIjoiYiJ9.e30.AAAA" };
	struct segl *segl = segl_new();
	struct segl_jws *jws = (struct segl_jws *)1;
	char *huge;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		segl_error_clear(segl);
		assert_int_equal(
		    segl_jws_parse(segl, bad[i], strlen(bad[i]), &jws),
		    SEGL_EREPLY);
		assert_null(jws);
	}
	huge = malloc(SEGL_JWS_MAX + 2);
	memset(huge, 'A', SEGL_JWS_MAX + 1);
	huge[10] = huge[20] = '.';
	segl_error_clear(segl);
	assert_int_equal(
	    segl_jws_parse(segl, huge, SEGL_JWS_MAX + 1, &jws), SEGL_EREPLY);
	free(huge);
	segl_free(segl);
}

/* Any changed character of a signed grant must be noticed. */
static void
tampering_is_noticed(void **state)
{
	struct segl_assertion *a;
	const unsigned char *spki;
	struct fixture f;
	size_t len, spki_len;
	char *copy;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(
	    segl_grant_sign(f.grant, f.token, NOW, NULL, &a), SEGL_OK);
	spki = segl_softtoken_spki(f.token, &spki_len);
	copy = strdup(segl_assertion_compact(a));
	len = strlen(copy);
	for (size_t i = 0; i < len; i += 97) {
		char c = copy[i];

		copy[i] = c == 'A' ? 'B' : 'A';
		segl_error_clear(f.segl);
		assert_int_not_equal(segl_jws_verify(f.segl, copy, len,
					 SEGL_ALG_RS256, spki, spki_len),
		    SEGL_OK);
		copy[i] = c;
	}
	segl_error_clear(f.segl);
	assert_int_equal(
	    segl_jws_verify(f.segl, copy, len, SEGL_ALG_RS256, spki, spki_len),
	    SEGL_OK);
	free(copy);
	segl_assertion_free(a);
	close_seal(&f);
}

/*
 * "HS256" with the public key as secret: libjwt would verify it. The header
 * is what the caller pinned, so it never gets there.
 */
static void
algorithm_is_pinned(void **state)
{
	static const char forged[] =
	    "eyJhbGciOiJIUzI1NiJ9.e30."
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	static const char none[] = "eyJhbGciOiJub25lIn0.e30.AAAA";
	const unsigned char *spki;
	struct fixture f;
	size_t len;

	(void)state;
	open_seal(&f, &rsa);
	spki = segl_softtoken_spki(f.token, &len);
	assert_int_equal(segl_jws_verify(f.segl, forged, strlen(forged),
			     SEGL_ALG_RS256, spki, len),
	    SEGL_EAUTHN);
	segl_error_clear(f.segl);
	assert_int_equal(segl_jws_verify(f.segl, none, strlen(none),
			     SEGL_ALG_RS256, spki, len),
	    SEGL_EAUTHN);
	segl_error_clear(f.segl);
	assert_int_equal(segl_jws_verify(f.segl, none, strlen(none),
			     SEGL_ALG_NONE, spki, len),
	    SEGL_EUSAGE);
	/* and the key must be one for the algorithm */
	segl_error_clear(f.segl);
	assert_int_equal(jws_verify_libjwt(f.segl, none, strlen(none),
			     SEGL_ALG_ES256, 1, spki, len),
	    SEGL_EAUTHN);
	segl_error_clear(f.segl);
	assert_int_equal(jws_verify_libjwt(f.segl, none, strlen(none),
			     SEGL_ALG_RS256, 1, (const unsigned char *)"x", 1),
	    SEGL_EAUTHN);
	close_seal(&f);
}

/* Access tokens of others say at+jwt (RFC 9068, 2.1). */
static void
a_jws_may_be_of_any_type(void **state)
{
	static const struct {
		const struct seal_spec *seal;
		enum segl_alg alg;
		const char *header;
	} cases[] = {
		{ &rsa, SEGL_ALG_RS256,
		    "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}" },
		{ &rsa, SEGL_ALG_RS512, "{\"alg\":\"RS512\",\"typ\":1}" },
		{ &ec, SEGL_ALG_ES256,
		    "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}" },
		{ &rsa, SEGL_ALG_RS256, "{\"alg\":\"RS256\",\"typ\":\"jwt\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const unsigned char *spki;
		struct fixture f;
		size_t len;
		char *jws, *at;

		open_seal(&f, cases[i].seal);
		spki = segl_softtoken_spki(f.token, &len);
		/* it verifies what it signs */
		assert_int_equal(jws_sign(f.segl, f.token, cases[i].alg,
				     cases[i].header, "{\"a\":1}", &jws),
		    SEGL_OK);
		at = &jws[strlen(jws) - 10];
		*at = *at == 'A' ? 'B' : 'A'; /* base64url still */
		assert_int_equal(segl_jws_verify(f.segl, jws, strlen(jws),
				     cases[i].alg, spki, len),
		    SEGL_EAUTHN);
		free(jws);
		close_seal(&f);
	}
}

/* ---- the exchange ----------------------------------------------------- */

/* A transport that answers from a script and keeps what was posted. */
struct scripted {
	struct segl_transport transport;
	const struct segl_response *answers;
	const enum segl_status *outcomes;
	unsigned int posts;
	unsigned int prepares;
	char *bodies[8];
};

static enum segl_status
scripted_post(struct segl_transport *self, struct segl *segl, const char *url,
    const char *content_type, const char *body, size_t len,
    struct segl_response *response)
{
	struct scripted *s = (struct scripted *)self;
	unsigned int i = s->posts++;

	(void)segl;
	assert_string_equal(url, AUD "token");
	assert_string_equal(content_type, "application/x-www-form-urlencoded");
	assert_int_equal(strlen(body), len);
	assert_true(i < 8);
	s->bodies[i] = strdup(body);
	*response = s->answers[i];
	if (s->answers[i].body != NULL) {
		response->body = strdup(s->answers[i].body);
		response->len = strlen(response->body);
	}
	return s->outcomes[i];
}

static void
scripted_prepare(struct segl_transport *self, const char *url)
{
	(void)url;
	((struct scripted *)self)->prepares++;
}

#define GOOD                                                                   \
	(char *)(uintptr_t) "{\"access_token\":\"t\",\"token_type\":"          \
			    "\"Bearer\","                                      \
			    "\"expires_in\":9}"

static void
retries_always_carry_a_new_grant(void **state)
{
	static const struct segl_response answers[] = {
		{ .http_status = 503, .date = -1, .retry_after_s = -1 },
		{ .date = -1, .retry_after_s = -1 },
		{ .http_status = 200,
		    .body = GOOD,
		    .date = -1,
		    .retry_after_s = -1 },
	};
	static const enum segl_status outcomes[] = { SEGL_OK, SEGL_ENETWORK,
		SEGL_OK };
	struct scripted s = { .transport = { .post = scripted_post,
				  .prepare = scripted_prepare },
		.answers = answers,
		.outcomes = outcomes };
	struct segl_token *token;
	struct fixture f;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(segl_exchange(f.segl, &s.transport, f.grant, f.token,
			     AUD "token", 10, &token),
	    SEGL_OK);
	assert_string_equal(segl_token_access_token(token), "t");
	assert_int_equal(s.posts, 3);
	assert_int_equal(s.prepares, 2);
	for (unsigned int i = 0; i < 3; i++) {
		assert_non_null(strstr(s.bodies[i],
		    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%"
		    "3Ajwt-bearer&assertion=ey"));
		for (unsigned int k = 0; k < i; k++)
			assert_string_not_equal(s.bodies[i], s.bodies[k]);
	}
	for (unsigned int i = 0; i < 3; i++)
		free(s.bodies[i]);
	segl_token_free(token);
	close_seal(&f);
}

static void
refusals_are_not_tried_again(void **state)
{
	static const struct segl_response answers[] = {
		{ .http_status = 400,
		    .body = (char *)(uintptr_t) "{\"error\":\"invalid_grant\"}",
		    .date = -1,
		    .retry_after_s = -1 },
	};
	static const enum segl_status outcomes[] = { SEGL_OK };
	struct scripted s = { .transport = { .post = scripted_post },
		.answers = answers,
		.outcomes = outcomes };
	struct segl_token *token;
	struct fixture f;

	(void)state;
	open_seal(&f, &rsa);
	assert_int_equal(segl_exchange(f.segl, &s.transport, f.grant, f.token,
			     AUD "token", 10, &token),
	    SEGL_EAUTHN);
	assert_null(token);
	assert_int_equal(s.posts, 1);
	free(s.bodies[0]);
	close_seal(&f);
}

static void
retry_after_beyond_the_budget_ends_it(void **state)
{
	/* the last two would be no time at all, counted in milliseconds */
	static const struct segl_response answers[] = {
		{ .http_status = 429, .date = -1, .retry_after_s = 11 },
		{ .http_status = 429,
		    .date = -1,
		    .retry_after_s = 9223372036854776 },
		{ .http_status = 503,
		    .date = -1,
		    .retry_after_s = 9223372036854775807 },
	};
	static const enum segl_status outcomes[3] = { SEGL_OK };
	struct scripted s = { .transport = { .post = scripted_post },
		.answers = answers,
		.outcomes = outcomes };
	struct segl_token *token;
	struct fixture f;

	(void)state;
	open_seal(&f, &rsa);
	for (unsigned int i = 0; i < 3; i++) {
		segl_error_clear(f.segl);
		assert_int_equal(segl_exchange(f.segl, &s.transport, f.grant,
				     f.token, AUD "token", 10, &token),
		    SEGL_ESERVER);
		assert_int_equal(s.posts, i + 1);
		assert_true(segl_error_retry_after_s(f.segl) ==
		    answers[i].retry_after_s);
		free(s.bodies[i]);
	}
	close_seal(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jws_may_be_of_any_type),
		cmocka_unit_test(grant_has_the_documented_claims_and_no_other),
		cmocka_unit_test(x5c_is_the_path_leaf_first),
		cmocka_unit_test(jti_is_a_fresh_random_uuid),
		cmocka_unit_test(every_algorithm_verifies),
		cmocka_unit_test(elliptic_key_only_where_offered),
		cmocka_unit_test(scopes_are_checked_and_joined),
		cmocka_unit_test(lifetime_has_bounds),
		cmocka_unit_test(iss_is_the_organisation_or_what_is_given),
		cmocka_unit_test(incomplete_grants_are_not_signed),
		cmocka_unit_test(further_claims_as_documented),
		cmocka_unit_test(authorization_details_are_strict),
		cmocka_unit_test(consents_and_numbers_are_checked),
		cmocka_unit_test(registered_key_has_kid_and_no_x5c),
		cmocka_unit_test(malformed_jws_never_reaches_libjwt),
		cmocka_unit_test(tampering_is_noticed),
		cmocka_unit_test(algorithm_is_pinned),
		cmocka_unit_test(retries_always_carry_a_new_grant),
		cmocka_unit_test(refusals_are_not_tried_again),
		cmocka_unit_test(retry_after_beyond_the_budget_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
