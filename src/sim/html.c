/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "sim/html.h"

#define DEPTH_MAX 12 /* of JSON that is laid out; deeper is left out */

static void
add(struct html *html, const char *text, size_t len)
{
	if (html->status == SEGL_OK)
		html->status = buffer_add(html->out, text, len);
}

void
html_raw(struct html *html, const char *markup)
{
	add(html, markup, strlen(markup));
}

/* The five that mean something, in text and in quoted attributes. */
static void
add_escaped(struct html *html, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} escapes[] = {
		{ '&', "&amp;" },
		{ '<', "&lt;" },
		{ '>', "&gt;" },
		{ '"', "&quot;" },
		{ '\'', "&#39;" },
	};

	for (;;) {
		size_t plain = strcspn(text, "&<>\"'");

		add(html, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]);
		     i++)
			if (escapes[i].c == *text)
				html_raw(html, escapes[i].entity);
		text++;
	}
}

void
html_text(struct html *html, const char *text)
{
	char *safe;

	if (text == NULL)
		return;
	safe = text_foreign(text, strlen(text));
	if (safe == NULL)
		html->status = SEGL_ENOMEM;
	else
		add_escaped(html, safe);
	free(safe);
}

void
html_element(
    struct html *html, const char *tag, const char *kind, const char *text)
{
	html_raw(html, "<");
	html_raw(html, tag);
	if (kind != NULL) {
		html_raw(html, " class=\"");
		html_text(html, kind);
		html_raw(html, "\"");
	}
	html_raw(html, ">");
	html_text(html, text);
	html_raw(html, "</");
	html_raw(html, tag);
	html_raw(html, ">");
}

void
html_number(
    struct html *html, const char *tag, const char *kind, long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number);
	html_element(html, tag, kind, text);
}

/* ---- JSON */

static void
indent(struct html *html, int depth)
{
	html_raw(html, "\n");
	for (int i = 0; i < depth; i++)
		html_raw(html, "  ");
}

/* exp, iat and nbf (RFC 7519, 4.1) are hard to read as seconds. */
static void
tell_time(struct html *html, const char *name, const json_t *value)
{
	char text[sizeof(" 2026-01-31 12:00:00Z")];
	time_t at;
	struct tm tm;

	if (!json_is_integer(value) ||
	    (strcmp(name, "exp") != 0 && strcmp(name, "iat") != 0 &&
		strcmp(name, "nbf") != 0))
		return;
	at = (time_t)json_integer_value(value);
	if (gmtime_r(&at, &tm) != NULL && tm.tm_year < 8099 &&
	    strftime(text, sizeof(text), " %Y-%m-%d %H:%M:%SZ", &tm) != 0)
		html_element(html, "i", NULL, text);
}

static void write_value(struct html *, const json_t *, int depth);

static void
write_object(struct html *html, const json_t *object, int depth)
{
	const char *name, *comma = "";
	json_t *value;

	html_raw(html, "{");
	json_object_foreach((json_t *)object, name, value)
	{
		html_raw(html, comma);
		indent(html, depth + 1);
		html_element(html, "b", NULL, name);
		html_raw(html, ": ");
		write_value(html, value, depth + 1);
		comma = ",";
		tell_time(html, name, value);
	}
	if (json_object_size(object) > 0)
		indent(html, depth);
	html_raw(html, "}");
}

static void
write_array(struct html *html, const json_t *array, int depth)
{
	html_raw(html, "[");
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			html_raw(html, ", ");
		write_value(html, json_array_get(array, i), depth);
	}
	html_raw(html, "]");
}

static void
write_string(struct html *html, const char *text)
{
	html_raw(html, "<q>");
	html_text(html, text);
	html_raw(html, "</q>");
}

static void
write_value(struct html *html, const json_t *value, int depth)
{
	char *text;

	if (depth > DEPTH_MAX) {
		html_raw(html, "&hellip;");
	} else if (json_is_object(value)) {
		write_object(html, value, depth);
	} else if (json_is_array(value)) {
		write_array(html, value, depth);
	} else if (json_is_string(value)) {
		write_string(html, json_string_value(value));
	} else {
		text = json_dumps(value, JSON_ENCODE_ANY);
		html_text(html, text);
		free(text);
	}
}

void
html_json(struct html *html, const json_t *value)
{
	html_raw(html, "<pre>");
	write_value(html, value, 0);
	html_raw(html, "</pre>");
}
