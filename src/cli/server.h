/* SPDX-License-Identifier: ISC */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include <segl/transport.h>

#include "cache/endpoints.h"
#include "settings/settings.h"

/* The server of a run: who it is, how to reach it, what it offers. */
struct server {
	struct settings_server named;
	struct endpoints endpoints; /* token_endpoint is set once found */
	int dirfd;                  /* of the cache, -1 none */
	struct segl_transport *transport;
	long clock_offset_s; /* the server's clock less ours, where asked */
};

/*
 * Resolve --env and take over the segl-net that the front started, or start
 * one. server_close() is right also where this fails.
 */
enum segl_status server_open(struct segl *segl, const struct settings *settings,
    struct server *out) SEGL_MUST_USE;
void server_close(struct server *server);

/*
 * All is asked: segl-net may end while the rest is done. The process waits for
 * it last of all, if main() began with server_wait_at_exit().
 */
void server_dismiss(struct server *server);
void server_wait_at_exit(void);

/*
 * Find the token endpoint: what is kept, what is built in, or the server's
 * metadata (RFC 8414), with the last known good where that cannot be had.
 * With ASK_FOR_CLOCK the metadata is asked for in any case, and the server's
 * clock read off its Date.
 *
 * Errors: SEGL_ENETWORK, SEGL_ECONNECT, SEGL_ESERVER no metadata and nothing
 * else is known; SEGL_EREPLY what came is not this server's metadata.
 */
enum segl_status server_endpoints(
    struct segl *segl, struct server *server, int ask_for_clock) SEGL_MUST_USE;

/*
 * The parts of that, for who wants to see each: where the metadata is (new);
 * what RESPONSE from there says, which is kept; and, where that could not be
 * had, which STATUS tells, going on with what is known, else STATUS again.
 */
enum segl_status server_metadata_url(
    struct segl *segl, const struct server *server, char **out) SEGL_MUST_USE;
enum segl_status server_take_metadata(struct segl *segl, struct server *server,
    const char *url, const struct segl_response *response) SEGL_MUST_USE;
enum segl_status server_fall_back(struct segl *segl, struct server *server,
    enum segl_status status) SEGL_MUST_USE;

/*
 * The algorithms that the server of SETTINGS offers as far as it was kept
 * from its metadata, 1u << enum segl_alg; 0 where nothing is known. Asks
 * nobody.
 */
unsigned int server_known_algs(const struct settings *settings);

#endif
