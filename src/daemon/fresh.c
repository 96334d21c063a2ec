/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/audit.h"
#include "daemon/flight.h"
#include "daemon/fresh.h"
#include "net/wire.h"

/* ---- what is wanted -------------------------------------------------------
 */

static enum segl_status
no_such_profile(struct segl *segl, const struct sink *sink)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--token-file: the profile of %s is not served", sink->path);
	error_remedy(segl, "name it with --serve as well");
	return SEGL_EUSAGE;
}

static enum segl_status
take_sink(struct front *front, const struct sink *sink, struct want *want)
{
	enum segl_status status = SEGL_OK;

	want_init(want);
	want->file = sink->path;
	want->profile = profiles_find(&front->profiles, sink->profile);
	if (want->profile == NULL)
		return no_such_profile(front->segl, sink);
	for (size_t i = 0; status == SEGL_OK && i < sink->n_claims; i++)
		status = want_add_named(
		    front->segl, want, sink->claims[i][0], sink->claims[i][1]);
	return status == SEGL_OK ? want_end(front->segl, want) : status;
}

enum segl_status
fresh_load(struct front *front)
{
	const struct settings *settings = &front->profiles.all[0].settings;
	enum segl_status status =
	    sinks_load(front->segl, settings, &front->sinks);

	if (status != SEGL_OK || front->sinks.n == 0)
		return status;
	front->fresh = calloc(front->sinks.n, sizeof(*front->fresh));
	if (front->fresh == NULL)
		return error_nomem(front->segl);
	for (size_t i = 0; status == SEGL_OK && i < front->sinks.n; i++)
		status = take_sink(
		    front, &front->sinks.all[i], &front->fresh[i].want);
	return status;
}

/* ---- what is written ------------------------------------------------------
 */

/*
 * The same token always makes the same text: nothing in it counts down, so
 * that a file that has it need not be written again.
 */
static enum segl_status
compose(const struct row *row, enum sink_form form, struct buffer *text)
{
	long long at = row->token.obtained.wall + row->token.expires_in_s;

	if (form == SINK_JSON)
		return buffer_printf(
		    text, "{%s,\"expires_at\":%lld}\n", row->json, at);
	if (form == SINK_HEADER)
		return buffer_printf(
		    text, "Authorization: Bearer %s\n", row->token.token);
	return buffer_add_str(text, row->token.token);
}

static void
tell_keeper(struct front *front, const struct row *row, const struct sink *sink)
{
	struct buffer message, text;

	buffer_init(&text, MESSAGE_MAX);
	if (message_begin(&message, "file") == SEGL_OK &&
	    compose(row, sink->form, &text) == SEGL_OK &&
	    wire_add(&message, "path", sink->path) == SEGL_OK &&
	    wire_add(&message, "text", text.data) == SEGL_OK)
		(void)message_send(front->control, &message, NULL, 0);
	buffer_clear(&text);
	buffer_clear(&message);
}

void
fresh_came(struct front *front, const struct row *row)
{
	for (size_t i = 0; i < front->sinks.n; i++) {
		struct fresh *fresh = &front->fresh[i];

		if (fresh->row != row || front->draining)
			continue;
		tell_keeper(front, row, &front->sinks.all[i]);
		audit_write(
		    front, &fresh->want, &row->key, row->jti, "token", 200);
	}
}

void
fresh_begin(struct front *front)
{
	for (size_t i = 0; i < front->sinks.n; i++) {
		struct fresh *fresh = &front->fresh[i];
		struct row *row;

		if (fresh->row != NULL)
			continue;
		row = row_of(front, &fresh->want);
		if (row == NULL)
			continue; /* out of memory: with the next signer */
		fresh->row = row;
		row->is_wanted = 1;
		if (row_remaining_s(row) > 0)
			fresh_came(front, row);
		else if (row->flight.state == FLIGHT_NONE)
			flight_start(front, row);
	}
}
