/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/error.h"
#include "base/secret.h"
#include "oauth/jwt_libjwt.h"
#include "oauth/signed_bytes.h"

#ifdef HAVE_JWT_CHECKER_NEW
#error "libjwt 3 checks with jwt_checker_*: write that twin of verify_pem()"
#endif

/* AlgorithmIdentifier of a SubjectPublicKeyInfo, DER (RFC 3279, 2.3). */
static const unsigned char rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
	0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
static const unsigned char p256[] = { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
	0x01, 0x07 };

static const struct {
	jwt_alg_t jwt;
	const unsigned char *key; /* what the key has to be */
	size_t key_len;
} algs[] = {
	[SEGL_ALG_RS256] = { JWT_ALG_RS256, rsa, sizeof(rsa) },
	[SEGL_ALG_RS384] = { JWT_ALG_RS384, rsa, sizeof(rsa) },
	[SEGL_ALG_RS512] = { JWT_ALG_RS512, rsa, sizeof(rsa) },
	[SEGL_ALG_ES256] = { JWT_ALG_ES256, p256, sizeof(p256) },
};

/*
 * libjwt would accept ES256 with a P-384 key: look at the key first, at its
 * first bytes, since libjwt decodes all of it anyway and that is slow.
 */
static int
key_fits(const unsigned char *spki, size_t spki_len, enum segl_alg alg)
{
	size_t head;

	if (spki_len < 2 || spki[0] != 0x30)
		return 0;
	head = spki[1] < 0x80 ? 2 : 2 + (size_t)(spki[1] & 0x7f);
	return spki_len > head + algs[alg].key_len &&
	    memcmp(spki + head, algs[alg].key, algs[alg].key_len) == 0;
}

/* 1 verified, 0 not, -1 out of memory. */
static int
verify_pem(const char *compact, size_t len, jwt_alg_t alg, const char *pem,
    size_t pem_len)
{
	char *token = strndup(compact, len);
	jwt_t *jwt = NULL;
	int result;

	if (token == NULL)
		return -1;
	result =
	    jwt_decode(&jwt, token, (const unsigned char *)pem, (int)pem_len);
	if (result == 0)
		result = jwt_get_alg(jwt) == alg;
	else
		result = result == ENOMEM ? -1 : 0;
	jwt_free(jwt);
	secret_free_text(token);
	ERR_clear_error(); /* libjwt leaves OpenSSL's reasons behind */
	return result;
}

enum segl_status
jws_verify_libjwt(struct segl *segl, const char *compact, size_t len,
    enum segl_alg alg, int is_jwt, const unsigned char *spki, size_t spki_len)
{
	int result = -1;
	BIO *bio = NULL;
	char *pem;
	long pem_len;

	if (!key_fits(spki, spki_len, alg)) {
		ERR_clear_error();
		return error_set(segl, SEGL_EAUTHN, SEGL_TURN_YOU,
		    "the public key is not one for %s", segl_alg_name(alg));
	}
	if (!is_jwt) {
		result = signed_bytes_verify(compact, len, alg, spki, spki_len);
		goto out;
	}
	bio = BIO_new(BIO_s_mem());
	if (bio == NULL ||
	    !PEM_write_bio(bio, PEM_STRING_PUBLIC, "", spki, (long)spki_len))
		goto out;
	pem_len = BIO_get_mem_data(bio, &pem);
	if (pem_len > 0)
		result = verify_pem(
		    compact, len, algs[alg].jwt, pem, (size_t)pem_len);
out:
	BIO_free(bio);
	if (result < 0)
		return error_nomem(segl);
	if (result == 0)
		return error_set(segl, SEGL_EAUTHN, SEGL_TURN_YOU,
		    "the signature of the JWS does not verify with the "
		    "public key");
	return SEGL_OK;
}
