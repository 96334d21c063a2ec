/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/sha.h>

#include "trustlist/update/signers.h"

int
signers_have(
    const struct signers *signers, const unsigned char sha256[SIGNERS_SHA256])
{
	for (size_t i = 0; i < signers->n; i++)
		if (memcmp(signers->sha256[i], sha256, SIGNERS_SHA256) == 0)
			return 1;
	return 0;
}

int
signers_add(struct signers *signers, const unsigned char sha256[SIGNERS_SHA256])
{
	if (signers_have(signers, sha256))
		return 0;
	if (signers->n == SIGNERS_MAX)
		return -1;
	memcpy(signers->sha256[signers->n++], sha256, SIGNERS_SHA256);
	return 0;
}

int
signers_add_certificate(struct signers *signers, const struct tl_bytes *der)
{
	unsigned char sha256[SIGNERS_SHA256];

	if (der->data == NULL || SHA256(der->data, der->len, sha256) == NULL)
		return -1;
	return signers_add(signers, sha256);
}
