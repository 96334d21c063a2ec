/* SPDX-License-Identifier: ISC */
/* A CRL from anywhere. */
#include <stdlib.h>

#include "revocation/crl.h"
#include "revocation_target.h"
#include "seeds.h"

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	const struct revocation_world *world = revocation_world();
	struct crl_spec specs[] = {
		{ .next_update = CA_NOW + 60 },
		{ .next_update = CA_NOW + 60,
		    .revoked = &world->leaf,
		    .reason = 6 },
		{ .revoked = &world->signer, .reason = -1 },
	};
	size_t n = sizeof(specs) / sizeof(specs[0]);

	for (size_t i = 0; i < n; i++) {
		specs[i].issuer = &world->root;
		specs[i].this_update = CA_NOW - 60;
		seeds[i].bytes = answers_crl(&specs[i], &seeds[i].len);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct revocation_world *world = revocation_world();
	struct answer answer;

	if (crl_judge(world->leaf_facts, world->root_facts, data, size, CA_NOW,
		&answer) != SEGL_OK)
		abort();
	revocation_check(&answer);
	answer_clear(&answer);
	return 0;
}
