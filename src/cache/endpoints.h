/* SPDX-License-Identifier: ISC */
#ifndef CACHE_ENDPOINTS_H
#define CACHE_ENDPOINTS_H

/*
 * The last known good metadata of a server (RFC 8414), as far as it is needed
 * to connect: kept between runs so that neither a token costs a request more
 * nor an outage of the metadata document stops anybody.
 */

/* How long metadata is good for without asking again, in seconds. */
#define ENDPOINTS_FRESH_S (24 * 3600)
/* How long a failed try is remembered, in seconds. */
#define ENDPOINTS_PAUSE_S 60

#define ENDPOINTS_URL_MAX 2048

struct endpoints {
	long long fetched; /* seconds since the Epoch; 0 never */
	long long tried;   /* last failed try; 0 none */
	char token_endpoint[ENDPOINTS_URL_MAX + 1]; /* "" unknown */
	char jwks_uri[ENDPOINTS_URL_MAX + 1];       /* "" none */
	char algs[128]; /* names, joined by blanks; "" not known */
};

/*
 * What is kept for ISSUER, in the directory DIRFD (-1: nothing). All zero
 * where nothing is kept, or what is kept is damaged or of another issuer.
 */
void endpoints_load(int dirfd, const char *issuer, struct endpoints *out);

/* Keep it, whole or not at all; failing to is no error. */
void endpoints_store(
    int dirfd, const char *issuer, const struct endpoints *endpoints);

enum endpoints_plan {
	ENDPOINTS_USE,     /* what is kept */
	ENDPOINTS_BUILTIN, /* the built-in endpoint */
	ENDPOINTS_FETCH    /* ask the server first */
};

/*
 * What to do at NOW, where HAS_BUILTIN tells whether the token endpoint is
 * known without metadata and DIRFD whether anything can be kept.
 */
enum endpoints_plan endpoints_plan(const struct endpoints *endpoints,
    int has_builtin, int dirfd, long long now);

#endif
