/* SPDX-License-Identifier: ISC */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "oauth/signed_bytes.h"

#define P256_LEN 32 /* bytes of r, and of s */

static const EVP_MD *
hash_of(enum segl_alg alg)
{
	if (alg == SEGL_ALG_RS384)
		return EVP_sha384();
	return alg == SEGL_ALG_RS512 ? EVP_sha512() : EVP_sha256();
}

/* The signature r || s of JWS as OpenSSL wants it; new, or NULL. */
static unsigned char *
as_der(const unsigned char *raw, size_t raw_len, size_t *len)
{
	ECDSA_SIG *sig =
	    raw_len == (size_t)2 * P256_LEN ? ECDSA_SIG_new() : NULL;
	BIGNUM *r, *s;
	unsigned char *der = NULL;
	int der_len = 0;

	if (sig == NULL)
		return NULL;
	r = BN_bin2bn(raw, P256_LEN, NULL);
	s = BN_bin2bn(raw + P256_LEN, P256_LEN, NULL);
	if (r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
		der_len = i2d_ECDSA_SIG(sig, &der);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	*len = der_len > 0 ? (size_t)der_len : 0;
	return der_len > 0 ? der : NULL;
}

static int
verify(EVP_PKEY *key, enum segl_alg alg, const char *bytes, size_t len,
    const unsigned char *signature, size_t signature_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good = -1;

	if (ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, hash_of(alg), NULL, key) == 1)
		good = EVP_DigestVerify(ctx, signature, signature_len,
			   (const unsigned char *)bytes, len) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

int
signed_bytes_verify(const char *compact, size_t len, enum segl_alg alg,
    const unsigned char *spki, size_t spki_len)
{
	EVP_PKEY *key = d2i_PUBKEY(NULL, &spki, (long)spki_len);
	const char *dot = memrchr(compact, '.', len);
	unsigned char *raw = NULL, *der = NULL;
	size_t raw_len = 0, der_len = 0;
	int good = 0;

	if (key == NULL || dot == NULL)
		goto out;
	if (base64url_decode(dot + 1, len - (size_t)(dot + 1 - compact), &raw,
		&raw_len) != 0)
		goto out;
	if (alg == SEGL_ALG_ES256)
		der = as_der(raw, raw_len, &der_len);
	if (alg != SEGL_ALG_ES256 || der != NULL)
		good = verify(key, alg, compact, (size_t)(dot - compact),
		    der != NULL ? der : raw, der != NULL ? der_len : raw_len);
out:
	OPENSSL_free(der);
	free(raw);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}
