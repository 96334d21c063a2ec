/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/expect.h"

#define WAIT_MAX_S 300
#define LOOK_MS    20 /* how often is looked again while one waits */
#define VALUE_MAX  128
#define FOUND_MAX  128
#define ASKED_MAX  16 /* expectations in one request */

/* The entries that a request is about, and what it asks of them. */
struct view {
	json_t *entries; /* of the path, after the number */
	char path[VALUE_MAX];
	long long since;
	long wait_s;
};

static const char *
word(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	return text == NULL ? "" : text;
}

/* VALUE as a number from 0 to MOST, or -1. */
static long long
number(const char *value, long long most)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	return value[0] >= '0' && value[0] <= '9' && *end == '\0' &&
		errno == 0 && n <= most
	    ? n
	    : -1;
}

/* ---- what can be expected: FOUND says what is there instead */

static int
is_number(const char *value, size_t n, int at_least, char *found)
{
	long long want = number(value, JOURNAL_MAX);

	snprintf(found, FOUND_MAX, "%zu", n);
	return at_least ? want >= 0 && (size_t)want <= n
			: want >= 0 && (size_t)want == n;
}

static int
requests(const struct view *view, const char *value, char *found)
{
	return is_number(value, json_array_size(view->entries), 0, found);
}

static int
at_least(const struct view *view, const char *value, char *found)
{
	return is_number(value, json_array_size(view->entries), 1, found);
}

/* How many there are with this OUTCOME; "refused": any refusal. */
static size_t
outcomes(const struct view *view, const char *outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(view->entries); i++) {
		const char *one =
		    word(json_array_get(view->entries, i), "outcome");

		if (strcmp(outcome, "refused") == 0)
			n += one[0] != '\0' && strcmp(one, "token") != 0 &&
			    strcmp(one, "fault") != 0;
		else
			n += strcmp(outcome, one) == 0;
	}
	return n;
}

static int
tokens(const struct view *view, const char *value, char *found)
{
	return is_number(value, outcomes(view, "token"), 0, found);
}

static int
refusals(const struct view *view, const char *value, char *found)
{
	return is_number(value, outcomes(view, "refused"), 0, found);
}

static int
faults(const struct view *view, const char *value, char *found)
{
	return is_number(value, outcomes(view, "fault"), 0, found);
}

static const json_t *
last_of(const struct view *view)
{
	return json_array_get(
	    view->entries, json_array_size(view->entries) - 1);
}

static int
outcome(const struct view *view, const char *value, char *found)
{
	snprintf(found, FOUND_MAX, "%s", word(last_of(view), "outcome"));
	return strcmp(found, value) == 0;
}

static int
rule(const struct view *view, const char *value, char *found)
{
	snprintf(found, FOUND_MAX, "%s", word(last_of(view), "rule"));
	return strcmp(found, value) == 0;
}

static int
status(const struct view *view, const char *value, char *found)
{
	json_t *last = json_object_get(last_of(view), "status");

	snprintf(found, FOUND_MAX, "%d",
	    last == NULL ? 0 : (int)json_integer_value(last));
	return strcmp(found, value) == 0;
}

/* Each grant has a jti, and none has that of another. */
static int
jti_unique(const struct view *view, const char *value, char *found)
{
	json_t *seen = json_object();
	int good = 1;

	(void)value;
	snprintf(found, FOUND_MAX, "%zu different ones",
	    json_array_size(view->entries));
	for (size_t i = 0; good && i < json_array_size(view->entries); i++) {
		const json_t *entry = json_array_get(view->entries, i);
		const char *jti = word(entry, "jti");

		good = jti[0] != '\0' && json_object_get(seen, jti) == NULL &&
		    json_object_set_new(seen, jti, json_true()) == 0;
		if (!good)
			snprintf(found, FOUND_MAX, "number %lld has %s",
			    (long long)json_integer_value(
				json_object_get(entry, "number")),
			    jti[0] == '\0' ? "none" : "one of another");
	}
	json_decref(seen);
	return good;
}

static const struct expectation {
	const char *name;
	int (*holds)(const struct view *view, const char *value, char *found);
} expectations[] = {
	{ "requests", requests },
	{ "at-least", at_least },
	{ "tokens", tokens },
	{ "refusals", refusals },
	{ "faults", faults },
	{ "outcome", outcome },
	{ "rule", rule },
	{ "status", status },
	{ "jti-unique", jti_unique },
};
#define EXPECTATIONS (sizeof(expectations) / sizeof(expectations[0]))

/* ---- the request */

struct asked {
	const struct expectation *expectation;
	char value[VALUE_MAX];
};

struct question {
	struct view view;
	struct asked asked[ASKED_MAX];
	size_t count;
};

static const struct expectation *
find(const char *name)
{
	for (size_t i = 0; i < EXPECTATIONS; i++)
		if (strcmp(expectations[i].name, name) == 0)
			return &expectations[i];
	return NULL;
}

/* One NAME=VALUE; 0, or -1 where it is not understood. */
static int
take(struct question *question, const char *name, const char *value)
{
	const struct expectation *expectation = find(name);

	if (strcmp(name, "since") == 0) {
		question->view.since = number(value, INT64_MAX);
		return question->view.since < 0 ? -1 : 0;
	}
	if (strcmp(name, "wait") == 0) {
		question->view.wait_s = (long)number(value, WAIT_MAX_S);
		return question->view.wait_s < 0 ? -1 : 0;
	}
	if (strcmp(name, "path") == 0) {
		snprintf(question->view.path, sizeof(question->view.path), "%s",
		    value);
		return 0;
	}
	if (expectation == NULL || question->count == ASKED_MAX)
		return -1;
	question->asked[question->count].expectation = expectation;
	snprintf(
	    question->asked[question->count++].value, VALUE_MAX, "%s", value);
	return 0;
}

/* QUERY, which may be NULL; 0, or -1. Nothing in it needs escapes. */
static int
read_query(struct question *question, const char *query)
{
	char part[2 * VALUE_MAX], *value;
	size_t len;

	memset(question, 0, sizeof(*question));
	while (query != NULL && *query != '\0') {
		len = strcspn(query, "&");
		if (len >= sizeof(part))
			return -1;
		memcpy(part, query, len);
		part[len] = '\0';
		value = part + strcspn(part, "=");
		if (*value != '\0')
			*value++ = '\0';
		if (strlen(value) >= VALUE_MAX ||
		    take(question, part, value) != 0)
			return -1;
		query += len + (query[len] == '&');
	}
	return 0;
}

/* The entries of SIM that VIEW is about; PATH empty: all. 0, or -1. */
static int
select_entries(struct view *view, const struct sim *sim)
{
	const json_t *all = journal_entries(sim->journal);

	view->entries = json_array();
	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *entry = json_array_get(all, i);

		if (json_integer_value(json_object_get(entry, "number")) <=
		    view->since)
			continue;
		if (view->path[0] != '\0' &&
		    strcmp(word(entry, "path"), view->path) != 0)
			continue;
		if (json_array_append(view->entries, entry) != 0)
			return -1;
	}
	return view->entries == NULL ? -1 : 0;
}

static enum segl_status
answer_bad(struct httpd_answer *answer)
{
	json_t *body = json_pack("{s:s}", "error",
	    "not understood; see JOURNAL AND EXPECTATIONS in segl-sim(1)");
	enum segl_status result = SEGL_ENOMEM;

	if (body != NULL)
		result = sim_answer_json(answer, 400, body);
	json_decref(body);
	return result;
}

enum segl_status
journal_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status result = SEGL_ENOMEM;
	struct question question;

	if (read_query(&question, request->query) != 0 || question.count > 0)
		return answer_bad(answer);
	if (select_entries(&question.view, sim) == 0)
		result = sim_answer_json(answer, 200, question.view.entries);
	json_decref(question.view.entries);
	return result;
}

/* What holds and what does not; PASS is the sum of it. New, or NULL. */
static json_t *
judge(const struct question *question, int *pass)
{
	json_t *all = json_array();

	*pass = 1;
	for (size_t i = 0; i < question->count; i++) {
		const struct asked *asked = &question->asked[i];
		char found[FOUND_MAX];
		int holds;

		holds = asked->expectation->holds(
		    &question->view, asked->value, found);
		*pass = *pass && holds;
		if (json_array_append_new(all,
			json_pack("{s:s, s:s, s:s, s:b}", "expect",
			    asked->expectation->name, "want", asked->value,
			    "found", found, "pass", holds)) != 0) {
			json_decref(all);
			return NULL;
		}
	}
	return all;
}

enum segl_status
expect_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status result = SEGL_ENOMEM;
	struct question question;
	json_t *all, *body = NULL;
	int pass;

	if (read_query(&question, request->query) != 0 || question.count == 0)
		return answer_bad(answer);
	if (question.view.path[0] == '\0')
		snprintf(question.view.path, VALUE_MAX, "/token");
	if (select_entries(&question.view, sim) != 0)
		goto out;
	all = judge(&question, &pass);
	if (!pass &&
	    (long)request->turn * LOOK_MS < question.view.wait_s * 1000) {
		answer->again = 1;
		answer->delay_ms = LOOK_MS;
		json_decref(all);
		result = SEGL_OK;
		goto out;
	}
	body = json_pack(
	    "{s:i, s:b, s:o}", "schema", 1, "pass", pass, "expectations", all);
	if (body != NULL)
		result = sim_answer_json(answer, pass ? 200 : 417, body);
out:
	json_decref(question.view.entries);
	json_decref(body);
	return result;
}
