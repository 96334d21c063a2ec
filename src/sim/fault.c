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
#define TEXT_MAX_LEN (FAULT_TEXT_MAX + 8) /* of a part, written out */

#define PATH_METADATA "/.well-known/oauth-authorization-server"
#define PATH_CUSTOMS  "/api/access/external/oauth/token"
#define MIB           (1 / (1024.0 * 1024))

/* Whether a fault of this kind wants an argument, and of which kind. */
enum wants { NOTHING, MAYBE, ALWAYS, TEXT };

/* What it happens to: requests, the whole server, or handshakes. */
enum season { ANY_TIME, ALWAYS_WRONG, HANDSHAKE };

static const struct kind {
	const char *name;
	enum wants wants;
	double least, most, preset;
	double unit; /* how many of it are one in struct fault */
	enum season season;
	const char *text; /* what a TEXT is where there is none */
	const char *path; /* where it happens unless told; NULL: /token */
} kinds[FAULT_KINDS] = {
	[FAULT_DELAY] = { "delay", ALWAYS, 0, DELAY_MAX_S, 0, 0.001, ANY_TIME,
	    NULL, NULL },
	[FAULT_STATUS] = { "status", ALWAYS, 500, 599, 0, 1, ANY_TIME, NULL,
	    NULL },
	[FAULT_RATE_LIMIT] = { "rate-limit", MAYBE, 1, 86400, 1, 1, ANY_TIME,
	    NULL, NULL },
	[FAULT_TRUNCATE] = { "truncate", NOTHING, 0, 0, 0, 1, ANY_TIME, NULL,
	    NULL },
	[FAULT_MALFORMED] = { "malformed", NOTHING, 0, 0, 0, 1, ANY_TIME, NULL,
	    NULL },
	[FAULT_RESET] = { "reset", NOTHING, 0, 0, 0, 1, ANY_TIME, NULL, NULL },
	[FAULT_CLOCK_OFFSET] = { "clock-offset", ALWAYS, -CLOCK_MAX_S,
	    CLOCK_MAX_S, 0, 1, ALWAYS_WRONG, NULL, NULL },
	[FAULT_STALL] = { "stall", ALWAYS, 0, DELAY_MAX_S, 0, 0.001, ANY_TIME,
	    NULL, NULL },
	[FAULT_CONTENT_TYPE] = { "content-type", NOTHING, 0, 0, 0, 1, ANY_TIME,
	    NULL, NULL },
	[FAULT_HUGE] = { "huge", MAYBE, 1, 15, 8, MIB, ANY_TIME, NULL, NULL },
	[FAULT_BOMB] = { "bomb", MAYBE, 1, 512, 64, MIB, ANY_TIME, NULL, NULL },
	[FAULT_METADATA_ISSUER] = { "metadata-issuer", TEXT, 0, 0, 0, 1,
	    ANY_TIME, "https://other.demo.invalid/", PATH_METADATA },
	[FAULT_METADATA_DOWN] = { "metadata-down", NOTHING, 0, 0, 0, 1,
	    ANY_TIME, NULL, PATH_METADATA },
	[FAULT_ROTATE_KEY] = { "rotate-key", NOTHING, 0, 0, 0, 1, ANY_TIME,
	    NULL, NULL },
	[FAULT_TOKEN_CONSUMER] = { "token-consumer", TEXT, 0, 0, 0, 1, ANY_TIME,
	    "NTRSE-5569999971", NULL },
	[FAULT_TOKEN_SCOPE] = { "token-scope", TEXT, 0, 0, 0, 1, ANY_TIME,
	    "demo:other", NULL },
	[FAULT_REFUSE] = { "refuse", TEXT, 0, 0, 0, 1, ANY_TIME, "MP-011",
	    NULL },
	[FAULT_NOT_REGISTERED] = { "not-registered", NOTHING, 0, 0, 0, 1,
	    ANY_TIME, NULL, PATH_CUSTOMS },
	[FAULT_TLS_EXPIRED] = { "tls-expired", NOTHING, 0, 0, 0, 1, HANDSHAKE,
	    NULL, NULL },
	[FAULT_TLS_WRONG_NAME] = { "tls-wrong-name", NOTHING, 0, 0, 0, 1,
	    HANDSHAKE, NULL, NULL },
	[FAULT_TLS_UNTRUSTED] = { "tls-untrusted", NOTHING, 0, 0, 0, 1,
	    HANDSHAKE, NULL, NULL },
};

static const char *
path_of(const struct kind *kind)
{
	return kind->path == NULL ? "/token" : kind->path;
}

const char *
fault_names(void)
{
	return "delay=SECONDS, status=5xx, rate-limit=SECONDS, truncate, "
	       "malformed, reset, clock-offset=SECONDS, stall=SECONDS, "
	       "content-type, huge=MIB, bomb=MIB, metadata-issuer=URL, "
	       "metadata-down, rotate-key, token-consumer=ID, "
	       "token-scope=SCOPE, refuse=REFUSAL, not-registered, "
	       "tls-expired, tls-wrong-name, tls-untrusted";
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

/* A URL, an identifier, a scope: printable, and short. */
static enum segl_status
read_text(struct fault *fault, struct segl *segl, const char *text)
{
	size_t len;

	if (text == NULL)
		text = kinds[fault->kind].text;
	len = strlen(text);
	if (len == 0 || len >= sizeof(fault->text) || !text_is_utf8(text, len))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the argument of the fault %s is not a short text",
		    kinds[fault->kind].name);
	if (fault->kind == FAULT_REFUSE && refusal_find(text) == REFUSAL_NONE) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the fault refuse knows no such refusal");
		error_remedy(segl,
		    "it can be an MP code, such as MP-121, or kid-required");
		return SEGL_EUSAGE;
	}
	memcpy(fault->text, text, len + 1);
	return SEGL_OK;
}

static enum segl_status
read_path(struct fault *fault, struct segl *segl, const char *path)
{
	const struct kind *kind = &kinds[fault->kind];

	if (path == NULL)
		path = path_of(kind);
	else if (kind->path != NULL || kind->season != ANY_TIME ||
	    fault->kind >= FAULT_ROTATE_KEY)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the fault %s has its own place", kind->name);
	if (path[0] != '/' || strlen(path) >= sizeof(fault->path))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the place of a fault is a path, such as /jwk");
	memcpy(fault->path, path, strlen(path) + 1);
	return SEGL_OK;
}

static enum segl_status
read_argument(struct fault *fault, struct segl *segl, const char *text)
{
	const struct kind *kind = &kinds[fault->kind];
	double value = kind->preset;
	char *end;

	if (kind->wants == TEXT)
		return read_text(fault, segl, text);
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
	if (kinds[fault->kind].season == ALWAYS_WRONG)
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
faults_add_words(
    struct faults *faults, struct segl *segl, const struct fault_words *words)
{
	struct fault fault = { .kind = FAULT_KINDS };
	enum segl_status status;

	for (size_t i = 0; i < FAULT_KINDS; i++)
		if (strcmp(kinds[i].name, words->name) == 0)
			fault.kind = (enum fault_kind)i;
	if (fault.kind == FAULT_KINDS)
		return unknown(segl, words->name);
	status = read_argument(&fault, segl, words->argument);
	if (status == SEGL_OK)
		status = read_when(&fault, segl, words->when);
	if (status == SEGL_OK)
		status = read_path(&fault, segl, words->path);
	if (status == SEGL_OK && faults->count == FAULTS_MAX)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there are %d faults already", FAULTS_MAX);
	if (status == SEGL_OK)
		faults->fault[faults->count++] = fault;
	return status;
}

/* End the text at AT, which may be NULL; what follows. */
static char *
cut(char *at)
{
	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + 1;
}

enum segl_status
faults_add(struct faults *faults, struct segl *segl, const char *text)
{
	struct fault_words words = { .name = strdup(text) };
	char *copy = words.name;
	enum segl_status status;

	if (copy == NULL)
		return error_nomem(segl);
	if (copy[0] == '/' && strchr(copy, ':') != NULL) {
		words.path = copy;
		words.name = cut(strchr(copy, ':'));
	}
	words.when = cut(strrchr(words.name, '@'));
	words.argument = cut(strchr(words.name, '='));
	status = faults_add_words(faults, segl, &words);
	free(copy);
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

enum segl_status
faults_add_json(struct faults *faults, struct segl *segl, const json_t *value)
{
	static const struct reader_member members[] = {
		{ "fault", 1, reader_text, offsetof(struct fault_words, name) },
		{ "argument", 0, read_word,
		    offsetof(struct fault_words, argument) },
		{ "when", 0, read_word, offsetof(struct fault_words, when) },
		{ "path", 0, reader_text, offsetof(struct fault_words, path) },
		{ NULL, 0, NULL, 0 },
	};
	struct reader reader = {
		.segl = segl, .file = "the fault", .section = "FAULTS"
	};
	struct fault_words words = { NULL, NULL, NULL, NULL };
	enum segl_status status;

	status = reader_object(&reader, value, members, &words);
	if (status == SEGL_OK)
		status = faults_add_words(faults, segl, &words);
	free(words.path);
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
	const char *path =
	    strcmp(fault->path, path_of(kind)) == 0 ? "" : fault->path;

	if (kind->wants == TEXT)
		snprintf(argument, sizeof(argument), "=%s", fault->text);
	else if (kind->wants != NOTHING)
		snprintf(argument, sizeof(argument), "=%g",
		    (double)fault->argument * kind->unit);
	if (fault->when > 0)
		snprintf(when, sizeof(when), "@%u", fault->when - fault->seen);
	return json_sprintf("%s%s%s%s%s", path, path[0] == '\0' ? "" : ":",
	    kind->name, argument, when);
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
apply_text(const struct fault *fault, struct fault_effect *effect)
{
	char *out = fault->kind == FAULT_METADATA_ISSUER ? effect->issuer
	    : fault->kind == FAULT_TOKEN_CONSUMER        ? effect->consumer
							 : effect->scope;

	memcpy(out, fault->text, sizeof(fault->text));
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
	case FAULT_STALL:
		effect->stall_ms += (unsigned int)fault->argument;
		break;
	case FAULT_CONTENT_TYPE:
		effect->wrong_type = 1;
		break;
	case FAULT_HUGE:
		effect->pad = (size_t)fault->argument;
		break;
	case FAULT_BOMB:
		effect->bomb = (size_t)fault->argument;
		break;
	case FAULT_METADATA_DOWN:
		effect->status = 503;
		break;
	case FAULT_ROTATE_KEY:
		effect->rotate_key = 1;
		break;
	case FAULT_REFUSE:
		effect->refusal = refusal_find(fault->text);
		break;
	case FAULT_NOT_REGISTERED:
		effect->not_registered = 1;
		break;
	case FAULT_METADATA_ISSUER:
	case FAULT_TOKEN_CONSUMER:
	case FAULT_TOKEN_SCOPE:
		apply_text(fault, effect);
		break;
	case FAULT_CLOCK_OFFSET:
	case FAULT_TLS_EXPIRED:
	case FAULT_TLS_WRONG_NAME:
	case FAULT_TLS_UNTRUSTED:
	case FAULT_KINDS:
		break;
	}
}

/* Whether FAULT happens now that its turn was counted; it may be over then. */
static int
is_due(struct fault *fault)
{
	if (fault->when > 0)
		fault->seen++;
	return fault->when == fault->seen;
}

void
faults_take(struct faults *faults, const char *path,
    struct fault_effect *effect, json_t *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++) {
		struct fault fault = faults->fault[i];
		unsigned int when = fault.when;

		if (kinds[fault.kind].season != HANDSHAKE &&
		    strcmp(fault.path, path) == 0 && is_due(&fault)) {
			apply(&fault, effect);
			/* as it was written, without when */
			fault.when = fault.seen = 0;
			(void)json_array_append_new(names, describe(&fault));
			if (when > 0)
				continue;
		}
		faults->fault[kept++] = fault;
	}
	faults->count = kept;
}

enum fault_kind
faults_take_handshake(struct faults *faults)
{
	enum fault_kind kind = FAULT_KINDS;
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++) {
		struct fault fault = faults->fault[i];

		if (kinds[fault.kind].season == HANDSHAKE && is_due(&fault)) {
			kind = fault.kind;
			if (fault.when > 0)
				continue;
		}
		faults->fault[kept++] = fault;
	}
	faults->count = kept;
	return kind;
}

int
faults_have_handshake(const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		if (kinds[faults->fault[i].kind].season == HANDSHAKE)
			return 1;
	return 0;
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

void
faults_clear(struct faults *faults)
{
	faults->count = 0;
}
