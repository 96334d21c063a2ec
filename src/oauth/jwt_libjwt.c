/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "base/secret.h"
#include "oauth/jwt_libjwt.h"

#ifdef HAVE_JWT_CHECKER_NEW
#error "libjwt 3 checks with jwt_checker_*: write that twin of verify_pem()"
#endif

static const struct {
	jwt_alg_t jwt;
	int key_type; /* EVP_PKEY_* */
	int bits;     /* exact size of the key, 0 any */
} algs[] = {
	[SEGL_ALG_RS256] = { JWT_ALG_RS256, EVP_PKEY_RSA, 0 },
	[SEGL_ALG_RS384] = { JWT_ALG_RS384, EVP_PKEY_RSA, 0 },
	[SEGL_ALG_RS512] = { JWT_ALG_RS512, EVP_PKEY_RSA, 0 },
	[SEGL_ALG_ES256] = { JWT_ALG_ES256, EVP_PKEY_EC, 256 },
};

/* libjwt would accept ES256 with a P-384 key: look at the key first. */
static int
key_fits(const unsigned char *spki, size_t spki_len, enum segl_alg alg)
{
	const unsigned char *p = spki;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki_len);
	int fits;

	if (key == NULL)
		return 0;
	fits = p == spki + spki_len &&
	    EVP_PKEY_get_base_id(key) == algs[alg].key_type &&
	    (algs[alg].bits == 0 || EVP_PKEY_get_bits(key) == algs[alg].bits);
	EVP_PKEY_free(key);
	return fits;
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
    enum segl_alg alg, const unsigned char *spki, size_t spki_len)
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
