/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "cache/jwks.h"
#include "cache/lock.h"
#include "daemon/answer.h"
#include "daemon/flight.h"
#include "daemon/inspect.h"
#include "daemon/json.h"
#include "net/wire.h"

/* Most at a time; one more is refused. */
#define INSPECTIONS_MAX 1000
/* What the verifier may take. */
#define VERIFY_MS 10000
/* Verifiers that one token may end. */
#define ASKED_MOST 3

struct inspection {
	struct inspection *next;
	struct httpd_waiting *waiting;
	struct row *keys;
	char *token;
	unsigned long id;
	int has_asked;  /* the verifier has it */
	int asked;      /* so many verifiers had it */
	int asked_anew; /* the keys were fetched for it */
	long long until_ms;
};

/* ---- answers --------------------------------------------------------------
 */

static void
tell(struct front *front, const char *json, struct httpd_answer *answer)
{
	answer->status = 200;
	answer->content_type = "application/json";
	answer_common(answer);
	if (buffer_add_str(&answer->body, json) != SEGL_OK)
		answer->status = 500;
	front->counts.requests[answer->status / 100]++;
	front->counts.inspections++;
}

void
inspect_refuse(
    struct front *front, const char *why, struct httpd_answer *answer)
{
	struct buffer json;

	buffer_init(&json, HTTPD_BODY_OUT_MAX);
	if (buffer_add_str(&json, "{\"active\":false,\"error\":") == SEGL_OK &&
	    json_add(&json, why) == SEGL_OK &&
	    buffer_add_str(&json, "}") == SEGL_OK)
		tell(front, json.data, answer);
	buffer_clear(&json);
}

static void
forget(struct front *front, struct inspection *gone)
{
	struct inspection **at = &front->inspections;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	front->n_inspections--;
	gone->keys->awaited--;
	secret_free_text(gone->token);
	free(gone);
}

static void
finish(struct front *front, struct inspection *done, const char *json)
{
	tell(front, json, httpd_waiting_answer(done->waiting));
	httpd_resume(done->waiting);
	forget(front, done);
}

static void
finish_without(struct front *front, struct inspection *done, const char *why)
{
	inspect_refuse(front, why, httpd_waiting_answer(done->waiting));
	httpd_resume(done->waiting);
	forget(front, done);
}

/* ---- the verifier ---------------------------------------------------------
 */

/* 0 or errno. */
static int
send_to_verifier(struct front *front, const struct inspection *one)
{
	struct buffer message;
	int error = ENOMEM;

	if (message_begin(&message, "verify") == SEGL_OK &&
	    wire_add_number(&message, "id", (long long)one->id) == SEGL_OK &&
	    wire_add_number(&message, "now", (long long)time(NULL)) ==
		SEGL_OK &&
	    wire_add(&message, "issuer", one->keys->profile->server.issuer) ==
		SEGL_OK &&
	    wire_add(&message, "token", one->token) == SEGL_OK &&
	    wire_add(&message, "keys", one->keys->token.token) == SEGL_OK)
		error = message_send(front->verifier, &message, NULL, 0);
	buffer_clear(&message);
	return error;
}

static void
let_verifier_go(struct front *front)
{
	if (front->verifier >= 0)
		close(front->verifier); /* it ends by itself then */
	front->verifier = -1;
	for (struct inspection *one = front->inspections; one != NULL;
	     one = one->next)
		one->has_asked = 0;
}

/*
 * Have ONE, whose keys are there, verified; it may be gone afterwards. Where
 * the verifier has as much before it as it can take, or has just ended, ONE is
 * asked about again with its next answer, or of the next one.
 */
static void
verify(struct front *front, struct inspection *one)
{
	int error;

	if (one->until_ms < 0) {
		one->until_ms = lock_now_ms() + VERIFY_MS;
		front_due(front, one->until_ms);
	}
	front->verifier_used_ms = lock_now_ms();
	if (front->verifier >= 0) {
		error = one->asked == ASKED_MOST ? E2BIG
						 : send_to_verifier(front, one);
		one->has_asked = error == 0;
		one->asked += error == 0;
		if (error != 0 && error != EAGAIN && error != EPIPE)
			finish_without(front, one, "it cannot be verified now");
	} else if (!front->verifier_asked) {
		front->verifier_asked =
		    front_tell_keeper(front, "verifier") == 0;
	}
}

/* Those that wait for a verifier; VERIFY may take each out of the list. */
static void
verify_all(struct front *front)
{
	struct inspection *one = front->inspections, *next;

	for (; one != NULL; one = next) {
		next = one->next;
		if (!one->has_asked && one->keys->token.token != NULL &&
		    one->keys->flight.state == FLIGHT_NONE)
			verify(front, one);
	}
}

void
inspect_arrived(struct front *front, int fd)
{
	front->verifier_asked = 0;
	let_verifier_go(front);
	if (fd >= 0 && front_watch(front, fd, &front->verifier) != 0) {
		close(fd);
		fd = -1;
	}
	front->verifier = fd;
	if (fd >= 0)
		verify_all(front);
	/* without one they are told when their time is over */
}

/*
 * A key that is not there: the server may have a new one. Whoever makes up key
 * ids must not make us ask each time.
 */
static int
fetch_anew(struct front *front, struct inspection *one)
{
	struct row *row = one->keys;

	if (one->asked_anew || front->draining ||
	    lock_now_ms() < row->got_at_ms + JWKS_PAUSE_S * 1000LL)
		return 0;
	one->asked_anew = 1;
	one->has_asked = 0;
	one->until_ms = -1;
	if (row->flight.state == FLIGHT_NONE)
		flight_start(front, row);
	return 1;
}

static void
heard(struct front *front, const struct buffer *message)
{
	long long id = wire_number(message, "id", -1);
	const char *json = wire_field(message, "json", 0);
	struct inspection *one = front->inspections;

	while (one != NULL && (long long)one->id != id)
		one = one->next;
	if (one == NULL || !one->has_asked || json == NULL)
		return; /* it took too long */
	if (wire_number(message, "unknown-key", 0) == 0 ||
	    !fetch_anew(front, one))
		finish(front, one, json);
}

void
inspect_readable(struct front *front)
{
	int fds[MESSAGE_FDS], error;
	struct buffer message;
	size_t n = 0;

	buffer_init(&message, MESSAGE_MAX);
	error = message_receive(front->verifier, &message, fds, &n);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	if (error == 0 && message_is(&message, "verdict"))
		heard(front, &message);
	else if (error != EAGAIN)
		let_verifier_go(front);
	buffer_clear(&message);
	verify_all(front);
}

/* ---- the keys -------------------------------------------------------------
 */

static struct row *
keys_of(struct front *front, const struct profile *profile)
{
	struct row *row = NULL;
	struct want want;

	want_init(&want);
	want.profile = profile;
	if (wire_add(&want.key, "keys", profile->name) == SEGL_OK)
		row = row_of(front, &want);
	want_clear(&want);
	return row;
}

void
inspect_landed(struct front *front, struct row *row, int success)
{
	struct inspection *one = front->inspections, *next;

	for (; one != NULL; one = next) {
		next = one->next;
		if (one->keys != row || one->has_asked)
			continue;
		if (success || row_remaining_s(row) > 0)
			verify(front, one);
		else
			finish_without(front, one,
			    row->failure == NULL
				? "the keys of the server cannot be had"
				: segl_error_message(row->failure));
	}
}

/* New, in the list, waiting for its keys; NULL out of memory. */
static struct inspection *
add(struct front *front, const struct httpd_request *request, struct row *row,
    const char *token)
{
	struct inspection *one = calloc(1, sizeof(*one));

	if (one != NULL)
		one->token = strdup(token);
	if (one == NULL || one->token == NULL) {
		free(one);
		return NULL;
	}
	one->keys = row;
	one->id = ++front->next_id;
	one->until_ms = -1;
	one->waiting = httpd_wait(request);
	one->next = front->inspections;
	front->inspections = one;
	front->n_inspections++;
	row->awaited++;
	return one;
}

void
inspect_begin(struct front *front, const struct httpd_request *request,
    const struct profile *profile, const char *token,
    struct httpd_answer *answer)
{
	struct row *row = keys_of(front, profile);
	struct inspection *one;

	if (strlen(token) > INSPECT_TOKEN_MAX) {
		inspect_refuse(front, "malformed", answer);
		return;
	}
	if (row == NULL || front->draining ||
	    front->n_inspections >= INSPECTIONS_MAX) {
		inspect_refuse(front, "it cannot be verified now", answer);
		return;
	}
	if (row_remaining_s(row) <= 0 && row_has_failed(row)) {
		inspect_refuse(front, segl_error_message(row->failure), answer);
		return;
	}
	one = add(front, request, row, token);
	if (one == NULL)
		inspect_refuse(front, "out of memory", answer);
	else if (row_remaining_s(row) > 0) {
		row_used(front, row);
		verify(front, one);
	} else if (row->flight.state == FLIGHT_NONE)
		flight_start(front, row);
}

/* ---- in time --------------------------------------------------------------
 */

void
inspect_tick(struct front *front, long long now_ms)
{
	struct inspection *one = front->inspections, *next;

	for (; one != NULL; one = next) {
		next = one->next;
		if (one->until_ms >= 0 && one->until_ms <= now_ms)
			finish_without(front, one, "it cannot be verified now");
		else if (one->until_ms >= 0)
			front_due(front, one->until_ms);
	}
	if (front->verifier < 0)
		return;
	if (front->inspections == NULL &&
	    front->verifier_used_ms + VERIFIER_IDLE_MS <= now_ms)
		let_verifier_go(front);
	else
		front_due(front, front->verifier_used_ms + VERIFIER_IDLE_MS);
}
