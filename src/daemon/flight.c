/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <segl/exchange.h>
#include <segl/metadata.h>

#include "base/error.h"
#include "cache/lock.h"
#include "daemon/endpoint.h"
#include "daemon/flight.h"
#include "daemon/net_pool.h"
#include "net/helper.h"
#include "net/pipe.h"
#include "oauth/exchanger.h"

#define FORM_PREFIX                                                            \
	"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"     \
	"&assertion="
#define FORM_TYPE "application/x-www-form-urlencoded"

/* How long what can pass is tried again while somebody waits. */
#define RETRY_FOR_MS 15000
/* Between attempts: doubled each time, with jitter. */
#define REST_FIRST_MS 250
#define REST_MOST_MS  30000
/* A refusal stands until somebody does something about it. */
#define REFUSAL_MS 10000
/* A signer that does not answer is replaced or gone. */
#define SIGN_MS 10000
/* What segl-net takes beyond its own limits. */
#define GRACE_MS 10000

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

static struct row *
find(const struct front *front, unsigned long id)
{
	for (struct row *row = front->flying; row != NULL;
	     row = row->next_flying)
		if (row->flight.id == id)
			return row;
	return NULL;
}

static void
enter(struct front *front, struct row *row, enum flight_state state,
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

static void
land(struct front *front, struct row *row, int success)
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
	face->last_failure_ms = lock_now_ms();
	free(face->last_failure);
	face->last_failure = message == NULL ? NULL : strdup(message);
}

/* The attempt failed as flight.segl says: rest and try again, or give up. */
static void
attempt_failed(struct front *front, struct row *row, int net_broken)
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
	if (segl_status_retryable(status) && row->waiters != NULL &&
	    now_ms + rest < flight->began_ms + budget_ms) {
		enter(front, row, FLIGHT_RESTING, rest);
		return;
	}
	failure = flight->segl;
	flight->segl = NULL;
	if (segl_status_retryable(status) && rest < 1000)
		rest = 1000;
	row_take_failure(front, row, failure,
	    segl_status_retryable(status) ? rest : REFUSAL_MS);
	land(front, row, 0);
}

static void
failed_here(struct front *front, struct row *row, enum segl_status status,
    enum segl_turn turn, const char *what)
{
	error_set(row->flight.segl, status, turn, "%s", what);
	attempt_failed(front, row, 1);
}

/* ---- the steps ------------------------------------------------------------
 */

static struct net_options
options_of(const struct profile *profile)
{
	const struct settings *s = &profile->settings;

	return (struct net_options){ .ca = s->ca.values,
		.ca_only = s->ca_only,
		.connect_timeout_s = s->connect_timeout_s,
		.timeout_s = s->timeout_s };
}

static long long
most_ms(const struct profile *profile)
{
	long s = profile->settings.timeout_s;

	return (s > 0 ? s : NET_TIMEOUT_S) * 2000LL + GRACE_MS;
}

/*
 * Ask segl-net for URL: WIRE_GET, with BEARER where it is not NULL, or
 * WIRE_POST to be posted to. 0, or -1.
 */
static int
ask_net(
    struct row *row, enum wire_type what, const char *url, const char *bearer)
{
	struct net_options options = options_of(row->profile);
	struct buffer payload;
	int ok;

	buffer_init(&payload, WIRE_MAX);
	ok = pipe_add_request(&payload, &options, url,
		 what == WIRE_POST ? FORM_TYPE : NULL) == SEGL_OK &&
	    (bearer == NULL ||
		wire_add(&payload, "bearer", bearer) == SEGL_OK) &&
	    wire_send(row->flight.net->fd, what, &payload) == 0;
	buffer_clear(&payload);
	snprintf(row->flight.url, sizeof(row->flight.url), "%s", url);
	return ok ? 0 : -1;
}

static int
ask_signer(struct front *front, struct row *row)
{
	const struct face *face = front_face(front, row->profile);
	struct buffer message;
	int ok = front->signer >= 0 &&
	    message_begin(&message, "sign") == SEGL_OK &&
	    wire_add_number(&message, "id", (long long)row->flight.id) ==
		SEGL_OK &&
	    wire_add(&message, "algs", face->endpoints.algs) == SEGL_OK &&
	    wire_add_number(&message, "clock-offset", face->clock_offset_s) ==
		SEGL_OK &&
	    buffer_add(&message, row->key.data, row->key.len) == SEGL_OK &&
	    message_send(front->signer, &message, NULL, 0) == 0;

	if (front->signer >= 0)
		buffer_clear(&message);
	return ok ? 0 : -1;
}

/* The endpoint is known: have it signed, and segl-net connect meanwhile. */
static void
sign_and_connect(struct front *front, struct row *row)
{
	const struct face *face = front_face(front, row->profile);

	if (ask_net(row, WIRE_POST, face->endpoints.token_endpoint, NULL) !=
	    0) {
		failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "the network process segl-net ended");
		return;
	}
	/* where there is no signer now, there is one soon: see
	 * flight_new_signer() */
	(void)ask_signer(front, row);
	enter(front, row, FLIGHT_SIGNING, SIGN_MS);
}

static void
fetch_metadata(struct front *front, struct row *row)
{
	const struct settings_server *server = &row->profile->server;
	char *derived = server->metadata_url == NULL
	    ? segl_metadata_url(server->issuer)
	    : NULL;
	const char *url = derived == NULL ? server->metadata_url : derived;

	if (url == NULL || ask_net(row, WIRE_GET, url, NULL) != 0)
		failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "the network process segl-net ended");
	else
		enter(front, row, FLIGHT_METADATA, most_ms(row->profile));
	free(derived);
}

void
flight_net(struct front *front, struct row *row, struct net *net)
{
	net->user = row;
	row->flight.net = net;
	row->flight.attempt_ms = lock_now_ms();
	if (endpoint_is_to_be_asked(front, row))
		fetch_metadata(front, row);
	else
		sign_and_connect(front, row);
}

void
flight_no_net(struct front *front, struct row *row)
{
	failed_here(front, row, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the network process segl-net cannot be started");
}

/* The next attempt. */
static void
attempt(struct front *front, struct row *row)
{
	struct flight *flight = &row->flight;
	struct net *net;

	segl_error_clear(flight->segl);
	flight->id = ++front->next_id;
	front->counts.exchanges++;
	enter(front, row, FLIGHT_NEEDS_NET, most_ms(row->profile));
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

/* ---- what comes back ------------------------------------------------------
 */

static void
metadata_came(struct front *front, struct row *row,
    const struct segl_response *response, enum segl_status status)
{
	if (status == SEGL_OK)
		status = endpoint_take(front, row, response);
	if (status == SEGL_OK || endpoint_fall_back(front, row, status))
		sign_and_connect(front, row);
	else
		attempt_failed(front, row, 0);
}

/* Post PREFIX and SECRET over the connection of ROW's segl-net. 0, or -1. */
static int
post_form(const struct row *row, const char *prefix, const char *secret)
{
	struct buffer payload;
	int ok;

	buffer_init(&payload, WIRE_MAX);
	ok = wire_end_fields(&payload) == SEGL_OK &&
	    buffer_add_str(&payload, prefix) == SEGL_OK &&
	    buffer_add_str(&payload, secret) == SEGL_OK &&
	    wire_send(row->flight.net->fd, WIRE_BODY, &payload) == 0;
	buffer_clear(&payload);
	return ok ? 0 : -1;
}

/* TOKEN is for somebody else to exchange, who is asked now. */
static enum segl_status
exchange(struct front *front, struct row *row, const struct segl_token *token)
{
	const char *subject = segl_token_access_token(token);
	enum segl_status status;
	struct buffer form;
	char *url;
	int ok;

	status = exchanger_request(row->flight.segl, row->by,
	    want_exchange_url(row->profile, row->by), subject, &url, &form);
	if (status == SEGL_OK) {
		ok = form.len > 0 ? ask_net(row, WIRE_POST, url, NULL) == 0 &&
			post_form(row, "", form.data) == 0
				  : ask_net(row, WIRE_GET, url, subject) == 0;
		if (!ok)
			status = error_set(row->flight.segl, SEGL_ENETWORK,
			    SEGL_TURN_NETWORK,
			    "the network process segl-net ended");
	}
	buffer_clear(&form);
	free(url);
	if (status == SEGL_OK)
		enter(front, row, FLIGHT_EXCHANGING, most_ms(row->profile));
	return status;
}

/* What ROW is for is there. */
static enum segl_status
take_token(struct front *front, struct row *row, const struct segl_token *token)
{
	enum segl_status status = row_take_token(front, row, token);

	if (status != SEGL_OK)
		return error_nomem(row->flight.segl);
	front_face(front, row->profile)->last_ok_ms = lock_now_ms();
	land(front, row, 1);
	return SEGL_OK;
}

static void
token_came(struct front *front, struct row *row,
    const struct segl_response *response, enum segl_status status)
{
	struct face *face = front_face(front, row->profile);
	struct segl_token *token = NULL;

	front->counts.upstream_s +=
	    (double)(lock_now_ms() - row->flight.attempt_ms) / 1000.0;
	if (status == SEGL_OK) {
		endpoint_see_clock(face, response);
		status = segl_reply_parse(
		    row->flight.segl, response, (long long)time(NULL), &token);
	}
	if (status == SEGL_OK)
		status = row->by == SEGL_EXCHANGER_NONE
		    ? take_token(front, row, token)
		    : exchange(front, row, token);
	segl_token_free(token);
	/* a segl-net that was asked to exchange may wait for the rest of it */
	if (status != SEGL_OK)
		attempt_failed(front, row, row->by != SEGL_EXCHANGER_NONE);
}

static void
exchanged_came(struct front *front, struct row *row,
    const struct segl_response *response, enum segl_status status)
{
	struct segl_token *token = NULL;

	if (status == SEGL_OK)
		status = segl_exchanged_parse(row->flight.segl, row->by,
		    response, (long long)time(NULL), &token);
	if (status == SEGL_OK)
		status = take_token(front, row, token);
	segl_token_free(token);
	if (status != SEGL_OK)
		attempt_failed(front, row, 0);
}

void
flight_answered(struct front *front, struct row *row, enum wire_type type,
    const struct buffer *payload)
{
	enum flight_state state = row->flight.state;
	struct segl_response response;
	enum segl_status status;

	if (state != FLIGHT_METADATA && state != FLIGHT_POSTING &&
	    state != FLIGHT_EXCHANGING) {
		failed_here(front, row, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "the network process segl-net speaks out of turn");
		return;
	}
	status = net_answer_take(
	    row->flight.segl, row->flight.url, type, payload, &response);
	if (state == FLIGHT_METADATA)
		metadata_came(front, row, &response, status);
	else if (state == FLIGHT_EXCHANGING)
		exchanged_came(front, row, &response, status);
	else
		token_came(front, row, &response, status);
	segl_response_clear(&response);
}

void
flight_net_lost(struct front *front, struct row *row)
{
	failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "the network process segl-net ended before an answer came");
}

/* ---- the signer -----------------------------------------------------------
 */

static void
post(struct front *front, struct row *row, const char *assertion)
{
	if (post_form(row, FORM_PREFIX, assertion) == 0)
		enter(front, row, FLIGHT_POSTING, most_ms(row->profile));
	else
		flight_net_lost(front, row);
}

/* The signer would not: as it says. segl-net waits for nothing then. */
static void
refused(struct front *front, struct row *row, const struct buffer *message)
{
	long long status = wire_number(message, "status", SEGL_EINTERNAL);
	long long turn = wire_number(message, "turn", SEGL_TURN_SEGL);
	const char *why = wire_field(message, "message", 0);
	const char *remedy = wire_field(message, "remedy", 0);

	if (status <= SEGL_OK || status > SEGL_EUNDECIDED)
		status = SEGL_EINTERNAL;
	if (turn < SEGL_TURN_NONE || turn > SEGL_TURN_SEGL)
		turn = SEGL_TURN_SEGL;
	error_set(row->flight.segl, (enum segl_status)status,
	    (enum segl_turn)turn, "%s", why == NULL ? "not signed" : why);
	if (remedy != NULL)
		error_remedy(row->flight.segl, "%s", remedy);
	attempt_failed(front, row, 1);
}

int
flight_signer_said(struct front *front, const struct buffer *message)
{
	const char *assertion = wire_field(message, "assertion", 0);
	const char *jti = wire_field(message, "jti", 0);
	long long id = wire_number(message, "id", -1);
	struct row *row = id < 0 ? NULL : find(front, (unsigned long)id);

	/* one that took too long: its flight went on without it */
	if (row == NULL || row->flight.state != FLIGHT_SIGNING)
		return id < 0 ? -1 : 0;
	if (message_is(message, "refused")) {
		refused(front, row, message);
		return 0;
	}
	if (!message_is(message, "signed") || assertion == NULL || jti == NULL)
		return -1;
	snprintf(row->flight.jti, sizeof(row->flight.jti), "%s", jti);
	post(front, row, assertion);
	return 0;
}

void
flight_new_signer(struct front *front)
{
	for (struct row *row = front->flying; row != NULL;
	     row = row->next_flying)
		if (row->flight.state == FLIGHT_SIGNING)
			(void)ask_signer(front, row);
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
		failed_here(front, row, SEGL_ESERVER, SEGL_TURN_YOU,
		    "the signer does not answer");
		break;
	default:
		failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
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
