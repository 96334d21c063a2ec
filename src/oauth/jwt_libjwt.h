/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_JWT_LIBJWT_H
#define OAUTH_JWT_LIBJWT_H

#include <segl/jws.h>

/*
 * The one door to libjwt: verify a compact JWS whose shape and whose alg the
 * caller has already checked. libjwt 1.x writes past the end for empty parts,
 * takes an RSA key for an HMAC secret if the header says so, and puts a copy
 * on the stack: none of that gets here. It takes no typ but JWT; where IS_JWT
 * is 0, OpenSSL verifies alone.
 *
 * Errors: SEGL_EAUTHN it does not verify, or the key is not one for ALG;
 *         SEGL_ENOMEM.
 */
enum segl_status jws_verify_libjwt(struct segl *segl, const char *compact,
    size_t len, enum segl_alg alg, int is_jwt, const unsigned char *spki,
    size_t spki_len) SEGL_MUST_USE;

#endif
