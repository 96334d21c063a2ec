/* SPDX-License-Identifier: ISC */
#ifndef SIM_GZIP_H
#define SIM_GZIP_H

#include "base/buffer.h"

/*
 * RFC 1952 as far as a server needs it that wants to be understood, not to
 * save anything; no library for that.
 */

/* Append LEN bytes as they are, in gzip's form. */
enum segl_status gzip_store(
    struct buffer *out, const void *bytes, size_t len) SEGL_MUST_USE;

/* Append what becomes LEN blanks when it is unpacked, about 1:160. */
enum segl_status gzip_bomb(struct buffer *out, size_t len) SEGL_MUST_USE;

#endif
