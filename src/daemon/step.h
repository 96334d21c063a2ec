/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_STEP_H
#define DAEMON_STEP_H

#include "daemon/front.h"
#include "daemon/row.h"

/* Between flight.c, how an attempt begins and ends, and step.c, its steps. */

/* ROW's flight is in STATE now, for FOR_MS at most. */
void flight_enter(struct front *front, struct row *row, enum flight_state state,
    long long for_ms);

/* It is over; who waited is answered. */
void flight_land(struct front *front, struct row *row, int success);

/*
 * The attempt failed as flight.segl says: rest and try again, or give up.
 * NET_BROKEN: its segl-net is in no state to be used again.
 */
void flight_attempt_failed(
    struct front *front, struct row *row, int net_broken);

/* The same, for a reason of our own. */
void flight_failed_here(struct front *front, struct row *row,
    enum segl_status status, enum segl_turn turn, const char *what);

/* How long a request of PROFILE may take, whatever segl-net says. */
long long flight_most_ms(const struct profile *profile);

#endif
