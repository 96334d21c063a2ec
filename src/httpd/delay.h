/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_DELAY_H
#define HTTPD_DELAY_H

#include <microhttpd.h>

/*
 * Connections that wait for their time, without holding up the thread that
 * answers the others: a thread of its own lets them go on.
 */
struct delay;

/* New, NULL when that fails. */
struct delay *delay_new(void);

/*
 * Suspend CONNECTION, from its handler, for DELAY_MS. Returns 0, or -1 where
 * it goes on at once.
 */
int delay_add(struct delay *delay, struct MHD_Connection *connection,
    unsigned int delay_ms);

/* Let all go on now, and any that come later. NULL is fine, as below. */
void delay_stop(struct delay *delay);

/* After delay_stop(), when nobody calls delay_add() any more. */
void delay_free(struct delay *delay);

#endif
