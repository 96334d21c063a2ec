/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_JWK_H
#define SOFTTOKEN_JWK_H

#include "softtoken/material.h"

/*
 * Largest JWK or JWK Set that is read, in bytes: a set of a hundred keys with
 * their certificates is smaller.
 */
#define JWK_MAX (1u << 20)

/*
 * A private key as JSON Web Key (RFC 7517): RSA with all of n, e, d, p, q,
 * dp, dq and qi, or EC on P-256 (RFC 7518, 6); or a JWK Set, of which every
 * private key for signing is read, or the one with SOURCE->kid alone. Its kid
 * is its name, its x5c its certificates.
 *
 * Errors: SEGL_EKEY not strict JSON, no JWK, not a private key for signing,
 * members that do not belong together; SEGL_ENOMEM. Nothing of the key is
 * repeated in errors.
 */
enum segl_status jwk_load(
    struct source *source, struct material *out) SEGL_MUST_USE;

/* Non-zero where SOURCE is JSON. */
int jwk_is(const struct source *source);

#endif
