/* SPDX-License-Identifier: ISC */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <sys/types.h>

#include <segl/handle.h>

/*
 * Starting the programs that segl is made of: with the environment and the
 * descriptors that they are given and no others, so that nothing secret gets
 * to whoever has no use for it.
 */
struct program {
	const char *name;  /* below libexecdir, "segl-net"; or a whole path */
	char *const *argv; /* NULL-terminated, with its name in front */
	char *const *env;  /* NULL-terminated */
	int in;            /* becomes descriptor 0 */
	int out;           /* becomes 1; -1: nothing is kept of what it says */
	int more;          /* becomes 3; -1: none */
};

/*
 * Start PROGRAM beside this process: with descriptors 0 to 3 as it says, 2 as
 * here, all others closed, no signal blocked, and none ignored that says that
 * nobody listens any more or a limit is passed. SEGL_LIBEXECDIR says where it
 * is, for tests.
 *
 * Errors: SEGL_EINTERNAL, SEGL_ENOMEM; PID is -1 then.
 */
enum segl_status program_start(
    struct segl *segl, const struct program *program, pid_t *pid) SEGL_MUST_USE;

/*
 * Into ENV, which has room for N and the end: what of the environment begins
 * with one of the N names ("HOME=") in ALLOWED. Borrowed. Returns how many.
 */
size_t program_environment(const char *const *allowed, size_t n, char **env);

#endif
