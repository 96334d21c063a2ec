/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "onboard/record.h"

/*
 * Longest run of base64 that may stay: fingerprints have 64 characters, trace
 * ids 32; the signature of the shortest token has 86.
 */
#define RUN_MAX 80

/* Three times what text_foreign() lets through, for marks in its place. */
#define SAFE_MAX (3 * 4 * TEXT_FOREIGN_MAX)

/* ---- what may stay ----------------------------------------------------- */

static int
is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+' ||
	    c == '/' || c == '.' || c == '=';
}

/*
 * A JWT, whole or in part, or a key in base64. The name of a file is long,
 * too, but not from one slash or dot to the next.
 */
static int
looks_secret(const char *run, size_t len)
{
	size_t piece = 0;

	for (size_t i = 0; i < len; i++) {
		piece = run[i] == '/' || run[i] == '.' ? 0 : piece + 1;
		if (piece > RUN_MAX)
			return 1;
	}
	return len > 16 && strncmp(run, "eyJ", 3) == 0;
}

/* Length of "user:password@" at TEXT, which stands behind "://"; 0 none. */
static size_t
userinfo(const char *text)
{
	size_t n = strcspn(text, "/@ ?#\"'<>");

	return text[n] == '@' ? n : 0;
}

/* What our own advice says is no password. */
static int
is_example(const char *text, size_t len)
{
	static const char example[] = "name:password";

	return len == sizeof(example) - 1 && strncmp(text, example, len) == 0;
}

char *
onboard_safe(const char *text)
{
	char *foreign = text_foreign(text, strlen(text));
	enum segl_status status = SEGL_OK;
	struct buffer out;
	size_t n;

	if (foreign == NULL)
		return NULL;
	buffer_init(&out, SAFE_MAX);
	for (const char *p = foreign; status == SEGL_OK && *p != '\0'; p += n) {
		n = 0;
		while (is_base64(p[n]))
			n++;
		if (n > 0 && looks_secret(p, n)) {
			status = buffer_add_str(&out, "[left out]");
		} else if (strncmp(p, "://", 3) == 0) {
			n = 3 + userinfo(p + 3);
			status = is_example(p + 3, n - 3)
			    ? buffer_add(&out, p, n)
			    : buffer_add_str(
				  &out, n > 3 ? "://[left out]" : "://");
		} else {
			n = n > 0 ? n : 1;
			status = buffer_add(&out, p, n);
		}
	}
	free(foreign);
	/* an empty text is one, too */
	if (status == SEGL_OK)
		status = buffer_add(&out, "", 0);
	if (status != SEGL_OK) {
		buffer_clear(&out);
		return NULL;
	}
	return buffer_take(&out);
}

/* ---- names ------------------------------------------------------------- */

const char *
onboard_result_name(enum onboard_result result)
{
	static const char *const names[] = { [ONBOARD_PASS] = "PASS",
		[ONBOARD_WARN] = "WARN",
		[ONBOARD_FAIL] = "FAIL",
		[ONBOARD_SKIPPED] = "SKIPPED" };

	return names[result];
}

size_t
onboard_first_failure(const struct onboard *record)
{
	size_t i = 0;

	while (i < ONBOARD_STEPS && record->steps[i].result != ONBOARD_FAIL)
		i++;
	return i;
}

enum onboard_result
onboard_verdict(const struct onboard *record)
{
	enum onboard_result verdict = ONBOARD_PASS;

	for (size_t i = 0; i < ONBOARD_STEPS; i++) {
		if (record->steps[i].result == ONBOARD_FAIL)
			return ONBOARD_FAIL;
		if (record->steps[i].result == ONBOARD_WARN)
			verdict = ONBOARD_WARN;
	}
	return verdict;
}

enum segl_status
onboard_status(const struct onboard *record)
{
	size_t i = onboard_first_failure(record);

	return i < ONBOARD_STEPS ? record->steps[i].status : SEGL_OK;
}

/* ---- filling ----------------------------------------------------------- */

static void keep(struct onboard_outcome *out, char **to, const char *format,
    va_list ap) SEGL_PRINTF(3, 0);

static void
keep(struct onboard_outcome *out, char **to, const char *format, va_list ap)
{
	char *text, *safe = NULL;

	if (vasprintf(&text, format, ap) >= 0) {
		safe = onboard_safe(text);
		free(text);
	}
	free(*to);
	*to = safe;
	if (safe == NULL)
		out->nomem = 1;
}

static void
keep_text(struct onboard_outcome *out, char **to, const char *text)
{
	free(*to);
	*to = text == NULL ? NULL : onboard_safe(text);
	if (text != NULL && *to == NULL)
		out->nomem = 1;
}

void
onboard_set(struct onboard_outcome *out, enum onboard_result result,
    const char *format, ...)
{
	va_list ap;

	out->result = result;
	out->status = SEGL_OK;
	out->stops = 0;
	va_start(ap, format);
	keep(out, &out->evidence, format, ap);
	va_end(ap);
}

void
onboard_fail(struct onboard_outcome *out, enum segl_status status,
    const char *format, ...)
{
	va_list ap;

	out->result = ONBOARD_FAIL;
	out->status = status;
	out->stops = 1;
	va_start(ap, format);
	keep(out, &out->evidence, format, ap);
	va_end(ap);
}

void
onboard_add(struct onboard_outcome *out, const char *format, ...)
{
	char *more = NULL, *joined;
	va_list ap;

	va_start(ap, format);
	keep(out, &more, format, ap);
	va_end(ap);
	if (more == NULL || out->evidence == NULL) {
		if (out->evidence == NULL)
			out->evidence = more;
		return;
	}
	if (asprintf(&joined, "%s; %s", out->evidence, more) < 0) {
		out->nomem = 1;
	} else {
		free(out->evidence);
		out->evidence = joined;
	}
	free(more);
}

void
onboard_remedy(
    struct onboard_outcome *out, enum segl_turn turn, const char *format, ...)
{
	va_list ap;

	out->turn = turn;
	va_start(ap, format);
	keep(out, &out->remedy, format, ap);
	va_end(ap);
}

void
onboard_code(struct onboard_outcome *out, const char *code)
{
	keep_text(out, &out->code, code);
}

void
onboard_finding(struct onboard_outcome *out, const char *id)
{
	keep_text(out, &out->finding, id);
}

void
onboard_quote(struct onboard_outcome *out, const char *identifier)
{
	keep_text(out, &out->quote, identifier);
}

/* ---- facts ------------------------------------------------------------- */

static struct onboard_fact *
find_fact(const struct onboard_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n; i++)
		if (strcmp(facts->list[i].name, name) == 0)
			return (struct onboard_fact *)&facts->list[i];
	return NULL;
}

void
onboard_fact(struct onboard_facts *facts, const char *name, const char *value)
{
	struct onboard_fact *fact = find_fact(facts, name);
	char *safe;

	if (value == NULL || (fact == NULL && facts->n == ONBOARD_FACTS_MAX))
		return;
	safe = onboard_safe(value);
	if (safe == NULL) {
		facts->nomem = 1;
		return;
	}
	if (fact == NULL)
		fact = &facts->list[facts->n++];
	free(fact->value);
	fact->name = name;
	fact->value = safe;
	fact->is_number = 0;
}

void
onboard_fact_number(
    struct onboard_facts *facts, const char *name, long long value)
{
	struct onboard_fact *fact;
	char text[24];

	snprintf(text, sizeof(text), "%lld", value);
	onboard_fact(facts, name, text);
	fact = find_fact(facts, name);
	if (fact != NULL)
		fact->is_number = 1;
}

const char *
onboard_fact_value(const struct onboard_facts *facts, const char *name)
{
	const struct onboard_fact *fact = find_fact(facts, name);

	return fact == NULL ? NULL : fact->value;
}

static void
clear_facts(struct onboard_facts *facts)
{
	for (size_t i = 0; i < facts->n; i++)
		free(facts->list[i].value);
	facts->n = 0;
}

/* ---- a failure of the library ------------------------------------------ */

void
onboard_take_failure(struct onboard_outcome *out, struct segl *segl)
{
	const char *code = segl_error_mp_code(segl);

	onboard_fail(out, segl_error_status(segl), "%s",
	    segl_error_message(segl) == NULL ? "it failed"
					     : segl_error_message(segl));
	out->turn = segl_error_turn(segl);
	if (segl_error_remedy(segl) != NULL)
		onboard_remedy(out, out->turn, "%s", segl_error_remedy(segl));
	onboard_code(out, code != NULL ? code : segl_error_oauth(segl));
	onboard_fact(&out->facts, "error", segl_error_oauth(segl));
	onboard_fact(
	    &out->facts, "error_description", segl_error_description(segl));
	onboard_fact(&out->facts, "error_uri", segl_error_uri(segl));
	onboard_fact(&out->facts, "trace_id", segl_error_trace_id(segl));
	if (segl_error_http_status(segl) != 0)
		onboard_fact_number(
		    &out->facts, "http_status", segl_error_http_status(segl));
	segl_error_clear(segl);
}

void
onboard_outcome_clear(struct onboard_outcome *out)
{
	free(out->evidence);
	free(out->code);
	free(out->finding);
	free(out->remedy);
	free(out->quote);
	clear_facts(&out->facts);
	memset(out, 0, sizeof(*out));
}

void
onboard_clear(struct onboard *record)
{
	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		onboard_outcome_clear(&record->steps[i]);
	clear_facts(&record->about);
	free(record->beside.our_consumer);
	free(record->beside.their_consumer);
	free(record->beside.our_amr);
	free(record->beside.their_amr);
	free(record->profile);
	free(record->profile_name);
	memset(record, 0, sizeof(*record));
}
