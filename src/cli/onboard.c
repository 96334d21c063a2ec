/* SPDX-License-Identifier: ISC */
/*
 * segl onboard: every step from the key file to the first 200 OK, and whose
 * turn it is where one fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <segl/version.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/onboard.h"
#include "cli/report.h"
#include "cli/screen.h"
#include "onboard/render.h"
#include "onboard/steps.h"

/* Longest remarks of one step, in bytes. */
#define WARNINGS_MAX 8192

static enum segl_status (*const take[ONBOARD_STEPS])(
    struct onboard_run *run, struct onboard_outcome *out) = {
	[ONBOARD_FILE] = onboard_file,
	[ONBOARD_IDENTITY] = onboard_identity,
	[ONBOARD_KEY] = onboard_key,
	[ONBOARD_PATH] = onboard_path,
	[ONBOARD_SUITABLE] = onboard_suitable,
	[ONBOARD_LISTED] = onboard_listed,
	[ONBOARD_REVOCATION] = onboard_revocation,
	[ONBOARD_CLOCK] = onboard_clock,
	[ONBOARD_NETWORK] = onboard_network,
	[ONBOARD_METADATA] = onboard_metadata,
	[ONBOARD_DRY_RUN] = onboard_dry_run,
	[ONBOARD_TOKEN] = onboard_token,
	[ONBOARD_CONSUMER] = onboard_consumer,
	[ONBOARD_EXCHANGE] = onboard_exchange,
	[ONBOARD_TEST_AUTH] = onboard_test_auth,
};

enum segl_status
onboard_failed(struct onboard_run *run, enum segl_status status,
    struct onboard_outcome *out)
{
	if (status == SEGL_OK || status == SEGL_ENOMEM)
		return status;
	onboard_take_failure(out, run->segl);
	return SEGL_OK;
}

/* ---- remarks ----------------------------------------------------------- */

/* A warning belongs to the step that is under way. */
static void
on_note(void *arg, enum segl_note kind, const char *text)
{
	struct onboard_run *run = arg;

	if (kind == SEGL_NOTE_WARNING) {
		if (run->warnings.len > 0 &&
		    buffer_add(&run->warnings, "; ", 2) != SEGL_OK)
			return;
		if (buffer_add_str(&run->warnings, text) != SEGL_OK)
			return;
	} else if (run->settings->verbose) {
		fprintf(stderr, "segl: %s\n", text);
	}
}

static void
take_warnings(struct onboard_run *run, struct onboard_outcome *out)
{
	if (run->warnings.len == 0)
		return;
	onboard_add(out, "%s", run->warnings.data);
	if (out->result == ONBOARD_PASS)
		out->result = ONBOARD_WARN;
	buffer_clear(&run->warnings);
}

/* ---- while it goes on -------------------------------------------------- */

static long long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static enum segl_status
on_take(void *arg, size_t id, struct onboard_outcome *out)
{
	struct onboard_run *run = arg;
	long long start = now_ms();
	enum segl_status status = take[id](run, out);

	out->took_ms = now_ms() - start;
	if (status == SEGL_OK)
		take_warnings(run, out);
	return status;
}

static void
print(struct buffer *text)
{
	if (text->len > 0)
		(void)file_write_all(STDOUT_FILENO, text->data, text->len);
	buffer_clear(text);
}

/* On a terminal, while it waits; the line goes when there is a result. */
static void
on_begin(void *arg, size_t id)
{
	const struct onboard_run *run = arg;

	/* the first one may ask for the PIN, on the same line */
	if (run->shows_progress && id != ONBOARD_FILE)
		fprintf(stderr, "\r\033[K[%zu/%d] %s ...", id + 1,
		    (int)ONBOARD_STEPS, onboard_step(id)->name);
}

static struct onboard_view
view_of(const struct onboard_run *run)
{
	struct onboard_view view = { .all = run->settings->verbose,
		.colour = screen_colour(STDOUT_FILENO),
		.width = screen_columns() };

	return view;
}

static void
on_end(void *arg, size_t id, const struct onboard_outcome *out)
{
	struct onboard_run *run = arg;
	struct onboard_view view = view_of(run);
	struct buffer text;

	(void)out;
	if (run->shows_progress)
		fputs("\r\033[K", stderr);
	if (run->settings->json)
		return;
	buffer_init(&text, ONBOARD_REPORT_MAX);
	if (onboard_text_step(&run->record, id, &view, &text) == SEGL_OK)
		print(&text);
	buffer_clear(&text);
}

/* ---- the command ------------------------------------------------------- */

static enum segl_status
plan_until(struct segl *segl, const struct settings *settings, size_t *until)
{
	const char *near;

	*until = ONBOARD_STEPS - 1;
	if (settings->until == NULL ||
	    onboard_step_find(settings->until, until) != NULL)
		return SEGL_OK;
	near = onboard_step_nearest(settings->until);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is no step called %s", settings->until);
	if (near != NULL)
		error_remedy(segl, "did you mean %s?", near);
	else
		error_remedy(
		    segl, "name it by its number, 1 to %d", (int)ONBOARD_STEPS);
	return SEGL_EUSAGE;
}

static void
tell_about(struct onboard_run *run)
{
	struct onboard_facts *about = &run->record.about;
	char when[32];

	onboard_fact(about, "version", segl_version());
	onboard_fact(about, "at", check_time(run->now, when));
	onboard_fact(about, "env", run->settings->env);
}

static enum segl_status
tell(struct onboard_run *run)
{
	struct onboard_view view = view_of(run);
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, ONBOARD_REPORT_MAX);
	status = run->settings->json
	    ? onboard_json(&run->record, &out)
	    : onboard_text_end(&run->record, &view, &out);
	if (status == SEGL_OK)
		status = report_output(run->segl, out.data, out.len);
	else
		status = error_nomem(run->segl);
	buffer_clear(&out);
	return status;
}

/*
 * The files first: standard output is closed when all is told. What came of
 * the steps is told also where a file cannot be written, which then counts.
 */
static enum segl_status
finish(struct onboard_run *run)
{
	enum segl_status status = onboard_profile(run), told;

	if (status == SEGL_OK)
		status = onboard_write_conf(run);
	if (status == SEGL_OK)
		status = onboard_write_reports(run);
	told = tell(run);
	return status == SEGL_OK ? told : status;
}

static void
clear(struct onboard_run *run)
{
	segl_token_free(run->exchanged);
	segl_token_free(run->token);
	segl_response_clear(&run->asked.response);
	net_probe_clear(&run->asked.probe);
	net_probe_clear(&run->asked.peek);
	free(run->asked.url);
	segl_free(run->asked.segl);
	if (run->server_is_open)
		server_close(&run->server);
	segl_report_free(run->report);
	free(run->lists_failed);
	onboard_outcome_clear(&run->lists);
	segl_softtoken_free(run->softtoken);
	buffer_clear(&run->warnings);
	onboard_clear(&run->record);
}

enum segl_status
command_onboard(struct segl *segl, const struct settings *settings)
{
	struct onboard_run run = { .segl = segl,
		.settings = settings,
		.with = *settings,
		.now = (long long)time(NULL),
		.shows_progress =
		    !settings->quiet && screen_colour(STDERR_FILENO) };
	struct onboard_plan plan = { .offline = settings->offline,
		.take = on_take,
		.begin = on_begin,
		.end = on_end,
		.arg = &run };
	enum segl_status status;

	buffer_init(&run.warnings, WARNINGS_MAX);
	status = plan_until(segl, settings, &plan.until);
	if (status == SEGL_OK)
		status = onboard_check_files(segl, settings);
	if (status == SEGL_OK) {
		segl_set_note(segl, on_note, &run);
		tell_about(&run);
		status = onboard_run(&plan, &run.record);
		report_notes(segl, settings);
	}
	if (status == SEGL_OK)
		status = finish(&run);
	if (status == SEGL_OK)
		status = onboard_status(&run.record);
	else if (status == SEGL_ENOMEM)
		status = error_nomem(segl);
	clear(&run);
	return status;
}
