/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/orgno.h"
#include "sim/reader.h"

#define WHY_MAX 256

enum segl_status
reader_refuse(struct reader *reader, const char *format, ...)
{
	char why[WHY_MAX];
	va_list args;
	char *place, *shown;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	place = text_foreign(reader->place, strlen(reader->place));
	shown = text_foreign(why, strlen(why));
	if (place == NULL || shown == NULL)
		error_nomem(reader->segl);
	else
		error_set(reader->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s: %s%s%s", reader->file, place,
		    place[0] == '\0' ? "" : ": ", shown);
	error_remedy(reader->segl, "see %s in segl-sim(1)", reader->section);
	free(place);
	free(shown);
	return segl_error_status(reader->segl);
}

/* Go down to NAME, or to the I-th element; the place before in BEFORE. */
static void
enter(struct reader *reader, const char *name, size_t i, size_t *before)
{
	size_t len = strlen(reader->place), room = sizeof(reader->place) - len;

	*before = len;
	if (name == NULL)
		snprintf(reader->place + len, room, "[%zu]", i);
	else
		snprintf(reader->place + len, room, "%s%s", len == 0 ? "" : ".",
		    name);
}

static void
leave(struct reader *reader, size_t before)
{
	reader->place[before] = '\0';
}

static const struct reader_member *
find(const struct reader_member *members, const char *name)
{
	for (; members->name != NULL; members++)
		if (strcmp(members->name, name) == 0)
			return members;
	return NULL;
}

static enum segl_status
check_names(struct reader *reader, const json_t *value,
    const struct reader_member *members)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)value, name, member)
	{
		if (find(members, name) == NULL)
			return reader_refuse(
			    reader, "there is no member \"%s\" here", name);
	}
	return SEGL_OK;
}

static enum segl_status
read_member(struct reader *reader, const json_t *value,
    const struct reader_member *member, void *out)
{
	const json_t *one = json_object_get(value, member->name);
	enum segl_status status;
	size_t before;

	if (one == NULL && member->required)
		return reader_refuse(reader, "\"%s\" is missing", member->name);
	if (one == NULL)
		return SEGL_OK;
	enter(reader, member->name, 0, &before);
	status = member->read(reader, one, (char *)out + member->offset);
	leave(reader, before);
	return status;
}

enum segl_status
reader_object(struct reader *reader, const json_t *value,
    const struct reader_member *members, void *out)
{
	enum segl_status status;

	if (!json_is_object(value))
		return reader_refuse(reader, "not an object");
	status = check_names(reader, value, members);
	for (; status == SEGL_OK && members->name != NULL; members++)
		status = read_member(reader, value, members, out);
	return status;
}

enum segl_status
reader_list(struct reader *reader, const json_t *value, size_t size,
    reader_value *read, struct list *out)
{
	enum segl_status status = SEGL_OK;
	size_t n = json_array_size(value), before;

	if (!json_is_array(value))
		return reader_refuse(reader, "not an array");
	if (n == 0)
		return SEGL_OK;
	out->items = calloc(n, size);
	if (out->items == NULL)
		return error_nomem(reader->segl);
	out->size = size;
	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		enter(reader, NULL, i, &before);
		out->count++; /* what is half read is freed, too */
		status = read(reader, json_array_get(value, i),
		    (char *)out->items + i * size);
		leave(reader, before);
	}
	return status;
}

void
reader_text_clear(void *item)
{
	free(*(char **)item);
}

/* ---- values */

static enum segl_status
read_checked(struct reader *reader, const json_t *value, void *out,
    int (*good)(const char *text), const char *what)
{
	const char *text = json_string_value(value);

	if (text == NULL || strlen(text) != json_string_length(value) ||
	    !good(text))
		return reader_refuse(reader, "not %s", what);
	*(char **)out = strdup(text);
	return *(char **)out == NULL ? error_nomem(reader->segl) : SEGL_OK;
}

static int
is_not_empty(const char *text)
{
	return text[0] != '\0';
}

static int
is_scope(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f || *p == '"' || *p == '\\')
			return 0;
	return text[0] != '\0';
}

enum segl_status
reader_text(struct reader *reader, const json_t *value, void *out)
{
	return read_checked(reader, value, out, is_not_empty, "a text");
}

enum segl_status
reader_orgno(struct reader *reader, const json_t *value, void *out)
{
	return read_checked(reader, value, out, orgno_is_good,
	    "a Norwegian organisation number: nine digits as a text, the "
	    "last one a check digit");
}

enum segl_status
reader_scope(struct reader *reader, const json_t *value, void *out)
{
	return read_checked(reader, value, out, is_scope, "one scope");
}

enum segl_status
reader_texts(struct reader *reader, const json_t *value, void *out)
{
	return reader_list(reader, value, sizeof(char *), reader_text, out);
}

enum segl_status
reader_scopes(struct reader *reader, const json_t *value, void *out)
{
	return reader_list(reader, value, sizeof(char *), reader_scope, out);
}

enum segl_status
reader_orgnos(struct reader *reader, const json_t *value, void *out)
{
	return reader_list(reader, value, sizeof(char *), reader_orgno, out);
}

enum segl_status
reader_flag(struct reader *reader, const json_t *value, void *out)
{
	if (!json_is_boolean(value))
		return reader_refuse(reader, "not true or false");
	*(int *)out = json_is_true(value);
	return SEGL_OK;
}

enum segl_status
reader_array(struct reader *reader, const json_t *value, void *out)
{
	if (!json_is_array(value))
		return reader_refuse(reader, "not an array");
	*(json_t **)out = json_incref((json_t *)value);
	return SEGL_OK;
}

enum segl_status
reader_instant(struct reader *reader, const json_t *value, void *out)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	const char *text = json_string_value(value);
	struct tm tm = { 0 };
	char back[sizeof(form)] = "";
	time_t at = 0;
	size_t i = 0;

	/* strptime(3) alone lets signs, blanks and missing zeros pass */
	if (text != NULL && strlen(text) == sizeof(form) - 1)
		while (form[i] != '\0' &&
		    (form[i] == 'd' ? text[i] >= '0' && text[i] <= '9'
				    : text[i] == form[i]))
			i++;
	if (i == sizeof(form) - 1 &&
	    strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL) {
		at = timegm(&tm);
		(void)strftime(back, sizeof(back), "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	if (text == NULL || strcmp(back, text) != 0)
		return reader_refuse(reader,
		    "not an instant such as 2026-01-31T12:00:00Z (RFC 3339)");
	*(long long *)out = (long long)at;
	return SEGL_OK;
}

void
reader_list_clear(struct list *list, void (*clear)(void *item))
{
	for (size_t i = 0; i < list->count; i++)
		clear((char *)list->items + i * list->size);
	free(list->items);
	memset(list, 0, sizeof(*list));
}
