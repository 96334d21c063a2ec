/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <segl/exchange.h>
#include <segl/metadata.h>

#include "oauth/strict_json.h"

#define AUD "https://sim.example/"
#define NOW 1763800000LL

/* ---- metadata --------------------------------------------------------- */

#define DOC(issuer, more)                                                      \
	"{\"issuer\":\"" issuer "\",\"token_endpoint\":\"" AUD "token\"" more  \
	"}"

static enum segl_status
metadata(const char *json, struct segl_metadata **out, char message[256])
{
	struct segl *segl = segl_new();
	enum segl_status status =
	    segl_metadata_parse(segl, AUD, json, strlen(json), out);

	message[0] = '\0';
	if (status != SEGL_OK)
		snprintf(message, 256, "%s", segl_error_message(segl));
	segl_free(segl);
	return status;
}

static void
metadata_is_read(void **state)
{
	struct segl_metadata *m;
	char why[256];

	(void)state;
	assert_int_equal(
	    metadata(DOC(AUD,
			 ",\"jwks_uri\":\"" AUD "jwk\","
			 "\"token_endpoint_auth_signing_alg_values_"
			 "supported\":[\"RS512\",\"ES256\",\"XX\"]"),
		&m, why),
	    SEGL_OK);
	assert_string_equal(segl_metadata_token_endpoint(m), AUD "token");
	assert_string_equal(segl_metadata_jwks_uri(m), AUD "jwk");
	assert_string_equal(segl_metadata_issuer(m), AUD);
	assert_false(segl_metadata_allows(m, SEGL_ALG_RS256));
	assert_true(segl_metadata_allows(m, SEGL_ALG_RS512));
	assert_true(segl_metadata_allows(m, SEGL_ALG_ES256));
	segl_metadata_free(m);
	assert_int_equal(metadata(DOC(AUD, ""), &m, why), SEGL_OK);
	assert_null(segl_metadata_jwks_uri(m));
	assert_true(segl_metadata_allows(m, SEGL_ALG_RS256));
	assert_false(segl_metadata_allows(m, SEGL_ALG_ES256));
	segl_metadata_free(m);
}

static void
metadata_of_others_is_refused(void **state)
{
	static const struct {
		const char *json, *why;
	} bad[] = {
		{ DOC("https://sim.example", ""), "another issuer" },
		{ DOC("https://evil.example/", ""), "another issuer" },
		{ "{\"issuer\":\"" AUD "\"}", "token_endpoint is missing" },
		{ "{\"issuer\":\"" AUD
		  "\",\"token_endpoint\":\"http://sim.example/\"}",
		    "not an https URL" },
		{ "{\"issuer\":\"" AUD
		  "\",\"token_endpoint\":\"https://a/\\u0000b\"}",
		    "not valid JSON" },
		{ "{\"issuer\":\"" AUD
		  "\",\"token_endpoint\":\"https://a/ b\"}",
		    "not an https URL" },
		{ "{\"issuer\":\"" AUD "\",\"issuer\":\"" AUD "\"}",
		    "duplicate" },
		{ DOC(AUD,
		      ",\"token_endpoint_auth_signing_alg_values_"
		      "supported\":\"RS256\""),
		    "not an array" },
		{ "[]", "not an object" },
		{ "<html>", "not valid JSON" },
		{ "", "not valid JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct segl_metadata *m = (struct segl_metadata *)1;
		char why[256];

		assert_int_equal(metadata(bad[i].json, &m, why), SEGL_EREPLY);
		assert_null(m);
		assert_non_null(strstr(why, bad[i].why));
	}
}

static void
metadata_url_follows_rfc8414(void **state)
{
	static const struct {
		const char *issuer, *url;
	} cases[] = {
		{ "https://a.example/",
		    "https://a.example/.well-known/"
		    "oauth-authorization-server" },
		{ "https://a.example:8443",
		    "https://a.example:8443/.well-known/"
		    "oauth-authorization-server" },
		{ "https://a.example/one/",
		    "https://a.example/.well-known/"
		    "oauth-authorization-server/one" },
		{ "http://a.example/", NULL },
		{ "https://a.example/?x", NULL },
		{ "https:///x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *url = segl_metadata_url(cases[i].issuer);

		if (cases[i].url == NULL)
			assert_null(url);
		else
			assert_string_equal(url, cases[i].url);
		free(url);
	}
}

/* ---- replies ---------------------------------------------------------- */

static enum segl_status
reply(struct segl *segl, int http_status, const char *body,
    struct segl_token **out)
{
	struct segl_response response = { .http_status = http_status,
		.body = (char *)(uintptr_t)body,
		.len = strlen(body),
		.date = -1,
		.retry_after_s = 7 };

	segl_error_clear(segl);
	return segl_reply_parse(segl, &response, NOW, out);
}

static void
token_is_read(void **state)
{
	struct segl *segl = segl_new();
	struct segl_token *token;

	(void)state;
	assert_int_equal(
	    reply(segl, 200,
		"{\"access_token\":\"abc.d-_~+/e==\",\"token_type\":\"bearer\","
		"\"expires_in\":119,\"scope\":\"a:b\",\"extra\":[{}]}",
		&token),
	    SEGL_OK);
	assert_string_equal(segl_token_access_token(token), "abc.d-_~+/e==");
	assert_int_equal(segl_token_expires_in_s(token), 119);
	assert_int_equal(segl_token_expires_at(token), NOW + 119);
	assert_string_equal(segl_token_scope(token), "a:b");
	segl_token_free(token);
	assert_int_equal(
	    reply(segl, 200,
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\"}", &token),
	    SEGL_OK);
	assert_int_equal(segl_token_expires_in_s(token), -1);
	assert_int_equal(segl_token_expires_at(token), -1);
	segl_token_free(token);
	segl_free(segl);
}

static void
what_is_no_token_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"null",
		"[]",
		"\"a\"",
		"{}",
		"<html></html>",
		"{\"access_token\":\"a\"}",
		"{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":1,\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a=b\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\",\"token_type\":\"mac\"}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\","
		"\"expires_in\":\"119\"}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\","
		"\"expires_in\":-1}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\","
		"\"expires_in\":99999999999}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\","
		"\"scope\":[]}",
		"{\"access_token\":\"a\",\"access_token\":\"b\","
		"\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\"} x",
		"{\"access_token\":\"a\",\"token_type\":\"Bearer\"",
	};
	struct segl *segl = segl_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct segl_token *token = (struct segl_token *)1;

		assert_int_equal(reply(segl, 200, bad[i], &token), SEGL_EREPLY);
		assert_null(token);
		assert_non_null(segl_error_remedy(segl));
	}
	segl_free(segl);
}

static void
depth_is_limited_outside_strings(void **state)
{
	char text[256];
	struct segl *segl = segl_new();
	json_t *json;

	(void)state;
	for (int depth = STRICT_JSON_DEPTH_MAX;
	     depth <= STRICT_JSON_DEPTH_MAX + 1; depth++) {
		strcpy(text, "{\"a\":");
		for (int i = 1; i < depth; i++)
			strcat(text, "[");
		strcat(text, "\"[[[[[[[[[[[[[[[[[[\\\"[\"");
		for (int i = 1; i < depth; i++)
			strcat(text, "]");
		strcat(text, "}");
		segl_error_clear(segl);
		assert_int_equal(
		    strict_json_object(segl, "x", text, strlen(text), &json),
		    depth <= STRICT_JSON_DEPTH_MAX ? SEGL_OK : SEGL_EREPLY);
		json_decref(json);
	}
	segl_free(segl);
}

static void
refusals_say_code_trace_and_turn(void **state)
{
	struct segl *segl = segl_new();
	struct segl_token *token;

	(void)state;
	assert_int_equal(
	    reply(segl, 400,
		"{\"error\":\"invalid_scope\",\"error_description\":\"Token "
		"request contains invalid scopes for client, a:b (trace_id: "
		"00112233445566778899aabbccddeeff)\",\"error_uri\":"
		"\"https://sim.example/errors/MP-200\"}",
		&token),
	    SEGL_EAUTHZ);
	assert_null(token);
	assert_string_equal(segl_error_mp_code(segl), "MP-200");
	assert_string_equal(segl_error_oauth(segl), "invalid_scope");
	assert_string_equal(
	    segl_error_trace_id(segl), "00112233445566778899aabbccddeeff");
	assert_int_equal(segl_error_http_status(segl), 400);
	assert_int_equal(segl_error_turn(segl), SEGL_TURN_API_OWNER);
	/* the older spelling, no error_uri */
	assert_int_equal(
	    reply(segl, 403,
		"{\"error\":\"forbidden\",\"error_description\":\"Consumer "
		"has not been granted access to the scope a:b. (correlation "
		"id: 2d4fa134-eacb-eae8-63f4-eeb2ea408979)\"}",
		&token),
	    SEGL_EAUTHZ);
	assert_string_equal(segl_error_mp_code(segl), "MP-250");
	assert_string_equal(
	    segl_error_trace_id(segl), "2d4fa134-eacb-eae8-63f4-eeb2ea408979");
	/* an error_uri that only looks like one */
	assert_int_equal(reply(segl, 400,
			     "{\"error\":\"invalid_grant\",\"error_uri\":"
			     "\"https://sim.example/errors/MP-12\"}",
			     &token),
	    SEGL_EAUTHN);
	assert_null(segl_error_mp_code(segl));
	segl_free(segl);
}

/* A refusal about time, with a Date SKEW_S before our clock. */
static enum segl_status
late_reply(struct segl *segl, const char *words, long long skew_s)
{
	struct segl_response response = {
		.http_status = 400, .date = NOW - skew_s, .retry_after_s = -1
	};
	struct segl_token *token;
	enum segl_status status;
	char body[256];

	snprintf(body, sizeof(body),
	    "{\"error\":\"invalid_grant\",\"error_description\":\"%s\"}",
	    words);
	response.body = body;
	response.len = strlen(body);
	segl_error_clear(segl);
	status = segl_reply_parse(segl, &response, NOW, &token);
	assert_null(token);
	return status;
}

static void
clock_that_explains_a_refusal_is_named(void **state)
{
	struct segl *segl = segl_new();

	(void)state;
	assert_int_equal(late_reply(segl, "JWT is expired", -300), SEGL_ECLOCK);
	assert_non_null(strstr(segl_error_message(segl), "300 s behind"));
	assert_string_equal(segl_error_mp_code(segl), "MP-130");
	assert_int_equal(
	    late_reply(segl, "Issue time is after now", 42), SEGL_ECLOCK);
	assert_non_null(strstr(segl_error_message(segl), "42 s ahead"));
	/* too little to be sure, or nothing to do with time */
	assert_int_equal(late_reply(segl, "JWT is expired", 4), SEGL_EAUTHN);
	assert_int_equal(
	    late_reply(segl, "Invalid JWT claim aud", 300), SEGL_EAUTHN);
	segl_free(segl);
}

static void
outages_and_strangers_are_told_apart(void **state)
{
	struct segl *segl = segl_new();
	struct segl_token *token;

	(void)state;
	assert_int_equal(reply(segl, 502, "<html>", &token), SEGL_ESERVER);
	assert_int_equal(segl_error_retry_after_s(segl), 7);
	assert_int_equal(reply(segl, 429, "", &token), SEGL_ESERVER);
	assert_int_equal(segl_error_http_status(segl), 429);
	assert_int_equal(reply(segl, 404, "<html>", &token), SEGL_EREPLY);
	assert_int_equal(
	    reply(segl, 302, "{\"error\":\"x\"}", &token), SEGL_EREPLY);
	assert_int_equal(reply(segl, 400, "{}", &token), SEGL_EREPLY);
	assert_int_equal(
	    reply(segl, 400, "{\"error\":1}", &token), SEGL_EREPLY);
	segl_free(segl);
}

/* ---- the documented answers, the same as the simulator's ---------------- */

static json_t *
fixture(const char *name)
{
	const char *dir = getenv("SEGL_SRCDIR");
	json_error_t error;
	char path[4096];
	json_t *json;

	snprintf(path, sizeof(path), "%s/tests/fixtures/%s",
	    dir == NULL ? "." : dir, name);
	json = json_load_file(path, 0, &error);
	if (json == NULL)
		print_message("# %s: %s\n", path, error.text);
	assert_non_null(json);
	return json;
}

/* What each refusal means to a script and to whoever has to act. */
static const struct {
	const char *id;
	int exit_code;
	enum segl_turn turn;
} meanings[] = {
	{ "MP-011", 2, SEGL_TURN_YOU },
	{ "MP-012", 5, SEGL_TURN_NETWORK },
	{ "MP-100", 5, SEGL_TURN_YOU },
	{ "MP-110", 5, SEGL_TURN_YOU },
	{ "MP-120", 5, SEGL_TURN_ISSUER },
	{ "MP-121", 5, SEGL_TURN_YOU },
	{ "MP-122", 5, SEGL_TURN_YOU },
	{ "MP-123", 5, SEGL_TURN_SEGL },
	{ "MP-124", 5, SEGL_TURN_YOU },
	{ "MP-130", 5, SEGL_TURN_YOU },
	{ "MP-200", 6, SEGL_TURN_API_OWNER },
	{ "MP-201", 6, SEGL_TURN_API_OWNER },
	{ "MP-250", 6, SEGL_TURN_API_OWNER },
	{ "MP-251", 6, SEGL_TURN_CONSUMER },
	{ "MP-301", 6, SEGL_TURN_YOU },
	{ "MP-302", 6, SEGL_TURN_YOU },
	{ "MP-303", 6, SEGL_TURN_CONSUMER },
	{ "issued-after-now", 10, SEGL_TURN_YOU },
	{ "unknown-kid", 5, SEGL_TURN_YOU },
	{ "kid-required", 5, SEGL_TURN_YOU },
	{ "consumer-combination", 2, SEGL_TURN_YOU },
	{ "invalid-request", 2, SEGL_TURN_YOU },
	{ "unsupported-grant-type", 2, SEGL_TURN_YOU },
};

#define MEANINGS (sizeof(meanings) / sizeof(meanings[0]))

static void
check_refusal(
    struct segl *segl, json_t *row, int exit_code, enum segl_turn turn)
{
	const char *id = json_string_value(json_object_get(row, "id"));
	char *body = json_dumps(json_object_get(row, "body"), JSON_COMPACT);
	enum segl_status status;
	struct segl_token *token;
	int http_status =
	    (int)json_integer_value(json_object_get(row, "http_status"));

	status = reply(segl, http_status, body, &token);
	assert_null(token);
	if (segl_status_exit_code(status) != exit_code ||
	    segl_error_turn(segl) != turn)
		print_message("# %s: exit %d, turn %s\n", id,
		    segl_status_exit_code(status),
		    segl_turn_name(segl_error_turn(segl)));
	assert_int_equal(segl_status_exit_code(status), exit_code);
	assert_int_equal(segl_error_turn(segl), turn);
	assert_int_equal(segl_error_http_status(segl), http_status);
	assert_string_equal(segl_error_oauth(segl),
	    json_string_value(json_object_get(row, "error")));
	assert_int_equal(strlen(segl_error_trace_id(segl)), 32);
	assert_non_null(segl_error_remedy(segl));
	if (strncmp(id, "MP-", 3) == 0)
		assert_string_equal(segl_error_mp_code(segl), id);
	else
		assert_null(segl_error_mp_code(segl));
	free(body);
}

static void
every_documented_refusal_is_understood(void **state)
{
	json_t *all = fixture("refusals.json"), *row;
	struct segl *segl = segl_new();
	size_t i, k;

	(void)state;
	assert_int_equal(
	    json_array_size(json_object_get(all, "refusals")), MEANINGS);
	json_array_foreach(json_object_get(all, "refusals"), i, row)
	{
		const char *id = json_string_value(json_object_get(row, "id"));

		for (k = 0; k < MEANINGS; k++)
			if (strcmp(meanings[k].id, id) == 0)
				break;
		assert_true(k < MEANINGS);
		check_refusal(
		    segl, row, meanings[k].exit_code, meanings[k].turn);
	}
	segl_free(segl);
	json_decref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_that_explains_a_refusal_is_named),
		cmocka_unit_test(metadata_is_read),
		cmocka_unit_test(metadata_of_others_is_refused),
		cmocka_unit_test(metadata_url_follows_rfc8414),
		cmocka_unit_test(token_is_read),
		cmocka_unit_test(what_is_no_token_is_refused),
		cmocka_unit_test(depth_is_limited_outside_strings),
		cmocka_unit_test(refusals_say_code_trace_and_turn),
		cmocka_unit_test(outages_and_strangers_are_told_apart),
		cmocka_unit_test(every_documented_refusal_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
