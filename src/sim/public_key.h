/* SPDX-License-Identifier: ISC */
#ifndef SIM_PUBLIC_KEY_H
#define SIM_PUBLIC_KEY_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stddef.h>

/*
 * The RSA public key of modulus N and exponent E, Base64urlUInt (RFC 7518,
 * 6.3.1). New; NULL where that is no key.
 */
EVP_PKEY *public_key_of_numbers(const char *n, const char *e);

/*
 * The RSA public key in LEN BYTES: PEM ("PUBLIC KEY") or a JWK. WHY says what
 * is wrong where it returns NULL.
 */
EVP_PKEY *public_key_parse(const char *bytes, size_t len, const char **why);

/* KEY, with its private half, as a JWK (RFC 7518, 6.3.2); new, or NULL. */
json_t *public_key_private_jwk(EVP_PKEY *key, const char *kid);

/* Base64urlUInt of the parameter NAME of KEY; new, or NULL. */
json_t *public_key_number(const EVP_PKEY *key, const char *name);

#endif
