/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/fault.h"
#include "sim/reader.h"

#define DELAY_MAX_S  600
#define CLOCK_MAX_S  (100L * 366 * 86400)
#define WHEN_MAX     1000000
#define TEXT_MAX_LEN 64 /* of a fault, written out */

/* Whether a fault of this kind wants an argument. */
enum wants { NOTHING, MAYBE, ALWAYS };

static const struct kind {
	const char *name;
	enum wants wants;
	double least, most, preset;
	double unit; /* how many of it are one in struct fault */
} kinds[FAULT_KINDS] = {
	[FAULT_DELAY] = { "delay", ALWAYS, 0, DELAY_MAX_S, 0, 0.001 },
	[FAULT_STATUS] = { "status", ALWAYS, 500, 599, 0, 1 },
	[FAULT_RATE_LIMIT] = { "rate-limit", MAYBE, 1, 86400, 1, 1 },
	[FAULT_TRUNCATE] = { "truncate", NOTHING, 0, 0, 0, 1 },
	[FAULT_MALFORMED] = { "malformed", NOTHING, 0, 0, 0, 1 },
	[FAULT_RESET] = { "reset", NOTHING, 0, 0, 0, 1 },
	[FAULT_CLOCK_OFFSET] = { "clock-offset", ALWAYS, -CLOCK_MAX_S,
	    CLOCK_MAX_S, 0, 1 },
};

const char *
fault_names(void)
{
	return "delay=SECONDS, status=5xx, rate-limit=SECONDS, truncate, "
	       "malformed, reset, clock-offset=SECONDS";
}

static enum segl_status
unknown(struct segl *segl, const char *name)
{
	const char *names[FAULT_KINDS];
	const char *nearest;
	char *shown = text_foreign(name, strlen(name));

	if (shown == NULL)
		return error_nomem(segl);
	for (size_t i = 0; i < FAULT_KINDS; i++)
		names[i] = kinds[i].name;
	nearest = text_nearest(shown, names, FAULT_KINDS);
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "there is no fault %s", shown);
	if (nearest != NULL)
		error_remedy(segl, "did you mean %s?", nearest);
	else
		error_remedy(segl, "it can be %s", fault_names());
	free(shown);
	return SEGL_EUSAGE;
}

static enum segl_status
read_argument(struct fault *fault, struct segl *segl, const char *text)
{
	const struct kind *kind = &kinds[fault->kind];
	double value = kind->preset;
	char *end;

	if (text == NULL && kind->wants == ALWAYS)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the fault %s wants an argument", kind->name);
	if (text != NULL && kind->wants == NOTHING)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the fault %s takes no argument", kind->name);
	if (text != NULL) {
		errno = 0;
		value = strtod(text, &end);
		/* no blanks, no hexadecimal, no infinity */
		if (errno != 0 || end == text || *end != '\0' ||
		    text[strspn(text, "-0123456789.")] != '\0' ||
		    value < kind->least || value > kind->most ||
		    (kind->unit >= 1 && value != (double)(long)value))
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "the argument of the fault %s is not a number "
			    "from %.0f to %.0f",
			    kind->name, kind->least, kind->most);
	}
	/* what is less than one is only asked of positive numbers */
	fault->argument =
	    (long)(value / kind->unit + (kind->unit < 1 ? 0.5 : 0));
	return SEGL_OK;
}

static enum segl_status
read_when(struct fault *fault, struct segl *segl, const char *text)
{
	char *end;
	long n = 0;

	if (text == NULL || strcmp(text, "always") == 0)
		return SEGL_OK;
	if (fault->kind == FAULT_CLOCK_OFFSET)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a clock that is wrong is always wrong");
	if (strcmp(text, "once") == 0)
		n = 1;
	else if (text[0] >= '0' && text[0] <= '9') {
		errno = 0;
		n = strtol(text, &end, 10);
		if (errno != 0 || *end != '\0')
			n = 0;
	}
	if (n < 1 || n > WHEN_MAX)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "when is a fault to happen? always, once, or at a number "
		    "from 1 to %d",
		    WHEN_MAX);
	fault->when = (unsigned int)n;
	return SEGL_OK;
}

enum segl_status
faults_add_words(struct faults *faults, struct segl *segl, const char *name,
    const char *argument, const char *when)
{
	struct fault fault = { .kind = FAULT_KINDS };
	enum segl_status status;

	for (size_t i = 0; i < FAULT_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			fault.kind = (enum fault_kind)i;
	if (fault.kind == FAULT_KINDS)
		return unknown(segl, name);
	status = read_argument(&fault, segl, argument);
	if (status == SEGL_OK)
		status = read_when(&fault, segl, when);
	if (status == SEGL_OK && faults->count == FAULTS_MAX)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there are %d faults already", FAULTS_MAX);
	if (status == SEGL_OK)
		faults->fault[faults->count++] = fault;
	return status;
}

enum segl_status
faults_add(struct faults *faults, struct segl *segl, const char *text)
{
	char *name = strdup(text), *argument, *when;
	enum segl_status status;

	if (name == NULL)
		return error_nomem(segl);
	when = strchr(name, '@');
	if (when != NULL)
		*when++ = '\0';
	argument = strchr(name, '=');
	if (argument != NULL)
		*argument++ = '\0';
	status = faults_add_words(faults, segl, name, argument, when);
	free(name);
	return status;
}

/* A number, or a text, as it would be written behind "=". */
static enum segl_status
read_word(struct reader *reader, const json_t *value, void *out)
{
	int n;

	if (json_is_string(value))
		return reader_text(reader, value, out);
	if (json_is_integer(value))
		n = asprintf((char **)out, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_real(value))
		n = asprintf((char **)out, "%.3f", json_real_value(value));
	else
		return reader_refuse(reader, "neither a number nor a text");
	if (n >= 0)
		return SEGL_OK;
	*(char **)out = NULL;
	return error_nomem(reader->segl);
}

struct words {
	char *name, *argument, *when;
};

enum segl_status
faults_add_json(struct faults *faults, struct segl *segl, const json_t *value)
{
	static const struct reader_member members[] = {
		{ "fault", 1, reader_text, offsetof(struct words, name) },
		{ "argument", 0, read_word, offsetof(struct words, argument) },
		{ "when", 0, read_word, offsetof(struct words, when) },
		{ NULL, 0, NULL, 0 },
	};
	struct reader reader = {
		.segl = segl, .file = "the fault", .section = "FAULTS"
	};
	struct words words = { NULL, NULL, NULL };
	enum segl_status status;

	status = reader_object(&reader, value, members, &words);
	if (status == SEGL_OK)
		status = faults_add_words(
		    faults, segl, words.name, words.argument, words.when);
	free(words.name);
	free(words.argument);
	free(words.when);
	return status;
}

static json_t *
describe(const struct fault *fault)
{
	const struct kind *kind = &kinds[fault->kind];
	char argument[TEXT_MAX_LEN] = "", when[TEXT_MAX_LEN] = "";

	if (kind->wants != NOTHING)
		snprintf(argument, sizeof(argument), "=%g",
		    (double)fault->argument * kind->unit);
	if (fault->when > 0)
		snprintf(when, sizeof(when), "@%u", fault->when - fault->seen);
	return json_sprintf("%s%s%s", kind->name, argument, when);
}

json_t *
faults_json(const struct faults *faults)
{
	json_t *all = json_array();

	for (size_t i = 0; i < faults->count; i++)
		if (json_array_append_new(all, describe(&faults->fault[i])) !=
		    0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

static void
apply(const struct fault *fault, struct fault_effect *effect)
{
	switch (fault->kind) {
	case FAULT_DELAY:
		effect->delay_ms += (unsigned int)fault->argument;
		break;
	case FAULT_STATUS:
		effect->status = (int)fault->argument;
		break;
	case FAULT_RATE_LIMIT:
		effect->status = 429;
		effect->retry_after_s = fault->argument;
		break;
	case FAULT_TRUNCATE:
		effect->truncate = 1;
		break;
	case FAULT_MALFORMED:
		effect->malformed = 1;
		break;
	case FAULT_RESET:
		effect->reset = 1;
		break;
	case FAULT_CLOCK_OFFSET:
	case FAULT_KINDS:
		break;
	}
}

void
faults_take(struct faults *faults, struct fault_effect *effect, json_t *names)
{
	size_t kept = 0;

	memset(effect, 0, sizeof(*effect));
	for (size_t i = 0; i < faults->count; i++) {
		struct fault fault = faults->fault[i];

		if (fault.when > 0)
			fault.seen++;
		if (fault.when == fault.seen) {
			apply(&fault, effect);
			/* as it was written, without when */
			fault.when = fault.seen = 0;
			(void)json_array_append_new(names, describe(&fault));
			if (faults->fault[i].when > 0)
				continue;
		}
		faults->fault[kept++] = fault;
	}
	faults->count = kept;
}

long
faults_clock_offset_s(const struct faults *faults)
{
	long offset_s = 0;

	for (size_t i = 0; i < faults->count; i++)
		if (faults->fault[i].kind == FAULT_CLOCK_OFFSET)
			offset_s += faults->fault[i].argument;
	return offset_s;
}
