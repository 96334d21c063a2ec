/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_JWKS_H
#define OAUTH_JWKS_H

#include <segl/introspect.h>

/* One public key of a set. */
struct jwks_key {
	char *kid;
	enum segl_alg alg; /* SEGL_ALG_NONE: any that fits its type */
	int is_rsa;        /* else P-256 */
	unsigned char *spki;
	int spki_len; /* in bytes */
};

/* The key of JWKS for KID and ALG, NULL where there is none. Borrowed. */
const struct jwks_key *jwks_find(
    const struct segl_jwks *jwks, const char *kid, enum segl_alg alg);

#endif
