/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_RESPOND_H
#define HTTPD_RESPOND_H

#include <microhttpd.h>

#include "httpd/delay.h"
#include "httpd/httpd.h"

/*
 * Send ANSWER, whose body is taken, over CONNECTION. DELAY, which may be NULL,
 * is for answers that stall.
 */
enum MHD_Result httpd_respond(struct MHD_Connection *connection,
    struct delay *delay, struct httpd_answer *answer);

#endif
