/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/report.h"

/*
 * Absent texts are left out, so that a reader tests for presence. One that is
 * no UTF-8, a file's name for instance, is made it.
 */
static void
add_text(json_t *json, const char *name, const char *text)
{
	char *safe;

	if (text == NULL ||
	    json_object_set_new(json, name, json_string(text)) == 0)
		return;
	safe = text_foreign(text, strlen(text));
	if (safe != NULL)
		json_object_set_new(json, name, json_string(safe));
	free(safe);
}

/* With --json every line on standard error is one object. */
static void
note_json(const char *kind, const char *text)
{
	json_t *json = json_pack("{s:i}", "schema", 1);
	char *line;

	add_text(json, kind, text);
	line = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	if (line != NULL)
		fprintf(stderr, "%s\n", line);
	free(line);
	json_decref(json);
}

static void
on_note(void *arg, enum segl_note kind, const char *text)
{
	const struct settings *settings = arg;
	int warning = kind == SEGL_NOTE_WARNING;

	if (warning ? settings->quiet : !settings->verbose)
		return;
	if (settings->json)
		note_json(warning ? "warning" : "info", text);
	else
		fprintf(
		    stderr, "segl: %s%s\n", warning ? "warning: " : "", text);
}

void
report_notes(struct segl *segl, const struct settings *settings)
{
	segl_set_note(segl, on_note, (void *)(uintptr_t)settings);
}

/* The failure as one JSON object; new, NULL out of memory. */
static char *
as_json(const struct segl *segl, int exit_code)
{
	enum segl_status status = segl_error_status(segl);
	const char *oauth = segl_error_oauth(segl);
	json_t *json = json_object();
	char *text;

	json_object_set_new(json, "schema", json_integer(1));
	/* without a word of the server's, our own says what kind it is */
	add_text(
	    json, "error", oauth != NULL ? oauth : segl_status_name(status));
	add_text(json, "status", segl_status_name(status));
	add_text(json, "message", segl_error_message(segl));
	add_text(json, "error_description", segl_error_description(segl));
	add_text(json, "error_uri", segl_error_uri(segl));
	add_text(json, "mp_code", segl_error_mp_code(segl));
	if (segl_error_http_status(segl) != 0)
		json_object_set_new(json, "http_status",
		    json_integer(segl_error_http_status(segl)));
	if (segl_error_retry_after_s(segl) >= 0)
		json_object_set_new(json, "retry_after",
		    json_integer(segl_error_retry_after_s(segl)));
	add_text(json, "trace_id", segl_error_trace_id(segl));
	add_text(json, "remedy", segl_error_remedy(segl));
	add_text(json, "owner", segl_turn_name(segl_error_turn(segl)));
	json_object_set_new(json, "exit", json_integer(exit_code));
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

/* The failure in words, some lines, into OUT. */
static enum segl_status
as_words(const struct segl *segl, struct buffer *out)
{
	const struct {
		const char *label, *text;
	} lines[] = {
		{ "what to do: ", segl_error_remedy(segl) },
		{ "whose turn: ",
		    segl_error_turn(segl) == SEGL_TURN_NONE ||
			    segl_error_turn(segl) == SEGL_TURN_YOU
			? NULL
			: segl_turn_words(segl_error_turn(segl)) },
		{ "more:       ", segl_error_uri(segl) },
		{ "trace id:   ", segl_error_trace_id(segl) },
	};
	enum segl_status status;

	status = buffer_printf(out, "segl: %s\n", segl_error_message(segl));
	for (size_t i = 0;
	     status == SEGL_OK && i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].text != NULL)
			status = buffer_printf(
			    out, "  %s %s\n", lines[i].label, lines[i].text);
	return status;
}

enum segl_status
report_compose(const struct segl *segl, struct buffer *out)
{
	int exit_code = segl_status_exit_code(segl_error_status(segl));
	char *json = as_json(segl, exit_code);
	enum segl_status status = SEGL_ENOMEM;

	if (json != NULL)
		status = buffer_printf(out, "%d\n%s\n", exit_code, json);
	if (status == SEGL_OK)
		status = as_words(segl, out);
	free(json);
	return status;
}

int
report_failure(const struct segl *segl, const struct settings *settings)
{
	int exit_code = segl_status_exit_code(segl_error_status(segl));
	struct buffer words;
	char *json;

	if (settings->json) {
		json = as_json(segl, exit_code);
		if (json != NULL)
			fprintf(stderr, "%s\n", json);
		else
			fprintf(stderr,
			    "{\"schema\":1,\"error\":\"out-of-memory\","
			    "\"exit\":%d}\n",
			    exit_code);
		free(json);
		return exit_code;
	}
	buffer_init(&words, REPORT_MAX);
	if (as_words(segl, &words) == SEGL_OK)
		fputs(words.data, stderr);
	else
		fprintf(stderr, "segl: %s\n", segl_error_message(segl));
	buffer_clear(&words);
	return exit_code;
}

enum segl_status
report_output(struct segl *segl, const char *text, size_t len)
{
	int error = file_write_all(STDOUT_FILENO, text, len);

	if (error == 0 && close(STDOUT_FILENO) < 0)
		error = errno;
	if (error == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the result could not be written to standard output: %s",
	    strerror(error));
	error_remedy(segl, "check where the output goes, then ask again");
	return SEGL_EINTERNAL;
}

enum segl_status
report_result(
    struct segl *segl, const struct settings *settings, const char *text)
{
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, REPORT_MAX);
	status = buffer_add_str(&out, text);
	if (status == SEGL_OK && !settings->no_newline)
		status = buffer_add(&out, "\n", 1);
	if (status != SEGL_OK)
		status = error_nomem(segl);
	else
		status = report_output(segl, out.data, out.len);
	buffer_clear(&out);
	return status;
}
