/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ANSWER_H
#define DAEMON_ANSWER_H

#include "daemon/front.h"
#include "daemon/row.h"
#include "daemon/want.h"

/* What goes back: tokens and failures, in the form that was asked for. */

/* Non-zero where what is told is JSON. */
int answer_is_json(const struct want *want);

/* ROW's token, sent at once; written down in the audit log. */
void answer_token(struct front *front, const struct want *want, struct row *row,
    struct httpd_answer *answer);

/*
 * The failure in SEGL. Where the server answered, Texas passes its status on;
 * else it is told by the kind of failure. KEY as in audit_write().
 */
void answer_failure(struct front *front, const struct want *want,
    const struct buffer *key, const struct segl *segl,
    struct httpd_answer *answer);

/*
 * We do not: HTTP STATUS, an OAuth error (RFC 6749, 5.2; RFC 6750, 3.1) and
 * why, a sentence without a full stop.
 */
void answer_refusal(struct front *front, const struct want *want,
    int http_status, const char *error, const char *why,
    struct httpd_answer *answer);

/* The fields that every answer has. */
void answer_common(struct httpd_answer *answer);

/* The HTTP status that tells of STATUS; see segld(8). */
int answer_http_status(enum segl_status status);

#endif
