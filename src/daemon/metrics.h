/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "daemon/front.h"

/*
 * GET /metrics: what Prometheus collects, in its text format, version 0.0.4.
 * Nothing in it is a secret, nor tells who asked.
 */
void metrics(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer);

#endif
