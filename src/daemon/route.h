/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ROUTE_H
#define DAEMON_ROUTE_H

#include "daemon/front.h"
#include "daemon/want.h"

/*
 * One request: whether it may be one of ours, what it is for, who asks.
 * ARG is the front. What libmicrohttpd lets pass although two readers could
 * understand it differently is refused before (httpd/request.h); here what a
 * browser or a proxy sends on behalf of somebody else.
 */
enum segl_status route_request(void *arg, const struct httpd_request *request,
    struct httpd_answer *answer);

/*
 * The same where others than callers ask, --probe-listen: whether we live, are
 * ready, and figures; / is what Texas answers there. No token, ever.
 */
enum segl_status route_probe(void *arg, const struct httpd_request *request,
    struct httpd_answer *answer);

/*
 * Serve WANT, whose profile and key are set: a token, at once or later, or why
 * not. WANT is taken.
 */
void route_serve(struct front *front, const struct httpd_request *request,
    struct want *want, struct httpd_answer *answer);

/*
 * Whether REQUEST has the field that no page and no proxy can be made to send;
 * where it has not, ANSWER says so.
 */
int route_asked(struct front *front, const struct httpd_request *request,
    const struct want *want, struct httpd_answer *answer);

/* Whether a rule is for WANT's caller; where none is, ANSWER says so. */
int route_knows(
    struct front *front, const struct want *want, struct httpd_answer *answer);

/* Who asks, into WANT. */
void route_caller(const struct httpd_request *request, struct want *want);

#endif
