/* SPDX-License-Identifier: ISC */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "sim/sim.h"

enum command {
	COMMAND_SERVE,
	COMMAND_DEMO_LISTS,
	COMMAND_DEMO_PKI,
	COMMAND_RULES,
	COMMAND_VERSION,
	COMMAND_HELP
};

/* The command line; strings are borrowed from it. */
struct command_line {
	enum command command;
	struct sim_options sim;
	const char **scopes; /* new; sim.scopes where any was given */
	const char *url;     /* where demo-lists are to be found */
	int quiet;
	int background;
	char **program; /* what to run, NULL: nothing */
};

/*
 * Read ARGV. SEGL_EUSAGE, with the error in SEGL, where it is wrong; OUT is to
 * be cleared in any case.
 */
enum segl_status command_line_read(struct command_line *out, struct segl *segl,
    int argc, char **argv) SEGL_MUST_USE;
void command_line_clear(struct command_line *line);

void command_line_help(void);

#endif
