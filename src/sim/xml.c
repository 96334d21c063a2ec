/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "sim/xml.h"

static void
add(struct xml *xml, const char *text, size_t len)
{
	if (xml->status == SEGL_OK)
		xml->status = buffer_add(xml->out, text, len);
}

static void
add_str(struct xml *xml, const char *text)
{
	add(xml, text, strlen(text));
}

static void
add_tag(struct xml *xml, const char *tag)
{
	add_str(xml, "<");
	add_str(xml, tag);
	add_str(xml, ">");
}

static void
add_end(struct xml *xml, const char *tag)
{
	add_str(xml, "</");
	add(xml, tag, strcspn(tag, " "));
	add_str(xml, ">\n");
}

void
xml_open(struct xml *xml, const char *tag)
{
	add_tag(xml, tag);
	add_str(xml, "\n");
}

void
xml_close(struct xml *xml, const char *name)
{
	add_end(xml, name);
}

/* Canonical XML 1.0, 2.3: the escapes of a text node. */
static void
add_escaped(struct xml *xml, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "&<>\r");

		add(xml, text, plain);
		text += plain;
		switch (*text++) {
		case '&':
			add_str(xml, "&amp;");
			break;
		case '<':
			add_str(xml, "&lt;");
			break;
		case '>':
			add_str(xml, "&gt;");
			break;
		case '\r':
			add_str(xml, "&#xD;");
			break;
		default:
			return;
		}
	}
}

void
xml_leaf(struct xml *xml, const char *tag, const char *text)
{
	add_tag(xml, tag);
	add_escaped(xml, text);
	add_end(xml, tag);
}

void
xml_bytes(struct xml *xml, const char *tag, const void *bytes, size_t len)
{
	char *text = base64_encode(bytes, len);

	if (text == NULL)
		xml->status = SEGL_ENOMEM;
	else
		xml_leaf(xml, tag, text);
	free(text);
}

void
xml_time(struct xml *xml, const char *tag, long long at)
{
	char text[sizeof("2026-01-31T12:00:00Z")];
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		xml->status = SEGL_EINTERNAL;
	else
		xml_leaf(xml, tag, text);
}
