/* SPDX-License-Identifier: ISC */
#ifndef SIM_DIRECTORY_H
#define SIM_DIRECTORY_H

#include <sys/types.h>

#include <segl/handle.h>

#include "base/buffer.h"

/* The directory that the simulator's files are in. */
struct directory {
	int fd;     /* -1: not open */
	char *path; /* absolute */
	int temporary;
};

/*
 * Open PATH, making it with mode 0700 where it is missing; NULL: a fresh
 * directory below $TMPDIR or /tmp. Holds a lock until directory_unlock(), so
 * that two simulators do not make keys in the same place.
 *
 * Errors: SEGL_EUSAGE  not ours, or others may write to it
 */
enum segl_status directory_open(struct directory *directory, struct segl *segl,
    const char *path) SEGL_MUST_USE;
void directory_unlock(struct directory *directory);
/* Take it again. */
void directory_lock(struct directory *directory);

/*
 * Close; a temporary one is removed with the files NAMES in it, a list that
 * ends with NULL, and all that is below them. Files of others stay, and so does
 * the directory then.
 */
void directory_close(struct directory *directory, const char *const *names);

/* Non-zero where there is a file NAME. */
int directory_has(const struct directory *directory, const char *name);

/* A directory NAME in it, where there is none yet. */
enum segl_status directory_make(const struct directory *directory,
    struct segl *segl, const char *name) SEGL_MUST_USE;

/* Read NAME into OUT; write NAME, whole or not at all. */
enum segl_status directory_read(const struct directory *directory,
    struct segl *segl, const char *name, struct buffer *out) SEGL_MUST_USE;
enum segl_status directory_write(const struct directory *directory,
    struct segl *segl, const char *name, const struct buffer *bytes,
    mode_t mode) SEGL_MUST_USE;

#endif
