/* SPDX-License-Identifier: ISC */
#ifndef CLI_HELPER_H
#define CLI_HELPER_H

#include "cli/obtain.h"
#include "cli/result.h"

/*
 * Credential helpers: protocols by which other programs ask for a token. They
 * name whom they want to send it to, and it is given only for hosts that the
 * user allowed.
 */

/* Most that a program asks with, in bytes. */
#define HELPER_INPUT_MAX 65536

enum helper_right {
	HELPER_ALLOWED,
	HELPER_NOT_LISTED, /* others are allowed */
	HELPER_NO_LIST     /* nobody is; the failure is in the handle */
};

/* Whether a token may go to URL. */
enum helper_right helper_right(
    struct segl *segl, const struct settings *settings, const char *url);

/* The failure where a program must have an answer and may not get one. */
enum segl_status helper_refuse(struct segl *segl, const char *url);

/*
 * A token, without asking anybody at a terminal unless INTERACTIVE. OUT is for
 * obtained_clear(), also when the call fails.
 */
enum segl_status helper_obtain(struct segl *segl,
    const struct settings *settings, int interactive,
    struct obtained *out) SEGL_MUST_USE;

/* When OBTAINED ends, seconds since the Epoch; -1 where nobody said. */
long long helper_expires_at(const struct obtained *obtained);

/* One protocol each; OPERATION is what the program wants done, or NULL. */
enum segl_status helper_kubernetes(struct segl *segl,
    const struct settings *settings, const char *operation) SEGL_MUST_USE;
enum segl_status helper_bazel(struct segl *segl,
    const struct settings *settings, const char *operation) SEGL_MUST_USE;
enum segl_status helper_git(struct segl *segl, const struct settings *settings,
    const char *operation) SEGL_MUST_USE;
enum segl_status helper_google(struct segl *segl,
    const struct settings *settings, const char *operation) SEGL_MUST_USE;

#endif
