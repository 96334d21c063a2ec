/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_SIGNER_H
#define SOFTTOKEN_SIGNER_H

#include <openssl/evp.h>

#include <segl/jws.h>

/*
 * What holds a private key and signs with it. The soft token knows no more of
 * a key than this; one that stays in hardware is another implementation.
 */
struct signer {
	int (*can_sign)(const struct signer *signer, enum segl_alg alg);
	/* as segl_softtoken_sign(); errors are recorded in SEGL */
	enum segl_status (*sign)(const struct signer *signer, struct segl *segl,
	    enum segl_alg alg, const void *tbs, size_t len, unsigned char **sig,
	    size_t *sig_len);
	/* the key itself, borrowed; NULL for a signer that only signs */
	EVP_PKEY *(*resident)(const struct signer *signer);
	void (*free)(struct signer *signer);
};

/* A signer of the resident key PKEY, which is shared; NULL without memory. */
struct signer *signer_new(EVP_PKEY *pkey);
void signer_free(struct signer *signer);

/* The algorithm called NAME, where signers can do it, else SEGL_ALG_NONE. */
enum segl_alg signer_alg(const char *name);

#endif
