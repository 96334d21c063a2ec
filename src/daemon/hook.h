/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_HOOK_H
#define DAEMON_HOOK_H

#include "daemon/keeper.h"

/*
 * The keeper's part of files with a token: it writes them, and runs what is to
 * be told of it. One run of a hook at a time; where the file changed meanwhile,
 * once more.
 */

/* MESSAGE is the front's "file". */
void hook_file(struct keeper *keeper, const struct buffer *message);

/* PID ended with STATUS of waitpid(2): 1 it was a hook, 0 it was not. */
int hook_ended(struct keeper *keeper, pid_t pid, int status);

void hook_clear(struct keeper *keeper);

#endif
