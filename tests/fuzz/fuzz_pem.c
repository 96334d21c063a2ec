/* SPDX-License-Identifier: ISC */
/* A key file from anywhere, PEM or DER: keys, certificates, text around. */
#include "keyfile_target.h"

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = 0;

	keyfile_seeds_add(seeds, &n, KEYFILE_PEM);
	keyfile_seeds_add(seeds, &n, KEYFILE_PEM_AES);
	keyfile_seeds_add(seeds, &n, KEYFILE_TRADITIONAL);
	keyfile_seeds_add(seeds, &n, KEYFILE_PKCS7);
	keyfile_seeds_add(seeds, &n, KEYFILE_DER);
	keyfile_seeds_add(seeds, &n, KEYFILE_DER_AES);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	keyfile_try(data, size);
	return 0;
}
