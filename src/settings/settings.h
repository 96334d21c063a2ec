/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include <stddef.h>

#include <segl/handle.h>

/* What the program is to do; bits, since an option serves several. */
enum command {
	COMMAND_NONE = 0,
	COMMAND_TOKEN = 1 << 0,
	COMMAND_GRANT = 1 << 1,
	COMMAND_VERSION = 1 << 2,
	COMMAND_HELP = 1 << 3
};

/* Values in the order given; NULL-terminated, so also a plain array. */
struct setting_list {
	const char **values;
	size_t n;
};

/*
 * Every setting, from the command line, else the environment, else the
 * default. Texts are borrowed from argv and environ. Immutable once parsed.
 */
struct settings {
	enum command command;
	enum command help_for; /* of which command help was asked */

	/* which server */
	const char *env;
	struct setting_list ca;
	int ca_only;
	long connect_timeout_s;
	long timeout_s;
	long retry_for_s;

	/* which soft token */
	const char *softtoken;
	const char *pin;
	const char *identity;
	const char *as;
	struct setting_list chain;

	/* what is asked for */
	struct setting_list scope;
	const char *issuer_name;
	const char *alg;
	const char *root;
	long lifetime_s;

	/* how it is told */
	const char *output;
	int no_newline;
	int json;
	int quiet;
	int verbose;

	/* memory of ours that texts point into */
	char **owned;
	size_t n_owned;
};

/*
 * Parse ARGV and the environment into OUT, which settings_clear() frees also
 * when the call fails. OUT->json, quiet and verbose are right even then, so
 * that the failure can be told in the form that was asked for.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM. Reads the environment.
 */
enum segl_status settings_parse(struct segl *segl, int argc, char **argv,
    struct settings *out) SEGL_MUST_USE;
void settings_clear(struct settings *settings);

/* What --env names: a known environment, or the URL of an issuer. */
struct settings_server {
	const char *issuer;
	const char *metadata_url;   /* NULL: derive it from the issuer */
	const char *token_endpoint; /* NULL: only the metadata knows */
};

/*
 * Resolve SETTINGS->env.
 * Errors: SEGL_EUSAGE not a known name and not an https URL, or the name of a
 * server that was switched off.
 */
enum segl_status settings_server(struct segl *segl,
    const struct settings *settings, struct settings_server *out) SEGL_MUST_USE;

#endif
