/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/error.h"
#include "cli/command.h"
#include "settings/files.h"
#include "settings/options.h"
#include "settings/value.h"

/* ---- show ------------------------------------------------------------- */

static void
describe(const struct origin *origin, char text[4200])
{
	switch (origin->kind) {
	case ORIGIN_ARGUMENT:
		snprintf(text, 4200, "command line");
		break;
	case ORIGIN_ENVIRONMENT:
		snprintf(text, 4200, "%s", origin->where);
		break;
	case ORIGIN_FILE:
		snprintf(text, 4200, "%s:%u", origin->where, origin->line);
		break;
	case ORIGIN_DEFAULT:
		snprintf(text, 4200, "default");
		break;
	}
}

static void
show_text(const struct settings *settings, const struct option *option,
    const struct origin *origin)
{
	char from[4200], number[24];
	const char *value;

	describe(origin, from);
	for (size_t i = 0;
	     (value = value_text(settings, option, i, number)) != NULL; i++)
		printf("# %s\n%s = %s\n", from, option->name, value);
}

static void
show_json(json_t *to, const struct settings *settings,
    const struct option *option, const struct origin *origin)
{
	char from[4200], number[24];
	const char *value;

	describe(origin, from);
	for (size_t i = 0;
	     (value = value_text(settings, option, i, number)) != NULL; i++)
		json_array_append_new(to,
		    json_pack("{s:s, s:s, s:s}", "name", option->name, "value",
			value, "from", from));
}

static enum segl_status
show(struct segl *segl, const struct settings *settings)
{
	json_t *all = json_pack("{s:i, s:[]}", "schema", 1, "settings");
	json_t *list = json_object_get(all, "settings");
	char *text = NULL;

	if (all == NULL)
		return error_nomem(segl);
	for (size_t i = 0; i < option_count(); i++) {
		const struct origin *origin = &settings->origins[i];

		if (origin->kind == ORIGIN_DEFAULT)
			continue;
		if (settings->json)
			show_json(list, settings, option_at(i), origin);
		else
			show_text(settings, option_at(i), origin);
	}
	if (settings->json && (text = json_dumps(all, JSON_COMPACT)) != NULL)
		puts(text);
	free(text);
	json_decref(all);
	return SEGL_OK;
}

/* ---- validate and path ------------------------------------------------ */

static enum segl_status
validate(struct segl *segl, const struct settings *settings)
{
	char paths[FILES_MAX][4096];
	size_t n = files_paths(settings, paths);
	enum segl_status status = SEGL_OK;
	size_t found = 0;

	if (settings->n_operands > 1) {
		snprintf(
		    paths[0], sizeof(paths[0]), "%s", settings->operands[1]);
		n = 1;
	}
	for (size_t i = 0; status == SEGL_OK && i < n; i++) {
		/* of the usual places, one may well be empty */
		if (n > 1 && access(paths[i], F_OK) < 0)
			continue;
		status = files_validate(segl, paths[i]);
		if (status == SEGL_OK)
			printf("%s: no mistakes\n", paths[i]);
		found++;
	}
	if (status == SEGL_OK && found == 0)
		printf("there is no configuration; segl config path says "
		       "where it could be\n");
	return status;
}

static enum segl_status
print_paths(const struct settings *settings)
{
	char paths[FILES_MAX][4096];
	size_t n = files_paths(settings, paths);

	for (size_t i = 0; i < n; i++)
		printf("%s%s\n", paths[i],
		    access(paths[i], F_OK) == 0 ? "" : " (not there)");
	return SEGL_OK;
}

enum segl_status
command_config(struct segl *segl, const struct settings *settings)
{
	const char *what =
	    settings->n_operands > 0 ? settings->operands[0] : "";

	if (strcmp(what, "show") == 0)
		return show(segl, settings);
	if (strcmp(what, "validate") == 0)
		return validate(segl, settings);
	if (strcmp(what, "path") == 0)
		return print_paths(settings);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "segl config does not know what to do");
	error_remedy(segl, "say show, validate or path");
	return SEGL_EUSAGE;
}
