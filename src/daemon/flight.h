/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_FLIGHT_H
#define DAEMON_FLIGHT_H

#include "daemon/front.h"
#include "daemon/row.h"

/*
 * How a row gets its token: one flight at a time, however many wait. Each
 * attempt has a grant of its own (a jti is used once); what can pass is tried
 * again while somebody waits and --retry-for lasts, then later and later.
 */

/* Start one for ROW, which has none. */
void flight_start(struct front *front, struct row *row);

/* The first row whose flight waits for a segl-net, NULL none. */
struct row *flight_waiting_for_net(const struct front *front);
/* NET is for ROW's flight; none can be had. */
void flight_net(struct front *front, struct row *row, struct net *net);
void flight_no_net(struct front *front, struct row *row);
/* ROW's segl-net answered with a frame of TYPE; it is gone. */
void flight_answered(struct front *front, struct row *row, enum wire_type type,
    const struct buffer *payload);
void flight_net_lost(struct front *front, struct row *row);

/* The signer said MESSAGE; 0, or -1 where that is none of its messages. */
int flight_signer_said(struct front *front, const struct buffer *message);
/* There is another signer: what the old one had is asked again. */
void flight_new_signer(struct front *front);

/* Go on with what has waited long enough. */
void flight_tick(struct front *front, long long now_ms);

/* Whether any is under way. */
int flight_any(const struct front *front);

/*
 * For row.c and route.c: ROW's flight is over and all who waited are answered;
 * defined by who knows how to answer (answer.c).
 */
void answer_waiters(struct front *front, struct row *row, int success);

#endif
