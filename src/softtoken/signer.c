/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "base/error.h"
#include "pki/fault.h"
#include "softtoken/signer.h"

/* Bytes of r and of s in a signature of ES256 (RFC 7518, 3.4). */
#define ES256_PART 32

struct resident {
	struct signer signer;
	EVP_PKEY *pkey;
};

static const struct {
	enum segl_alg alg;
	const char *name;
	const char *key_type;
	const char *hash;
	int least_bits; /* room for the padding (RFC 8017, 9.2), the curve */
} algs[] = {
	{ SEGL_ALG_RS256, "RS256", "RSA", "SHA256", 496 },
	{ SEGL_ALG_RS384, "RS384", "RSA", "SHA384", 624 },
	{ SEGL_ALG_RS512, "RS512", "RSA", "SHA512", 752 },
	{ SEGL_ALG_ES256, "ES256", "EC", "SHA256", 256 },
};

static int
is_p256(const EVP_PKEY *pkey)
{
	char group[64];

	return EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) &&
	    (strcmp(group, "prime256v1") == 0 || strcmp(group, "P-256") == 0);
}

/* Name of the hash ALG signs with PKEY; NULL where they do not go together. */
static const char *
hash_for(const EVP_PKEY *pkey, enum segl_alg alg)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		if (algs[i].alg != alg)
			continue;
		if (!EVP_PKEY_is_a(pkey, algs[i].key_type) ||
		    EVP_PKEY_get_bits(pkey) < algs[i].least_bits)
			return NULL;
		if (alg == SEGL_ALG_ES256 && !is_p256(pkey))
			return NULL;
		return algs[i].hash;
	}
	return NULL;
}

static const char *
name_of(enum segl_alg alg)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		if (algs[i].alg == alg)
			return algs[i].name;
	}
	return "that algorithm";
}

enum segl_alg
signer_alg(const char *name)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		if (strcmp(algs[i].name, name) == 0)
			return algs[i].alg;
	}
	return SEGL_ALG_NONE;
}

static int
can_sign(const struct signer *signer, enum segl_alg alg)
{
	return hash_for(((const struct resident *)signer)->pkey, alg) != NULL;
}

/* The DER that EVP makes of an ECDSA signature, as r and s side by side. */
static int
raw_from_der(unsigned char **sig, size_t *len)
{
	const unsigned char *p = *sig;
	ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &p, (long)*len);
	unsigned char *raw = malloc((size_t)2 * ES256_PART);
	int done = 0;

	if (parts != NULL && raw != NULL)
		done = BN_bn2binpad(ECDSA_SIG_get0_r(parts), raw, ES256_PART) ==
			ES256_PART &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(parts), raw + ES256_PART,
			ES256_PART) == ES256_PART;
	ECDSA_SIG_free(parts);
	if (!done) {
		free(raw);
		return 0;
	}
	free(*sig);
	*sig = raw;
	*len = (size_t)2 * ES256_PART;
	return 1;
}

static int
digest_sign(EVP_PKEY *pkey, const char *hash, const void *tbs, size_t len,
    unsigned char **sig, size_t *sig_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = (size_t)EVP_PKEY_get_size(pkey);
	int done = 0;

	*sig = malloc(n);
	if (ctx != NULL && *sig != NULL &&
	    EVP_DigestSignInit_ex(ctx, NULL, hash, NULL, NULL, pkey, NULL) > 0)
		done = EVP_DigestSign(ctx, *sig, &n, tbs, len) > 0;
	EVP_MD_CTX_free(ctx);
	*sig_len = n;
	return done;
}

static enum segl_status
sign(const struct signer *signer, struct segl *segl, enum segl_alg alg,
    const void *tbs, size_t len, unsigned char **sig, size_t *sig_len)
{
	EVP_PKEY *pkey = ((const struct resident *)signer)->pkey;
	const char *hash = hash_for(pkey, alg);
	enum segl_status status = SEGL_OK;
	int nomem;

	*sig = NULL;
	*sig_len = 0;
	if (hash == NULL)
		return error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "a key of type %s with %d bits cannot sign %s",
		    EVP_PKEY_get0_type_name(pkey), EVP_PKEY_get_bits(pkey),
		    name_of(alg));
	fault_begin();
	if (!digest_sign(pkey, hash, tbs, len, sig, sig_len) ||
	    (alg == SEGL_ALG_ES256 && !raw_from_der(sig, sig_len))) {
		nomem = *sig == NULL || fault_is_nomem();
		free(*sig);
		*sig = NULL;
		*sig_len = 0;
		status = nomem ? error_nomem(segl)
			       : error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
				     "the private key refuses to sign");
	}
	fault_end();
	return status;
}

static EVP_PKEY *
resident_key(const struct signer *signer)
{
	return ((const struct resident *)signer)->pkey;
}

static void
resident_free(struct signer *signer)
{
	EVP_PKEY_free(((struct resident *)signer)->pkey);
	free(signer);
}

struct signer *
signer_new(EVP_PKEY *pkey)
{
	struct resident *resident = calloc(1, sizeof(*resident));

	if (resident == NULL)
		return NULL;
	resident->signer.can_sign = can_sign;
	resident->signer.sign = sign;
	resident->signer.resident = resident_key;
	resident->signer.free = resident_free;
	EVP_PKEY_up_ref(pkey);
	resident->pkey = pkey;
	return &resident->signer;
}

void
signer_free(struct signer *signer)
{
	if (signer != NULL)
		signer->free(signer);
}
