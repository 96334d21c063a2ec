/* SPDX-License-Identifier: ISC */
#ifndef SIM_HTML_H
#define SIM_HTML_H

#include <jansson.h>

#include "base/buffer.h"

/*
 * Writes HTML. What comes from outside goes through html_text() or
 * html_json() and nothing else: it is hostile, and this is where it is tamed.
 */
struct html {
	struct buffer *out;
	enum segl_status status; /* the first that failed; then nothing more */
};

/* MARKUP as it stands: a constant of ours. */
void html_raw(struct html *html, const char *markup);

/* TEXT, shortened and without control characters, escaped. NULL: nothing. */
void html_text(struct html *html, const char *text);

/* <TAG class="KIND">TEXT</TAG>; KIND may be NULL. */
void html_element(
    struct html *html, const char *tag, const char *kind, const char *text);

/* The same with a number. */
void html_number(
    struct html *html, const char *tag, const char *kind, long long number);

/*
 * VALUE laid out for reading. NumericDates of RFC 7519 are told as times of
 * day as well.
 */
void html_json(struct html *html, const json_t *value);

#endif
