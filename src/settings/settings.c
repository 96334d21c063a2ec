/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <segl/environment.h>

#include "base/error.h"
#include "settings/arguments.h"
#include "settings/files.h"
#include "settings/options.h"
#include "settings/settings.h"
#include "settings/value.h"

/* VALUE of the variable NAME, which is segl's own or one of others. */
static enum segl_status
take_variable(struct segl *segl, struct settings *settings,
    const struct option *option, const char *name, const char *value)
{
	struct origin origin = { .kind = ORIGIN_ENVIRONMENT, .where = name };

	if (option->kind == OPTION_LIST)
		return value_set_split(
		    segl, settings, option, name, value, &origin);
	return value_set(segl, settings, option, name, value, &origin);
}

/* "file:" in front of a path, for variables that hold just the path. */
static const char *
with_prefix(struct settings *settings, const char *prefix, const char *value)
{
	size_t len = strlen(prefix) + strlen(value) + 1;
	char *text = malloc(len), *kept;

	if (text == NULL)
		return NULL;
	snprintf(text, len, "%s%s", prefix, value);
	kept = value_keep(settings, text);
	free(text);
	return kept;
}

static const char *
variable(const char *name)
{
	const char *value = name == NULL ? NULL : getenv(name);

	/* an empty variable says nothing: scripts unset that way */
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static enum segl_status
take_one(
    struct segl *segl, struct settings *settings, const struct option *option)
{
	const char *value = variable(option->variable);

	if (value != NULL)
		return take_variable(
		    segl, settings, option, option->variable, value);
	value = variable(option->other_variable);
	if (value == NULL)
		return SEGL_OK;
	if (option->other_prefix != NULL) {
		value = with_prefix(settings, option->other_prefix, value);
		if (value == NULL)
			return error_nomem(segl);
	}
	return take_variable(
	    segl, settings, option, option->other_variable, value);
}

/* What the command line left open, the environment may say. */
static enum segl_status
take_environment(struct segl *segl, struct settings *settings)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < option_count(); i++) {
		const struct option *option = option_at(i);

		if ((option->commands & (unsigned int)settings->command) != 0 &&
		    !value_is_set(settings, option))
			status = take_one(segl, settings, option);
	}
	return status;
}

/* How a failure is told must be known even where parsing failed early. */
static void
scan_for_report(int argc, char **argv, struct settings *settings)
{
	const char *json = getenv("SEGL_JSON");

	if (json != NULL && value_flag(json) == 1)
		settings->json = 1;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			settings->json = 1;
}

/* The commands that work with settings, and so read the files. */
static int
reads_files(const struct settings *settings)
{
	if (settings->command == COMMAND_CONFIG)
		return settings->n_operands > 0 &&
		    strcmp(settings->operands[0], "show") == 0;
	return settings->command == COMMAND_TOKEN ||
	    settings->command == COMMAND_GRANT ||
	    settings->command == COMMAND_RENEW ||
	    settings->command == COMMAND_CHECK ||
	    settings->command == COMMAND_EXCHANGE ||
	    settings->command == COMMAND_CALL ||
	    settings->command == COMMAND_EXEC ||
	    settings->command == COMMAND_HELPER ||
	    settings->command == COMMAND_INTROSPECT ||
	    settings->command == COMMAND_ONBOARD ||
	    settings->command == COMMAND_DAEMON;
}

/* segl token PROFILE, segl config show PROFILE */
static enum segl_status
take_profile(struct segl *segl, struct settings *settings)
{
	size_t i = settings->command == COMMAND_CONFIG ? 1 : 0;
	const struct option *option =
	    option_find("profile", strlen("profile"), COMMAND_NONE);
	struct origin origin = { .kind = ORIGIN_ARGUMENT };

	/* their operands are other things */
	if (settings->command == COMMAND_CHECK ||
	    settings->command == COMMAND_EXCHANGE ||
	    settings->command == COMMAND_RENEW ||
	    settings->command == COMMAND_CALL ||
	    settings->command == COMMAND_HELPER ||
	    settings->command == COMMAND_INTROSPECT)
		return SEGL_OK;
	if (!reads_files(settings) || settings->n_operands <= i)
		return SEGL_OK;
	if (value_is_set(settings, option))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the profile is given twice");
	return value_set(segl, settings, option, "the profile",
	    settings->operands[i], &origin);
}

/*
 * A PIN in the place of its source is noticed here, before anything else,
 * also where a kept token makes it needless. It never stands in the error.
 */
static enum segl_status
check_pin_source(struct segl *segl, const struct settings *settings)
{
	static const char *const forms[] = {
		"file:", "fd:", "env:", "credential:"
	};
	const char *pin = settings->pin;

	if (pin == NULL || strcmp(pin, "prompt") == 0)
		return SEGL_OK;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strncmp(pin, forms[i], strlen(forms[i])) == 0)
			return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the PIN source is not usable: it has none of the known forms");
	error_remedy(segl,
	    "say where the PIN is kept, not the PIN itself: --pin file:PATH, "
	    "fd:N, env:NAME or credential:NAME; or --pin prompt");
	return SEGL_EUSAGE;
}

/*
 * Whoever names the metadata has named the server (RFC 8414, 3.1): so the
 * variables that Texas has are enough. Where the address has more of a path it
 * is not that plain, and --env has to say it.
 */
static enum segl_status
take_server_of_metadata(struct segl *segl, struct settings *settings)
{
	static const char scheme[] = "https://", place[] = "/.well-known/";
	const char *url = settings->metadata_url, *end;
	const struct segl_environment *known;
	char *issuer;

	if (settings->env != NULL || url == NULL ||
	    strncmp(url, scheme, strlen(scheme)) != 0)
		return SEGL_OK;
	for (unsigned int i = 0; (known = segl_environment_at(i)) != NULL; i++)
		if (strcmp(known->metadata_url, url) == 0)
			settings->env = known->name;
	end = strchr(url + strlen(scheme), '/');
	if (settings->env != NULL || end == NULL ||
	    strncmp(end, place, strlen(place)) != 0 ||
	    strchr(end + strlen(place), '/') != NULL)
		return SEGL_OK;
	issuer = strndup(url, (size_t)(end - url) + 1);
	if (issuer != NULL)
		settings->env = value_keep(settings, issuer);
	free(issuer);
	return settings->env == NULL ? error_nomem(segl) : SEGL_OK;
}

static enum segl_status
parse(struct segl *segl, enum command command, int argc, char **argv,
    struct settings *out)
{
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	out->command = command;
	out->connect_timeout_s = out->timeout_s = -1;
	out->retry_for_s = out->lifetime_s = out->min_validity_s = -1;
	out->due_s = -1;
	out->trust_update_s = -1;
	status = arguments_take(segl, out, argc, argv);
	if (status == SEGL_OK)
		status = take_profile(segl, out);
	if (status == SEGL_OK)
		status = take_environment(segl, out);
	if (status == SEGL_OK && reads_files(out))
		status = files_take(segl, out);
	if (status == SEGL_OK)
		status = take_server_of_metadata(segl, out);
	if (status == SEGL_OK)
		status = check_pin_source(segl, out);
	if (status != SEGL_OK)
		scan_for_report(argc, argv, out);
	return status;
}

enum segl_status
settings_parse(struct segl *segl, int argc, char **argv, struct settings *out)
{
	return parse(segl, COMMAND_NONE, argc, argv, out);
}

enum segl_status
settings_parse_daemon(
    struct segl *segl, int argc, char **argv, struct settings *out)
{
	return parse(segl, COMMAND_DAEMON, argc, argv, out);
}

void
settings_clear(struct settings *settings)
{
	for (size_t i = 0; i < option_count(); i++)
		value_clear(settings, option_at(i));
	for (size_t i = 0; i < settings->n_owned; i++)
		free(settings->owned[i]);
	free(settings->owned);
	memset(settings, 0, sizeof(*settings));
}

enum origin_kind
settings_origin(const struct settings *settings, const char *name)
{
	const struct option *option =
	    option_find(name, strlen(name), COMMAND_NONE);

	return settings->origins[option_index(option)].kind;
}
