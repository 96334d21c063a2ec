/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_JWK_KEY_H
#define SOFTTOKEN_JWK_KEY_H

#include <jansson.h>
#include <openssl/evp.h>

/* Why keys of the type of JWK are not used; NULL where they are. Static. */
const char *jwk_key_unsupported(const json_t *jwk);

/*
 * The private key that the members of JWK are (RFC 7518, 6.2 and 6.3): new, in
 * KEY, or NULL. Returns NULL where there is one, else why not; static. Where
 * memory is out, fault_is_nomem() knows it, or the reason is JWK_KEY_FAILED.
 * The type is one that jwk_key_unsupported() has nothing against.
 */
const char *jwk_key(const json_t *jwk, EVP_PKEY **key);

/* What says no more than that: OpenSSL or memory. */
extern const char JWK_KEY_FAILED[];

#endif
