/* SPDX-License-Identifier: ISC */
/*
 * The way from a loaded key to a token when memory runs out: at the first
 * allocation, the second, and so on, until one attempt gets through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <segl/exchange.h>
#include <segl/introspect.h>
#include <segl/metadata.h>

#include "alloc.h"
#include "seal.h"

#define AUD "https://sim.example/"

/* More than any of these calls allocates; the loop must end before. */
#define ENOUGH 5000

static const struct seal_spec spec = { .org = "Example Legal Entity AB",
	.orgid = "NTRSE-5560000001" };

static struct segl *segl;
static struct segl_softtoken *token;

static void *
allocate(size_t n)
{
	return malloc(n);
}

static int
load(void **state)
{
	unsigned char *p12;
	size_t len;

	(void)state;
	alloc_take_over_openssl();
	/* jansson's calls come through the wrapped malloc of this program */
	json_set_alloc_funcs(allocate, free);
	segl = segl_new();
	token = segl_softtoken_new(segl);
	p12 = seal_make(&spec, &len);
	if (segl_softtoken_set_pin(token, "pin", 3) != SEGL_OK ||
	    segl_softtoken_load_mem(token, p12, len, "test.p12") != SEGL_OK)
		return -1;
	free(p12);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	segl_softtoken_free(token);
	segl_free(segl);
	return 0;
}

static enum segl_status
make_grant(struct segl_assertion **out)
{
	struct segl_grant *grant = segl_grant_new(segl);
	enum segl_status status;

	*out = NULL;
	if (grant == NULL)
		return SEGL_ENOMEM; /* there is nobody to say it in words */
	status = segl_grant_set_audience(grant, AUD);
	if (status == SEGL_OK)
		status = segl_grant_add_scope(grant, "a:b");
	if (status == SEGL_OK)
		status = segl_grant_add_scope(grant, "c:d");
	if (status == SEGL_OK)
		status = segl_grant_add_resource(grant, "https://api/");
	if (status == SEGL_OK)
		status = segl_grant_add_system_user(grant, "974760673", "ref");
	if (status == SEGL_OK)
		status = segl_grant_sign(grant, token, 1, NULL, out);
	segl_grant_free(grant);
	return status;
}

static void
grant_fails_cleanly_at_every_allocation(void **state)
{
	struct segl_assertion *assertion = NULL;
	enum segl_status status = SEGL_ENOMEM;
	long n;

	(void)state;
	/* once without trouble, so that caches are warm */
	assert_int_equal(make_grant(&assertion), SEGL_OK);
	segl_assertion_free(assertion);
	for (n = 0; n < ENOUGH && status != SEGL_OK; n += 1 + n / 32) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = make_grant(&assertion);
		alloc_fail_after(-1);
		if (status != SEGL_OK) {
			assert_null(assertion);
			assert_true(n == 0 || segl_error_message(segl) != NULL);
		}
	}
	assert_int_equal(status, SEGL_OK);
	assert_true(n > 20);
	segl_assertion_free(assertion);
}

/* jansson calls a string that it cannot store an invalid token. */
static int
is_clean(enum segl_status status)
{
	return status == SEGL_ENOMEM || status == SEGL_EREPLY;
}

static void
reply_fails_cleanly_at_every_allocation(void **state)
{
	static char granted[] =
	    "{\"access_token\":\"t\",\"token_type\":"
	    "\"Bearer\",\"expires_in\":9,\"scope\":\"a:b\"}";
	static char refused[] =
	    "{\"error\":\"invalid_scope\",\"error_description\":\"Token "
	    "request contains invalid scopes for client (trace_id: 0a)\","
	    "\"error_uri\":\"https://sim.example/errors/MP-200\"}";
	struct segl_response good = { .http_status = 200,
		.body = granted,
		.len = sizeof(granted) - 1,
		.date = -1,
		.retry_after_s = -1 };
	struct segl_response bad = { .http_status = 400,
		.body = refused,
		.len = sizeof(refused) - 1,
		.date = -1,
		.retry_after_s = -1 };
	enum segl_status status = SEGL_ENOMEM;
	struct segl_token *out = NULL;

	(void)state;
	for (long n = 0; n < ENOUGH && status != SEGL_OK; n++) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = segl_reply_parse(segl, &good, 1, &out);
		alloc_fail_after(-1);
		assert_int_equal(status == SEGL_OK, out != NULL);
		if (status != SEGL_OK)
			assert_true(is_clean(status));
	}
	assert_int_equal(status, SEGL_OK);
	segl_token_free(out);
	status = SEGL_ENOMEM;
	for (long n = 0; n < ENOUGH && is_clean(status); n++) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = segl_reply_parse(segl, &bad, 1, &out);
		alloc_fail_after(-1);
		assert_null(out);
	}
	assert_int_equal(status, SEGL_EAUTHZ);
}

static void
metadata_fails_cleanly_at_every_allocation(void **state)
{
	static const char json[] =
	    "{\"issuer\":\"" AUD "\",\"token_endpoint\":\"" AUD
	    "t\",\"jwks_uri\":\"" AUD "j\"}";
	enum segl_status status = SEGL_ENOMEM;
	struct segl_metadata *out = NULL;

	(void)state;
	for (long n = 0; n < ENOUGH && status != SEGL_OK; n++) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = segl_metadata_parse(
		    segl, AUD, json, sizeof(json) - 1, &out);
		alloc_fail_after(-1);
		assert_int_equal(status == SEGL_OK, out != NULL);
		if (status != SEGL_OK)
			assert_true(is_clean(status));
	}
	assert_int_equal(status, SEGL_OK);
	segl_metadata_free(out);
}

/* A key with the id "k", and a token that it did not sign. */
static const char keys[] =
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\""
	"t9mY8lqqq97z2BcdN0hYIYQdduJpwVeWhWv3uzsxBiOK0Z8G_P1kKBPtKpg0"
	"8YF6O-oqumYqNQ8VUJQL7V6ucpX7A-5cEZd3EThwWAik2ztKVX07aCycdPKX"
	"V-gPsEdwfeY73gEZOc4m4hITccxD71ahr8w2hiB11hAk9ehJ-4pQ_l1NBacY"
	"_T7LqUMQnXKtrTfds0OltL2Kv988fFekPBp3P4qcId6Hu_rxNwezKhCmWWYy"
	"bycOHXQ9lAOYmlryyM7lCHzc3YDYQuuO6g4cfijD7QgifzlwSAUVTTrizwSg"
	"v7UMWehDWsyh9e8aS3V9upJugF7piU1svjeVJ4UEbw"
    "\"}]}";
#define SIGNATURE_43                                                           \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
/* {"alg":"RS256","kid":"k"} and {"iss":"x"}; 256 bytes are 342 characters */
static const char shown[] =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJ4In0." SIGNATURE_43
	SIGNATURE_43 SIGNATURE_43 SIGNATURE_43 SIGNATURE_43 SIGNATURE_43
	    SIGNATURE_43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static enum segl_status
introspect(struct segl_introspection **out)
{
	const struct segl_expectation expected = { .issuer = "x" };
	struct segl_jwks *jwks = NULL;
	enum segl_status status;

	*out = NULL;
	status = segl_jwks_parse(segl, keys, sizeof(keys) - 1, &jwks);
	assert_int_equal(status == SEGL_OK, jwks != NULL);
	if (status == SEGL_OK)
		status = segl_introspect(segl, shown, sizeof(shown) - 1, jwks,
		    &expected, out);
	assert_int_equal(status == SEGL_OK, *out != NULL);
	segl_jwks_free(jwks);
	return status;
}

static void
introspection_fails_cleanly_at_every_allocation(void **state)
{
	struct segl_introspection *out = NULL;
	enum segl_status status = SEGL_ENOMEM;
	long n = 0, refused = 1;

	(void)state;
	assert_int_equal(introspect(&out), SEGL_OK);
	assert_int_equal(segl_introspection_why(out), SEGL_INACTIVE_SIGNATURE);
	segl_introspection_free(out);
	for (; n < ENOUGH && (status != SEGL_OK || refused > 0); n++) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = introspect(&out);
		refused = alloc_refused();
		alloc_fail_after(-1);
		/* whatever is missing, it never counts */
		if (out != NULL)
			assert_true(
			    segl_introspection_why(out) != SEGL_INACTIVE_NOT);
		if (status != SEGL_OK)
			assert_true(is_clean(status));
		segl_introspection_free(out);
	}
	assert_int_equal(status, SEGL_OK);
	assert_true(n > 20);
}

static void
exchanged_fails_cleanly_at_every_allocation(void **state)
{
	static char given[] = "{\"access_token\":\"t\",\"token_type\":"
			      "\"Bearer\",\"expires_in\":970}";
	struct segl_response response = { .http_status = 200,
		.body = given,
		.len = sizeof(given) - 1,
		.date = -1,
		.retry_after_s = -1 };
	enum segl_status status = SEGL_ENOMEM;
	struct segl_token *out = NULL;

	(void)state;
	for (long n = 0; n < ENOUGH && status != SEGL_OK; n++) {
		segl_error_clear(segl);
		alloc_fail_after(n);
		status = segl_exchanged_parse(
		    segl, SEGL_EXCHANGER_CUSTOMS, &response, 1, &out);
		alloc_fail_after(-1);
		assert_int_equal(status == SEGL_OK, out != NULL);
		if (status != SEGL_OK)
			assert_true(is_clean(status));
	}
	assert_int_equal(status, SEGL_OK);
	segl_token_free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grant_fails_cleanly_at_every_allocation),
		cmocka_unit_test(reply_fails_cleanly_at_every_allocation),
		cmocka_unit_test(metadata_fails_cleanly_at_every_allocation),
		cmocka_unit_test(
		    introspection_fails_cleanly_at_every_allocation),
		cmocka_unit_test(exchanged_fails_cleanly_at_every_allocation),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
