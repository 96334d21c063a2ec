/* SPDX-License-Identifier: ISC */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <segl/transport.h>

#include "base/buffer.h"

/*
 * What goes over the socket between a program and segl-net. A frame is its
 * type (one byte), the length of its payload (four bytes, most significant
 * first) and the payload: fields "name\0value\0", and in WIRE_BODY and
 * WIRE_RESPONSE raw bytes behind them.
 *
 *   to segl-net     WIRE_GET   url and limits; it answers at once; with facts
 *                              (net/facts.h) about the connection, too
 *                   WIRE_POST  url, limits, content type; it connects at once
 *                   WIRE_BODY  what to post, over that connection
 *                   WIRE_CALL  url, limits, method, headers, length; at once
 *                   WIRE_FETCH url, limits, what to post; plain HTTP will do
 *   from segl-net   WIRE_RESPONSE  status, headers, body
 *                   WIRE_FAILURE   kind and text
 *
 * and for a call, whose body and answer may be of any length,
 *
 *                   WIRE_WANT  more of the body: a WIRE_BODY, empty at its end
 *                   WIRE_HEAD  status; raw, the head of the answer
 *                   WIRE_DATA  nothing but raw bytes of its body
 *                   WIRE_END   it is complete
 *
 * Each side reads only what it asked for, so neither can block the other.
 */
enum wire_type {
	WIRE_GET = 'G',
	WIRE_POST = 'P',
	WIRE_BODY = 'B',
	WIRE_CALL = 'C',
	WIRE_FETCH = 'U',
	WIRE_RESPONSE = 'R',
	WIRE_FAILURE = 'F',
	WIRE_WANT = 'W',
	WIRE_HEAD = 'H',
	WIRE_DATA = 'D',
	WIRE_END = 'E'
};

/* The largest payload: a response body and its fields, in bytes. */
#define WIRE_MAX (SEGL_FETCH_MAX + (64u << 10))

/* Add a field to PAYLOAD. VALUE must not be NULL. */
enum segl_status wire_add(
    struct buffer *payload, const char *name, const char *value) SEGL_MUST_USE;
enum segl_status wire_add_number(
    struct buffer *payload, const char *name, long long value) SEGL_MUST_USE;
/* End the fields, so that raw bytes may follow. */
enum segl_status wire_end_fields(struct buffer *payload) SEGL_MUST_USE;

/*
 * The I-th value of the field NAME, or NULL. Borrowed from PAYLOAD.
 */
const char *wire_field(
    const struct buffer *payload, const char *name, unsigned int i);
/* The number in the field NAME, or FALLBACK where there is none. */
long long wire_number(
    const struct buffer *payload, const char *name, long long fallback);
/* What follows the fields; borrowed. */
const char *wire_raw(const struct buffer *payload, size_t *len);

/* Send a frame. 0, or an errno value; EPIPE where the other side is gone. */
int wire_send(int fd, enum wire_type type, const struct buffer *payload);

/*
 * Receive a frame into PAYLOAD, which is cleared first. DEADLINE_MS is a
 * CLOCK_MONOTONIC instant in milliseconds, -1 for no limit.
 *
 * 0, or an errno value: EPIPE at the end of the stream, ETIMEDOUT, EPROTO for
 * a frame that is too large or not of a known type.
 */
int wire_receive(int fd, enum wire_type *type, struct buffer *payload,
    long long deadline_ms);

/*
 * For those who may not wait: the frame at the front of the bytes IN, which
 * came so far. 1 it is complete, moved to PAYLOAD, which is cleared first; 0
 * more must come; -1 it is no frame, or memory is out.
 */
int wire_take(struct buffer *in, enum wire_type *type, struct buffer *payload);

/* The largest frame: its payload and what stands before it. */
#define WIRE_FRAME_MAX (WIRE_MAX + 5)

/* CLOCK_MONOTONIC in milliseconds. */
long long wire_now_ms(void);

#endif
