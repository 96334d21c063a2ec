/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_JSON_H
#define DAEMON_JSON_H

#include "base/buffer.h"
#include "cache/entry.h"

/*
 * JSON as answers and log lines are made of, written straight away: a token is
 * escaped once, not with each request.
 */

/* TEXT, UTF-8, in quotes, escaped (RFC 8259, 7); NULL is null. */
enum segl_status json_add(struct buffer *out, const char *text) SEGL_MUST_USE;

/* The same without quotes: a part of a text. */
enum segl_status json_add_part(
    struct buffer *out, const char *text) SEGL_MUST_USE;

/*
 * The members of an answer that stay the same as long as the token lives:
 * "access_token":...,"token_type":"Bearer","scope":...; new, holds a secret.
 * NULL out of memory.
 */
char *json_token(const struct entry *token);

#endif
