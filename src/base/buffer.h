/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>

#include <segl/status.h>

/*
 * A growing byte buffer with a limit. What it holds may be secret: it is wiped
 * whenever it moves and when it is cleared. Contents are always followed by a
 * NUL that does not count.
 */
struct buffer {
	char *data;
	size_t len;
	size_t cap;
	size_t used; /* most of it that was ever written */
	size_t max;  /* largest len, in bytes */
};

void buffer_init(struct buffer *buffer, size_t max);
/* Wipe, free, keep the limit. */
void buffer_clear(struct buffer *buffer);
/* Forget the contents, keep the memory: not for what is secret. */
void buffer_empty(struct buffer *buffer);

/*
 * Errors: SEGL_ENOMEM, and SEGL_EREPLY where the limit would be passed; the
 * contents are then as before. buffer_reserve() adds nothing: it makes room
 * for LEN more bytes, where it is known how many will come.
 */
enum segl_status buffer_reserve(
    struct buffer *buffer, size_t len) SEGL_MUST_USE;
enum segl_status buffer_add(
    struct buffer *buffer, const void *bytes, size_t len) SEGL_MUST_USE;
enum segl_status buffer_add_str(
    struct buffer *buffer, const char *text) SEGL_MUST_USE;
enum segl_status buffer_printf(struct buffer *buffer, const char *format,
    ...) SEGL_MUST_USE SEGL_PRINTF(2, 3);

/* LEN bytes were written behind the contents, within what was reserved. */
void buffer_extend(struct buffer *buffer, size_t len);

/* Hand the contents over, NUL-terminated and new; the buffer is empty then. */
char *buffer_take(struct buffer *buffer);

#endif
