/* SPDX-License-Identifier: ISC */
#ifndef NET_HELPER_H
#define NET_HELPER_H

#include <sys/types.h>

#include <segl/transport.h>

#include "net/wire.h"

/* Connecting and the whole request, in seconds, where nothing else is said. */
#define NET_CONNECT_TIMEOUT_S 10
#define NET_TIMEOUT_S         30

/* How every request of one program is made. All borrowed. */
struct net_options {
	const char *const *ca; /* NULL-terminated, or NULL */
	int ca_only;
	long connect_timeout_s; /* 0: NET_CONNECT_TIMEOUT_S */
	long timeout_s;         /* 0: NET_TIMEOUT_S */
};

/* A running segl-net. */
struct net_helper {
	int fd; /* the socket to it */
	pid_t pid;
	/* What it was already asked, so that nobody asks twice. */
	enum wire_type asked; /* WIRE_GET or WIRE_POST; 0 nothing */
	const char *asked_url;
};

/*
 * Start segl-net with a scrubbed environment and no descriptor but its socket:
 * nothing secret that this process was given reaches it.
 *
 * Errors: SEGL_EINTERNAL.
 */
enum segl_status net_helper_start(
    struct segl *segl, struct net_helper *out) SEGL_MUST_USE;

/* End HELPER and wait for it; what it is doing comes to nothing. */
void net_helper_end(struct net_helper *helper);

/*
 * Ask ahead: get URL (WIRE_GET), or connect to it for a post (WIRE_POST).
 * Returns at once. URL is borrowed by HELPER.
 */
enum segl_status net_helper_ask(struct segl *segl, struct net_helper *helper,
    const struct net_options *options, enum wire_type what,
    const char *url) SEGL_MUST_USE;

/*
 * A transport over HELPER, which it takes; it also waits for the process.
 * OPTIONS and asked_url must outlive it.
 */
enum segl_status net_transport_adopt(struct segl *segl,
    const struct net_helper *helper, const struct net_options *options,
    struct segl_transport **out) SEGL_MUST_USE;

/*
 * No request will follow on TRANSPORT, which came from net_transport_adopt():
 * segl-net may end while this process does the rest. Returns the process of
 * segl-net, which the caller waits for then, or 0.
 */
pid_t net_transport_dismiss(struct segl_transport *transport);

/*
 * For those who wait for several answers at once, and ask with
 * pipe_add_request() (net/pipe.h).
 *
 * Take the frame of TYPE that came in answer to the request to URL apart:
 * RESPONSE is the caller's to clear.
 * Errors: those of a transport.
 */
enum segl_status net_answer_take(struct segl *segl, const char *url,
    enum wire_type type, const struct buffer *payload,
    struct segl_response *response) SEGL_MUST_USE;

#endif
