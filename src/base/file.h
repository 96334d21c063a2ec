/* SPDX-License-Identifier: ISC */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buffer.h"

/* Largest key or certificate file that is read, in bytes. */
#define FILE_KEY_MAX (4u << 20)

/*
 * Read all of PATH, or of descriptor FD, into OUT, up to the limit OUT was
 * made with. ST, where not NULL, receives what fstat(2) says of what was read.
 *
 * Returns 0, or an errno value: EFBIG past the limit, EISDIR for a
 * directory, ENOMEM, and what open(2) and read(2) say.
 */
int file_read(const char *path, struct buffer *out, struct stat *st);
int file_read_fd(int fd, struct buffer *out);

/*
 * Whether the file of ST is open to more than its reader needs: to everybody,
 * or to its group. The group may read what belongs to somebody else: that is
 * how a mounted secret (fsGroup of Kubernetes) reaches who is not its owner.
 */
int file_is_open(const struct stat *st);

/*
 * Write LEN bytes to NAME in the directory DIRFD, whole or not at all: a new
 * file of mode MODE beside it, synced, renamed over it. Returns 0 or errno.
 */
int file_replace_at(
    int dirfd, const char *name, const void *bytes, size_t len, mode_t mode);

/*
 * For programs, first of all: where standard input, output or error is closed,
 * open it to a place that fails, so that no file or socket opened later gets
 * its number and what is meant for people or the next program. Returns 0 or
 * errno.
 */
int file_open_standard(void);

/* Write all LEN bytes to FD; returns 0 or errno. */
int file_write_all(int fd, const void *bytes, size_t len);

#endif
