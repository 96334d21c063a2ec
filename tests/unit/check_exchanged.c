/* SPDX-License-Identifier: ISC */
/*
 * Tokens for tokens: what Customs and Altinn answer, and that neither a grant
 * nor a subject token is sent twice. Keys of a server, and what is made of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <segl/exchange.h>
#include <segl/introspect.h>

#include "seal.h"

#define NOW 1763800000LL

/* header.payload.signature; the payload is {"exp":1763801800} */
#define JWT "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3NjM4MDE4MDB9.AAAA"

static const struct {
	enum segl_exchanger by;
	int http_status;
	const char *body;
	enum segl_status status;
	enum segl_turn turn;
	long expires_in_s;
	const char *words; /* in the message; NULL any */
} answers[] = {
	/* what they give */
	{ SEGL_EXCHANGER_CUSTOMS, 200,
	    "{\"issued_token_type\":\"access_token\",\"access_token\":\"t\","
	    "\"token_type\":\"Bearer\",\"expires_in\":970}",
	    SEGL_OK, SEGL_TURN_NONE, 970, NULL },
	{ SEGL_EXCHANGER_CUSTOMS, 200,
	    "{\"access_token\":\"t\",\"token_type\":\"bearer\"}", SEGL_OK,
	    SEGL_TURN_NONE, -1, NULL },
	{ SEGL_EXCHANGER_ALTINN, 200, JWT, SEGL_OK, SEGL_TURN_NONE, 1800,
	    NULL },
	{ SEGL_EXCHANGER_ALTINN, 200, "\"" JWT "\"\r\n", SEGL_OK,
	    SEGL_TURN_NONE, 1800, NULL },
	{ SEGL_EXCHANGER_ALTINN, 200, "opaque", SEGL_OK, SEGL_TURN_NONE, -1,
	    NULL },
	/* what they refuse */
	{ SEGL_EXCHANGER_CUSTOMS, 400,
	    "{\"error_description\":\"Not authorized to request scope x\"}",
	    SEGL_EAUTHZ, SEGL_TURN_CUSTOMS, 0, "Not authorized" },
	{ SEGL_EXCHANGER_CUSTOMS, 403, "Not authorized to request scope x",
	    SEGL_EAUTHZ, SEGL_TURN_CUSTOMS, 0, "Norwegian Customs" },
	/* whose scope it is decides whose turn it is */
	{ SEGL_EXCHANGER_CUSTOMS, 400,
	    "Not authorized to request scope toll:eu/movement/air", SEGL_EAUTHZ,
	    SEGL_TURN_CUSTOMS, 0, "has not given" },
	{ SEGL_EXCHANGER_CUSTOMS, 400,
	    "Not authorized to request scope digdir:verksemd.eu", SEGL_EAUTHZ,
	    SEGL_TURN_YOU, 0, "none of theirs" },
	{ SEGL_EXCHANGER_CUSTOMS, 400, "{\"message\":\"new words\"}",
	    SEGL_EAUTHZ, SEGL_TURN_CUSTOMS, 0, "new words" },
	{ SEGL_EXCHANGER_CUSTOMS, 401, "", SEGL_EAUTHN, SEGL_TURN_YOU, 0,
	    "does not accept" },
	{ SEGL_EXCHANGER_CUSTOMS, 403, "\033[31m", SEGL_EAUTHZ,
	    SEGL_TURN_CUSTOMS, 0, "\\x1b" },
	/* nobody of theirs is there */
	{ SEGL_EXCHANGER_CUSTOMS, 404, NULL, SEGL_EREPLY, SEGL_TURN_YOU, 0,
	    "nothing of that kind" },
	{ SEGL_EXCHANGER_ALTINN, 405, "{}", SEGL_EREPLY, SEGL_TURN_YOU, 0,
	    "nothing of that kind" },
	{ SEGL_EXCHANGER_ALTINN, 401, NULL, SEGL_EAUTHN, SEGL_TURN_YOU, 0,
	    "Altinn refused" },
	{ SEGL_EXCHANGER_ALTINN, 403, "{}", SEGL_EAUTHZ, SEGL_TURN_API_OWNER, 0,
	    NULL },
	/* words of Customs say nothing at Altinn */
	{ SEGL_EXCHANGER_ALTINN, 403, "Not authorized to request scope x",
	    SEGL_EAUTHZ, SEGL_TURN_API_OWNER, 0, NULL },
	/* trouble */
	{ SEGL_EXCHANGER_CUSTOMS, 503, NULL, SEGL_ESERVER, SEGL_TURN_CUSTOMS, 0,
	    "HTTP 503" },
	/* who asks too often is to wait, whoever says so */
	{ SEGL_EXCHANGER_CUSTOMS, 429, NULL, SEGL_ESERVER, SEGL_TURN_YOU, 0,
	    "Norwegian Customs asks to slow down (HTTP 429)" },
	{ SEGL_EXCHANGER_ALTINN, 429, NULL, SEGL_ESERVER, SEGL_TURN_YOU, 0,
	    "Altinn asks to slow down (HTTP 429)" },
	/* neither */
	{ SEGL_EXCHANGER_CUSTOMS, 200, "<html>", SEGL_EREPLY, SEGL_TURN_NETWORK,
	    0, "not a token" },
	{ SEGL_EXCHANGER_CUSTOMS, 200, "{\"access_token\":\"a b\"}",
	    SEGL_EREPLY, SEGL_TURN_DIGDIR, 0, NULL },
	{ SEGL_EXCHANGER_CUSTOMS, 302, NULL, SEGL_EREPLY, SEGL_TURN_NETWORK, 0,
	    "HTTP 302" },
	{ SEGL_EXCHANGER_ALTINN, 200, "<html>hello</html>", SEGL_EREPLY,
	    SEGL_TURN_NETWORK, 0, NULL },
	{ SEGL_EXCHANGER_ALTINN, 200, "", SEGL_EREPLY, SEGL_TURN_NETWORK, 0,
	    NULL },
	{ SEGL_EXCHANGER_ALTINN, 200, "one two", SEGL_EREPLY, SEGL_TURN_NETWORK,
	    0, NULL },
};

static void
answers_of_customs_and_altinn(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct segl_response response = {
			.http_status = answers[i].http_status,
			.body = (char *)(uintptr_t)answers[i].body,
			.len = answers[i].body == NULL
			    ? 0
			    : strlen(answers[i].body),
			.date = -1,
			.retry_after_s = -1,
		};
		struct segl *segl = segl_new();
		struct segl_token *token;

		assert_int_equal(segl_exchanged_parse(segl, answers[i].by,
				     &response, NOW, &token),
		    answers[i].status);
		if (answers[i].status == SEGL_OK) {
			assert_int_equal(segl_token_expires_in_s(token),
			    answers[i].expires_in_s);
		} else {
			assert_null(token);
			assert_int_equal(
			    segl_error_turn(segl), answers[i].turn);
			assert_non_null(segl_error_remedy(segl));
			assert_int_equal(segl_error_http_status(segl),
			    answers[i].turn == SEGL_TURN_DIGDIR &&
				    answers[i].status == SEGL_EREPLY
				? 0
				: answers[i].http_status);
		}
		if (answers[i].words != NULL)
			assert_non_null(
			    strstr(segl_error_message(segl), answers[i].words));
		segl_token_free(token);
		segl_free(segl);
	}
}

static void
names_go_both_ways(void **state)
{
	(void)state;
	assert_int_equal(
	    segl_exchanger_find("customs"), SEGL_EXCHANGER_CUSTOMS);
	assert_int_equal(segl_exchanger_find("altinn"), SEGL_EXCHANGER_ALTINN);
	assert_int_equal(segl_exchanger_find("Customs"), SEGL_EXCHANGER_NONE);
	assert_string_equal(
	    segl_exchanger_name(SEGL_EXCHANGER_CUSTOMS), "customs");
	assert_null(segl_exchanger_name(SEGL_EXCHANGER_NONE));
}

/* ---- what is sent ------------------------------------------------------- */

/* A transport that gives tokens, and loses the answers of the first LOST. */
struct scripted {
	struct segl_transport transport; /* first: it is cast back */
	unsigned int lost, exchanges, n;
	char *urls[8];
	char *bodies[8];
};

static enum segl_status
take(struct scripted *s, const char *url, const char *body, size_t len,
    struct segl_response *response)
{
	char answer[160];

	assert_true(s->n < 8);
	s->urls[s->n] = strdup(url);
	s->bodies[s->n++] = strndup(body, len);
	memset(response, 0, sizeof(*response));
	response->date = response->retry_after_s = -1;
	if (strstr(url, "/token") == NULL || strstr(url, "/api/") != NULL)
		if (s->exchanges++ < s->lost)
			return SEGL_ENETWORK;
	snprintf(answer, sizeof(answer),
	    "{\"access_token\":\"token/%u+%u=\",\"token_type\":\"Bearer\","
	    "\"expires_in\":99}",
	    s->n, s->n);
	response->http_status = 200;
	response->body = strdup(answer);
	response->len = strlen(answer);
	return SEGL_OK;
}

static enum segl_status
on_post(struct segl_transport *self, struct segl *segl, const char *url,
    const char *content_type, const char *body, size_t len,
    struct segl_response *response)
{
	(void)segl;
	assert_string_equal(content_type, "application/x-www-form-urlencoded");
	return take((struct scripted *)self, url, body, len, response);
}

static const struct seal_spec spec = { .org = "Example Legal Entity AB",
	.orgid = "NTRSE-5560000001" };

#define BASE "https://customs.example"

static void
a_lost_answer_begins_anew(void **state)
{
	struct scripted s = { .transport = { .post = on_post }, .lost = 1 };
	struct segl *segl = segl_new();
	struct segl_softtoken *seal = segl_softtoken_new(segl);
	struct segl_grant *grant = segl_grant_new(segl);
	struct segl_token *token;
	unsigned char *p12;
	size_t len;

	(void)state;
	p12 = seal_make(&spec, &len);
	assert_int_equal(segl_softtoken_set_pin(seal, "pin", 3), SEGL_OK);
	assert_int_equal(
	    segl_softtoken_load_mem(seal, p12, len, "test.p12"), SEGL_OK);
	free(p12);
	assert_int_equal(
	    segl_grant_set_audience(grant, "https://sim.example/"), SEGL_OK);
	assert_int_equal(segl_grant_add_scope(grant, "toll:x"), SEGL_OK);
	assert_int_equal(segl_grant_set_issuer(grant, "x"), SEGL_OK);
	assert_int_equal(segl_exchange_through(segl, &s.transport, grant, seal,
			     "https://sim.example/token",
			     SEGL_EXCHANGER_CUSTOMS, BASE, 10, &token),
	    SEGL_OK);
	/* grant, exchange that is lost, another grant, its exchange */
	assert_int_equal(s.n, 4);
	assert_string_equal(s.urls[1], BASE "/api/access/external/oauth/token");
	/* Customs' own words, and what has a meaning in a form escaped */
	assert_string_equal(s.bodies[1],
	    "grant_type=token-exchange&subject_token_type=access_token"
	    "&subject_token=token%2F1%2B1%3D");
	assert_string_equal(s.bodies[3],
	    "grant_type=token-exchange&subject_token_type=access_token"
	    "&subject_token=token%2F3%2B3%3D");
	assert_string_not_equal(s.bodies[0], s.bodies[2]);
	assert_string_equal(segl_token_access_token(token), "token/4+4=");
	for (unsigned int i = 0; i < s.n; i++) {
		free(s.urls[i]);
		free(s.bodies[i]);
	}
	segl_token_free(token);
	segl_grant_free(grant);
	segl_softtoken_free(seal);
	segl_free(segl);
}

static void
what_is_no_token_is_not_sent(void **state)
{
	static const char *const bad[] = { "", "a b", "a\nb", "a&b=c", "ø" };
	struct scripted s = { .transport = { .post = on_post } };
	struct segl *segl = segl_new();
	struct segl_token *token;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    segl_exchange_token(segl, &s.transport,
			SEGL_EXCHANGER_CUSTOMS, BASE, bad[i], &token),
		    SEGL_EUSAGE);
		assert_null(token);
		segl_error_clear(segl);
	}
	assert_int_equal(s.n, 0);
	segl_free(segl);
}

/* ---- keys of a server --------------------------------------------------- */

/* RFC 7517, A.1: a P-256 key and an RSA key. */
#define EC_KEY                                                                 \
	"\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"                              \
	"\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":"               \
	"\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""

static void
key_sets(void **state)
{
	static const struct {
		const char *text;
		enum segl_status status;
	} sets[] = {
		{ "{\"keys\":[{\"kid\":\"1\"," EC_KEY "}]}", SEGL_OK },
		/* one that is of use is enough */
		{ "{\"keys\":[{},1,null,{\"kid\":\"1\",\"use\":\"sig\"," EC_KEY
		  "}]}",
		    SEGL_OK },
		{ "{\"keys\":[{" EC_KEY "}]}", SEGL_EREPLY },
		{ "{\"keys\":[{\"kid\":1," EC_KEY "}]}", SEGL_EREPLY },
		{ "{\"keys\":[{\"kid\":\"1\",\"use\":\"enc\"," EC_KEY "}]}",
		    SEGL_EREPLY },
		{ "{\"keys\":[{\"kid\":\"1\",\"alg\":\"HS256\"," EC_KEY "}]}",
		    SEGL_EREPLY },
		/* not on the curve */
		{ "{\"keys\":[{\"kid\":\"1\",\"kty\":\"EC\",\"crv\":\"P-256\","
		  "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
		  "\"y\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\"}]}",
		    SEGL_EREPLY },
		{ "{\"keys\":[{\"kid\":\"1\",\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
		    SEGL_EREPLY },
		{ "{\"keys\":[]}", SEGL_EREPLY },
		{ "{\"keys\":{}}", SEGL_EREPLY },
		{ "{}", SEGL_EREPLY },
		{ "[]", SEGL_EREPLY },
		{ "", SEGL_EREPLY },
	};
	struct segl *segl = segl_new();
	struct segl_jwks *jwks;

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		assert_int_equal(segl_jwks_parse(segl, sets[i].text,
				     strlen(sets[i].text), &jwks),
		    sets[i].status);
		assert_int_equal(jwks == NULL, sets[i].status != SEGL_OK);
		segl_jwks_free(jwks);
		segl_error_clear(segl);
	}
	segl_free(segl);
}

/* Whatever comes, there is a verdict, and it is told in RFC 7662's words. */
static void
anything_has_a_verdict(void **state)
{
	static const char set[] = "{\"keys\":[{\"kid\":\"1\"," EC_KEY "}]}";
	static const struct {
		const char *text;
		enum segl_inactive why;
	} cases[] = {
		{ "", SEGL_INACTIVE_MALFORMED },
		{ "x", SEGL_INACTIVE_MALFORMED },
		{ "..", SEGL_INACTIVE_MALFORMED },
		/* {"alg":"RS256"}: no kid, and of no issuer */
		{ JWT, SEGL_INACTIVE_ISSUER },
		/* {"alg":"none"} */
		{ "eyJhbGciOiJub25lIn0.e30.AAAA", SEGL_INACTIVE_ALGORITHM },
	};
	struct segl_expectation expected = { .issuer = "i", .now = NOW };
	struct segl_introspection *result;
	struct segl *segl = segl_new();
	struct segl_jwks *jwks;

	(void)state;
	assert_int_equal(
	    segl_jwks_parse(segl, set, strlen(set), &jwks), SEGL_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    segl_introspect(segl, cases[i].text, strlen(cases[i].text),
			jwks, &expected, &result),
		    SEGL_OK);
		assert_int_equal(segl_introspection_why(result), cases[i].why);
		assert_non_null(strstr(
		    segl_introspection_json(result), "\"active\":false"));
		assert_non_null(strstr(segl_introspection_json(result),
		    segl_inactive_name(cases[i].why)));
		assert_int_equal(segl_error_status(segl), SEGL_OK);
		segl_introspection_free(result);
	}
	for (int why = SEGL_INACTIVE_NOT; why <= SEGL_INACTIVE_SCOPE; why++)
		assert_true(
		    strlen(segl_inactive_words((enum segl_inactive)why)) > 5);
	segl_jwks_free(jwks);
	segl_free(segl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_customs_and_altinn),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(a_lost_answer_begins_anew),
		cmocka_unit_test(what_is_no_token_is_not_sent),
		cmocka_unit_test(key_sets),
		cmocka_unit_test(anything_has_a_verdict),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
