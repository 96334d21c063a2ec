/* SPDX-License-Identifier: ISC */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <segl/handle.h>

#include "base/buffer.h"

/*
 * Asking a running segld for a token: one request over its unix socket, with
 * nothing but the C library, so that it costs a script a millisecond.
 */

/* What came back. */
struct agent_reply {
	int http_status;
	struct buffer body; /* wiped by agent_reply_clear() */
};

void agent_reply_init(struct agent_reply *reply);
void agent_reply_clear(struct agent_reply *reply);

/* Longest query, in bytes; segld takes no longer one. */
#define AGENT_QUERY_MAX 12288

/*
 * Add NAME=VALUE to QUERY, escaped (application/x-www-form-urlencoded).
 * Errors: SEGL_ENOMEM, SEGL_EREPLY too long.
 */
enum segl_status agent_query_add(
    struct buffer *query, const char *name, const char *value) SEGL_MUST_USE;

/* Connect to the socket PATH; the descriptor, or -1 with errno. */
int agent_connect(const char *path);

/*
 * Ask over FD, which is closed, for a token as QUERY says, and wait for the
 * answer. Its body is lines "name value" (access_token, token_type,
 * expires_in, expires_at, scope) where it is 200; else exit code, JSON on one
 * line, words, as segl(1) tells failures.
 *
 * Errors: SEGL_ENETWORK  no answer comes
 *         SEGL_EREPLY    what comes is no answer of segld's
 *         SEGL_ENOMEM
 */
enum segl_status agent_ask(struct segl *segl, int fd, const char *query,
    struct agent_reply *reply) SEGL_MUST_USE;

/* The same for TARGET of segld (a path) and whatever it answers. */
enum segl_status agent_get(struct segl *segl, int fd, const char *target,
    struct agent_reply *reply) SEGL_MUST_USE;

/* The value of the line NAME in BODY, cut off in place; NULL where absent. */
const char *agent_line(struct buffer *body, const char *name);

#endif
