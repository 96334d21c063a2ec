/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/error.h"
#include "onboard/judge.h"
#include "onboard/render.h"
#include "onboard/steps.h"

/* ---- what goes into a record ----------------------------------------------
 */

static void
safe_is(const char *text, const char *want)
{
	char *safe = onboard_safe(text);

	assert_non_null(safe);
	assert_string_equal(safe, want);
	free(safe);
}

#define B20 "AbCdEfGhIjKlMnOpQrSt"
#define B80 B20 B20 B20 B20

static void
secrets_are_left_out(void **state)
{
	(void)state;
	safe_is("", "");
	safe_is("all is well", "all is well");
	safe_is("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "[left out]");
	safe_is("it said eyJhbGciOiJSUzI1NiJ9.e, no", "it said [left out], no");
	/* a word that only begins so */
	safe_is("eyJob", "eyJob");
	safe_is(
	    "http://name:pass@proxy:3128/", "http://[left out]@proxy:3128/");
	/* our own advice, to the letter */
	safe_is("http://name:password@host", "http://name:password@host");
	safe_is("http://name:passwords@host", "http://[left out]@host");
	safe_is("https://api.toll.no/a?b=c@d", "https://api.toll.no/a?b=c@d");
	/* the longest run that stays, and one more */
	safe_is(B80, B80);
	safe_is("x " B80 "u y", "x [left out] y");
	safe_is("/" B80 "/" B80 "/seal.p12", "/" B80 "/" B80 "/seal.p12");
	safe_is("a\033[31mb", "a\\x1b[31mb");
}

static void
facts_are_kept_once(void **state)
{
	struct onboard_facts facts = { .n = 0 };
	struct onboard record;

	(void)state;
	onboard_fact(&facts, "a", "1");
	onboard_fact(&facts, "b", NULL);
	onboard_fact_number(&facts, "a", 2);
	assert_int_equal(facts.n, 1);
	assert_string_equal(onboard_fact_value(&facts, "a"), "2");
	assert_true(facts.list[0].is_number);
	assert_null(onboard_fact_value(&facts, "b"));
	for (int i = 0; i < 2 * ONBOARD_FACTS_MAX; i++)
		onboard_fact(&facts, i % 2 == 0 ? "c" : "d", "x");
	assert_int_equal(facts.n, 3);
	memset(&record, 0, sizeof(record));
	record.about = facts;
	onboard_clear(&record);
	assert_int_equal(record.about.n, 0);
}

static void
a_failure_moves_into_a_step(void **state)
{
	struct error_answer answer = { .oauth = "invalid_scope",
		.mp_code = "MP-200",
		.trace_id = "abc",
		.http_status = 400,
		.retry_after_s = -1 };
	struct segl *segl = segl_new();
	struct onboard record;
	struct onboard_outcome *out = &record.steps[ONBOARD_TOKEN];

	(void)state;
	memset(&record, 0, sizeof(record));
	error_set(segl, SEGL_EAUTHZ, SEGL_TURN_API_OWNER, "it was refused");
	error_remedy(segl, "ask");
	error_answer(segl, &answer);
	onboard_take_failure(out, segl);
	assert_int_equal(segl_error_status(segl), SEGL_OK);
	assert_int_equal(out->result, ONBOARD_FAIL);
	assert_int_equal(out->status, SEGL_EAUTHZ);
	assert_true(out->stops);
	assert_string_equal(out->evidence, "it was refused");
	assert_string_equal(out->code, "MP-200");
	assert_string_equal(out->remedy, "ask");
	assert_int_equal(out->turn, SEGL_TURN_API_OWNER);
	assert_string_equal(onboard_fact_value(&out->facts, "trace_id"), "abc");
	assert_int_equal(onboard_first_failure(&record), ONBOARD_TOKEN);
	assert_int_equal(onboard_status(&record), SEGL_EAUTHZ);
	segl_free(segl);
	onboard_clear(&record);
}

/* ---- the order of the steps
 * -------------------------------------------------- */

/* What each step is to come to; what was taken and told. */
struct play {
	enum onboard_result results[ONBOARD_STEPS];
	int stops[ONBOARD_STEPS];
	int taken[ONBOARD_STEPS];
	int begun, ended;
	size_t broken; /* this one cannot be taken */
};

static enum segl_status
take(void *arg, size_t id, struct onboard_outcome *out)
{
	struct play *play = arg;

	if (id == play->broken)
		return SEGL_EINTERNAL;
	play->taken[id] = 1;
	if (play->results[id] == ONBOARD_FAIL)
		onboard_fail(out, SEGL_ECERT, "no");
	else
		onboard_set(out, play->results[id], "yes");
	out->stops = play->stops[id];
	return SEGL_OK;
}

static void
begin(void *arg, size_t id)
{
	struct play *play = arg;

	(void)id;
	play->begun++;
}

static void
end(void *arg, size_t id, const struct onboard_outcome *out)
{
	struct play *play = arg;

	(void)id;
	assert_non_null(out->evidence);
	play->ended++;
}

static enum segl_status
perform(struct play *play, size_t until, int offline, struct onboard *record)
{
	struct onboard_plan plan = { .until = until,
		.offline = offline,
		.take = take,
		.begin = begin,
		.end = end,
		.arg = play };

	memset(record, 0, sizeof(*record));
	return onboard_run(&plan, record);
}

static void
all_steps_are_taken_in_order(void **state)
{
	struct play play = { .broken = ONBOARD_STEPS };
	struct onboard record;

	(void)state;
	assert_int_equal(
	    perform(&play, ONBOARD_STEPS - 1, 0, &record), SEGL_OK);
	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		assert_true(play.taken[i]);
	assert_int_equal(play.begun, ONBOARD_STEPS);
	assert_int_equal(play.ended, ONBOARD_STEPS);
	assert_int_equal(onboard_verdict(&record), ONBOARD_PASS);
	assert_int_equal(onboard_status(&record), SEGL_OK);
	onboard_clear(&record);
}

static void
what_makes_no_sense_is_skipped(void **state)
{
	struct play play = { .broken = ONBOARD_STEPS };
	struct onboard record;

	(void)state;
	play.results[ONBOARD_FILE] = ONBOARD_FAIL;
	play.stops[ONBOARD_FILE] = 1;
	assert_int_equal(
	    perform(&play, ONBOARD_STEPS - 1, 0, &record), SEGL_OK);
	assert_false(play.taken[ONBOARD_KEY]);
	assert_false(play.taken[ONBOARD_TEST_AUTH]);
	/* what needs no file is looked at all the same */
	assert_true(play.taken[ONBOARD_CLOCK]);
	assert_true(play.taken[ONBOARD_METADATA]);
	assert_non_null(strstr(record.steps[ONBOARD_KEY].evidence, "(file)"));
	assert_int_equal(onboard_first_failure(&record), ONBOARD_FILE);
	onboard_clear(&record);
}

static void
a_failure_need_not_stop_anything(void **state)
{
	struct play play = { .broken = ONBOARD_STEPS };
	struct onboard record;

	(void)state;
	play.results[ONBOARD_SUITABLE] = ONBOARD_FAIL;
	play.results[ONBOARD_REVOCATION] = ONBOARD_SKIPPED;
	assert_int_equal(
	    perform(&play, ONBOARD_STEPS - 1, 0, &record), SEGL_OK);
	assert_true(play.taken[ONBOARD_TEST_AUTH]);
	assert_int_equal(onboard_status(&record), SEGL_ECERT);
	onboard_clear(&record);
}

static void
it_goes_as_far_as_it_is_told(void **state)
{
	struct play play = { .broken = ONBOARD_STEPS };
	struct onboard record;

	(void)state;
	assert_int_equal(perform(&play, ONBOARD_KEY, 0, &record), SEGL_OK);
	assert_true(play.taken[ONBOARD_KEY]);
	assert_false(play.taken[ONBOARD_PATH]);
	assert_int_equal(record.steps[ONBOARD_PATH].result, ONBOARD_SKIPPED);
	onboard_clear(&record);
	memset(&play, 0, sizeof(play));
	play.broken = ONBOARD_STEPS;
	assert_int_equal(
	    perform(&play, ONBOARD_STEPS - 1, 1, &record), SEGL_OK);
	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		assert_int_equal(play.taken[i], !onboard_step(i)->is_online);
	assert_true(play.taken[ONBOARD_LISTED]);
	onboard_clear(&record);
}

static void
what_cannot_be_taken_ends_it(void **state)
{
	struct play play = { .broken = ONBOARD_PATH };
	struct onboard record;

	(void)state;
	assert_int_equal(
	    perform(&play, ONBOARD_STEPS - 1, 0, &record), SEGL_EINTERNAL);
	assert_false(play.taken[ONBOARD_SUITABLE]);
	onboard_clear(&record);
}

static void
steps_have_names_and_numbers(void **state)
{
	size_t id;

	(void)state;
	for (size_t i = 0; i < ONBOARD_STEPS; i++) {
		assert_non_null(onboard_step(i)->name);
		assert_ptr_equal(onboard_step_find(onboard_step(i)->name, &id),
		    onboard_step(i));
		assert_int_equal(id, i);
		/* a step needs only what came before it */
		assert_int_equal(onboard_step(i)->needs >> i, 0);
	}
	assert_null(onboard_step(ONBOARD_STEPS));
	assert_non_null(onboard_step_find("1", &id));
	assert_int_equal(id, 0);
	assert_non_null(onboard_step_find("15", &id));
	assert_int_equal(id, 14);
	assert_null(onboard_step_find("16", &id));
	assert_null(onboard_step_find("0", &id));
	assert_null(onboard_step_find("1x", &id));
	assert_null(onboard_step_find("", &id));
	assert_string_equal(onboard_step_nearest("tokn"), "token");
	assert_null(onboard_step_nearest("elephant"));
}

/* ---- the certificate
 * ---------------------------------------------------------- */

static void
rules_have_a_home(void **state)
{
	static const char *const moved[] = { "expected-identifier",
		"same-identifier", "key-match", "path-complete", "path-rules",
		"path-expiry", "enterprise-issuer", "issuer-listed",
		"list-current", "lists-missing", "not-revoked" };
	struct segl_rule rule;
	size_t elsewhere = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		assert_true(segl_rule_find(moved[i], &rule));
		assert_int_not_equal(
		    onboard_home_of_rule(moved[i]), ONBOARD_SUITABLE);
	}
	for (size_t i = 0; segl_rule_at(i, &rule); i++)
		elsewhere += onboard_home_of_rule(rule.id) != ONBOARD_SUITABLE;
	assert_int_equal(elsewhere, sizeof(moved) / sizeof(moved[0]));
}

static void
a_token_overrules(void **state)
{
	struct onboard record;
	struct onboard_outcome *suitable = &record.steps[ONBOARD_SUITABLE];
	struct onboard_outcome *path = &record.steps[ONBOARD_PATH];
	struct onboard_outcome *clock = &record.steps[ONBOARD_CLOCK];

	(void)state;
	memset(&record, 0, sizeof(record));
	onboard_fail(suitable, SEGL_ECERT, "weak");
	onboard_finding(suitable, "key-size");
	suitable->stops = 0;
	onboard_fail(path, SEGL_ECERT, "gone"); /* it stops: no token came */
	onboard_finding(path, "path-complete");
	onboard_fail(clock, SEGL_ECLOCK, "late");
	clock->stops = 0;
	onboard_overrule(&record);
	assert_int_equal(suitable->result, ONBOARD_WARN);
	assert_int_equal(suitable->turn, SEGL_TURN_SEGL);
	assert_string_equal(suitable->finding, "key-size");
	assert_int_equal(path->result, ONBOARD_FAIL);
	assert_int_equal(clock->result, ONBOARD_FAIL);
	onboard_clear(&record);
}

/* ---- the clock
 * ------------------------------------------------------------------ */

static void
clock_is(long long ahead_s, int by_server_clock, enum onboard_result want)
{
	struct onboard_clock clock = { .has_server = 1,
		.ahead_s = ahead_s,
		.is_synchronised = 1,
		.by_server_clock = by_server_clock };
	struct onboard record;
	struct onboard_outcome *out = &record.steps[ONBOARD_CLOCK];

	memset(&record, 0, sizeof(record));
	onboard_judge_clock(&clock, out);
	assert_int_equal(out->result, want);
	assert_int_equal(
	    out->status, want == ONBOARD_FAIL ? SEGL_ECLOCK : SEGL_OK);
	onboard_clear(&record);
}

static void
the_clock_has_boundaries(void **state)
{
	(void)state;
	clock_is(0, 0, ONBOARD_PASS);
	clock_is(3, 0, ONBOARD_PASS);
	clock_is(4, 0, ONBOARD_WARN);
	clock_is(10, 0, ONBOARD_WARN);
	clock_is(11, 0, ONBOARD_FAIL);
	clock_is(11, 1, ONBOARD_WARN);
	clock_is(-9, 0, ONBOARD_PASS);
	clock_is(-10, 0, ONBOARD_WARN);
	clock_is(-95, 0, ONBOARD_WARN);
	clock_is(-96, 0, ONBOARD_FAIL);
	clock_is(-96, 1, ONBOARD_WARN);
}

static void
without_a_server_the_kernel_is_asked(void **state)
{
	static const struct {
		int is_synchronised;
		enum onboard_result want;
	} cases[] = { { 1, ONBOARD_PASS }, { 0, ONBOARD_WARN },
		{ -1, ONBOARD_WARN } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct onboard_clock clock = { .is_synchronised =
						   cases[i].is_synchronised };
		struct onboard record;

		memset(&record, 0, sizeof(record));
		onboard_judge_clock(&clock, &record.steps[0]);
		assert_int_equal(record.steps[0].result, cases[i].want);
		onboard_clear(&record);
	}
}

/* ---- the network
 * ------------------------------------------------------------------ */

/* Non-zero where NETWORK is told to be looked into. */
static int
is_inspected(struct onboard_network network)
{
	struct onboard record;
	struct onboard_outcome *out = &record.steps[ONBOARD_NETWORK];
	int yes;

	memset(&record, 0, sizeof(record));
	network.url = "https://example.org/";
	network.address = "192.0.2.1";
	if (network.failed)
		onboard_fail(out, SEGL_ECONNECT, "not believed");
	onboard_judge_network(&network, out);
	yes = strcmp(onboard_fact_value(&out->facts, "inspected"), "yes") == 0;
	if (!network.failed)
		assert_int_equal(
		    out->result, yes ? ONBOARD_WARN : ONBOARD_PASS);
	if (yes)
		assert_int_equal(out->turn, SEGL_TURN_NETWORK);
	onboard_clear(&record);
	return yes;
}

static void
who_looks_into_tls_is_recognised(void **state)
{
	struct onboard_network good = { .is_public = 1,
		.has_sct = 1,
		.subject = "CN=maskinporten.no",
		.issuer = "CN=Some CA" };
	struct onboard_network n = good;

	(void)state;
	assert_false(is_inspected(good));
	n.has_sct = 0;
	assert_true(is_inspected(n));
	/* of a server that only we know that says nothing */
	n.is_public = 0;
	assert_false(is_inspected(n));
	n = good;
	n.only_by_ca = 1;
	assert_true(is_inspected(n));
	n = good;
	n.issuer = "CN=zscaler Intermediate";
	assert_true(is_inspected(n));
	n = good;
	n.root = "O=Fortinet,CN=FGT";
	assert_true(is_inspected(n));
	n = good;
	n.issuer = "CN=avas";
	assert_false(is_inspected(n));
	n.failed = n.is_unverified = 1;
	n.issuer = "CN=mitmproxy";
	assert_true(is_inspected(n));
	n = (struct onboard_network){ .is_public = 1, .failed = 1 };
	assert_false(is_inspected(n));
}

/* ---- tokens
 * -------------------------------------------------------------------------- */

static void
scope_is(const char *asked, const char *came, enum onboard_result want)
{
	struct onboard_expected expected = { .scope = asked };
	struct onboard_claims claims = { .is_readable = 1, .scope = came };
	struct onboard record;

	memset(&record, 0, sizeof(record));
	onboard_judge_scope(&expected, &claims, &record.steps[0]);
	assert_int_equal(record.steps[0].result, want);
	onboard_clear(&record);
}

static void
each_scope_has_to_come(void **state)
{
	(void)state;
	scope_is("a:b", "a:b", ONBOARD_PASS);
	scope_is("a:b c:d", "c:d a:b", ONBOARD_PASS);
	scope_is("a:b c:d", "a:b", ONBOARD_FAIL);
	scope_is("a:b", "a:bc", ONBOARD_FAIL);
	scope_is("a:bc", "a:b", ONBOARD_FAIL);
	scope_is("a:b", NULL, ONBOARD_PASS); /* RFC 6749, 5.1: as asked */
}

static enum onboard_result
consumer_result(struct onboard_expected expected, struct onboard_claims claims,
    enum segl_turn turn)
{
	struct onboard record;
	struct onboard_outcome *out = &record.steps[ONBOARD_CONSUMER];
	enum onboard_result result;

	memset(&record, 0, sizeof(record));
	onboard_judge_consumer(&expected, &claims, &record.beside, out);
	result = out->result;
	assert_int_equal(out->turn, turn);
	assert_int_equal(record.beside.is_known, claims.is_readable);
	onboard_clear(&record);
	return result;
}

static void
whose_a_token_is(void **state)
{
	struct onboard_expected ours = { .consumer = "NTRSE-1",
		.amr = "CForESeal" };
	struct onboard_claims theirs = {
		.is_readable = 1, .consumer = "NTRSE-1", .amr = "CForESeal"
	};

	(void)state;
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_NONE), ONBOARD_PASS);
	/* the spelling of the names differs among Digdir's own pages */
	theirs.amr = "cforeseal";
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_NONE), ONBOARD_PASS);
	theirs.amr = "QCForESeal";
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_SEGL), ONBOARD_WARN);
	theirs.consumer = "NTRSE-1 ";
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_SEGL), ONBOARD_FAIL);
	theirs.consumer = NULL;
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_DIGDIR), ONBOARD_FAIL);
	theirs = (struct onboard_claims){ .is_readable = 0 };
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_NONE), ONBOARD_WARN);
}

static void
on_whose_behalf(void **state)
{
	struct onboard_expected ours = { .consumer = "0192:310000019",
		.delegator = "0192:310000027" };
	struct onboard_claims theirs = { .is_readable = 1,
		.consumer = "0192:310000027",
		.supplier = "0192:310000019" };

	(void)state;
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_NONE), ONBOARD_PASS);
	theirs.supplier = "0192:310000035";
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_SEGL), ONBOARD_FAIL);
	theirs.consumer = "0192:310000019";
	assert_int_equal(
	    consumer_result(ours, theirs, SEGL_TURN_DIGDIR), ONBOARD_FAIL);
}

static void
permission_is(int norwegian, const char *scope, enum segl_status status,
    enum segl_turn turn, const char *quote)
{
	struct onboard record;
	struct onboard_outcome *out = &record.steps[ONBOARD_TOKEN];

	memset(&record, 0, sizeof(record));
	onboard_fail(out, status, "refused");
	onboard_remedy(out, SEGL_TURN_API_OWNER, "ask");
	onboard_judge_permission(norwegian, scope, "NTRSE-1", out);
	assert_int_equal(out->turn, turn);
	if (quote == NULL)
		assert_null(out->quote);
	else
		assert_string_equal(out->quote, quote);
	onboard_clear(&record);
}

static void
whose_turn_a_scope_is(void **state)
{
	(void)state;
	permission_is(
	    0, "toll:eu/a", SEGL_EAUTHZ, SEGL_TURN_CUSTOMS, "NTRSE-1");
	permission_is(0, "toll:a", SEGL_EAUTHZ, SEGL_TURN_YOU, "NTRSE-1");
	permission_is(1, "toll:a", SEGL_EAUTHZ, SEGL_TURN_CUSTOMS, "NTRSE-1");
	permission_is(1, "toll:eu/a", SEGL_EAUTHZ, SEGL_TURN_YOU, "NTRSE-1");
	permission_is(0, "x:a", SEGL_EAUTHZ, SEGL_TURN_API_OWNER, "NTRSE-1");
	permission_is(0, "toll:eu/a", SEGL_EAUTHN, SEGL_TURN_API_OWNER, NULL);
}

/* ---- how it is told
 * ---------------------------------------------------------------------- */

/* A record with a foreign text in each place. */
static void
fill(struct onboard *record)
{
	static const char evil[] = "<b onx=\"1\">&'\033[2J";
	struct onboard_outcome *out = &record->steps[ONBOARD_EXCHANGE];

	memset(record, 0, sizeof(*record));
	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		onboard_set(&record->steps[i], ONBOARD_PASS, "fine");
	onboard_fail(out, SEGL_EAUTHZ, "%s", evil);
	onboard_code(out, evil);
	onboard_finding(out, evil);
	onboard_remedy(out, SEGL_TURN_CUSTOMS, "%s", evil);
	onboard_quote(out, evil);
	onboard_fact(&out->facts, "said", evil);
	onboard_fact_number(&out->facts, "n", 5);
	onboard_fact(&record->about, "file", evil);
	record->beside.is_known = 1;
	record->beside.our_consumer = onboard_safe(evil);
	record->profile = onboard_safe(evil);
	record->profile_name = strdup("x");
}

static void
it_is_told_as_json(void **state)
{
	struct onboard record;
	struct buffer out;
	json_t *json, *step;

	(void)state;
	fill(&record);
	buffer_init(&out, ONBOARD_REPORT_MAX);
	assert_int_equal(onboard_json(&record, &out), SEGL_OK);
	json = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	assert_int_equal(
	    json_integer_value(json_object_get(json, "schema")), 1);
	assert_int_equal(json_integer_value(json_object_get(json, "exit")), 6);
	assert_string_equal(
	    json_string_value(json_object_get(json, "failed_step")),
	    "exchange");
	step = json_array_get(json_object_get(json, "steps"), ONBOARD_EXCHANGE);
	assert_int_equal(json_integer_value(json_object_get(step, "step")), 14);
	assert_string_equal(
	    json_string_value(json_object_get(step, "turn")), "customs");
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(step, "facts"), "n")),
	    5);
	step = json_array_get(json_object_get(json, "steps"), ONBOARD_FILE);
	assert_null(json_object_get(step, "turn"));
	assert_null(json_object_get(step, "code"));
	json_decref(json);
	buffer_clear(&out);
	onboard_clear(&record);
}

static void
nothing_foreign_drives_what_shows_it(void **state)
{
	struct onboard_view view = { .all = 1 };
	struct onboard record;
	struct buffer out;

	(void)state;
	fill(&record);
	buffer_init(&out, ONBOARD_REPORT_MAX);
	assert_int_equal(onboard_html(&record, &out), SEGL_OK);
	assert_null(strstr(out.data, "<b onx"));
	assert_non_null(
	    strstr(out.data, "&lt;b onx=&quot;1&quot;&gt;&amp;&#39;"));
	assert_null(strchr(out.data, '\033'));
	assert_null(strstr(out.data, "<script"));
	buffer_clear(&out);
	assert_int_equal(onboard_text(&record, &view, &out), SEGL_OK);
	assert_null(strchr(out.data, '\033'));
	assert_non_null(strstr(out.data, "14  FAIL"));
	buffer_clear(&out);
	view.colour = 1;
	assert_int_equal(
	    onboard_text_step(&record, ONBOARD_FILE, &view, &out), SEGL_OK);
	assert_non_null(strstr(out.data, "\033[32mPASS"));
	buffer_clear(&out);
	onboard_clear(&record);
}

static void
a_report_has_a_limit(void **state)
{
	struct onboard_view view = { .all = 1 };
	struct onboard record;
	struct buffer out;

	(void)state;
	fill(&record);
	buffer_init(&out, 100);
	assert_int_equal(onboard_json(&record, &out), SEGL_EREPLY);
	buffer_clear(&out);
	assert_int_equal(onboard_html(&record, &out), SEGL_EREPLY);
	buffer_clear(&out);
	assert_int_equal(onboard_text(&record, &view, &out), SEGL_EREPLY);
	buffer_clear(&out);
	onboard_clear(&record);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_left_out),
		cmocka_unit_test(facts_are_kept_once),
		cmocka_unit_test(a_failure_moves_into_a_step),
		cmocka_unit_test(all_steps_are_taken_in_order),
		cmocka_unit_test(what_makes_no_sense_is_skipped),
		cmocka_unit_test(a_failure_need_not_stop_anything),
		cmocka_unit_test(it_goes_as_far_as_it_is_told),
		cmocka_unit_test(what_cannot_be_taken_ends_it),
		cmocka_unit_test(steps_have_names_and_numbers),
		cmocka_unit_test(rules_have_a_home),
		cmocka_unit_test(a_token_overrules),
		cmocka_unit_test(the_clock_has_boundaries),
		cmocka_unit_test(without_a_server_the_kernel_is_asked),
		cmocka_unit_test(who_looks_into_tls_is_recognised),
		cmocka_unit_test(each_scope_has_to_come),
		cmocka_unit_test(whose_a_token_is),
		cmocka_unit_test(on_whose_behalf),
		cmocka_unit_test(whose_turn_a_scope_is),
		cmocka_unit_test(it_is_told_as_json),
		cmocka_unit_test(nothing_foreign_drives_what_shows_it),
		cmocka_unit_test(a_report_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
