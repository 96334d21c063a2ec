/* SPDX-License-Identifier: ISC */
#ifndef NET_REQUEST_H
#define NET_REQUEST_H

#include "net/wire.h"

/* A request that was performed, with its connection. */
struct request;

/*
 * Perform the request FRAME of TYPE (WIRE_GET, WIRE_POST, WIRE_FETCH), put the
 * answer, of type *ANSWER_TYPE, into ANSWER.
 *
 * BODY, for a WIRE_POST, is asked with ARG once the connection stands and TLS
 * is done: it fills TO and returns 1, or returns 0 to give the request up.
 *
 * Nothing is ever sent twice: every request has a connection of its own.
 *
 * Returns what is left of it, for request_free(): closing and clearing up can
 * wait until the answer is told. NULL out of memory; ANSWER says so then.
 */
struct request *request_perform(enum wire_type type, const struct buffer *frame,
    int (*body)(void *arg, struct buffer *to), void *arg,
    enum wire_type *answer_type, struct buffer *answer);

void request_free(struct request *request);

#endif
