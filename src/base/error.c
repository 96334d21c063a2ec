/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

struct segl {
	enum segl_status status;
	enum segl_turn turn;
	char *message;
	char *remedy;
	char *oauth;
	char *description;
	char *uri;
	char *mp_code;
	char *trace_id;
	int http_status;
	long retry_after_s;
	void (*note)(void *arg, enum segl_note kind, const char *text);
	void *note_arg;
};

struct segl *
segl_new(void)
{
	struct segl *segl = calloc(1, sizeof(*segl));

	if (segl != NULL)
		segl->retry_after_s = -1;
	return segl;
}

void
segl_error_clear(struct segl *segl)
{
	free(segl->message);
	free(segl->remedy);
	free(segl->oauth);
	free(segl->description);
	free(segl->uri);
	free(segl->mp_code);
	free(segl->trace_id);
	segl->message = segl->remedy = segl->oauth = NULL;
	segl->description = segl->uri = segl->mp_code = NULL;
	segl->trace_id = NULL;
	segl->status = SEGL_OK;
	segl->turn = SEGL_TURN_NONE;
	segl->http_status = 0;
	segl->retry_after_s = -1;
}

void
segl_free(struct segl *segl)
{
	if (segl == NULL)
		return;
	segl_error_clear(segl);
	free(segl);
}

enum segl_status
segl_error_status(const struct segl *segl)
{
	return segl->status;
}

enum segl_turn
segl_error_turn(const struct segl *segl)
{
	return segl->turn;
}

const char *
segl_error_message(const struct segl *segl)
{
	if (segl->message == NULL && segl->status != SEGL_OK)
		return "out of memory";
	return segl->message;
}

const char *
segl_error_remedy(const struct segl *segl)
{
	return segl->remedy;
}

const char *
segl_error_oauth(const struct segl *segl)
{
	return segl->oauth;
}

const char *
segl_error_description(const struct segl *segl)
{
	return segl->description;
}

const char *
segl_error_uri(const struct segl *segl)
{
	return segl->uri;
}

const char *
segl_error_mp_code(const struct segl *segl)
{
	return segl->mp_code;
}

const char *
segl_error_trace_id(const struct segl *segl)
{
	return segl->trace_id;
}

int
segl_error_http_status(const struct segl *segl)
{
	return segl->http_status;
}

long
segl_error_retry_after_s(const struct segl *segl)
{
	return segl->retry_after_s;
}

void
segl_set_note(struct segl *segl,
    void (*fn)(void *arg, enum segl_note kind, const char *text), void *arg)
{
	segl->note = fn;
	segl->note_arg = arg;
}

enum segl_status
error_set(struct segl *segl, enum segl_status status, enum segl_turn turn,
    const char *format, ...)
{
	va_list args;

	if (segl->status != SEGL_OK)
		return status;
	segl->status = status;
	segl->turn = turn;
	va_start(args, format);
	if (vasprintf(&segl->message, format, args) < 0)
		segl->message = NULL;
	va_end(args);
	return status;
}

void
error_remedy(struct segl *segl, const char *format, ...)
{
	va_list args;

	if (segl->remedy != NULL)
		return;
	va_start(args, format);
	if (vasprintf(&segl->remedy, format, args) < 0)
		segl->remedy = NULL;
	va_end(args);
}

enum segl_status
error_nomem(struct segl *segl)
{
	/* no text: segl_error_message() has one that needs no memory */
	if (segl->status == SEGL_OK) {
		segl->status = SEGL_ENOMEM;
		segl->turn = SEGL_TURN_YOU;
	}
	return SEGL_ENOMEM;
}

static void
keep(char **to, const char *text)
{
	free(*to);
	*to = text == NULL ? NULL : text_foreign(text, strlen(text));
}

void
error_answer(struct segl *segl, const struct error_answer *answer)
{
	keep(&segl->oauth, answer->oauth);
	keep(&segl->description, answer->description);
	keep(&segl->uri, answer->uri);
	keep(&segl->mp_code, answer->mp_code);
	keep(&segl->trace_id, answer->trace_id);
	segl->http_status = answer->http_status;
	segl->retry_after_s = answer->retry_after_s;
}

static void note(struct segl *, enum segl_note, const char *, va_list)
    __attribute__((format(printf, 3, 0)));

static void
note(struct segl *segl, enum segl_note kind, const char *format, va_list args)
{
	char *text;

	if (segl->note == NULL)
		return;
	if (vasprintf(&text, format, args) < 0)
		return;
	segl->note(segl->note_arg, kind, text);
	free(text);
}

void
note_warning(struct segl *segl, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(segl, SEGL_NOTE_WARNING, format, args);
	va_end(args);
}

void
note_info(struct segl *segl, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(segl, SEGL_NOTE_INFO, format, args);
	va_end(args);
}
