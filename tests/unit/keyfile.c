/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "base/base64.h"
#include "keyfile.h"

static void
need(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "keyfile: %s failed\n", what);
	abort();
}

static struct p12
contents_of(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);
	struct p12 out = { .bytes = malloc((size_t)len), .len = (size_t)len };

	need(out.bytes != NULL, "malloc");
	memcpy(out.bytes, data, out.len);
	BIO_free(bio);
	return out;
}

static X509_SIG *
encrypted(EVP_PKEY *key, const char *pin)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_SIG *sig = PKCS8_encrypt(
	    -1, EVP_aes_256_cbc(), pin, (int)strlen(pin), NULL, 0, 1, info);

	need(sig != NULL, "PKCS8_encrypt");
	PKCS8_PRIV_KEY_INFO_free(info);
	return sig;
}

/* ---- PEM and DER --------------------------------------------------------- */

static void
put_key(BIO *bio, enum keyfile_kind kind, EVP_PKEY *key, const char *pin)
{
	X509_SIG *sig;
	int done;

	switch (kind) {
	case KEYFILE_PEM_AES:
	case KEYFILE_DER_AES:
		sig = encrypted(key, pin);
		done = kind == KEYFILE_DER_AES ? i2d_PKCS8_bio(bio, sig)
					       : PEM_write_bio_PKCS8(bio, sig);
		X509_SIG_free(sig);
		break;
	case KEYFILE_TRADITIONAL:
		done = PEM_write_bio_PrivateKey_traditional(bio, key,
		    EVP_aes_256_cbc(), (const unsigned char *)pin,
		    (int)strlen(pin), NULL, NULL);
		break;
	case KEYFILE_DER:
		done = i2d_PKCS8PrivateKeyInfo_bio(bio, key);
		break;
	default:
		done = PEM_write_bio_PKCS8PrivateKey(
		    bio, key, NULL, NULL, 0, NULL, NULL);
	}
	need(done > 0, "writing a key");
}

static void
put_pkcs7(BIO *bio, X509 *const *certs, size_t n)
{
	PKCS7 *pkcs7 = PKCS7_new();

	need(pkcs7 != NULL && PKCS7_set_type(pkcs7, NID_pkcs7_signed) &&
		PKCS7_content_new(pkcs7, NID_pkcs7_data),
	    "PKCS7_new");
	for (size_t i = 0; i < n; i++)
		need(PKCS7_add_certificate(pkcs7, certs[i]),
		    "PKCS7_add_certificate");
	need(PEM_write_bio_PKCS7(bio, pkcs7), "PEM_write_bio_PKCS7");
	PKCS7_free(pkcs7);
}

/* ---- JWK ----------------------------------------------------------------- */

static void
put_number(BIO *bio, const char *name, EVP_PKEY *key, const char *param)
{
	unsigned char bytes[512];
	BIGNUM *bn = NULL;
	char *text;
	int len;

	need(EVP_PKEY_get_bn_param(key, param, &bn), param);
	len = BN_num_bytes(bn);
	if (EVP_PKEY_is_a(key, "EC"))
		len = 32;
	BN_bn2binpad(bn, bytes, len);
	text = base64url_encode(bytes, (size_t)len);
	BIO_printf(bio, ",\"%s\":\"%s\"", name, text);
	OPENSSL_cleanse(text, strlen(text));
	OPENSSL_cleanse(bytes, sizeof(bytes));
	free(text);
	BN_clear_free(bn);
}

static void
put_x5c(BIO *bio, X509 *const *certs, size_t n)
{
	BIO_puts(bio, ",\"x5c\":[");
	for (size_t i = 0; i < n; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(certs[i], &der);
		char *text = base64_encode(der, (size_t)len);

		BIO_printf(bio, "%s\"%s\"", i > 0 ? "," : "", text);
		free(text);
		OPENSSL_free(der);
	}
	BIO_puts(bio, "]");
}

static void
put_jwk(BIO *bio, EVP_PKEY *key)
{
	static const char *const rsa[][2] = {
		{ "n", OSSL_PKEY_PARAM_RSA_N },
		{ "e", OSSL_PKEY_PARAM_RSA_E },
		{ "d", OSSL_PKEY_PARAM_RSA_D },
		{ "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
		{ "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },
		{ "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
		{ "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 },
		{ "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
	};
	static const char *const ec[][2] = {
		{ "x", OSSL_PKEY_PARAM_EC_PUB_X },
		{ "y", OSSL_PKEY_PARAM_EC_PUB_Y },
		{ "d", OSSL_PKEY_PARAM_PRIV_KEY },
	};
	int is_rsa = EVP_PKEY_is_a(key, "RSA");

	BIO_puts(bio,
	    is_rsa ? "{\"kty\":\"RSA\"" : "{\"kty\":\"EC\",\"crv\":\"P-256\"");
	for (size_t i = 0; i < (is_rsa ? 8 : 3); i++)
		put_number(bio, is_rsa ? rsa[i][0] : ec[i][0], key,
		    is_rsa ? rsa[i][1] : ec[i][1]);
}

struct p12
keyfile_make(enum keyfile_kind kind, EVP_PKEY *key, const char *pin,
    X509 *const *certs, size_t n)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	need(bio != NULL, "BIO_new");
	if (kind >= KEYFILE_JWK) {
		if (kind == KEYFILE_JWK_SET)
			BIO_puts(
			    bio, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"},");
		put_jwk(bio, key);
		if (kind != KEYFILE_JWK_BARE) {
			BIO_puts(bio, ",\"kid\":\"canary-kid\"");
			put_x5c(bio, certs, n);
		}
		BIO_puts(bio, kind == KEYFILE_JWK_SET ? "}]}" : "}");
		return contents_of(bio);
	}
	put_key(bio, kind, key, pin);
	if (kind == KEYFILE_PKCS7)
		put_pkcs7(bio, certs, n);
	for (size_t i = 0; i < n && kind <= KEYFILE_TRADITIONAL; i++)
		need(PEM_write_bio_X509(bio, certs[i]), "PEM_write_bio_X509");
	return contents_of(bio);
}
