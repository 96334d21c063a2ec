/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/options.h"

#define TOKEN_LIFETIME_S 120   /* Maskinporten's default */
#define URL_MAX          255   /* of a directory of lists */
#define LIFETIME_MAX_S   86400 /* longer than any API owner allows */

/* Norwegian Customs, Technical integration, scopes; the first is Digdir's. */
static const char *const default_scopes[] = {
	"digdir:verksemd.eu",
	"toll:eu/movement/road/v2",
	"toll:eu/movement/air",
	"toll:eu/movement/rail",
	"toll:eu/movement/maritime",
	"toll:eu/movement/entry",
	"toll:eu/goodsdeclaration/document.write",
};
#define DEFAULT_URL    "https://lists.demo.invalid/tl/"
#define DEFAULT_SCOPES (sizeof(default_scopes) / sizeof(default_scopes[0]))

struct option {
	const char *name;     /* without dashes */
	const char *argument; /* NULL: takes none */
	const char *help;
	enum segl_status (*set)(
	    struct command_line *line, struct segl *segl, const char *value);
};

/* VALUE as a number within LEAST and MOST. */
static enum segl_status
number(struct segl *segl, const char *value, long least, long most, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(value, &end, 10);
	if (errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' &&
	    *out >= least && *out <= most)
		return SEGL_OK;
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "not a number from %ld to %ld", least, most);
}

static enum segl_status
set_port(struct command_line *line, struct segl *segl, const char *value)
{
	enum segl_status status;
	long port;

	status = number(segl, value, 0, 65535, &port);
	line->sim.port = (unsigned short)port;
	return status;
}

static enum segl_status
set_dir(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	line->sim.dir = value;
	return SEGL_OK;
}

static enum segl_status
set_trust(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	line->sim.trust = value;
	return SEGL_OK;
}

static enum segl_status
set_registry(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	line->sim.registry = value;
	return SEGL_OK;
}

static enum segl_status
set_scope(struct command_line *line, struct segl *segl, const char *value)
{
	size_t n = line->scopes == NULL ? 0 : line->sim.scope_count;
	const char **grown;

	if (value[0] == '\0' || strpbrk(value, " \t\"\\") != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "not one scope (RFC 6749, 3.3)");
	grown = realloc(line->scopes, (n + 1) * sizeof(*grown));
	if (grown == NULL)
		return error_nomem(segl);
	grown[n] = value;
	line->scopes = grown;
	line->sim.scopes = grown;
	line->sim.scope_count = n + 1;
	return SEGL_OK;
}

static enum segl_status
set_lifetime(struct command_line *line, struct segl *segl, const char *value)
{
	return number(
	    segl, value, 1, LIFETIME_MAX_S, &line->sim.token_lifetime_s);
}

/* With a slash at the end, so that a name can follow; no control character. */
static enum segl_status
set_url(struct command_line *line, struct segl *segl, const char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len > URL_MAX || value[len - 1] != '/' ||
	    strpbrk(value, " \t\r\n\"<>") != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "not the URL of a directory, with a slash at its end");
	line->url = value;
	return SEGL_OK;
}

static enum segl_status
set_rule(struct command_line *line, struct segl *segl, const char *value)
{
	return rules_set(&line->sim.rules, segl, value);
}

static enum segl_status
set_fault(struct command_line *line, struct segl *segl, const char *value)
{
	return faults_add(&line->sim.faults, segl, value);
}

static enum segl_status
set_clock_offset(
    struct command_line *line, struct segl *segl, const char *value)
{
	struct fault_words words = { NULL, NULL, NULL, NULL };
	char name[] = "clock-offset", *copy = strdup(value);
	enum segl_status status;

	if (copy == NULL)
		return error_nomem(segl);
	words.name = name;
	words.argument = copy;
	status = faults_add_words(&line->sim.faults, segl, &words);
	free(copy);
	return status;
}

static enum segl_status
set_quiet(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	(void)value;
	line->quiet = 1;
	return SEGL_OK;
}

static enum segl_status
set_background(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	(void)value;
	line->background = 1;
	return SEGL_OK;
}

static enum segl_status
set_rules(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	(void)value;
	line->command = COMMAND_RULES;
	return SEGL_OK;
}

static enum segl_status
set_version(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	(void)value;
	line->command = COMMAND_VERSION;
	return SEGL_OK;
}

static enum segl_status
set_help(struct command_line *line, struct segl *segl, const char *value)
{
	(void)segl;
	(void)value;
	line->command = COMMAND_HELP;
	return SEGL_OK;
}

static const struct option options[] = {
	{ "port", "N", "port on 127.0.0.1; 0, the default: any free one",
	    set_port },
	{ "dir", "DIR", "where keys and certificates are kept", set_dir },
	{ "trust", "FILE|DIR", "CAs that stand in for the EU trusted lists",
	    set_trust },
	{ "registry", "FILE", "clients, scopes and delegations, in JSON",
	    set_registry },
	{ "scope", "SCOPE", "open to European businesses; may be repeated",
	    set_scope },
	{ "token-lifetime", "SECONDS", "lifetime of access tokens; 120",
	    set_lifetime },
	{ "set", "RULE=VALUE", "turn a switch of the rules; may be repeated",
	    set_rule },
	{ "fault", "[PATH:]NAME[=ARG][@WHEN]",
	    "let something go wrong; may be repeated", set_fault },
	{ "clock-offset", "SECONDS", "be ahead by so much, or behind by -N",
	    set_clock_offset },
	{ "url", "URL", "where lists made by demo-... will be found", set_url },
	{ "background", NULL,
	    "return when ready; its process is in SEGL_SIM_PID",
	    set_background },
	{ "quiet", NULL, "do not log requests", set_quiet },
	{ "rules", NULL, "list the rules and end", set_rules },
	{ "version", NULL, "tell the version and end", set_version },
	{ "help", NULL, "tell this and end", set_help },
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

void
command_line_help(void)
{
	char left[64];

	printf("usage: segl-sim [OPTION ...] [-- COMMAND [ARGUMENT ...]]\n"
	       "       segl-sim demo-lists|demo-pki DIR [--url=URL]\n\n"
	       "Play Maskinporten on this machine.\n\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
		    options[i].argument == NULL ? "" : "=",
		    options[i].argument == NULL ? "" : options[i].argument);
		printf("  %-27s %s\n", left, options[i].help);
	}
	printf(
	    "\nWith a COMMAND, run it against the simulator and end with its "
	    "status.\nSee segl-sim(1).\n");
}

static enum segl_status
unknown(struct segl *segl, const char *name, size_t len)
{
	const char *names[OPTIONS];
	const char *nearest;
	char *shown = text_foreign(name, len);

	if (shown == NULL)
		return error_nomem(segl);
	for (size_t i = 0; i < OPTIONS; i++)
		names[i] = options[i].name;
	nearest = text_nearest(shown, names, OPTIONS);
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "there is no option --%s", shown);
	if (nearest != NULL)
		error_remedy(segl, "did you mean --%s?", nearest);
	else
		error_remedy(segl, "see segl-sim --help");
	free(shown);
	return SEGL_EUSAGE;
}

static const struct option *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (strlen(options[i].name) == len &&
		    memcmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

/* The option at ARGV[*I], whose argument may be the next word. */
static enum segl_status
read_option(struct command_line *line, struct segl *segl, char **argv, int *i)
{
	const char *name = argv[*i] + 2;
	size_t len = strcspn(name, "=");
	const struct option *option = find(name, len);
	const char *value = name[len] == '=' ? name + len + 1 : NULL;
	enum segl_status status;

	if (option == NULL)
		return unknown(segl, name, len);
	if (option->argument == NULL && value != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--%s takes no argument", option->name);
	if (option->argument != NULL && value == NULL)
		value = argv[++*i];
	if (option->argument != NULL && value == NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--%s wants %s", option->name, option->argument);
	status = option->set(line, segl, value);
	if (status == SEGL_EUSAGE)
		error_remedy(segl, "see --%s in segl-sim(1)", option->name);
	return status;
}

/* The words that stand before a directory. */
static const struct {
	const char *word;
	enum command command;
} commands[] = {
	{ "demo-lists", COMMAND_DEMO_LISTS },
	{ "demo-pki", COMMAND_DEMO_PKI },
};

/* A word that is no option at ARGV[*I]; a command takes the next one, too. */
static enum segl_status
read_word(struct command_line *line, struct segl *segl, char **argv, int *i)
{
	for (size_t n = 0; n < sizeof(commands) / sizeof(commands[0]); n++) {
		if (line->command != COMMAND_SERVE ||
		    strcmp(commands[n].word, argv[*i]) != 0)
			continue;
		line->command = commands[n].command;
		line->sim.dir = argv[*i + 1];
		if (line->sim.dir == NULL || line->sim.dir[0] == '-')
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "%s wants a directory", commands[n].word);
		++*i;
		return SEGL_OK;
	}
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "what is %s? a command goes behind --", argv[*i]);
}

enum segl_status
command_line_read(
    struct command_line *out, struct segl *segl, int argc, char **argv)
{
	enum segl_status status = SEGL_OK;

	memset(out, 0, sizeof(*out));
	rules_init(&out->sim.rules);
	out->url = DEFAULT_URL;
	out->sim.scopes = default_scopes;
	out->sim.scope_count = DEFAULT_SCOPES;
	out->sim.token_lifetime_s = TOKEN_LIFETIME_S;
	for (int i = 1; status == SEGL_OK && i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			out->program = argv + i + 1;
			break;
		}
		if (strncmp(argv[i], "--", 2) != 0)
			status = read_word(out, segl, argv, &i);
		else
			status = read_option(out, segl, argv, &i);
	}
	if (status == SEGL_OK && out->program != NULL &&
	    (out->program[0] == NULL || out->background))
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    out->background ? "--background and a command together"
				    : "no command behind --");
	return status;
}

void
command_line_clear(struct command_line *line)
{
	free(line->scopes);
	line->scopes = NULL;
}
