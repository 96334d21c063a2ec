/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_SIGNED_BYTES_H
#define OAUTH_SIGNED_BYTES_H

#include <segl/jws.h>

/*
 * Verify the signature of a compact JWS of any type, whose shape, alg and key
 * the caller has checked (RFC 7518, 3.3 and 3.4): libjwt 1.x takes no typ but
 * JWT, and access tokens may have at+jwt (RFC 9068, 2.1).
 *
 * Returns 1 where it verifies, 0 where not, -1 out of memory.
 */
int signed_bytes_verify(const char *compact, size_t len, enum segl_alg alg,
    const unsigned char *spki, size_t spki_len);

#endif
