/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

#include "daemon/front.h"
#include "daemon/row.h"

/* What a line tells but for who asked: each character of the key escaped. */
#define AUDIT_OUTCOME_MAX (6 * WANT_KEY_MAX + 1024)

/*
 * Write down what became of a request for a token: one line of JSON. Who asked,
 * for what, with which grant it came, how it ended; never a token, nor anything
 * that one could be made from. The lines of one turn of the loop are appended
 * together, with one write(2), by audit_flush() before the next one: a front
 * that is killed loses those of the turn that it was in, one that ends none.
 * Lines that cannot be written are counted, and the next one that can says how
 * many are missing before it.
 *
 * KEY      what was asked for; NULL where that was not understood
 * JTI      of the grant, "" none
 * OUTCOME  "token", "refused" (by us; of many at once some lines and a sum),
 *          "failed"
 */
void audit_write(struct front *front, const struct want *want,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status);

/* The same for ROW's token, handed out: what does not change is kept there. */
void audit_token(struct front *front, const struct want *want, struct row *row);

/* Tell how many refusals have had no line, once a second and at the end. */
void audit_tick(struct front *front);
/* Before the first line. */
void audit_init(struct front *front);

/* Append what was written down. */
void audit_flush(struct front *front);

#endif
