/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_CHILD_H
#define DAEMON_CHILD_H

#include <sys/types.h>

#include <segl/handle.h>

#include "daemon/profiles.h"

/*
 * Start the program NAME of segl with the arguments of segld. FD becomes its
 * standard input, over which it is spoken to; of the other descriptors it has
 * standard error alone. The signer gets the whole environment (WITH_SECRETS),
 * others one without what PROFILES take a PIN or a key from.
 *
 * Errors: SEGL_EINTERNAL.
 */
enum segl_status child_start(struct segl *segl, const char *name, char **argv,
    const struct profiles *profiles, int with_secrets, int fd,
    pid_t *pid) SEGL_MUST_USE;

/*
 * Run ARGV, the program NAME of segl or one whose whole path that is, with the
 * environment that others than the signer get; what it prints goes to our
 * standard error.
 *
 * Errors: SEGL_EINTERNAL.
 */
enum segl_status child_run(struct segl *segl, const char *name,
    char *const *argv, const struct profiles *profiles,
    pid_t *pid) SEGL_MUST_USE;

#endif
