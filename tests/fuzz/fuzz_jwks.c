/* SPDX-License-Identifier: ISC */
/* The public keys of a server: a JWK Set (RFC 7517, 5), and what finds them. */
#include <stdint.h>
#include <stdlib.h>

#include "oauth/jwks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct jwks_key *key;
	struct segl_jwks *jwks;
	struct segl *segl = segl_new();
	enum segl_status status;

	if (segl == NULL)
		abort();
	status = segl_jwks_parse(segl, (const char *)data, size, &jwks);
	if ((status == SEGL_OK) != (jwks != NULL) ||
	    (status != SEGL_OK && segl_error_message(segl) == NULL))
		abort();
	if (jwks != NULL) {
		key = jwks_find(jwks, "k", SEGL_ALG_RS256);
		/* a key is never one for another type of signature */
		if (key != NULL && (!key->is_rsa || key->spki_len <= 0))
			abort();
		key = jwks_find(jwks, "k", SEGL_ALG_ES256);
		if (key != NULL && key->is_rsa)
			abort();
	}
	segl_jwks_free(jwks);
	segl_free(segl);
	return 0;
}
