/* SPDX-License-Identifier: ISC */
/* segl onboard: the files that it writes. */
#include <string.h>

#include "base/error.h"
#include "cli/made.h"
#include "cli/onboard.h"
#include "onboard/render.h"

enum form { FORM_NONE, FORM_TEXT, FORM_JSON, FORM_HTML };

static enum form
form_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL)
		return FORM_NONE;
	if (strcmp(dot, ".json") == 0)
		return FORM_JSON;
	if (strcmp(dot, ".txt") == 0)
		return FORM_TEXT;
	return strcmp(dot, ".html") == 0 ? FORM_HTML : FORM_NONE;
}

/* Before anything is sent: nothing that is there gets lost. */
enum segl_status
onboard_check_files(struct segl *segl, const struct settings *settings)
{
	for (size_t i = 0; i < settings->report.n; i++) {
		const char *path = settings->report.values[i];

		if (form_of(path) == FORM_NONE) {
			error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "it is not known what kind of report %s is to be",
			    path);
			error_remedy(
			    segl, "let its name end in .json, .txt or .html");
			return SEGL_EUSAGE;
		}
		if (!settings->force && made_exists(path))
			return made_in_the_way(segl, path, ONBOARD_IN_THE_WAY);
	}
	if (settings->write_conf != NULL && !settings->force &&
	    made_exists(settings->write_conf))
		return made_in_the_way(
		    segl, settings->write_conf, ONBOARD_IN_THE_WAY);
	return SEGL_OK;
}

static enum segl_status
render(const struct onboard *record, enum form form, struct buffer *out)
{
	const struct onboard_view view = { .all = 1 };

	switch (form) {
	case FORM_JSON:
		return onboard_json(record, out);
	case FORM_HTML:
		return onboard_html(record, out);
	default:
		return onboard_text(record, &view, out);
	}
}

enum segl_status
onboard_write_reports(struct onboard_run *run)
{
	const struct setting_list *list = &run->settings->report;
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < list->n; i++) {
		const struct made_file file = { .path = list->values[i],
			.mode = 0600,
			.replace = run->settings->force,
			.remedy = ONBOARD_IN_THE_WAY };
		struct buffer out;

		buffer_init(&out, ONBOARD_REPORT_MAX);
		status = render(&run->record, form_of(file.path), &out);
		if (status == SEGL_OK)
			status =
			    made_write(run->segl, &file, out.data, out.len);
		else
			status = error_nomem(run->segl);
		buffer_clear(&out);
	}
	return status;
}
