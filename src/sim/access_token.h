/* SPDX-License-Identifier: ISC */
#ifndef SIM_ACCESS_TOKEN_H
#define SIM_ACCESS_TOKEN_H

#include <openssl/evp.h>

#include "sim/grant.h"

/* The key that access tokens are signed with; borrowed. */
struct signer {
	EVP_PKEY *key;
	const char *kid;
};

/*
 * The claims of the access token that ATTEMPT, all of whose checks passed, is
 * given for LIFETIME_S seconds. New; NULL when out of memory.
 */
json_t *access_token_claims(const struct attempt *attempt, long lifetime_s);

/* CLAIMS signed; new. NULL when that fails. */
char *access_token_sign(const json_t *claims, const struct rules *rules,
    const struct signer *signer);

/* The public half, as a JWK with the certificates of PATH, if any; new. */
json_t *access_token_jwk(const struct rules *rules, const struct signer *signer,
    const STACK_OF(X509) * path);

/* A name for KEY that stays the same over restarts; new, NULL on failure. */
char *access_token_kid(EVP_PKEY *key);

#endif
