/* SPDX-License-Identifier: ISC */
/* An OCSP response from anywhere. */
#include <stdlib.h>

#include <openssl/ocsp.h>

#include "revocation/ocsp.h"
#include "revocation_target.h"
#include "seeds.h"

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	const struct revocation_world *world = revocation_world();
	struct ocsp_spec specs[] = {
		{ .next_update = CA_NOW + 60 },
		{ .status = V_OCSP_CERTSTATUS_REVOKED,
		    .reason = OCSP_REVOKED_STATUS_KEYCOMPROMISE,
		    .revoked_at = CA_NOW - 60,
		    .signer = &world->signer },
		{ .status = V_OCSP_CERTSTATUS_UNKNOWN },
	};
	size_t n = sizeof(specs) / sizeof(specs[0]);

	for (size_t i = 0; i < n; i++) {
		specs[i].cert = &world->leaf;
		specs[i].issuer = &world->root;
		specs[i].this_update = CA_NOW - 60;
		seeds[i].bytes = answers_ocsp(&specs[i], &seeds[i].len);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct revocation_world *world = revocation_world();
	struct answer answer;

	if (ocsp_judge(world->leaf_facts, world->root_facts, NULL, data, size,
		CA_NOW, &answer) != SEGL_OK)
		abort();
	revocation_check(&answer);
	answer_clear(&answer);
	return 0;
}
