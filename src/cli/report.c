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
#include "cli/report.h"

static void
on_note(void *arg, enum segl_note kind, const char *text)
{
	const struct settings *settings = arg;

	if (kind == SEGL_NOTE_WARNING && !settings->quiet)
		fprintf(stderr, "segl: warning: %s\n", text);
	else if (kind == SEGL_NOTE_INFO && settings->verbose)
		fprintf(stderr, "segl: %s\n", text);
}

void
report_notes(struct segl *segl, const struct settings *settings)
{
	segl_set_note(segl, on_note, (void *)(uintptr_t)settings);
}

/* Absent texts are left out, so that a reader tests for presence. */
static void
add_text(json_t *json, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(json, name, json_string(text));
}

static void
report_json(const struct segl *segl, int exit_code)
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
	if (text != NULL)
		fprintf(stderr, "%s\n", text);
	else
		fprintf(stderr,
		    "{\"schema\":1,\"error\":\"out-of-memory\","
		    "\"exit\":%d}\n",
		    exit_code);
	free(text);
	json_decref(json);
}

static void
report_text(const struct segl *segl)
{
	const char *remedy = segl_error_remedy(segl);
	const char *trace = segl_error_trace_id(segl);
	enum segl_turn turn = segl_error_turn(segl);

	fprintf(stderr, "segl: %s\n", segl_error_message(segl));
	if (remedy != NULL)
		fprintf(stderr, "  what to do:  %s\n", remedy);
	if (turn != SEGL_TURN_NONE && turn != SEGL_TURN_YOU)
		fprintf(stderr, "  whose turn:  %s\n", segl_turn_words(turn));
	if (segl_error_uri(segl) != NULL)
		fprintf(stderr, "  more:        %s\n", segl_error_uri(segl));
	if (trace != NULL)
		fprintf(stderr, "  trace id:    %s\n", trace);
}

int
report_failure(const struct segl *segl, const struct settings *settings)
{
	int exit_code = segl_status_exit_code(segl_error_status(segl));

	if (settings->json)
		report_json(segl, exit_code);
	else
		report_text(segl);
	return exit_code;
}

enum segl_status
report_result(struct segl *segl, const struct settings *settings,
    const char *text, size_t len)
{
	int error = file_write_all(STDOUT_FILENO, text, len);

	if (error == 0 && !settings->no_newline)
		error = file_write_all(STDOUT_FILENO, "\n", 1);
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
