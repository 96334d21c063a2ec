/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "oauth/strict_json.h"

/* Nesting of TEXT, counted outside of strings; exact for valid JSON. */
static size_t
depth(const char *text, size_t len)
{
	size_t now = 0, most = 0;
	int in_string = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = 0;
		} else if (c == '"') {
			in_string = 1;
		} else if (c == '{' || c == '[') {
			if (++now > most)
				most = now;
		} else if ((c == '}' || c == ']') && now > 0) {
			now--;
		}
	}
	return most;
}

/* A page for people, of a gateway that wants a login, say, or forbids. */
static int
is_page(const char *text, size_t len)
{
	while (len > 0 && memchr(" \t\r\n", *text, 4) != NULL) {
		text++;
		len--;
	}
	return len > 0 && *text == '<';
}

static enum segl_status
refuse_page(struct segl *segl, const char *what)
{
	error_set(segl, SEGL_EREPLY, SEGL_TURN_NETWORK,
	    "%s is not valid JSON, but a page for people (HTML)", what);
	error_remedy(segl,
	    "check --env; then open the address in a browser on this machine: "
	    "a gateway that wants a login, or forbids it, says so there");
	return SEGL_EREPLY;
}

enum segl_status
strict_json_object(struct segl *segl, const char *what, const char *text,
    size_t len, json_t **out)
{
	json_error_t error;
	json_t *json;
	char *why;

	*out = NULL;
	if (is_page(text, len))
		return refuse_page(segl, what);
	if (depth(text, len) > STRICT_JSON_DEPTH_MAX)
		return error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
		    "%s is nested deeper than %d levels", what,
		    STRICT_JSON_DEPTH_MAX);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(json)) {
		*out = json;
		return SEGL_OK;
	}
	if (json != NULL) {
		json_decref(json);
		return error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
		    "%s is JSON, but not an object", what);
	}
	/* jansson says nothing at all about most allocations that fail */
	if (json_error_code(&error) == json_error_out_of_memory ||
	    error.text[0] == '\0')
		return error_nomem(segl);
	why = text_foreign(error.text, strlen(error.text));
	error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
	    "%s is not valid JSON: line %d, column %d: %s", what, error.line,
	    error.column, why == NULL ? "" : why);
	free(why);
	return SEGL_EREPLY;
}
