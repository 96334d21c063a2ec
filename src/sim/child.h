/* SPDX-License-Identifier: ISC */
#ifndef SIM_CHILD_H
#define SIM_CHILD_H

#include <signal.h>
#include <sys/types.h>

#include <segl/handle.h>

/*
 * Run PROGRAM with VARIABLES added to the environment and MASK as its signal
 * mask; the caller has SIGCHLD, SIGINT and SIGTERM blocked and gets them with
 * sigwait(3). PID is -1 when the call fails.
 *
 * Errors: SEGL_EUSAGE cannot be started, SEGL_ENOMEM.
 */
enum segl_status child_start(struct segl *segl, char *const *program,
    char *const *variables, const sigset_t *mask, pid_t *pid) SEGL_MUST_USE;

/*
 * Wait until PID ends, passing SIGINT and SIGTERM on to it. Returns what a
 * shell would: its exit status, or 128 and the signal.
 */
int child_wait(pid_t pid, const sigset_t *signals);

/*
 * Start this program again with ARGV in a session of its own; what it writes
 * to its standard output until it closes it comes out here. Returns 0 where
 * that was anything, else, when it has ended, its exit status; -1 with the
 * error in SEGL where it does not start.
 */
int child_background(struct segl *segl, char *const *argv);

/* What tells the second one that it is the second one. */
#define CHILD_BACKGROUND "SEGL_SIM_BACKGROUND"

#endif
