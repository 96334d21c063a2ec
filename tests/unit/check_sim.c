/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "httpd/form.h"
#include "sim/grant.h"
#include "sim/journal.h"
#include "sim/options.h"

#define NOW    1780000000LL
#define ISSUER "https://127.0.0.1:4711/"

/* ---- the catalogue and the refusals */

static void
catalogue_is_complete(void **state)
{
	struct rules rules;

	(void)state;
	rules_init(&rules);
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = rule_row((enum rule)i);

		assert_non_null(row->id);
		assert_non_null(strchr("VCI?", row->mark));
		assert_true(strlen(row->source) > 3);
		assert_true(strlen(row->what) > 10);
		assert_true(rules.value[i] >= 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
			    row->id, rule_row((enum rule)k)->id);
		/* what the sources do not settle is a switch */
		if (row->mark == 'I' || row->mark == '?')
			assert_int_not_equal(row->kind, RULE_FIXED);
	}
}

static void
rules_take_what_the_catalogue_offers(void **state)
{
	struct segl *segl = segl_new();
	char word[RULE_WORD_MAX];
	struct rules rules;

	(void)state;
	rules_init(&rules);
	assert_true(rules_is(&rules, RULE_TYP, "accept"));
	assert_int_equal(rules_set(&rules, segl, "typ=refuse"), SEGL_OK);
	assert_true(rules_is(&rules, RULE_TYP, "refuse"));
	assert_int_equal(rules.value[RULE_IAT_AHEAD], 10);
	assert_int_equal(rules_set(&rules, segl, "iat-ahead=3600"), SEGL_OK);
	assert_int_equal(rules.value[RULE_IAT_AHEAD], 3600);
	assert_int_equal(
	    rules_set(&rules, segl, "lifetime-refusal=MP-130"), SEGL_OK);
	assert_int_equal(
	    rules_refusal(&rules, RULE_LIFETIME_REFUSAL), REFUSAL_MP_130);
	assert_string_equal(rules_word(&rules, RULE_LIFETIME_REFUSAL, word,
				sizeof(word)),
	    "MP-130");
	assert_int_equal(rules_set(&rules, segl,
			     "trace-marker=correlation id"),
	    SEGL_OK);
	segl_free(segl);
}

static void
rules_refuse_everything_else(void **state)
{
	static const struct {
		const char *assignment, *message, *remedy;
	} cases[] = {
		{ "typ", "--set wants NAME=VALUE", NULL },
		{ "tpy=refuse", "there is no rule tpy", "did you mean typ?" },
		{ "=x", "there is no rule ", "segl-sim --rules lists them" },
		{ "typ=maybe", "the rule typ cannot be set to that",
		    "it can be accept|refuse" },
		{ "typ=accept|refuse", "the rule typ cannot be set to that",
		    NULL },
		{ "iat-ahead=3601", "the rule iat-ahead cannot be set to that",
		    "it can be 0-3600" },
		{ "iat-ahead=-1", "the rule iat-ahead cannot be set to that",
		    NULL },
		{ "iat-ahead=", "the rule iat-ahead cannot be set to that",
		    NULL },
		{ "iat-ahead=1s", "the rule iat-ahead cannot be set to that",
		    NULL },
		{ "jws-refusal=MP-999",
		    "the rule jws-refusal cannot be set to that", NULL },
		{ "jws-refusal=none",
		    "the rule jws-refusal cannot be set to that", NULL },
		{ "method=GET",
		    "the rule method is documented and not a switch", NULL },
	};
	struct rules rules, before;

	(void)state;
	rules_init(&rules);
	before = rules;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct segl *segl = segl_new();

		assert_int_equal(rules_set(&rules, segl, cases[i].assignment),
		    SEGL_EUSAGE);
		assert_string_equal(
		    segl_error_message(segl), cases[i].message);
		if (cases[i].remedy != NULL)
			assert_string_equal(
			    segl_error_remedy(segl), cases[i].remedy);
		segl_free(segl);
	}
	assert_memory_equal(&rules, &before, sizeof(rules));
}

static json_t *
fixture(const char *name)
{
	const char *source = getenv("SEGL_SRCDIR");
	char path[4096];
	json_t *value;

	snprintf(path, sizeof(path), "%s/tests/fixtures/%s",
	    source == NULL ? "." : source, name);
	value = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (value == NULL)
		fail_msg("no fixture %s", path);
	return value;
}

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* Every documented refusal is in the simulator, and the other way round. */
static void
refusals_are_those_of_the_fixture(void **state)
{
	json_t *all = fixture("refusals.json"), *one;
	int known[REFUSAL_COUNT] = { 0 };
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "refusals"), i, one)
	{
		enum refusal refusal = refusal_find(text(one, "id"));
		const struct refusal_row *row = refusal_row(refusal);

		assert_int_not_equal(refusal, REFUSAL_NONE);
		known[refusal]++;
		assert_string_equal(row->id, text(one, "id"));
		assert_int_equal(row->status,
		    json_integer_value(json_object_get(one, "http_status")));
		assert_string_equal(row->error, text(one, "error"));
		assert_string_equal(
		    row->description, text(one, "error_description"));
		assert_int_equal(row->has_uri,
		    json_is_true(json_object_get(one, "error_uri")));
	}
	for (i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
		assert_int_equal(known[i],
		    refusal_row((enum refusal)i)->error != NULL);
	json_decref(all);
}

static void
bodies_are_those_of_the_fixture(void **state)
{
	const struct refusal_words words = { "toll:eu/movement/road/v2",
		"910000001", "920000002",
		"{\"authority\":\"iso6523-actorid-upis\","
		"\"ID\":\"0192:910000001\"}" };
	json_t *all = fixture("refusals.json"), *one, *got;
	char trace[33];
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "refusals"), i, one)
	{
		json_t *want = json_object_get(one, "body");
		const char *marker =
		    strstr(text(want, "error_description"), "(trace_id: ");
		struct buffer body;

		assert_non_null(marker);
		snprintf(trace, sizeof(trace), "%.32s",
		    marker + strlen("(trace_id: "));
		buffer_init(&body, 4096);
		assert_int_equal(
		    refusal_body(&body, refusal_find(text(one, "id")), &words,
			"https://test.maskinporten.no/", "trace_id", trace,
			NULL),
		    SEGL_OK);
		got = json_loads(body.data, 0, NULL);
		assert_true(json_equal(got, want));
		json_decref(got);
		buffer_clear(&body);
	}
	json_decref(all);
}

static void
body_takes_marker_and_error(void **state)
{
	static const struct refusal_words none;
	struct buffer body;

	(void)state;
	buffer_init(&body, 4096);
	assert_int_equal(
	    refusal_body(&body, REFUSAL_MP_301, &none, ISSUER,
		"correlation id", "00", "invalid_authorization_details"),
	    SEGL_OK);
	assert_string_equal(body.data,
	    "{\"error\":\"invalid_authorization_details\","
	    "\"error_description\":\"Unknown authorization details type "
	    "(correlation id: 00)\",\"error_uri\":\"" ISSUER
	    "errors/MP-301\"}");
	buffer_clear(&body);
	assert_int_equal(refusal_body(&body, REFUSAL_MP_301, &none, ISSUER,
			     "trace_id", "00", NULL),
	    SEGL_OK);
	body.max = body.len; /* no room: an error, not a half body */
	assert_int_equal(refusal_body(&body, REFUSAL_MP_301, &none, ISSUER,
			     "trace_id", "00", NULL),
	    SEGL_EREPLY);
	buffer_clear(&body);
}

/* ---- the form */

static void
form_is_decoded(void **state)
{
	struct form form;
	const char *body =
	    "grant_type=urn%3Aa+b&&assertion=e.y%2Bz&empty=&bare&twice=1&"
	    "twice=2";

	(void)state;
	assert_int_equal(form_parse(&form, body, strlen(body)), 0);
	assert_string_equal(form_get(&form, "grant_type"), "urn:a b");
	assert_string_equal(form_get(&form, "assertion"), "e.y+z");
	assert_string_equal(form_get(&form, "empty"), "");
	assert_string_equal(form_get(&form, "bare"), "");
	assert_null(form_get(&form, "twice"));
	assert_null(form_get(&form, "absent"));
	form_clear(&form);
	assert_int_equal(form_parse(&form, "", 0), 0);
	assert_int_equal(form.count, 0);
}

static void
form_refuses_what_is_malformed(void **state)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%4g", "a=%g4",
		"a=%00", "%=1", "a=%-1" };
	char many[FORM_MAX * 4 + 8] = "";
	struct form form;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(form_parse(&form, bad[i], strlen(bad[i])), -1);
		assert_int_equal(form.count, 0);
	}
	assert_int_equal(form_parse(&form, "a=\0b", 4), -1);
	for (size_t i = 0; i < FORM_MAX; i++)
		snprintf(many + 3 * i, 4, "a=&");
	assert_int_equal(form_parse(&form, many, 3 * FORM_MAX), 0);
	assert_int_equal(form.count, FORM_MAX);
	form_clear(&form);
	snprintf(many + 3 * FORM_MAX, 4, "b=1");
	assert_int_equal(form_parse(&form, many, 3 * FORM_MAX + 3), -1);
	assert_int_equal(form.count, 0);
}

/* ---- rules on parsed grants */

struct world {
	struct rules rules;
	struct registry registry; /* empty */
	struct policy policy;
	struct segl *segl;
	struct jti_memory *jtis;
	struct attempt attempt;
};

static const char *const scopes[] = { "digdir:verksemd.eu", "toll:eu/a" };

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	rules_init(&world->rules);
	world->policy = (struct policy) { .rules = &world->rules,
		.issuer = ISSUER,
		.scopes = scopes,
		.scope_count = 2,
		.registry = &world->registry };
	world->segl = segl_new();
	world->jtis = jti_memory_new(4);
	*state = world;
	return 0;
}

static int
drop_world(void **state)
{
	struct world *world = *state;

	attempt_clear(&world->attempt);
	jti_memory_free(world->jtis);
	segl_free(world->segl);
	free(world);
	return 0;
}

/* A new attempt with these claims and this header, either of which may be "" */
static struct attempt *
attempt(struct world *world, const char *header, const char *claims)
{
	attempt_clear(&world->attempt);
	attempt_init(&world->attempt, &world->policy, world->jtis,
	    world->segl, NOW);
	world->attempt.header = json_loads(header, 0, NULL);
	world->attempt.claims = json_loads(claims, 0, NULL);
	return &world->attempt;
}

static void
turn(struct world *world, const char *assignment)
{
	assert_int_equal(
	    rules_set(&world->rules, world->segl, assignment), SEGL_OK);
}

static void
times_have_two_sides(void **state)
{
	static const struct {
		int iat, exp;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ 0, 100, REFUSAL_NONE, RULE_COUNT },
		{ 0, 120, REFUSAL_NONE, RULE_COUNT },
		{ 0, 121, REFUSAL_MP_011, RULE_LIFETIME },
		{ 10, 100, REFUSAL_NONE, RULE_COUNT },
		{ 11, 100, REFUSAL_ISSUED_AFTER_NOW, RULE_IAT_AHEAD },
		{ 10, 130, REFUSAL_NONE, RULE_COUNT },
		{ 10, 131, REFUSAL_MP_011, RULE_LIFETIME },
		{ -130, -10, REFUSAL_NONE, RULE_COUNT },
		{ -131, -11, REFUSAL_MP_130, RULE_EXP },
		{ -119, 1, REFUSAL_NONE, RULE_COUNT },
		{ -120, 1, REFUSAL_MP_011, RULE_LIFETIME },
	};
	struct world *world = *state;
	char claims[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a;

		snprintf(claims, sizeof(claims), "{\"iat\":%lld,\"exp\":%lld}",
		    NOW + cases[i].iat, NOW + cases[i].exp);
		a = attempt(world, "", claims);
		assert_int_equal(check_times(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
		assert_int_equal(
		    a->why[0] == '\0', cases[i].refusal == REFUSAL_NONE);
	}
}

static void
time_switches_have_two_sides(void **state)
{
	static const struct {
		const char *set;
		int iat, exp, nbf;
		enum refusal refusal;
	} cases[] = {
		{ "iat-ahead=0", 0, 100, 0, REFUSAL_NONE },
		{ "iat-ahead=0", 1, 100, 0, REFUSAL_ISSUED_AFTER_NOW },
		{ "iat-ahead=10", 0, 100, 10, REFUSAL_NONE },
		{ "iat-ahead=10", 0, 100, 11, REFUSAL_ISSUED_AFTER_NOW },
		{ "nbf-refusal=MP-011", 0, 100, 11, REFUSAL_MP_011 },
		{ "exp-leeway=0", -100, 0, 0, REFUSAL_NONE },
		{ "exp-leeway=0", -100, -1, 0, REFUSAL_MP_130 },
		{ "lifetime=60", 0, 60, 0, REFUSAL_NONE },
		{ "lifetime=60", 0, 61, 0, REFUSAL_MP_011 },
		{ "lifetime-refusal=MP-130", 0, 61, 0, REFUSAL_MP_130 },
		{ "iat-behind=0", -59, 1, 0, REFUSAL_NONE },
		{ "iat-behind=10", -10, 1, 0, REFUSAL_NONE },
		{ "iat-behind=10", -11, 1, 0, REFUSAL_MP_130 },
		{ "iat-behind-refusal=MP-011", -11, 1, 0, REFUSAL_MP_011 },
	};
	struct world *world = *state;
	char claims[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn(world, cases[i].set);
		snprintf(claims, sizeof(claims),
		    "{\"iat\":%lld,\"exp\":%lld,\"nbf\":%lld}",
		    NOW + cases[i].iat, NOW + cases[i].exp,
		    NOW + cases[i].nbf);
		assert_int_equal(
		    check_times(attempt(world, "", claims)), cases[i].refusal);
	}
}

#define GOOD                                                                \
	"\"aud\":\"" ISSUER "\",\"iss\":\"x\",\"scope\":\"a:b\",\"iat\":1," \
	"\"exp\":2"

static void
claims_are_documented(void **state)
{
	static const struct {
		const char *claims;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ "{" GOOD "}", REFUSAL_NONE, RULE_COUNT },
		{ "{" GOOD ",\"jti\":\"1\",\"sub\":\"x\",\"nbf\":1}",
		    REFUSAL_NONE, RULE_COUNT },
		{ "{" GOOD ",\"foo\":1}", REFUSAL_MP_011,
		    RULE_UNDOCUMENTED_CLAIMS },
		{ "{" GOOD ",\"consumer_orgno\":\"910000001\"}",
		    REFUSAL_MP_011, RULE_UNDOCUMENTED_CLAIMS },
		{ "{" GOOD ",\"iss_onbehalfof\":\"x\"}", REFUSAL_MP_011,
		    RULE_ONBEHALFOF },
		{ "{" GOOD ",\"resource\":\"https://a\"}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "{" GOOD ",\"resource\":[\"https://a\"]}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "{" GOOD ",\"resource\":[]}", REFUSAL_MP_011,
		    RULE_RESOURCE },
		{ "{" GOOD ",\"resource\":[1]}", REFUSAL_MP_011,
		    RULE_RESOURCE },
		{ "{" GOOD ",\"pid\":\"01010112345\"}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "{" GOOD ",\"pid\":\"0101011234\"}", REFUSAL_MP_011,
		    RULE_REQUIRED_CLAIMS },
		{ "{" GOOD ",\"pid\":1010112345}", REFUSAL_MP_011,
		    RULE_REQUIRED_CLAIMS },
		{ "{" GOOD ",\"consumer_org\":\"910000001\"}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "{" GOOD ",\"consumer_org\":\"91000000x\"}", REFUSAL_MP_011,
		    RULE_REQUIRED_CLAIMS },
		{ "{" GOOD ",\"jti\":1}", REFUSAL_MP_011,
		    RULE_REQUIRED_CLAIMS },
		{ "{" GOOD ",\"authorization_details\":[{},{}]}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"x\",\"scope\":\"a:b\",\"iat\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"x\",\"scope\":\"a:b\",\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"x\",\"iat\":1,\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"scope\":\"a:b\",\"iat\":1,\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"iss\":\"x\",\"scope\":\"a:b\",\"iat\":1,\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"\",\"scope\":\"a\",\"iat\":1,"
		  "\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"x\",\"scope\":\"a\","
		  "\"iat\":\"1\",\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
		{ "{\"aud\":\"a\",\"iss\":\"x\",\"scope\":\"a\","
		  "\"iat\":1e300,\"exp\":1}",
		    REFUSAL_MP_011, RULE_REQUIRED_CLAIMS },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a = attempt(world, "", cases[i].claims);

		assert_int_equal(check_claims(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
	}
}

static void
claim_switches_turn(void **state)
{
	static const struct {
		const char *set, *claims;
		enum refusal refusal;
	} cases[] = {
		{ "registered-claims=refuse", "{" GOOD ",\"nbf\":1}",
		    REFUSAL_MP_011 },
		{ "registered-claims=accept", "{" GOOD ",\"nbf\":1}",
		    REFUSAL_NONE },
		{ "undocumented-claims=accept", "{" GOOD ",\"foo\":1}",
		    REFUSAL_NONE },
		{ "iss-onbehalfof=accept",
		    "{" GOOD ",\"iss_onbehalfof\":\"x\"}", REFUSAL_NONE },
		{ "resource=array", "{" GOOD ",\"resource\":\"https://a\"}",
		    REFUSAL_MP_011 },
		{ "resource=array", "{" GOOD ",\"resource\":[\"https://a\"]}",
		    REFUSAL_NONE },
		{ "claims-refusal=MP-124", "{}", REFUSAL_MP_124 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn(world, cases[i].set);
		assert_int_equal(
		    check_claims(attempt(world, "", cases[i].claims)),
		    cases[i].refusal);
	}
}

static void
scope_syntax_is_checked(void **state)
{
	static const struct {
		const char *scope;
		enum refusal refusal;
	} cases[] = {
		{ "a:b", REFUSAL_NONE },
		{ "a:b c:d", REFUSAL_NONE },
		{ "a:b/c.d-e", REFUSAL_NONE },
		{ "", REFUSAL_MP_011 },
		{ " a:b", REFUSAL_MP_011 },
		{ "a:b ", REFUSAL_MP_011 },
		{ "a:b  c:d", REFUSAL_MP_011 },
		{ "a:b\\tc", REFUSAL_MP_011 },
		{ "a\\\"b", REFUSAL_MP_011 },
		{ "a\\u00e5", REFUSAL_MP_011 },
	};
	struct world *world = *state;
	char claims[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(claims, sizeof(claims),
		    "{\"aud\":\"a\",\"iss\":\"x\",\"iat\":1,\"exp\":2,"
		    "\"scope\":\"%s\"}",
		    cases[i].scope);
		assert_int_equal(check_claims(attempt(world, "", claims)),
		    cases[i].refusal);
	}
}

static void
audience_is_the_issuer_to_the_letter(void **state)
{
	static const struct {
		const char *set, *claims;
		enum refusal refusal;
	} cases[] = {
		{ "typ=accept", "{\"aud\":\"" ISSUER "\"}", REFUSAL_NONE },
		{ "typ=accept", "{\"aud\":\"https://127.0.0.1:4711\"}",
		    REFUSAL_MP_110 },
		{ "typ=accept", "{\"aud\":\"" ISSUER "token\"}",
		    REFUSAL_MP_110 },
		{ "typ=accept", "{\"aud\":\"" ISSUER "\\u0000\"}",
		    REFUSAL_MP_110 },
		{ "typ=accept", "{\"aud\":[\"" ISSUER "\"]}", REFUSAL_NONE },
		{ "typ=accept", "{\"aud\":[]}", REFUSAL_MP_110 },
		{ "typ=accept", "{\"aud\":[1]}", REFUSAL_MP_110 },
		{ "typ=accept", "{\"aud\":[\"" ISSUER "\",\"" ISSUER "\"]}",
		    REFUSAL_MP_110 },
		{ "aud-array=refuse", "{\"aud\":[\"" ISSUER "\"]}",
		    REFUSAL_MP_110 },
		{ "aud-array=refuse", "{\"aud\":\"" ISSUER "\"}",
		    REFUSAL_NONE },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn(world, cases[i].set);
		assert_int_equal(
		    check_audience(attempt(world, "", cases[i].claims)),
		    cases[i].refusal);
	}
}

static void
header_is_documented(void **state)
{
	static const struct {
		const char *set, *header;
		enum refusal refusal;
		enum rule rule;
	} cases[] = {
		{ "typ=accept", "{\"alg\":\"RS256\"}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "typ=accept", "{\"alg\":\"RS384\",\"typ\":\"JWT\"}",
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept", "{\"alg\":\"RS512\",\"x5t\":\"a\"}",
		    REFUSAL_NONE, RULE_COUNT },
		{ "typ=accept", "{\"alg\":\"none\"}", REFUSAL_MP_124,
		    RULE_ALG },
		{ "typ=accept", "{\"alg\":\"HS256\"}", REFUSAL_MP_124,
		    RULE_ALG },
		{ "typ=accept", "{\"alg\":\"PS256\"}", REFUSAL_MP_124,
		    RULE_ALG },
		{ "typ=accept", "{\"alg\":\"rs256\"}", REFUSAL_MP_124,
		    RULE_ALG },
		{ "typ=accept", "{\"alg\":256}", REFUSAL_MP_124, RULE_ALG },
		{ "typ=accept", "{}", REFUSAL_MP_124, RULE_ALG },
		{ "alg-refusal=MP-011", "{}", REFUSAL_MP_011, RULE_ALG },
		{ "alg-ec=refuse", "{\"alg\":\"ES256\"}", REFUSAL_MP_011,
		    RULE_ALG },
		{ "alg-ec=accept", "{\"alg\":\"ES256\"}", REFUSAL_NONE,
		    RULE_COUNT },
		{ "typ=refuse", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
		    REFUSAL_MP_011, RULE_TYP },
		{ "header-members=refuse", "{\"alg\":\"RS256\",\"x5t\":\"\"}",
		    REFUSAL_MP_011, RULE_HEADER_MEMBERS },
		{ "header-members=accept",
		    "{\"alg\":\"RS256\",\"crit\":[\"b64\"]}", REFUSAL_MP_011,
		    RULE_CRIT },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attempt *a;

		turn(world, cases[i].set);
		a = attempt(world, cases[i].header, "");
		assert_int_equal(check_header(a), cases[i].refusal);
		assert_int_equal(a->rule, cases[i].rule);
	}
}

static void
key_reference_is_one_of_two(void **state)
{
	static const struct {
		const char *set, *header;
		enum refusal refusal;
		enum route route;
	} cases[] = {
		{ "kid-and-x5c=kid", "{\"x5c\":[]}", REFUSAL_NONE,
		    ROUTE_ESEAL },
		{ "kid-and-x5c=kid", "{}", REFUSAL_MP_123, ROUTE_ESEAL },
		{ "kid-and-x5c=kid", "{\"kid\":\"a\"}", REFUSAL_NONE,
		    ROUTE_REGISTERED },
		{ "kid-and-x5c=kid", "{\"kid\":1}", REFUSAL_MP_011,
		    ROUTE_ESEAL },
		{ "kid-and-x5c=kid", "{\"kid\":\"a\",\"x5c\":[]}",
		    REFUSAL_NONE, ROUTE_REGISTERED },
		{ "kid-and-x5c=x5c", "{\"kid\":\"a\",\"x5c\":[]}",
		    REFUSAL_NONE, ROUTE_ESEAL },
		{ "kid-and-x5c=x5c", "{\"kid\":\"a\"}", REFUSAL_NONE,
		    ROUTE_REGISTERED },
		{ "kid-and-x5c=refuse", "{\"kid\":\"a\",\"x5c\":[]}",
		    REFUSAL_MP_011, ROUTE_ESEAL },
		{ "key-reference-refusal=MP-011", "{}", REFUSAL_MP_011,
		    ROUTE_ESEAL },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn(world, cases[i].set);
		assert_int_equal(
		    check_key_reference(attempt(world, cases[i].header, "")),
		    cases[i].refusal);
		assert_int_equal(world->attempt.route, cases[i].route);
	}
}

static void
scopes_are_open_or_not(void **state)
{
	struct world *world = *state;
	char claims[3100];
	struct attempt *a;

	a = attempt(world, "", "{\"scope\":\"digdir:verksemd.eu toll:eu/a\"}");
	assert_int_equal(check_scope(a), REFUSAL_NONE);
	a = attempt(world, "",
	    "{\"scope\":\"toll:eu/b digdir:verksemd.eu toll:eu\"}");
	assert_int_equal(check_scope(a), REFUSAL_MP_200);
	assert_string_equal(a->words[WORD_SCOPE], "toll:eu/b toll:eu");
	/* one that is too long to be shown is not open either */
	snprintf(claims, sizeof(claims), "{\"scope\":\"a:%0*d\"}", 3000, 0);
	assert_int_equal(
	    check_scope(attempt(world, "", claims)), REFUSAL_MP_200);
	turn(world, "scope-refusal=MP-250");
	a = attempt(world, "", "{\"scope\":\"digdir:verksemd.eu.x\"}");
	assert_int_equal(check_scope(a), REFUSAL_MP_250);
}

static void
details_are_known_or_not(void **state)
{
#define DETAILS(x) "{\"authorization_details\":[" x "]}"
	static const struct {
		const char *claims;
		enum refusal refusal;
	} cases[] = {
		{ "{}", REFUSAL_NONE },
		{ DETAILS("{}"), REFUSAL_MP_301 },
		{ DETAILS("{\"type\":\"x\"}"), REFUSAL_MP_301 },
		{ DETAILS("{\"type\":\"urn:altinn:systemuser\",\"foo\":1}"),
		    REFUSAL_MP_302 },
		{ DETAILS("{\"type\":\"urn:altinn:consent\","
			  "\"externalRef\":\"x\"}"),
		    REFUSAL_MP_302 },
		{ DETAILS("{\"type\":\"urn:altinn:systemuser\","
			  "\"externalRef\":\"x\",\"systemuser_org\":{}}"),
		    REFUSAL_MP_303 },
		{ DETAILS("{\"type\":\"urn:altinn:consent\"}"),
		    REFUSAL_MP_303 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    check_details(attempt(world, "", cases[i].claims)),
		    cases[i].refusal);
}

static void
nobody_delegates_to_a_seal(void **state)
{
	struct world *world = *state;
	const char *claims =
	    "{\"scope\":\"toll:eu/a\",\"consumer_org\":\"910000001\"}";
	struct attempt *a = attempt(world, "", claims);

	a->seal.organization_identifier = strdup("NTRSE-1");
	assert_int_equal(check_consumer(a), REFUSAL_MP_251);
	assert_string_equal(a->words[WORD_CONSUMER], "910000001");
	assert_string_equal(a->words[WORD_SUPPLIER], "NTRSE-1");
	assert_string_equal(a->words[WORD_SCOPE], "toll:eu/a");
	turn(world, "consumer-org=accept");
	assert_int_equal(
	    check_consumer(attempt(world, "", claims)), REFUSAL_NONE);
}

/* ---- memory */

static void
grants_are_remembered_until(void **state)
{
	struct world *world = *state;
	struct jti_memory *m = world->jtis;

	assert_int_equal(jti_memory_use(m, "a", 1, NOW, NOW + 140), 0);
	assert_int_equal(jti_memory_use(m, "a", 1, NOW, NOW + 140), 1);
	assert_int_equal(jti_memory_use(m, "b", 1, NOW, NOW + 140), 0);
	assert_int_equal(jti_memory_use(m, "a", 1, NOW + 140, NOW + 280), 1);
	assert_int_equal(jti_memory_use(m, "a", 1, NOW + 141, NOW + 281), 0);
	assert_int_equal(jti_memory_use(m, "a", 1, NOW + 141, NOW + 281), 1);
	assert_int_equal(jti_memory_count(m), 1);
}

static void
memory_is_bounded(void **state)
{
	struct world *world = *state;

	for (char c = 'a'; c <= 'e'; c++) /* one more than there is room */
		assert_int_equal(
		    jti_memory_use(world->jtis, &c, 1, NOW, NOW + 140), 0);
	assert_int_equal(jti_memory_count(world->jtis), 4);
	assert_int_equal(
	    jti_memory_use(world->jtis, "b", 1, NOW, NOW + 140), 1);
	assert_int_equal(
	    jti_memory_use(world->jtis, "a", 1, NOW, NOW + 140), 0);
}

static void
replay_is_by_jti_or_by_grant(void **state)
{
	struct world *world = *state;
	struct attempt *a = attempt(world, "", "{\"jti\":\"1\"}");

	a->assertion = strdup("x.y.z");
	assert_int_equal(check_jti(a), REFUSAL_NONE);
	assert_int_equal(check_jti(a), REFUSAL_MP_012);
	a->now += 140;
	assert_int_equal(check_jti(a), REFUSAL_MP_012);
	a->now += 1;
	assert_int_equal(check_jti(a), REFUSAL_NONE);
	a = attempt(world, "", "{}");
	a->assertion = strdup("x.y.z");
	assert_int_equal(check_jti(a), REFUSAL_NONE);
	assert_int_equal(check_jti(a), REFUSAL_MP_012);
	turn(world, "jti=accept");
	assert_int_equal(check_jti(a), REFUSAL_NONE);
}

static void
journal_is_bounded(void **state)
{
	struct journal *journal = journal_new(2);
	const json_t *entries;

	(void)state;
	for (int i = 0; i < 3; i++)
		journal_add(journal, json_object());
	entries = journal_entries(journal);
	assert_int_equal(json_array_size(entries), 2);
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(entries, 0), "number")),
	    2);
	journal_clear(journal);
	assert_int_equal(json_array_size(journal_entries(journal)), 0);
	journal_add(journal, json_object());
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(journal_entries(journal), 0),
			     "number")),
	    4);
	journal_free(journal);
}

/* ---- the command line */

static enum segl_status
read_line(struct command_line *line, struct segl *segl, char **argv)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	return command_line_read(line, segl, argc, argv);
}

static void
options_are_read(void **state)
{
	char *argv[] = { (char *)"segl-sim", (char *)"--port=4711",
		(char *)"--scope", (char *)"a:b", (char *)"--scope=c:d",
		(char *)"--set", (char *)"typ=refuse", (char *)"--quiet",
		(char *)"--token-lifetime=7200", (char *)"--",
		(char *)"env", (char *)"--help", NULL };
	struct segl *segl = segl_new();
	struct command_line line;

	(void)state;
	assert_int_equal(read_line(&line, segl, argv), SEGL_OK);
	assert_int_equal(line.command, COMMAND_SERVE);
	assert_int_equal(line.sim.port, 4711);
	assert_int_equal(line.sim.scope_count, 2);
	assert_string_equal(line.sim.scopes[1], "c:d");
	assert_true(rules_is(&line.sim.rules, RULE_TYP, "refuse"));
	assert_int_equal(line.quiet, 1);
	assert_int_equal(line.sim.token_lifetime_s, 7200);
	assert_string_equal(line.program[0], "env");
	assert_string_equal(line.program[1], "--help");
	command_line_clear(&line);
	argv[1] = NULL;
	assert_int_equal(read_line(&line, segl, argv), SEGL_OK);
	assert_string_equal(line.sim.scopes[0], "digdir:verksemd.eu");
	assert_int_equal(line.sim.scope_count, 7);
	assert_int_equal(line.sim.token_lifetime_s, 120);
	assert_null(line.program);
	command_line_clear(&line);
	segl_free(segl);
}

static void
wrong_options_are_refused(void **state)
{
	static const char *const cases[][3] = {
		{ "--port", NULL, "--port wants N" },
		{ "--port=65536", NULL, "not a number from 0 to 65535" },
		{ "--port=-1", NULL, "not a number from 0 to 65535" },
		{ "--port=", NULL, "not a number from 0 to 65535" },
		{ "--token-lifetime=0", NULL, "not a number from 1 to 86400" },
		{ "--quiet=1", NULL, "--quiet takes no argument" },
		{ "--por=1", NULL, "there is no option --por" },
		{ "--scope=a b", NULL, "not one scope (RFC 6749, 3.3)" },
		{ "--scope=", NULL, "not one scope (RFC 6749, 3.3)" },
		{ "token", NULL, "what is token? a command goes behind --" },
		{ "--", NULL, "no command behind --" },
		{ "--set=x", NULL, "--set wants NAME=VALUE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[] = { (char *)"segl-sim", (char *)cases[i][0],
			NULL };
		struct segl *segl = segl_new();
		struct command_line line;

		assert_int_equal(read_line(&line, segl, argv), SEGL_EUSAGE);
		assert_string_equal(segl_error_message(segl), cases[i][2]);
		command_line_clear(&line);
		segl_free(segl);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalogue_is_complete),
		cmocka_unit_test(rules_take_what_the_catalogue_offers),
		cmocka_unit_test(rules_refuse_everything_else),
		cmocka_unit_test(refusals_are_those_of_the_fixture),
		cmocka_unit_test(bodies_are_those_of_the_fixture),
		cmocka_unit_test(body_takes_marker_and_error),
		cmocka_unit_test(form_is_decoded),
		cmocka_unit_test(form_refuses_what_is_malformed),
#define WITH_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, make_world, drop_world)
		WITH_WORLD(times_have_two_sides),
		WITH_WORLD(time_switches_have_two_sides),
		WITH_WORLD(claims_are_documented),
		WITH_WORLD(claim_switches_turn),
		WITH_WORLD(scope_syntax_is_checked),
		WITH_WORLD(audience_is_the_issuer_to_the_letter),
		WITH_WORLD(header_is_documented),
		WITH_WORLD(key_reference_is_one_of_two),
		WITH_WORLD(scopes_are_open_or_not),
		WITH_WORLD(details_are_known_or_not),
		WITH_WORLD(nobody_delegates_to_a_seal),
		WITH_WORLD(grants_are_remembered_until),
		WITH_WORLD(memory_is_bounded),
		WITH_WORLD(replay_is_by_jti_or_by_grant),
		cmocka_unit_test(journal_is_bounded),
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(wrong_options_are_refused),
	};

	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
