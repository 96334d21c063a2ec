/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_CAGE_SPAWN_H
#define TRUSTLIST_CAGE_SPAWN_H

#include <sys/types.h>

/*
 * Start the program PATH with the one argument ASK, IN as standard input and
 * OUT as standard output: with a scrubbed environment and no other descriptor
 * but standard error. Returns 0 and PID, or an errno value.
 */
int spawn_reader(
    const char *path, const char *ask, int in, int out, pid_t *pid);

#endif
