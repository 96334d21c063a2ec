/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "daemon/audit.h"
#include "daemon/json.h"

/* Longest line; a file's name has a path's length, escaped. */
#define LINE_MAX_LEN (AUDIT_OUTCOME_MAX + 6 * 4096 + 1024)
/* Written when that much has come together, before the turn ends. */
#define LINES_MANY (64u << 10)

static const char *
time_text(void)
{
	static char text[sizeof("2026-11-22T05:00:00Z")];
	static time_t last;
	time_t now = time(NULL);
	struct tm tm;

	if (now == last && last != 0)
		return text;
	last = now;
	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		text[0] = '\0';
	return text;
}

void
audit_init(struct front *front)
{
	buffer_init(&front->audit_lines, LINES_MANY + LINE_MAX_LEN);
}

void
audit_flush(struct front *front)
{
	int error;

	if (front->audit_lines.len == 0)
		return;
	error = file_write_all(
	    front->audit, front->audit_lines.data, front->audit_lines.len);
	buffer_empty(&front->audit_lines);
	if (error != 0 && error != front->audit_error)
		note_warning(front->segl, "the audit log cannot be written: %s",
		    strerror(error));
	front->audit_error = error;
}

/* NAME, and the number: a line has several, and printf(3) takes its time. */
static enum segl_status
add_number(struct buffer *line, const char *name, long long number)
{
	char digits[24];
	size_t at = sizeof(digits);
	unsigned long long left = number < 0 ? 0 - (unsigned long long)number
					     : (unsigned long long)number;
	enum segl_status status = buffer_add_str(line, name);

	do
		digits[--at] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		digits[--at] = '-';
	if (status == SEGL_OK)
		status = buffer_add(line, digits + at, sizeof(digits) - at);
	return status;
}

static enum segl_status
add_caller(struct buffer *line, const struct want *want)
{
	const struct caller *caller = &want->caller;
	enum segl_status status;

	if (want->file != NULL) {
		status = buffer_add_str(line, ",\"over\":\"file\",\"file\":");
		return status == SEGL_OK ? json_add(line, want->file) : status;
	}
	if (!caller->is_local)
		return buffer_add_str(line,
		    caller->is_loopback ? ",\"over\":\"loopback\""
					: ",\"over\":\"tcp\"");
	status = add_number(line, ",\"over\":\"unix\",\"uid\":", caller->uid);
	if (status == SEGL_OK)
		status = add_number(line, ",\"gid\":", caller->gid);
	if (status == SEGL_OK)
		status = add_number(line, ",\"pid\":", want->pid);
	return status;
}

static enum segl_status
add_scopes(struct buffer *line, const struct buffer *key)
{
	enum segl_status status = buffer_add_str(line, ",\"scope\":\"");
	const char *scope;

	for (unsigned int i = 0;
	     status == SEGL_OK && (scope = wire_field(key, "scope", i)) != NULL;
	     i++) {
		if (i > 0)
			status = buffer_add(line, " ", 1);
		if (status == SEGL_OK)
			status = json_add_part(line, scope);
	}
	if (status == SEGL_OK)
		status = buffer_add(line, "\"", 1);
	return status;
}

static enum segl_status
add_wanted(struct buffer *line, const struct profile *profile,
    const struct buffer *key)
{
	static const char *const also[][2] = { { "resource", "resource" },
		{ "consumer-org", "consumer_org" },
		{ "system-user", "system_user" }, { "exchange", "exchange" } };
	enum segl_status status;

	status = buffer_add_str(line, ",\"profile\":");
	if (status == SEGL_OK)
		status = json_add(line, profile->name);
	if (status == SEGL_OK)
		status = add_scopes(line, key);
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++) {
		const char *value = wire_field(key, also[i][0], 0);

		if (status == SEGL_OK && value != NULL)
			status = buffer_printf(line, ",\"%s\":", also[i][1]);
		if (status == SEGL_OK && value != NULL)
			status = json_add(line, value);
	}
	return status;
}

/* What stands behind who asked; KEY NULL: not known. */
static enum segl_status
add_outcome(struct buffer *line, const struct profile *profile,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status)
{
	enum segl_status status = SEGL_OK;

	if (key != NULL && profile != NULL)
		status = add_wanted(line, profile, key);
	if (status == SEGL_OK && jti[0] != '\0')
		status = buffer_add_str(line, ",\"jti\":");
	if (status == SEGL_OK && jti[0] != '\0')
		status = json_add(line, jti);
	if (status == SEGL_OK)
		status =
		    buffer_printf(line, ",\"outcome\":\"%s\",\"status\":%d}\n",
			outcome, http_status);
	return status;
}

static enum segl_status
begin_line(struct buffer *line, const struct want *want)
{
	enum segl_status status = buffer_add_str(line, "{\"time\":\"");

	if (status == SEGL_OK)
		status = buffer_add_str(line, time_text());
	if (status == SEGL_OK)
		status = buffer_add(line, "\"", 1);
	if (status == SEGL_OK)
		status = add_caller(line, want);
	return status;
}

/* Whole lines or none: the last one begins at BEFORE. */
static void
end_line(struct front *front, size_t before, enum segl_status status)
{
	if (status != SEGL_OK) {
		front->audit_lines.len = before;
		note_warning(
		    front->segl, "a line of the audit log is lost: no memory");
	}
	if (front->audit_lines.len >= LINES_MANY)
		audit_flush(front);
}

void
audit_write(struct front *front, const struct want *want,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status)
{
	struct buffer *lines = &front->audit_lines;
	size_t before = lines->len;
	enum segl_status status;

	if (front->audit < 0)
		return;
	status = begin_line(lines, want);
	if (status == SEGL_OK)
		status = add_outcome(
		    lines, want->profile, key, jti, outcome, http_status);
	end_line(front, before, status);
}

void
audit_token(struct front *front, const struct want *want, struct row *row)
{
	struct buffer *lines = &front->audit_lines;
	size_t before = lines->len;
	enum segl_status status;

	if (front->audit < 0)
		return;
	status = begin_line(lines, want);
	if (status == SEGL_OK && row->audited.len == 0) {
		status = add_outcome(&row->audited, row->profile, &row->key,
		    row->jti, "token", 200);
		if (status != SEGL_OK)
			buffer_clear(&row->audited);
	}
	if (status == SEGL_OK)
		status = buffer_add(lines, row->audited.data, row->audited.len);
	end_line(front, before, status);
}
