/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_HEALTH_H
#define DAEMON_HEALTH_H

#include "daemon/front.h"

/* For those who start and stop us; nobody is told a secret. */

/* GET /healthz: the process answers. */
void health_live(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

/* GET /readyz: whether tokens can be had, and if not, why. */
void health_ready(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

#endif
