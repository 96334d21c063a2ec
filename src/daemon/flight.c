/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cache/lock.h"
#include "daemon/flight.h"
#include "daemon/net_pool.h"
#include "daemon/step.h"

/* How long what can pass is tried again while somebody waits. */
#define RETRY_FOR_MS 15000
/* Between attempts: doubled each time, with jitter. */
#define REST_FIRST_MS 250
#define REST_MOST_MS  30000
/* A refusal stands until somebody does something about it. */
#define REFUSAL_MS 10000
/* ---- the list of those under way ------------------------------------------
 */

static void
enlist(struct front *front, struct row *row)
{
	row->next_flying = front->flying;
	front->flying = row;
}

static void
delist(struct front *front, struct row *row)
{
	struct row **at = &front->flying;

	while (*at != NULL && *at != row)
		at = &(*at)->next_flying;
	if (*at != NULL)
		*at = row->next_flying;
	row->next_flying = NULL;
}

int
flight_any(const struct front *front)
{
	return front->flying != NULL;
}

struct row *
flight_waiting_for_net(const struct front *front)
{
	for (struct row *row = front->flying; row != NULL;
	     row = row->next_flying)
		if (row->flight.state == FLIGHT_NEEDS_NET)
			return row;
	return NULL;
}

void
flight_enter(struct front *front, struct row *row, enum flight_state state,
    long long for_ms)
{
	row->flight.state = state;
	row->flight.until_ms = lock_now_ms() + for_ms;
	front_due(front, row->flight.until_ms);
}

/* ---- how it ends ----------------------------------------------------------
 */

static void
let_net_go(struct front *front, struct row *row, int broken)
{
	struct net *net = row->flight.net;

	row->flight.net = NULL;
	if (net != NULL)
		net_release(front, net, broken);
}

void
flight_land(struct front *front, struct row *row, int success)
{
	struct flight *flight = &row->flight;

	let_net_go(front, row, 0);
	delist(front, row);
	segl_free(flight->segl);
	memset(flight, 0, sizeof(*flight));
	answer_waiters(front, row, success);
}

/* 1/2 to all of REST_FIRST_MS, doubled with each failure. */
static long long
rest_ms(const struct flight *flight)
{
	long long ms = REST_FIRST_MS, asked_s;

	for (unsigned int i = 1; i < flight->failures && ms < REST_MOST_MS; i++)
		ms *= 2;
	if (ms > REST_MOST_MS)
		ms = REST_MOST_MS;
	ms = ms / 2 + (long long)(flight->id * 2654435761u % 1024) * ms / 2048;
	asked_s = segl_error_retry_after_s(flight->segl);
	/* what the server asks for is the least, within reason */
	if (asked_s > 0)
		ms += (asked_s > 300 ? 300 : asked_s) * 1000;
	return ms;
}

static void
count_failure(struct front *front, const struct segl *segl)
{
	const char *code = segl_error_mp_code(segl);

	if (code == NULL)
		code = segl_status_name(segl_error_status(segl));
	for (size_t i = 0; i < COUNTED_CODES; i++) {
		if (front->counts.errors[i].n == 0)
			snprintf(front->counts.errors[i].code,
			    sizeof(front->counts.errors[i].code), "%s", code);
		if (strcmp(front->counts.errors[i].code, code) != 0)
			continue;
		front->counts.errors[i].n++;
		return;
	}
}

static void
remember_failure(struct front *front, struct row *row)
{
	struct face *face = front_face(front, row->profile);
	const char *message = segl_error_message(row->flight.segl);

	front->counts.refusals++;
	count_failure(front, row->flight.segl);
	if (row->is_keys)
		return; /* tokens can be had without */
	face->last_failure_ms = lock_now_ms();
	free(face->last_failure);
	face->last_failure = message == NULL ? NULL : strdup(message);
}

/* The attempt failed as flight.segl says: rest and try again, or give up. */
void
flight_attempt_failed(struct front *front, struct row *row, int net_broken)
{
	struct flight *flight = &row->flight;
	enum segl_status status = segl_error_status(flight->segl);
	long budget_s = row->profile->settings.retry_for_s;
	long long budget_ms = budget_s < 0 ? RETRY_FOR_MS : budget_s * 1000LL;
	long long now_ms = lock_now_ms(), rest;
	struct segl *failure;

	remember_failure(front, row);
	flight->failures++;
	let_net_go(front, row, net_broken);
	rest = rest_ms(flight);
	if (segl_status_retryable(status) && row_is_awaited(row) &&
	    now_ms + rest < flight->began_ms + budget_ms) {
		flight_enter(front, row, FLIGHT_RESTING, rest);
		return;
	}
	failure = flight->segl;
	flight->segl = NULL;
	if (segl_status_retryable(status) && rest < 1000)
		rest = 1000;
	row_take_failure(front, row, failure,
	    segl_status_retryable(status) ? rest : REFUSAL_MS);
	flight_land(front, row, 0);
}

void
flight_failed_here(struct front *front, struct row *row,
    enum segl_status status, enum segl_turn turn, const char *what)
{
	error_set(row->flight.segl, status, turn, "%s", what);
	flight_attempt_failed(front, row, 1);
}

/* ---- how it begins --------------------------------------------------------
 */

/* The next attempt. */
static void
attempt(struct front *front, struct row *row)
{
	struct flight *flight = &row->flight;
	struct net *net;

	segl_error_clear(flight->segl);
	flight->id = ++front->next_id;
	front->counts.exchanges++;
	flight_enter(
	    front, row, FLIGHT_NEEDS_NET, flight_most_ms(row->profile));
	net = net_take(front, row);
	if (net != NULL)
		flight_net(front, row, net);
}

void
flight_start(struct front *front, struct row *row)
{
	struct flight *flight = &row->flight;

	memset(flight, 0, sizeof(*flight));
	flight->segl = segl_new();
	if (flight->segl == NULL) {
		answer_waiters(front, row, 0);
		return;
	}
	flight->began_ms = lock_now_ms();
	enlist(front, row);
	attempt(front, row);
}

/* ---- in time --------------------------------------------------------------
 */

static void
took_too_long(struct front *front, struct row *row)
{
	switch (row->flight.state) {
	case FLIGHT_RESTING:
		attempt(front, row);
		break;
	case FLIGHT_SIGNING:
		flight_failed_here(front, row, SEGL_ESERVER, SEGL_TURN_YOU,
		    "the signer does not answer");
		break;
	default:
		flight_failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "no answer came in time");
		break;
	}
}

void
flight_tick(struct front *front, long long now_ms)
{
	struct row *row = front->flying, *next;

	for (; row != NULL; row = next) {
		next = row->next_flying;
		if (row->flight.until_ms <= now_ms) {
			took_too_long(front, row);
			/* the list may have changed under us: look again */
			front_due(front, now_ms + 1);
		} else {
			front_due(front, row->flight.until_ms);
		}
	}
}
