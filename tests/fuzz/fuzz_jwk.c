/* SPDX-License-Identifier: ISC */
/* A private JWK or a JWK Set from anywhere. */
#include "keyfile_target.h"

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = 0;

	keyfile_seeds_add(seeds, &n, KEYFILE_JWK);
	keyfile_seeds_add(seeds, &n, KEYFILE_JWK_BARE);
	keyfile_seeds_add(seeds, &n, KEYFILE_JWK_SET);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	keyfile_try(data, size);
	return 0;
}
