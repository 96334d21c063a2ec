/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_JWS_H
#define OAUTH_JWS_H

#include <segl/jws.h>
#include <segl/softtoken.h>

/* The alg of the header, as it stands there: foreign text, borrowed. */
const char *jws_alg(const struct segl_jws *jws);

/*
 * Sign HEADER and PAYLOAD (JSON texts) with the key of TOKEN into a compact
 * serialisation (RFC 7515, 7.1), and verify it with the public key before
 * anybody sees it.
 *
 * OUT    new, NUL-terminated; NULL when the call fails.
 * Errors: SEGL_EKEY, SEGL_EINTERNAL it does not verify, SEGL_ENOMEM,
 *         SEGL_EUSAGE longer than SEGL_JWS_MAX.
 */
enum segl_status jws_sign(struct segl *segl, const struct segl_softtoken *token,
    enum segl_alg alg, const char *header, const char *payload,
    char **out) SEGL_MUST_USE;

#endif
