/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "net/fetch.h"
#include "net/pipe.h"

/* Most segl-net that run at once. */
#define SLOTS_MAX 16

/* A frame that has begun comes whole within this time, in milliseconds. */
#define FRAME_MS 20000

/* One download under way. */
struct slot {
	struct net_fetch *fetch; /* NULL: free */
	struct net_helper helper;
	int retried;
};

struct loop {
	struct segl *segl;
	const struct net_options *options;
	void (*done)(void *arg, const struct net_fetch *fetch, size_t added);
	void *arg;
	struct slot slots[SLOTS_MAX];
	size_t n_slots;
};

/* ---- asking -------------------------------------------------------------- */

static enum segl_status
add_condition(struct buffer *payload, const char *name, const char *value)
{
	char header[NET_FETCH_ETAG_MAX + 32];

	if (value == NULL || value[0] == '\0')
		return SEGL_OK;
	snprintf(header, sizeof(header), "%s: %s", name, value);
	return wire_add(payload, "header", header);
}

static enum segl_status
compose(
    const struct loop *loop, const struct slot *slot, struct buffer *payload)
{
	const struct net_fetch *fetch = slot->fetch;
	enum segl_status status =
	    pipe_add_request(payload, loop->options, fetch->url, NULL);

	if (status == SEGL_OK)
		status = wire_add(payload, "method", "GET");
	if (status == SEGL_OK)
		status = wire_add_number(payload, "download", 1);
	if (status == SEGL_OK)
		status = wire_add_number(
		    payload, "body-max", (long long)fetch->body->max);
	if (status == SEGL_OK)
		status =
		    wire_add_number(payload, "redirects", fetch->redirects);
	if (status == SEGL_OK)
		status =
		    wire_add_number(payload, "insecure-tls", fetch->unverified);
	if (status == SEGL_OK)
		status = add_condition(payload, "If-None-Match", fetch->etag);
	if (status == SEGL_OK)
		status = add_condition(
		    payload, "If-Modified-Since", fetch->last_modified);
	return status;
}

static enum segl_status
ask(struct loop *loop, struct slot *slot)
{
	enum segl_status status;
	struct buffer payload;

	status = net_helper_start(loop->segl, &slot->helper);
	if (status != SEGL_OK)
		return status;
	buffer_init(&payload, WIRE_MAX);
	status = compose(loop, slot, &payload);
	return pipe_send(
	    loop->segl, slot->helper.fd, WIRE_CALL, &payload, status);
}

/* ---- what comes ---------------------------------------------------------- */

/* The value of the header NAME in LINES, into OUT where it fits. */
static void
find_header(
    const char *lines, size_t len, const char *name, char *out, size_t size)
{
	const char *end = lines + len;
	size_t name_len = strlen(name);

	out[0] = '\0';
	while (lines < end) {
		const char *stop = memchr(lines, '\n', (size_t)(end - lines));
		const char *value = lines + name_len + 1;

		if (stop == NULL)
			stop = end;
		if (value < stop && lines[name_len] == ':' &&
		    strncasecmp(lines, name, name_len) == 0) {
			const char *last = stop;

			while (value < last && *value == ' ')
				value++;
			while (last > value &&
			    (last[-1] == '\r' || last[-1] == ' '))
				last--;
			if ((size_t)(last - value) < size &&
			    memchr(value, '\0', (size_t)(last - value)) ==
				NULL) {
				memcpy(out, value, (size_t)(last - value));
				out[last - value] = '\0';
			}
		}
		lines = stop + 1;
	}
}

static void
take_head(struct net_fetch *fetch, const struct buffer *payload)
{
	size_t len;
	const char *lines = wire_raw(payload, &len);

	fetch->http_status = (int)wire_number(payload, "status", 0);
	find_header(
	    lines, len, "ETag", fetch->new_etag, sizeof(fetch->new_etag));
	find_header(lines, len, "Last-Modified", fetch->new_last_modified,
	    sizeof(fetch->new_last_modified));
}

static void
set_reason(struct net_fetch *fetch, const char *reason)
{
	char *safe = text_foreign(reason, strlen(reason));

	fetch->http_status = 0;
	buffer_clear(fetch->body);
	snprintf(fetch->reason, sizeof(fetch->reason), "%.500s",
	    safe == NULL ? "out of memory" : safe);
	free(safe);
}

/* The failure that segl-net told; *AGAIN where it is worth another try. */
static enum segl_status
take_failure(struct loop *loop, struct slot *slot, const struct buffer *payload,
    int *again)
{
	struct net_fetch *fetch = slot->fetch;
	const char *kind = wire_field(payload, "kind", 0);

	*again = kind != NULL && strcmp(kind, "tls-verify") == 0 &&
	    fetch->insecure_fallback && !slot->retried;
	if (*again)
		return SEGL_OK;
	if (kind != NULL && strcmp(kind, "too-large") == 0) {
		set_reason(fetch, "it is larger than any list");
		return SEGL_OK;
	}
	if (pipe_failed(loop->segl, fetch->url, payload) == SEGL_ENOMEM)
		return SEGL_ENOMEM;
	set_reason(fetch, segl_error_message(loop->segl));
	segl_error_clear(loop->segl);
	return SEGL_OK;
}

static enum segl_status
settle(struct loop *loop, struct slot *slot)
{
	struct net_fetch *fetch = slot->fetch;

	net_helper_end(&slot->helper);
	slot->fetch = NULL;
	if (loop->done != NULL)
		loop->done(loop->arg, fetch, 0);
	return SEGL_OK;
}

static enum segl_status
try_again(struct loop *loop, struct slot *slot)
{
	net_helper_end(&slot->helper);
	slot->retried = 1;
	slot->fetch->unverified = 1;
	buffer_clear(slot->fetch->body);
	return ask(loop, slot);
}

static enum segl_status
take_data(struct loop *loop, struct slot *slot, const struct buffer *payload)
{
	if (buffer_add(slot->fetch->body, payload->data, payload->len) !=
	    SEGL_OK) {
		set_reason(slot->fetch, "it is larger than any list");
		return settle(loop, slot);
	}
	if (loop->done != NULL)
		loop->done(loop->arg, NULL, payload->len);
	return SEGL_OK;
}

/* One frame of SLOT. */
static enum segl_status
take(struct loop *loop, struct slot *slot)
{
	enum segl_status status = SEGL_OK;
	struct buffer payload;
	enum wire_type type;
	int error, again;

	buffer_init(&payload, WIRE_MAX);
	error = wire_receive(
	    slot->helper.fd, &type, &payload, wire_now_ms() + FRAME_MS);
	if (error != 0) {
		/* one helper that dies does not stop the others */
		set_reason(slot->fetch, "segl-net ended unexpectedly");
		status = settle(loop, slot);
	} else if (type == WIRE_HEAD) {
		take_head(slot->fetch, &payload);
	} else if (type == WIRE_DATA) {
		status = take_data(loop, slot, &payload);
	} else if (type == WIRE_FAILURE) {
		status = take_failure(loop, slot, &payload, &again);
		if (status == SEGL_OK)
			status =
			    again ? try_again(loop, slot) : settle(loop, slot);
	} else {
		if (type != WIRE_END)
			set_reason(slot->fetch, "segl-net speaks nonsense");
		status = settle(loop, slot);
	}
	buffer_clear(&payload);
	return status;
}

/* ---- all of them --------------------------------------------------------- */

/* Wait for whichever has something to say. */
static enum segl_status
serve(struct loop *loop)
{
	struct pollfd fds[SLOTS_MAX];
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; i < loop->n_slots; i++) {
		fds[i].fd = loop->slots[i].fetch == NULL
		    ? -1
		    : loop->slots[i].helper.fd;
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	/* no limit here: segl-net has its own, and its end is an event */
	if (poll(fds, loop->n_slots, -1) < 0)
		return errno == EINTR
		    ? SEGL_OK
		    : error_set(loop->segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
			  "waiting for the network failed: %s",
			  strerror(errno));
	for (size_t i = 0; status == SEGL_OK && i < loop->n_slots; i++)
		if (fds[i].revents != 0)
			status = take(loop, &loop->slots[i]);
	return status;
}

static enum segl_status
start(struct loop *loop, struct slot *slot, struct net_fetch *fetch)
{
	slot->fetch = fetch;
	slot->retried = 0;
	fetch->http_status = fetch->unverified = 0;
	fetch->new_etag[0] = fetch->new_last_modified[0] = '\0';
	fetch->reason[0] = '\0';
	buffer_clear(fetch->body);
	return ask(loop, slot);
}

enum segl_status
net_fetch(struct segl *segl, const struct net_options *options,
    struct net_fetch *fetches, size_t n, size_t at_once,
    void (*done)(void *arg, const struct net_fetch *fetch, size_t added),
    void *arg)
{
	struct loop loop = {
		.segl = segl, .options = options, .done = done, .arg = arg
	};
	enum segl_status status = SEGL_OK;
	size_t next = 0, busy = 1;

	loop.n_slots = at_once > SLOTS_MAX ? SLOTS_MAX : at_once;
	for (size_t i = 0; i < loop.n_slots; i++)
		loop.slots[i].helper.fd = -1;
	while (status == SEGL_OK && busy > 0) {
		busy = 0;
		for (size_t i = 0; status == SEGL_OK && i < loop.n_slots; i++) {
			if (loop.slots[i].fetch == NULL && next < n)
				status = start(
				    &loop, &loop.slots[i], &fetches[next++]);
			busy += loop.slots[i].fetch != NULL;
		}
		if (status == SEGL_OK && busy > 0)
			status = serve(&loop);
	}
	for (size_t i = 0; i < loop.n_slots; i++)
		net_helper_end(&loop.slots[i].helper);
	return status;
}
