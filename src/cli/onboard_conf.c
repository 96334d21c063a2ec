/* SPDX-License-Identifier: ISC */
/* segl onboard: what works, as a profile of segl.conf. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/made.h"
#include "cli/onboard.h"
#include "settings/options.h"
#include "settings/value.h"

/* Longest configuration that is made, in bytes. */
#define CONF_MAX (64u << 10)

/* How segl talks, and not what works. */
static int
is_talk(const struct option *option)
{
	static const char *const names[] = { "quiet", "verbose", "no-cache",
		"agent", "allow-host", "token-to" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], option->name) == 0)
			return 1;
	return 0;
}

static int
is_path(const struct option *option)
{
	return option->argument != NULL &&
	    (strstr(option->argument, "FILE") != NULL ||
		strstr(option->argument, "DIR") != NULL);
}

/* About people, who have no part in a report. */
static int
is_private(const struct option *option)
{
	return strcmp(option->name, "pid") == 0 ||
	    strcmp(option->name, "authorization-details") == 0 ||
	    strcmp(option->name, "consent") == 0;
}

/* PREFIX and the file PATH, from wherever it is used. */
static enum segl_status
add_file(struct buffer *out, const char *prefix, const char *path)
{
	char whole[PATH_MAX];

	return buffer_printf(
	    out, "%s%s", prefix, realpath(path, whole) == NULL ? path : whole);
}

static enum segl_status
add_value(struct buffer *out, const struct option *option, const char *value)
{
	if (strncmp(value, "file:", 5) == 0 && strcmp(option->name, "pin") == 0)
		return add_file(out, "file:", value + 5);
	if (value[0] == '@' && is_path(option))
		return add_file(out, "@", value + 1);
	if (is_path(option) && strcmp(value, "none") != 0)
		return add_file(out, "", value);
	return buffer_add_str(out, value);
}

/* One line; in a report what is about people is left out. */
static enum segl_status
add_line(struct buffer *out, const struct option *option, const char *value,
    int for_report)
{
	enum segl_status status;
	struct buffer text;
	char *safe = NULL;

	/* what comes from a descriptor cannot be had again */
	if (strcmp(value, "-") == 0 || strncmp(value, "fd:", 3) == 0)
		return buffer_printf(out,
		    "# %s came from a descriptor: name a file\n", option->name);
	buffer_init(&text, CONF_MAX);
	status = add_value(&text, option, value);
	if (status == SEGL_OK && for_report) {
		safe =
		    onboard_safe(is_private(option) ? "(left out)" : text.data);
		status = safe == NULL ? SEGL_ENOMEM : SEGL_OK;
	}
	if (status == SEGL_OK)
		status = buffer_printf(out, "%s = %s\n", option->name,
		    for_report ? safe : text.data);
	free(safe);
	buffer_clear(&text);
	return status;
}

static const char *
section_of(const struct settings *settings)
{
	return settings->profile != NULL ? settings->profile : "onboard";
}

static enum segl_status
compose(const struct onboard_run *run, int for_report, struct buffer *out)
{
	const struct option *option;
	char number[VALUE_NUMBER_MAX];
	enum segl_status status;
	const char *value;

	status =
	    buffer_printf(out, "[profile %s]\n", section_of(run->settings));
	if (status == SEGL_OK && run->fetched > 0)
		status = buffer_add_str(out,
		    "# the file lacks certificates: segl bundle --fetch makes "
		    "one to name here\n");
	for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
		/* what turned out to be needed nobody set */
		if ((option->flags & OPTION_IN_FILE) == 0 ||
		    (option->commands & COMMAND_TOKEN) == 0 ||
		    is_talk(option) ||
		    (option->kind == OPTION_FLAG &&
			!value_is_set(&run->with, option)))
			continue;
		for (size_t n = 0; status == SEGL_OK &&
		     (value = value_text(&run->with, option, n, number)) !=
			 NULL;
		     n++)
			status = add_line(out, option, value, for_report);
	}
	return status;
}

enum segl_status
onboard_profile(struct onboard_run *run)
{
	struct onboard *record = &run->record;
	enum segl_status status;
	struct buffer text;

	if (run->token == NULL ||
	    record->steps[ONBOARD_TOKEN].result == ONBOARD_FAIL ||
	    record->steps[ONBOARD_CONSUMER].result == ONBOARD_FAIL)
		return SEGL_OK;
	if (run->exchanged == NULL)
		run->with.exchange = run->settings->exchange;
	buffer_init(&text, CONF_MAX);
	status = compose(run, 1, &text);
	if (status == SEGL_OK) {
		record->profile = buffer_take(&text);
		record->profile_name = strdup(section_of(run->settings));
		if (record->profile_name == NULL)
			status = SEGL_ENOMEM;
	}
	buffer_clear(&text);
	return status;
}

enum segl_status
onboard_write_conf(struct onboard_run *run)
{
	const struct made_file file = { .path = run->settings->write_conf,
		.mode = 0600,
		.replace = run->settings->force,
		.remedy = ONBOARD_IN_THE_WAY };
	enum segl_status status;
	struct buffer text;

	if (file.path == NULL)
		return SEGL_OK;
	if (run->record.profile == NULL) {
		note_warning(run->segl,
		    "%s is not written: there was no token, so that nothing "
		    "is known to work",
		    file.path);
		return SEGL_OK;
	}
	buffer_init(&text, CONF_MAX);
	status = buffer_add_str(
	    &text, "# What segl onboard found to work; see segl.conf(5).\n");
	if (status == SEGL_OK)
		status = compose(run, 0, &text);
	if (status == SEGL_OK)
		status = made_write(run->segl, &file, text.data, text.len);
	else
		status = error_nomem(run->segl);
	buffer_clear(&text);
	return status;
}
