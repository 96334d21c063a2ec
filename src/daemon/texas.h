/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_TEXAS_H
#define DAEMON_TEXAS_H

#include "daemon/front.h"

/*
 * The interface of NAV's sidecar Texas, for programs that were written for it:
 * POST /api/v1/token with JSON or a form. Its fields are understood as it
 * understands them, its errors are told as it tells them. More is understood:
 * consumer_org, pid, system_user, consent, profile, exchange, min_validity.
 * What is not known is refused: Texas lets it pass, and a program that asks for
 * a token on behalf of another organisation gets one of its own without a word.
 */
void texas_token(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

/*
 * POST /api/v1/token/exchange: refused, as Texas refuses it for Maskinporten,
 * which has no users whose token there could be.
 */
void texas_exchange(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

/*
 * POST /api/v1/introspect: whether a token counts, and its claims. Always 200
 * where the request is one, as Texas does it: who asks looks at "active". Where
 * the keys of the server cannot be had, no token counts.
 */
void texas_introspect(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

#endif
