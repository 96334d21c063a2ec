/* SPDX-License-Identifier: ISC */
#ifndef CACHE_JWKS_H
#define CACHE_JWKS_H

#include "base/buffer.h"

/*
 * The public keys of a server as it served them, kept between runs: a token is
 * verified without asking the server each time.
 */

/* How long they serve without asking again, in seconds. */
#define JWKS_FRESH_S (24 * 3600)
/*
 * How long nobody asks again, in seconds, whatever kid turns up: whoever makes
 * up kids must not make us ask the server each time.
 */
#define JWKS_PAUSE_S 60

/* Most that is kept, in bytes. */
#define JWKS_FILE_MAX (300u << 10)

struct jwks {
	long long fetched; /* seconds since the Epoch; 0 never */
	struct buffer text;
};

/* What is kept of URL in DIRFD (-1: nothing); jwks_clear() in any case. */
void jwks_load(int dirfd, const char *url, struct jwks *out);
void jwks_clear(struct jwks *jwks);

/* Keep TEXT as what URL served at NOW; failing to is no error. */
void jwks_store(
    int dirfd, const char *url, long long now, const char *text, size_t len);

/* Non-zero where the keys have to be fetched at NOW; UNKNOWN_KID: since one
 * is missing. */
int jwks_must_fetch(const struct jwks *jwks, long long now, int unknown_kid);

#endif
