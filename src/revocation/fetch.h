/* SPDX-License-Identifier: ISC */
#ifndef REVOCATION_FETCH_H
#define REVOCATION_FETCH_H

#include <segl/revocation.h>

#include "revocation/answer.h"

/* Of one request, and of all for one path, in seconds. */
#define FETCH_TIMEOUT_S     10
#define FETCH_TIMEOUT_ALL_S 30

/* Redirects that are followed: some CAs send to the server of a network. */
#define FETCH_REDIRECTS 3

/* Servers that are remembered as not to be reached. */
#define FETCH_DEAD_MAX 8

/* Longest of them that is remembered: scheme, a name of 255, port. */
#define FETCH_SERVER_MAX 280

/* Asks servers for one path, and keeps to limits of time. */
struct fetcher {
	const struct segl_revocation_query *query;
	long long deadline_ms; /* CLOCK_MONOTONIC */
	/* asked once in vain, and not again: "http://host:port" */
	char dead[FETCH_DEAD_MAX][FETCH_SERVER_MAX];
	size_t n_dead;
};

void fetcher_init(
    struct fetcher *fetcher, const struct segl_revocation_query *query);

enum fetched {
	FETCHED,             /* with HTTP status 200 */
	FETCH_REFUSED,       /* the server answers, but not with that */
	FETCH_NOT_REACHABLE, /* nor is its server for anything else */
	FETCH_NO_MEMORY
};

/*
 * Fetch WHAT; limits of time and redirects are filled in. RESPONSE is to be
 * cleared in any case; WHY says why it failed.
 */
enum fetched fetcher_ask(struct fetcher *fetcher, struct segl_fetch *what,
    struct segl_response *response, char why[ANSWER_WHY_MAX]);

#endif
