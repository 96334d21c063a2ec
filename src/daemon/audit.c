/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "cache/lock.h"
#include "daemon/audit.h"
#include "daemon/json.h"

/* Longest line; a file's name has a path's length, escaped. */
#define LINE_MAX_LEN (AUDIT_OUTCOME_MAX + 6 * 4096 + 1024)
/* Written when that much has come together, before the turn ends. */
#define LINES_MANY (64u << 10)
/*
 * Whoever may have nothing can still ask, and so fill a disk: that many lines a
 * second are for refusals, the others are counted together.
 */
#define REFUSED_PER_S 5.0
#define REFUSED_BURST 100.0

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
	front->audit_room = REFUSED_BURST;
	front->audit_room_ms = lock_now_ms();
}

/* Append LINES as far as it goes: DONE bytes. 0 or errno. */
static int
append(struct front *front, const struct buffer *lines, size_t *done)
{
	*done = 0;
	while (*done < lines->len) {
		ssize_t n = write(
		    front->audit, lines->data + *done, lines->len - *done);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			*done += (size_t)n;
			front->audit_torn = lines->data[*done - 1] != '\n';
		}
	}
	return 0;
}

/* It can be written again: how many lines are missing. 0 or errno. */
static int
tell_gap(struct front *front)
{
	const char *end = front->audit_torn ? "\n" : "";
	struct buffer line;
	size_t done;
	int error = ENOMEM;

	buffer_init(&line, 256);
	if (buffer_printf(&line,
		"%s{\"time\":\"%s\",\"outcome\":\"lost\",\"lines\":%llu}\n",
		end, time_text(), front->audit_lost) == SEGL_OK)
		error = append(front, &line, &done);
	buffer_clear(&line);
	return error;
}

/* What stands behind DONE bytes of this turn's lines is not written. */
static void
lines_are_lost(struct front *front, size_t done, int error)
{
	unsigned long long n = 0;

	for (size_t i = done; i < front->audit_lines.len; i++)
		n += front->audit_lines.data[i] == '\n';
	front->audit_lost += n;
	front->counts.audit_lost += n;
	if (error != front->audit_error)
		note_warning(front->segl,
		    "the audit log cannot be written: %s; make room, or end "
		    "segld: tokens are handed out all the same",
		    strerror(error));
}

void
audit_flush(struct front *front)
{
	size_t done = 0;
	int error = 0;

	if (front->audit_lines.len == 0)
		return;
	if (front->audit_lost > 0)
		error = tell_gap(front);
	if (error == 0) {
		front->audit_lost = 0;
		error = append(front, &front->audit_lines, &done);
	}
	if (error != 0)
		lines_are_lost(front, done, error);
	front->audit_error = error;
	buffer_empty(&front->audit_lines);
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
		front->audit_lost++;
		front->counts.audit_lost++;
		note_warning(
		    front->segl, "a line of the audit log is lost: no memory");
	}
	if (front->audit_lines.len >= LINES_MANY)
		audit_flush(front);
}

static int
has_room(struct front *front)
{
	long long now_ms = lock_now_ms();

	front->audit_room +=
	    (double)(now_ms - front->audit_room_ms) * REFUSED_PER_S / 1000.0;
	front->audit_room_ms = now_ms;
	if (front->audit_room > REFUSED_BURST)
		front->audit_room = REFUSED_BURST;
	if (front->audit_room >= 1.0) {
		front->audit_room -= 1.0;
		return 1;
	}
	front->audit_more++;
	front_due(front, now_ms + 1000);
	return 0;
}

void
audit_tick(struct front *front)
{
	size_t before = front->audit_lines.len;

	if (front->audit_more == 0)
		return;
	end_line(front, before,
	    buffer_printf(&front->audit_lines,
		"{\"time\":\"%s\",\"outcome\":\"refused\",\"lines\":%llu}\n",
		time_text(), front->audit_more));
	front->audit_more = 0;
}

void
audit_write(struct front *front, const struct want *want,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status)
{
	struct buffer *lines = &front->audit_lines;
	size_t before = lines->len;
	enum segl_status status;

	if (front->audit < 0 ||
	    (strcmp(outcome, "refused") == 0 && !has_room(front)))
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
