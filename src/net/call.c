/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/secret.h"
#include "net/call.h"
#include "net/pipe.h"

/* Bytes of the body in one piece. */
#define PIECE 16384

static enum segl_status
add_call(struct buffer *payload, const struct net_options *options,
    const struct net_call *call)
{
	enum segl_status status =
	    pipe_add_request(payload, options, call->url, NULL);

	if (status == SEGL_OK)
		status = wire_add(payload, "method", call->method);
	if (status == SEGL_OK)
		status = wire_add(payload, "bearer", call->token);
	if (status == SEGL_OK)
		status = wire_add_number(payload, "plain", call->plain);
	if (status == SEGL_OK)
		status = wire_add_number(payload, "body", call->body_len);
	for (size_t i = 0; status == SEGL_OK && call->headers != NULL &&
	     call->headers[i] != NULL;
	     i++)
		status = wire_add(payload, "header", call->headers[i]);
	return status;
}

static enum segl_status
send_call(struct segl *segl, int fd, const struct net_options *options,
    const struct net_call *call)
{
	enum segl_status status;
	struct buffer payload;

	buffer_init(&payload, WIRE_MAX);
	status = add_call(&payload, options, call);
	if (status != SEGL_EREPLY)
		return pipe_send(segl, fd, WIRE_CALL, &payload, status);
	buffer_clear(&payload);
	return error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "the headers given are too long");
}

/* The next piece of the body, an empty one at its end. */
static enum segl_status
send_piece(struct segl *segl, int fd, const struct net_call *call)
{
	enum segl_status status;
	struct buffer payload;
	char piece[PIECE];
	long n;

	n = call->read(call->arg, piece, sizeof(piece));
	if (n < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the body of the request cannot be read to its end");
	buffer_init(&payload, WIRE_MAX);
	status = wire_end_fields(&payload);
	if (status == SEGL_OK)
		status = buffer_add(&payload, piece, (size_t)n);
	secret_wipe(piece, sizeof(piece));
	return pipe_send(segl, fd, WIRE_BODY, &payload, status);
}

/* What segl-net said; *OVER where nothing more is to come. */
static enum segl_status
take_frame(struct segl *segl, int fd, const struct net_call *call,
    enum wire_type type, const struct buffer *payload, int *over)
{
	const char *lines;
	size_t len;

	switch (type) {
	case WIRE_WANT:
		return send_piece(segl, fd, call);
	case WIRE_HEAD:
		lines = wire_raw(payload, &len);
		*over = call->head(call->arg,
		    (int)wire_number(payload, "status", 0), lines, len);
		return SEGL_OK;
	case WIRE_DATA:
		*over = call->data(call->arg, payload->data, payload->len);
		return SEGL_OK;
	case WIRE_END:
		*over = 1;
		return SEGL_OK;
	case WIRE_FAILURE:
		return pipe_failed(segl, call->url, payload);
	default:
		return pipe_lost(segl, EPROTO);
	}
}

static enum segl_status
converse(struct segl *segl, int fd, const struct net_options *options,
    const struct net_call *call)
{
	long connect_s = options->connect_timeout_s > 0
	    ? options->connect_timeout_s
	    : NET_CONNECT_TIMEOUT_S;
	long still_s =
	    options->timeout_s > 0 ? options->timeout_s : NET_TIMEOUT_S;
	long long most_ms = (connect_s + 2 * still_s) * 1000LL + PIPE_GRACE_MS;
	enum segl_status status = SEGL_OK;
	struct buffer payload;
	enum wire_type type;
	int error, over = 0;

	buffer_init(&payload, WIRE_MAX);
	while (status == SEGL_OK && !over) {
		error =
		    wire_receive(fd, &type, &payload, wire_now_ms() + most_ms);
		status = error != 0
		    ? pipe_lost(segl, error)
		    : take_frame(segl, fd, call, type, &payload, &over);
	}
	buffer_clear(&payload);
	return status;
}

enum segl_status
net_call(struct segl *segl, const struct net_options *options,
    const struct net_call *call)
{
	struct net_helper helper;
	enum segl_status status;

	status = net_helper_start(segl, &helper);
	if (status != SEGL_OK)
		return status;
	status = send_call(segl, helper.fd, options, call);
	if (status == SEGL_OK)
		status = converse(segl, helper.fd, options, call);
	net_helper_end(&helper);
	return status;
}
