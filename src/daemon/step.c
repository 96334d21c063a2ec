/* SPDX-License-Identifier: ISC */
/* The steps of an attempt: what is asked of segl-net and the signer. */
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
#include "daemon/inspect.h"
#include "daemon/net_pool.h"
#include "daemon/step.h"
#include "net/helper.h"
#include "net/pipe.h"
#include "oauth/exchanger.h"

#define FORM_PREFIX                                                            \
	"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"     \
	"&assertion="
#define FORM_TYPE "application/x-www-form-urlencoded"

/* A signer that does not answer is replaced or gone. */
#define SIGN_MS 10000
/* What segl-net takes beyond its own limits. */
#define GRACE_MS 10000

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

long long
flight_most_ms(const struct profile *profile)
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
		flight_failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "the network process segl-net ended");
		return;
	}
	/* where there is no signer now, there is one soon: see
	 * flight_new_signer() */
	(void)ask_signer(front, row);
	flight_enter(front, row, FLIGHT_SIGNING, SIGN_MS);
}

/* The metadata is known: the keys that it names. */
static void
fetch_keys(struct front *front, struct row *row)
{
	const char *url = endpoint_keys_url(front, row);

	if (url == NULL)
		flight_failed_here(front, row, SEGL_EREPLY, SEGL_TURN_DIGDIR,
		    "the metadata of the server does not say where its keys "
		    "are");
	else if (ask_net(row, WIRE_GET, url, NULL) != 0)
		flight_failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "the network process segl-net ended");
	else
		flight_enter(
		    front, row, FLIGHT_KEYS, flight_most_ms(row->profile));
}

/* What is to be known of the server is. */
static void
go_on(struct front *front, struct row *row)
{
	if (row->is_keys)
		fetch_keys(front, row);
	else
		sign_and_connect(front, row);
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
		flight_failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
		    "the network process segl-net ended");
	else
		flight_enter(
		    front, row, FLIGHT_METADATA, flight_most_ms(row->profile));
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
		go_on(front, row);
}

void
flight_no_net(struct front *front, struct row *row)
{
	flight_failed_here(front, row, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "the network process segl-net cannot be started");
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
		go_on(front, row);
	else
		flight_attempt_failed(front, row, 0);
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

	instant_now(&row->flight.asked);
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
		flight_enter(front, row, FLIGHT_EXCHANGING,
		    flight_most_ms(row->profile));
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
	flight_land(front, row, 1);
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
		flight_attempt_failed(
		    front, row, row->by != SEGL_EXCHANGER_NONE);
}

/* Whether they are keys is for the verifier to say. */
static void
keys_came(struct front *front, struct row *row,
    const struct segl_response *response, enum segl_status status)
{
	struct segl *segl = row->flight.segl;

	if (status == SEGL_OK && response->http_status != 200)
		status = error_set(segl, SEGL_ESERVER, SEGL_TURN_DIGDIR,
		    "the keys at %s cannot be had: HTTP %d", row->flight.url,
		    response->http_status);
	else if (status == SEGL_OK &&
	    (response->len > INSPECT_KEYS_MAX ||
		strlen(response->body) != response->len))
		status = error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
		    "what is at %s are no keys", row->flight.url);
	if (status == SEGL_OK &&
	    row_take_keys(front, row, response->body) != SEGL_OK)
		status = error_nomem(segl);
	if (status == SEGL_OK)
		flight_land(front, row, 1);
	else
		flight_attempt_failed(front, row, 0);
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
		flight_attempt_failed(front, row, 0);
}

void
flight_answered(struct front *front, struct row *row, enum wire_type type,
    const struct buffer *payload)
{
	enum flight_state state = row->flight.state;
	struct segl_response response;
	enum segl_status status;

	if (state != FLIGHT_METADATA && state != FLIGHT_POSTING &&
	    state != FLIGHT_EXCHANGING && state != FLIGHT_KEYS) {
		flight_failed_here(front, row, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "the network process segl-net speaks out of turn");
		return;
	}
	status = net_answer_take(
	    row->flight.segl, row->flight.url, type, payload, &response);
	if (state == FLIGHT_METADATA)
		metadata_came(front, row, &response, status);
	else if (state == FLIGHT_KEYS)
		keys_came(front, row, &response, status);
	else if (state == FLIGHT_EXCHANGING)
		exchanged_came(front, row, &response, status);
	else
		token_came(front, row, &response, status);
	segl_response_clear(&response);
}

void
flight_net_lost(struct front *front, struct row *row)
{
	flight_failed_here(front, row, SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "the network process segl-net ended before an answer came");
}

/* ---- the signer -----------------------------------------------------------
 */

static void
post(struct front *front, struct row *row, const char *assertion)
{
	instant_now(&row->flight.asked);
	if (post_form(row, FORM_PREFIX, assertion) == 0)
		flight_enter(
		    front, row, FLIGHT_POSTING, flight_most_ms(row->profile));
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
	flight_attempt_failed(front, row, 1);
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
