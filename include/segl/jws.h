/* SPDX-License-Identifier: ISC */
#ifndef SEGL_JWS_H
#define SEGL_JWS_H

#include <stddef.h>

#include <segl/handle.h>

SEGL_BEGIN_DECLS

/*
 * Signature algorithms that a grant may carry (RFC 7518, 3.1). Maskinporten
 * documents the RS family; ES256 is used only where a server's metadata
 * offers it.
 */
enum segl_alg {
	SEGL_ALG_NONE, /* no choice made; never the JWS algorithm "none" */
	SEGL_ALG_RS256,
	SEGL_ALG_RS384,
	SEGL_ALG_RS512,
	SEGL_ALG_ES256
};

/* "RS256"; NULL for SEGL_ALG_NONE. Borrowed, static. */
const char *segl_alg_name(enum segl_alg alg);
/* The algorithm called NAME, to the letter, else SEGL_ALG_NONE. */
enum segl_alg segl_alg_find(const char *name);

/* Longest compact serialisation that is read, in bytes. */
#define SEGL_JWS_MAX 65536

/* A JWS in compact serialisation, taken apart (RFC 7515, 7.1). */
struct segl_jws;

/*
 * Take COMPACT apart: three non-empty base64url parts, header and payload
 * JSON objects without duplicate names. Nothing is verified.
 *
 * OUT    new, NULL when the call fails.
 *
 * Errors: SEGL_EREPLY   not a JWS of that shape, or longer than SEGL_JWS_MAX
 *         SEGL_ENOMEM
 */
enum segl_status segl_jws_parse(struct segl *segl, const char *compact,
    size_t len, struct segl_jws **out) SEGL_MUST_USE;
void segl_jws_free(struct segl_jws *jws);

/* The JSON texts as they stand in the parts, NUL-terminated; borrowed. */
const char *segl_jws_header(const struct segl_jws *jws);
const char *segl_jws_payload(const struct segl_jws *jws);

/*
 * Verify the signature of COMPACT with the public key SPKI (DER,
 * SubjectPublicKeyInfo, RFC 5280, 4.1). ALG is pinned: a header that names
 * another algorithm is refused, whatever the key.
 *
 * Errors: SEGL_EAUTHN   signature, algorithm or key do not fit
 *         SEGL_EREPLY   not a JWS
 *         SEGL_ENOMEM
 */
enum segl_status segl_jws_verify(struct segl *segl, const char *compact,
    size_t len, enum segl_alg alg, const unsigned char *spki,
    size_t spki_len) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
