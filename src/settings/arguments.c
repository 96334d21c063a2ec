/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "settings/arguments.h"
#include "settings/options.h"
#include "settings/value.h"

struct arguments {
	int argc;
	char **argv;
	int next;
};

static const char *
help_of(const struct settings *settings)
{
	return settings->command == COMMAND_DAEMON ? "segld --help"
						   : "segl help";
}

static enum segl_status
unknown_option(struct segl *segl, const struct settings *settings,
    const char *name, size_t len)
{
	const char *names[SETTINGS_OPTIONS_MAX];
	char *safe = text_foreign(name, len);
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < option_count(); i++)
		if ((option_at(i)->commands & settings->command) != 0)
			names[n++] = option_at(i)->name;
	near = safe == NULL ? NULL : text_nearest(safe, names, n);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is no option --%s "
	    "here",
	    safe == NULL ? "" : safe);
	if (near != NULL)
		error_remedy(segl, "did you mean --%s?", near);
	else
		error_remedy(segl, "%s lists the options", help_of(settings));
	free(safe);
	return SEGL_EUSAGE;
}

/*
 * Apply OPTION with the value that is ATTACHED to it (--name=value), or else
 * with the next argument.
 */
static enum segl_status
apply(struct segl *segl, struct settings *settings, struct arguments *arguments,
    const struct option *option, const char *attached)
{
	struct origin origin = { .kind = ORIGIN_ARGUMENT };
	char name[40];

	snprintf(name, sizeof(name), "--%s", option->name);
	if (option->argument == NULL && attached != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s takes no value", name);
	if (option->argument != NULL && attached == NULL) {
		if (arguments->next >= arguments->argc)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "%s needs a value: %s", name, option->argument);
		attached = arguments->argv[arguments->next++];
	}
	return value_set(segl, settings, option, name,
	    option->argument == NULL ? "yes" : attached, &origin);
}

static enum segl_status
long_option(struct segl *segl, struct settings *settings,
    struct arguments *arguments, const char *text)
{
	size_t len = strcspn(text, "=");
	const struct option *option = option_find(text, len, settings->command);

	if (option == NULL)
		return unknown_option(segl, settings, text, len);
	return apply(segl, settings, arguments, option,
	    text[len] == '=' ? text + len + 1 : NULL);
}

/* -v, -ofmt, -o fmt, -vn */
static enum segl_status
short_options(struct segl *segl, struct settings *settings,
    struct arguments *arguments, const char *text)
{
	enum segl_status status = SEGL_OK;

	for (; status == SEGL_OK && *text != '\0'; text++) {
		const struct option *option =
		    option_find_letter(*text, settings->command);
		char *safe;

		if (*text == 'h') {
			settings->help_for = settings->command;
			settings->command = COMMAND_HELP;
			continue;
		}
		if (option == NULL) {
			safe = text_foreign(text, 1);
			error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "there is no option -%s here",
			    safe == NULL ? "" : safe);
			error_remedy(
			    segl, "%s lists the options", help_of(settings));
			free(safe);
			return SEGL_EUSAGE;
		}
		if (option->argument != NULL && text[1] != '\0')
			return apply(
			    segl, settings, arguments, option, text + 1);
		status = apply(segl, settings, arguments, option, NULL);
	}
	return status;
}

static enum segl_status
take_command(struct segl *segl, struct settings *settings, const char *name,
    const struct command_row **out)
{
	const struct command_row *row = *out = command_find(name);
	const char *names[COMMANDS_MAX], *near;
	size_t n = 0;
	char *safe;

	if (row != NULL) {
		settings->command = row->command;
		return SEGL_OK;
	}
	while (n < COMMANDS_MAX && command_at(n) != NULL) {
		names[n] = command_at(n)->name;
		n++;
	}
	safe = text_foreign(name, strlen(name));
	near = safe == NULL ? NULL : text_nearest(safe, names, n);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "segl has no command '%s'",
	    safe == NULL ? "" : safe);
	if (near != NULL)
		error_remedy(segl, "did you mean segl %s?", near);
	else
		error_remedy(segl, "segl help lists the commands");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
take_operand(struct segl *segl, struct settings *settings,
    const struct command_row *row, const char *text)
{
	char *safe;

	if (settings->n_operands < row->most_operands) {
		settings->operands[settings->n_operands++] = text;
		return SEGL_OK;
	}
	safe = text_foreign(text, strlen(text));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is an argument too many: '%s'", safe == NULL ? "" : safe);
	if (row->command == COMMAND_DAEMON)
		error_remedy(segl, "segld --help shows how it is written");
	else
		error_remedy(
		    segl, "segl help %s shows how it is written", row->name);
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
take_argument(struct segl *segl, struct settings *settings,
    struct arguments *arguments, const struct command_row *row,
    int *only_operands)
{
	const char *text = arguments->argv[arguments->next++];

	if (*only_operands || text[0] != '-' || text[1] == '\0')
		return take_operand(segl, settings, row, text);
	if (strcmp(text, "--") == 0) {
		*only_operands = 1;
		if (settings->command != COMMAND_EXEC)
			return SEGL_OK;
		/* all behind it is another program's */
		settings->program = &arguments->argv[arguments->next];
		arguments->next = arguments->argc;
		return SEGL_OK;
	}
	if (strcmp(text, "--help") == 0)
		return short_options(segl, settings, arguments, "h");
	if (row->command == COMMAND_DAEMON && strcmp(text, "--version") == 0) {
		settings->command = COMMAND_VERSION;
		return SEGL_OK;
	}
	if (text[1] == '-')
		return long_option(segl, settings, arguments, text + 2);
	return short_options(segl, settings, arguments, text + 1);
}

/*
 * Names under which others run segl: Bazel starts a helper by its path alone,
 * git by a name that begins with git-credential-.
 */
static const struct {
	const char *name;
	const char *operand; /* NULL none */
} aliases[] = {
	{ "credential-segl", NULL },
	{ "git-credential-segl", "git" },
};

static const struct command_row *
take_alias(struct settings *settings, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(aliases[i].name, name) != 0)
			continue;
		settings->command = COMMAND_HELPER;
		if (aliases[i].operand != NULL)
			settings->operands[settings->n_operands++] =
			    aliases[i].operand;
		return command_find("helper");
	}
	return NULL;
}

static enum segl_status
take_options(struct segl *segl, struct settings *settings,
    struct arguments *arguments, const struct command_row *row)
{
	enum segl_status status = SEGL_OK;
	int only_operands = 0;

	while (status == SEGL_OK && arguments->next < arguments->argc)
		status = take_argument(
		    segl, settings, arguments, row, &only_operands);
	return status;
}

enum segl_status
arguments_take(
    struct segl *segl, struct settings *settings, int argc, char **argv)
{
	struct arguments arguments = { .argc = argc, .argv = argv, .next = 1 };
	const struct command_row *row;
	enum segl_status status = SEGL_OK;
	const char *first;

	if (settings->command == COMMAND_DAEMON)
		return take_options(
		    segl, settings, &arguments, command_daemon());
	row = argc > 0 ? take_alias(settings, argv[0]) : NULL;
	if (row == NULL && argc < 2) {
		settings->command = COMMAND_HELP;
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "segl needs a command");
		error_remedy(segl, "segl help lists the commands");
		return SEGL_EUSAGE;
	}
	if (row == NULL) {
		first = argv[arguments.next++];
		if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
			first = "help";
		else if (strcmp(first, "--version") == 0 ||
		    strcmp(first, "-V") == 0)
			first = "version";
		status = take_command(segl, settings, first, &row);
	}
	if (status == SEGL_OK)
		status = take_options(segl, settings, &arguments, row);
	/* "help trust import", but not "trust import --help" */
	if (status == SEGL_OK && row->command == COMMAND_HELP &&
	    settings->n_operands > 0) {
		status =
		    take_command(segl, settings, settings->operands[0], &row);
		settings->help_for = settings->command;
		settings->command = COMMAND_HELP;
	}
	return status;
}
