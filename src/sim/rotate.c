/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "sim/sim.h"

enum segl_status
rotate_key(struct sim *sim)
{
	enum segl_status status = signer_wait(sim);
	EVP_PKEY *key = pki_rsa_key();
	char *kid = key == NULL ? NULL : access_token_kid(key), *jwks = NULL;
	struct signer signer = { key, kid };

	if (status == SEGL_OK && kid != NULL)
		jwks =
		    sim_jwks(&sim->options.rules, &signer, NULL, &sim->signer);
	if (jwks == NULL) {
		EVP_PKEY_free(key);
		free(kid);
		return SEGL_ENOMEM;
	}
	EVP_PKEY_free(sim->before.key);
	free((char *)sim->before.kid);
	sim->before.key = sim->material.token_key;
	sim->before.kid = sim->kid;
	sim->material.token_key = key;
	sim->kid = kid;
	sim->signer = signer;
	free(sim->jwks);
	sim->jwks = jwks;
	return SEGL_OK;
}
