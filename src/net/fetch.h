/* SPDX-License-Identifier: ISC */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "base/buffer.h"
#include "net/helper.h"

/* Several at once, where nothing else is said. */
#define NET_FETCH_AT_ONCE 6

#define NET_FETCH_ETAG_MAX   256
#define NET_FETCH_DATE_MAX   64
#define NET_FETCH_REASON_MAX 512

/*
 * One download of something public that its own signature protects: http will
 * do, and it comes compressed where the server can.
 */
struct net_fetch {
	/* given, borrowed */
	const char *url;
	const char *etag;          /* If-None-Match; NULL or "": none */
	const char *last_modified; /* If-Modified-Since, the same */
	int redirects;             /* follow some */
	/*
	 * After a certificate error try once more without verification: for
	 * what a signature protects, and for nothing else.
	 */
	int insecure_fallback;
	/* filled with the body, up to its limit, whatever was compressed */
	struct buffer *body;
	void *arg; /* the caller's */

	/* the answer */
	int http_status; /* 0: none came, or not a whole one */
	int unverified;  /* it came from a server that proved no name */
	char new_etag[NET_FETCH_ETAG_MAX]; /* "" none */
	char new_last_modified[NET_FETCH_DATE_MAX];
	/* why there is no answer, safe to print; "" there is */
	char reason[NET_FETCH_REASON_MAX];
};

/*
 * Perform N FETCHES, AT_ONCE at a time, each with a segl-net of its own. One
 * that fails is an answer, not an error. DONE is called with ARG for each that
 * is settled, and with NULL while bytes come; ADDED more of them each time.
 *
 * Errors: SEGL_EINTERNAL segl-net cannot be started; SEGL_ENOMEM.
 */
enum segl_status net_fetch(struct segl *segl, const struct net_options *options,
    struct net_fetch *fetches, size_t n, size_t at_once,
    void (*done)(void *arg, const struct net_fetch *fetch, size_t added),
    void *arg) SEGL_MUST_USE;

#endif
