/* SPDX-License-Identifier: ISC */
#ifndef SEGL_INTROSPECT_H
#define SEGL_INTROSPECT_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/jws.h>

SEGL_BEGIN_DECLS

/* ---- the keys of a server ----------------------------------------------- */

/* Public keys that a server signs with: a JWK Set (RFC 7517, 5). */
struct segl_jwks;

/* Largest set that is read, in bytes, and most keys of one. */
#define SEGL_JWKS_MAX  262144
#define SEGL_JWKS_KEYS 64

/*
 * Parse LEN bytes of TEXT. Keys of other kinds than RSA (2048 bits and more)
 * and P-256, for other uses than signing, or without kid are passed over.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EREPLY not a JWK Set, or one without a key of use
 *         SEGL_ENOMEM
 * No I/O.
 */
enum segl_status segl_jwks_parse(struct segl *segl, const char *text,
    size_t len, struct segl_jwks **out) SEGL_MUST_USE;
void segl_jwks_free(struct segl_jwks *jwks);

/* ---- what a token is worth ---------------------------------------------- */

/* Why a token does not count; the first that is found. */
enum segl_inactive {
	SEGL_INACTIVE_NOT,         /* it counts */
	SEGL_INACTIVE_MALFORMED,   /* it is no JWT, or has not what it must */
	SEGL_INACTIVE_ALGORITHM,   /* none that a server of ours signs with */
	SEGL_INACTIVE_UNKNOWN_KEY, /* kid is not in the set: fetch it again */
	SEGL_INACTIVE_SIGNATURE,
	SEGL_INACTIVE_ISSUER,
	SEGL_INACTIVE_EXPIRED,
	SEGL_INACTIVE_NOT_YET, /* nbf or iat is ahead */
	SEGL_INACTIVE_AUDIENCE,
	SEGL_INACTIVE_SCOPE
};

/* "expired"; stable. Words for people: "it is no longer valid". Static. */
const char *segl_inactive_name(enum segl_inactive why);
const char *segl_inactive_words(enum segl_inactive why);

/* What a token has to be; all borrowed. */
struct segl_expectation {
	const char *issuer;        /* iss, to the letter */
	const char *audience;      /* one of aud; NULL: not looked at */
	const char *const *scopes; /* NULL-terminated: all of them; or NULL */
	long long now;             /* seconds since the Epoch, UTC */
	long leeway_s;             /* what clocks may differ by */
};

/* Seconds that clocks may differ by where nobody says. */
#define SEGL_LEEWAY_S 10

/* The outcome for one token (RFC 7662, 2.2). */
struct segl_introspection;

/*
 * Judge the access token COMPACT of LEN bytes: its signature by a key of JWKS,
 * whose kid, type and alg fit the header (the algorithm is pinned by the key,
 * never taken from the token alone), then iss, exp, nbf, iat, aud and scope.
 *
 * OUT    new, NULL when the call fails.
 *
 * A token that does not count is a result, not an error.
 *
 * Errors: SEGL_ENOMEM.
 * No I/O.
 */
enum segl_status segl_introspect(struct segl *segl, const char *compact,
    size_t len, const struct segl_jwks *jwks,
    const struct segl_expectation *expected,
    struct segl_introspection **out) SEGL_MUST_USE;
void segl_introspection_free(struct segl_introspection *introspection);

enum segl_inactive segl_introspection_why(
    const struct segl_introspection *introspection);
/* The kid of the header, NULL where it has none; borrowed, foreign text. */
const char *segl_introspection_kid(
    const struct segl_introspection *introspection);
/*
 * The answer as RFC 7662, 2.2, has it: {"active":true} and the claims of the
 * token, or {"active":false} and "error", the name above. NUL-terminated,
 * borrowed.
 */
const char *segl_introspection_json(
    const struct segl_introspection *introspection);

SEGL_END_DECLS

#endif
