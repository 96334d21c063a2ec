/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "daemon/audit.h"
#include "daemon/json.h"

/* One line; what is longer is cut short of its scopes. */
#define LINE_MAX_LEN (2 * WANT_KEY_MAX)

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

static enum segl_status
add_caller(struct buffer *line, const struct want *want)
{
	const struct caller *caller = &want->caller;

	if (caller->is_local)
		return buffer_printf(line,
		    ",\"over\":\"unix\",\"uid\":%lu,\"gid\":%lu,\"pid\":%ld",
		    (unsigned long)caller->uid, (unsigned long)caller->gid,
		    (long)want->pid);
	return buffer_printf(
	    line, ",\"over\":\"%s\"", caller->is_loopback ? "loopback" : "tcp");
}

static enum segl_status
add_wanted(
    struct buffer *line, const struct want *want, const struct buffer *key)
{
	static const char *const also[][2] = { { "resource", "resource" },
		{ "consumer-org", "consumer_org" },
		{ "system-user", "system_user" }, { "exchange", "exchange" } };
	enum segl_status status;
	struct buffer scopes;

	status = buffer_add_str(line, ",\"profile\":");
	if (status == SEGL_OK)
		status = json_add(line, want->profile->name);
	if (status == SEGL_OK)
		status = want_scopes(key, &scopes);
	if (status == SEGL_OK)
		status = buffer_add_str(line, ",\"scope\":");
	if (status == SEGL_OK)
		status = json_add(line, scopes.data == NULL ? "" : scopes.data);
	if (status == SEGL_OK)
		buffer_clear(&scopes);
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++) {
		const char *value = wire_field(key, also[i][0], 0);

		if (status == SEGL_OK && value != NULL)
			status = buffer_printf(line, ",\"%s\":", also[i][1]);
		if (status == SEGL_OK && value != NULL)
			status = json_add(line, value);
	}
	return status;
}

void
audit_write(struct front *front, const struct want *want,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status)
{
	enum segl_status status;
	struct buffer line;

	if (front->audit < 0)
		return;
	buffer_init(&line, LINE_MAX_LEN);
	status = buffer_printf(&line, "{\"time\":\"%s\"", time_text());
	if (status == SEGL_OK)
		status = add_caller(&line, want);
	if (status == SEGL_OK && key != NULL && want->profile != NULL)
		status = add_wanted(&line, want, key);
	if (status == SEGL_OK && jti[0] != '\0')
		status = buffer_add_str(&line, ",\"jti\":");
	if (status == SEGL_OK && jti[0] != '\0')
		status = json_add(&line, jti);
	if (status == SEGL_OK)
		status =
		    buffer_printf(&line, ",\"outcome\":\"%s\",\"status\":%d}\n",
			outcome, http_status);
	if (status == SEGL_OK)
		(void)file_write_all(front->audit, line.data, line.len);
	buffer_clear(&line);
}
