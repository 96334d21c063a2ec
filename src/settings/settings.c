/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <segl/environment.h>

#include "base/error.h"
#include "base/text.h"
#include "settings/options.h"
#include "settings/settings.h"

/* Most values one list may have. */
#define LIST_MAX 64

/* ---- values ----------------------------------------------------------- */

static void *
slot(struct settings *settings, const struct option *option)
{
	return (char *)settings + option->offset;
}

/* 90, 90s, 2m, 1h; -1 where TEXT is none of these. */
static long
parse_duration(const char *text)
{
	static const struct {
		const char *suffix;
		long factor;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 } };
	char *end;
	long value;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	value = strtol(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].suffix) == 0 && errno == 0 &&
		    value <= LONG_MAX / units[i].factor)
			return value * units[i].factor;
	return -1;
}

static int
is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	while (*choices != '\0') {
		size_t n = strcspn(choices, "|");

		if (n == len && memcmp(choices, value, n) == 0)
			return 1;
		choices += n + (choices[n] == '|');
	}
	return 0;
}

static enum segl_status
append(struct segl *segl, struct setting_list *list, const char *value)
{
	const char **longer;

	if (list->n >= LIST_MAX)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "an option is given more than %d times", LIST_MAX);
	longer = realloc(list->values, (list->n + 2) * sizeof(*longer));
	if (longer == NULL)
		return error_nomem(segl);
	longer[list->n++] = value;
	longer[list->n] = NULL;
	list->values = longer;
	return SEGL_OK;
}

/* ORIGIN is how the user wrote it: "--timeout" or "SEGL_TIMEOUT". */
static enum segl_status
set_value(struct segl *segl, struct settings *settings,
    const struct option *option, const char *origin, const char *value)
{
	long duration;

	switch (option->kind) {
	case OPTION_FLAG:
		*(int *)slot(settings, option) = 1;
		return SEGL_OK;
	case OPTION_TEXT:
		*(const char **)slot(settings, option) = value;
		return SEGL_OK;
	case OPTION_CHOICE:
		if (is_choice(option->choices, value)) {
			*(const char **)slot(settings, option) = value;
			return SEGL_OK;
		}
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s does not take this value", origin);
		error_remedy(segl, "use one of %s", option->choices);
		return SEGL_EUSAGE;
	case OPTION_DURATION:
		duration = parse_duration(value);
		if (duration >= 0) {
			*(long *)slot(settings, option) = duration;
			return SEGL_OK;
		}
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s needs a time",
		    origin);
		error_remedy(
		    segl, "write seconds, or 90s, 2m, 1h for instance");
		return SEGL_EUSAGE;
	case OPTION_LIST:
		return append(segl, slot(settings, option), value);
	}
	return SEGL_EINTERNAL;
}

/* ---- environment ------------------------------------------------------ */

/* Values of a list that stand in one variable, each a text of our own. */
static enum segl_status
split_into(struct segl *segl, struct settings *settings,
    const struct option *option, const char *value)
{
	char separators[] = { option->separator,
		option->separator == ' ' ? '\t' : option->separator, '\0' };
	enum segl_status status = SEGL_OK;
	char **owned, *copy, *save = NULL;

	owned = realloc(settings->owned,
	    (settings->n_owned + 1) * sizeof(*settings->owned));
	if (owned == NULL)
		return error_nomem(segl);
	settings->owned = owned;
	copy = strdup(value);
	if (copy == NULL)
		return error_nomem(segl);
	settings->owned[settings->n_owned++] = copy;
	for (char *item = strtok_r(copy, separators, &save);
	     item != NULL && status == SEGL_OK;
	     item = strtok_r(NULL, separators, &save))
		status = append(segl, slot(settings, option), item);
	return status;
}

/* A flag in the environment is on unless it says otherwise. */
static int
is_off(const char *value)
{
	return strcmp(value, "0") == 0 || strcmp(value, "no") == 0 ||
	    strcmp(value, "false") == 0;
}

static int
is_set(struct settings *settings, const struct option *option)
{
	switch (option->kind) {
	case OPTION_FLAG:
		return *(int *)slot(settings, option) != 0;
	case OPTION_DURATION:
		return *(long *)slot(settings, option) >= 0;
	case OPTION_LIST:
		return ((struct setting_list *)slot(settings, option))->n > 0;
	default:
		return *(const char **)slot(settings, option) != NULL;
	}
}

/* What the command line left open, the environment may say. */
static enum segl_status
take_environment(struct segl *segl, struct settings *settings)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < option_count(); i++) {
		const struct option *option = option_at(i);
		const char *value =
		    option->variable == NULL ? NULL : getenv(option->variable);

		if (value == NULL || value[0] == '\0' ||
		    (option->commands & settings->command) == 0 ||
		    is_set(settings, option))
			continue;
		if (option->kind == OPTION_LIST)
			status = split_into(segl, settings, option, value);
		else if (option->kind != OPTION_FLAG || !is_off(value))
			status = set_value(
			    segl, settings, option, option->variable, value);
	}
	return status;
}

/* ---- command line ----------------------------------------------------- */

struct arguments {
	int argc;
	char **argv;
	int next;
};

static enum segl_status
unknown_option(struct segl *segl, const struct settings *settings,
    const char *name, size_t len)
{
	const char *names[64];
	char *safe = text_foreign(name, len);
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < option_count() && n < 64; i++)
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
		error_remedy(segl, "segl help lists the options");
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
	char origin[40] = "--";

	strncat(origin, option->name, sizeof(origin) - 3);
	if (option->argument == NULL && attached != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s takes no value", origin);
	if (option->argument != NULL && attached == NULL) {
		if (arguments->next >= arguments->argc)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "%s needs a value: %s", origin, option->argument);
		attached = arguments->argv[arguments->next++];
	}
	return set_value(segl, settings, option, origin, attached);
}

static enum segl_status
long_option(struct segl *segl, struct settings *settings,
    struct arguments *arguments, const char *text)
{
	size_t len = strcspn(text, "=");
	const struct option *option = option_find(text, len);

	if (option == NULL || (option->commands & settings->command) == 0)
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
		const struct option *option = option_find_letter(*text);
		char *safe;

		if (*text == 'h') {
			settings->help_for = settings->command;
			settings->command = COMMAND_HELP;
			continue;
		}
		if (option == NULL ||
		    (option->commands & settings->command) == 0) {
			safe = text_foreign(text, 1);
			error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "there is no option -%s here",
			    safe == NULL ? "" : safe);
			error_remedy(segl, "segl help lists the options");
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
take_command(struct segl *segl, struct settings *settings, const char *name)
{
	const struct command_row *row = command_find(name);
	const char *names[16], *near;
	size_t n = 0;
	char *safe;

	if (row != NULL) {
		settings->command = row->command;
		return SEGL_OK;
	}
	while (n < 16 && command_at(n) != NULL) {
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

/* help COMMAND is the only one that takes an argument. */
static enum segl_status
take_operand(struct segl *segl, struct settings *settings, const char *text)
{
	const struct command_row *row = command_find(text);
	char *safe;

	if (settings->command == COMMAND_HELP && row != NULL &&
	    settings->help_for == COMMAND_NONE) {
		settings->help_for = row->command;
		return SEGL_OK;
	}
	safe = text_foreign(text, strlen(text));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is an argument too many: '%s'", safe == NULL ? "" : safe);
	error_remedy(segl, "segl help shows how a command is written");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
take_argument(struct segl *segl, struct settings *settings,
    struct arguments *arguments, int *only_operands)
{
	const char *text = arguments->argv[arguments->next++];

	if (*only_operands || text[0] != '-' || text[1] == '\0')
		return take_operand(segl, settings, text);
	if (strcmp(text, "--") == 0) {
		*only_operands = 1;
		return SEGL_OK;
	}
	if (strcmp(text, "--help") == 0)
		return short_options(segl, settings, arguments, "h");
	if (text[1] == '-')
		return long_option(segl, settings, arguments, text + 2);
	return short_options(segl, settings, arguments, text + 1);
}

static enum segl_status
take_arguments(
    struct segl *segl, struct settings *settings, struct arguments *arguments)
{
	enum segl_status status = SEGL_OK;
	int only_operands = 0;
	const char *first;

	if (arguments->argc < 2) {
		settings->command = COMMAND_HELP;
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "segl needs a command");
		error_remedy(segl, "segl help lists the commands");
		return SEGL_EUSAGE;
	}
	first = arguments->argv[arguments->next++];
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
		first = "help";
	else if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0)
		first = "version";
	status = take_command(segl, settings, first);
	while (status == SEGL_OK && arguments->next < arguments->argc)
		status =
		    take_argument(segl, settings, arguments, &only_operands);
	return status;
}

/* How a failure is told must be known even where parsing failed early. */
static void
scan_for_report(int argc, char **argv, struct settings *settings)
{
	const char *json = getenv("SEGL_JSON");

	if (json != NULL && json[0] != '\0' && !is_off(json))
		settings->json = 1;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			settings->json = 1;
}

enum segl_status
settings_parse(struct segl *segl, int argc, char **argv, struct settings *out)
{
	struct arguments arguments = { .argc = argc, .argv = argv, .next = 1 };
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	out->connect_timeout_s = out->timeout_s = -1;
	out->retry_for_s = out->lifetime_s = -1;
	status = take_arguments(segl, out, &arguments);
	if (status == SEGL_OK)
		status = take_environment(segl, out);
	if (status != SEGL_OK)
		scan_for_report(argc, argv, out);
	return status;
}

void
settings_clear(struct settings *settings)
{
	free(settings->ca.values);
	free(settings->chain.values);
	free(settings->scope.values);
	for (size_t i = 0; i < settings->n_owned; i++)
		free(settings->owned[i]);
	free(settings->owned);
	memset(settings, 0, sizeof(*settings));
}

/* ---- which server ----------------------------------------------------- */

/* Hosts that Digdir has switched off, and people still have in files. */
static int
is_retired(const char *url)
{
	static const char *const hosts[] = { "https://ver1.maskinporten.no",
		"https://ver2.maskinporten.no", "https://yt2.maskinporten.no",
		"https://oidc.difi.no", "https://oidc-ver2.difi.no" };

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(url, hosts[i], strlen(hosts[i])) == 0)
			return 1;
	return 0;
}

enum segl_status
settings_server(struct segl *segl, const struct settings *settings,
    struct settings_server *out)
{
	const char *env = settings->env;
	const struct segl_environment *known;
	char *safe;

	memset(out, 0, sizeof(*out));
	if (env == NULL) {
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no server is chosen");
		error_remedy(segl, "give --env test or --env prod");
		return SEGL_EUSAGE;
	}
	known = segl_environment_find(env);
	if (known != NULL) {
		out->issuer = known->issuer;
		out->metadata_url = known->metadata_url;
		out->token_endpoint = known->token_endpoint;
		return SEGL_OK;
	}
	if (strcmp(env, "ver1") == 0 || strcmp(env, "ver2") == 0 ||
	    strcmp(env, "yt2") == 0 || is_retired(env)) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "this server of Maskinporten was switched off");
		error_remedy(segl, "use --env test or --env prod");
		return SEGL_EUSAGE;
	}
	if (strncmp(env, "https://", 8) == 0 && env[8] != '\0') {
		out->issuer = env;
		return SEGL_OK;
	}
	safe = text_foreign(env, strlen(env));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--env '%s' is neither a known name nor an https URL",
	    safe == NULL ? "" : safe);
	error_remedy(segl,
	    "use prod, test, sky-prod, sky-test, or the "
	    "server's issuer as an https URL");
	free(safe);
	return SEGL_EUSAGE;
}
