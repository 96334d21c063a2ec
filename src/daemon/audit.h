/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

#include "daemon/front.h"
#include "daemon/want.h"

/*
 * Write down what became of a request for a token: one line of JSON, appended
 * with one write(2). Who asked, for what, with which grant it came, how it
 * ended; never a token, nor anything that one could be made from.
 *
 * KEY      what was asked for; NULL where that was not understood
 * JTI      of the grant, "" none
 * OUTCOME  "token", "refused" (by us), "failed"
 */
void audit_write(struct front *front, const struct want *want,
    const struct buffer *key, const char *jti, const char *outcome,
    int http_status);

#endif
