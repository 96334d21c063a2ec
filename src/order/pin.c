/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "order/newkey.h"
#include "softtoken/pin.h"

/* A new PIN of fewer bytes draws a warning. */
#define PIN_SHORT 8

static int
is_ascii(const struct secret *pin)
{
	for (size_t i = 0; i < secret_len(pin); i++) {
		if ((unsigned char)secret_bytes(pin)[i] >= 0x80)
			return 0;
	}
	return 1;
}

static enum segl_status
judge(struct segl *segl, const struct secret *pin)
{
	if (secret_len(pin) == 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the PIN is empty, and would protect nothing");
		error_remedy(segl,
		    "put one there: openssl rand -base64 18 >FILE makes a good "
		    "one");
		return SEGL_EUSAGE;
	}
	if (secret_len(pin) < PIN_SHORT)
		note_warning(segl,
		    "the PIN has fewer than %d characters: whoever gets the "
		    "file can try them all",
		    PIN_SHORT);
	if (!is_ascii(pin))
		note_warning(segl,
		    "the PIN has letters that not every program reads alike: "
		    "those of ASCII are safer");
	return SEGL_OK;
}

/* What was typed is typed again. */
static enum segl_status
confirm(struct segl *segl, struct pin_source *source, const char *safe,
    const struct secret *pin)
{
	enum segl_status status;
	struct secret *again;
	char *question;

	if (asprintf(&question, "%s, again", safe) < 0)
		return error_nomem(segl);
	status = pin_source_read(segl, source, question, &again);
	free(question);
	if (status != SEGL_OK)
		return status;
	if (secret_len(again) != secret_len(pin) ||
	    memcmp(secret_bytes(again), secret_bytes(pin), secret_len(pin)) !=
		0) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the two PINs that were typed differ");
		error_remedy(segl, "nothing was written: begin again");
	}
	secret_free(again);
	return status;
}

static enum segl_status
read_source(struct segl *segl, struct pin_source *source, const char *name,
    int is_new, struct secret **out)
{
	char *safe = text_foreign(name, strlen(name));
	enum segl_status status;
	char *question;

	*out = NULL;
	if (safe == NULL || asprintf(&question, "%s, a new one", safe) < 0) {
		free(safe);
		return error_nomem(segl);
	}
	status = pin_source_read(segl, source, is_new ? question : safe, out);
	free(question);
	if (status == SEGL_OK && is_new)
		status = judge(segl, *out);
	if (status == SEGL_OK && is_new && source->kind == PIN_PROMPT)
		status = confirm(segl, source, safe, *out);
	if (status != SEGL_OK) {
		secret_free(*out);
		*out = NULL;
	}
	free(safe);
	return status;
}

enum segl_status
segl_pin_read(struct segl *segl, const char *source, const char *name,
    int is_new, struct segl_pin **out)
{
	struct pin_source from = { .kind = PIN_NONE };
	struct segl_pin *pin;
	enum segl_status status;

	*out = NULL;
	pin = calloc(1, sizeof(*pin));
	if (pin == NULL)
		return error_nomem(segl);
	status = pin_source_parse(segl, &from, source);
	if (status == SEGL_OK)
		status = read_source(segl, &from, name, is_new, &pin->secret);
	pin_source_clear(&from);
	if (status == SEGL_OK)
		*out = pin;
	else
		segl_pin_free(pin);
	return status;
}

void
segl_pin_free(struct segl_pin *pin)
{
	if (pin == NULL)
		return;
	secret_free(pin->secret);
	free(pin);
}

enum segl_status
segl_pin_give(const struct segl_pin *pin, struct segl_softtoken *token)
{
	return segl_softtoken_set_pin(
	    token, secret_bytes(pin->secret), secret_len(pin->secret));
}
