/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_OPTIONS_H
#define SETTINGS_OPTIONS_H

#include <stddef.h>

#include "settings/settings.h"

enum option_kind {
	OPTION_FLAG,     /* int, 0 or 1 */
	OPTION_TEXT,     /* const char * */
	OPTION_CHOICE,   /* const char *, one of choices */
	OPTION_DURATION, /* long, in seconds; 90, 90s, 2m, 1h */
	OPTION_LIST      /* struct setting_list, may be repeated */
};

/* Properties of an option, bits. */
#define OPTION_IN_FILE       1u /* may stand in segl.conf */
#define OPTION_CHANGES_TOKEN 2u /* another value, another token */
#define OPTION_NAMES_FILE    4u /* the value is a file whose change counts */

/*
 * The one table of options. Flags, environment, file, help and the check of
 * the manual pages all come from it.
 */
struct option {
	const char *name;     /* long name, without dashes */
	char letter;          /* short name, 0 none */
	const char *argument; /* placeholder in the help, NULL for a flag */
	enum option_kind kind;
	unsigned int commands; /* bits of enum command */
	size_t offset;         /* in struct settings */
	const char *choices;   /* "a|b|c" for OPTION_CHOICE */
	char separator;        /* between values in the environment, lists */
	unsigned int flags;
	const char *variable; /* environment variable; NULL none */
	/* a variable that people already have; its value gets the prefix */
	const char *other_variable;
	const char *other_prefix;
	const char *help;
};

/* The I-th option, NULL past the last. Static. */
const struct option *option_at(size_t i);
size_t option_count(void);
size_t option_index(const struct option *option);

/*
 * The option of COMMAND (COMMAND_NONE: of any) by long name of LEN bytes, or
 * by letter; NULL where there is none.
 */
const struct option *option_find(
    const char *name, size_t len, enum command command);
const struct option *option_find_letter(char letter, enum command command);

/* A command, how it is written and what it does. */
struct command_row {
	enum command command;
	const char *name;
	const char *operands; /* "[PROFILE]"; "" none */
	size_t most_operands;
	const char *help;
};
#define COMMANDS_MAX 32
const struct command_row *command_at(size_t i);
const struct command_row *command_find(const char *name);
/* segld, which is a program of its own and no command of segl. */
const struct command_row *command_daemon(void);

#endif
