/* SPDX-License-Identifier: ISC */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "net/helper.h"

#define NET_CALL_NO_BODY (-2) /* body_len of a request without one */
#define NET_CALL_STREAM  (-1) /* of a body whose length nobody knows */

/*
 * One request of any kind whose body and answer may be of any length: both
 * go through in pieces, so that memory stays bounded. All borrowed.
 */
struct net_call {
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value"; NULL-terminated or NULL */
	const char *token;          /* the bearer's */
	long long body_len;         /* in bytes, or one of the above */
	int plain;                  /* http, to this very host */
	/* up to MAX bytes of the body into TO: how many, 0 at its end */
	long (*read)(void *arg, char *to, size_t max);
	/*
	 * The head of the answer: LEN bytes of status line and headers, as
	 * they came. Non-zero: its body is not wanted, and the call is over.
	 */
	int (*head)(void *arg, int http_status, const char *lines, size_t len);
	/* a piece of the body; 0, or non-zero to give up */
	int (*data)(void *arg, const char *bytes, size_t len);
	void *arg;
};

/*
 * Perform CALL with a segl-net of its own, over a connection of its own; it
 * is sent once. options->timeout_s bounds how long nothing may move, not the
 * whole. SEGL_OK also where a callback ended it.
 *
 * Errors: SEGL_ENETWORK, SEGL_ECONNECT, SEGL_EREPLY, SEGL_EINTERNAL,
 *         SEGL_ENOMEM.
 */
enum segl_status net_call(struct segl *segl, const struct net_options *options,
    const struct net_call *call) SEGL_MUST_USE;

#endif
