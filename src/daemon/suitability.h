/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_SUITABILITY_H
#define DAEMON_SUITABILITY_H

#include "daemon/front.h"

/*
 * GET /v1/suitability: whether the certificates will do, as the signer judged
 * when it loaded them.
 */
void suitability(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

/* The trusted lists that MESSAGE, the signer's "ready", tells of. */
void suitability_take_lists(struct front *front, const struct buffer *message);

/* MESSAGE is the keeper's "lists". */
void suitability_take_update(struct front *front, const struct buffer *message);

#endif
