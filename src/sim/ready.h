/* SPDX-License-Identifier: ISC */
#ifndef SIM_READY_H
#define SIM_READY_H

#include "sim/sim.h"

/*
 * What a client needs to know to use SIM: "NAME=value" texts, new, the list
 * ends with NULL. NULL when out of memory.
 */
char **ready_variables(const struct sim *sim);
void ready_free(char **variables);

/* The variables as lines for a shell, appended to OUT. */
enum segl_status ready_lines(
    struct buffer *out, char *const *variables) SEGL_MUST_USE;

#endif
