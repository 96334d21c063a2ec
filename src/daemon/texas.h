/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_TEXAS_H
#define DAEMON_TEXAS_H

#include "daemon/front.h"

/*
 * The interface of NAV's sidecar Texas, for programs that were written for it:
 * POST /api/v1/token with JSON or a form. Its fields are understood as it
 * understands them, its errors are told as it tells them. More is understood:
 * consumer_org, pid, system_user, consent, profile, min_validity. What is not
 * known is refused: Texas lets it pass, and a program that asks for a token on
 * behalf of another organisation gets one of its own without a word.
 */
void texas_token(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

#endif
