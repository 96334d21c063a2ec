/* SPDX-License-Identifier: ISC */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/secret.h"
#include "sim/public_key.h"

/* Self-service takes RSA keys from 2048 bits on. */
#define BITS_LEAST 2048

static BIGNUM *
number_parse(const char *text)
{
	unsigned char *bytes;
	BIGNUM *bn = NULL;
	size_t len;

	if (base64url_decode(text, strlen(text), &bytes, &len) != 0)
		return NULL;
	if (len > 0)
		bn = BN_bin2bn(bytes, (int)len, NULL);
	free(bytes);
	return bn;
}

static EVP_PKEY *
rsa_new(const BIGNUM *n, const BIGNUM *e)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (ctx != NULL && build != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = OSSL_PARAM_BLD_to_param(build);
	if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
public_key_of_numbers(const char *n, const char *e)
{
	BIGNUM *modulus = number_parse(n), *exponent = number_parse(e);
	EVP_PKEY *key = NULL;

	if (modulus != NULL && exponent != NULL)
		key = rsa_new(modulus, exponent);
	BN_free(modulus);
	BN_free(exponent);
	ERR_clear_error();
	return key;
}

static EVP_PKEY *
parse_jwk(const json_t *jwk, const char **why)
{
	const char *kty = json_string_value(json_object_get(jwk, "kty"));
	const char *n = json_string_value(json_object_get(jwk, "n"));
	const char *e = json_string_value(json_object_get(jwk, "e"));

	if (json_object_get(jwk, "d") != NULL) {
		*why = "a private key: only its public half is registered";
		return NULL;
	}
	if (kty == NULL || strcmp(kty, "RSA") != 0 || n == NULL || e == NULL) {
		*why = "not an RSA public key as JWK: kty, n and e";
		return NULL;
	}
	*why = "n and e are no key";
	return public_key_of_numbers(n, e);
}

static EVP_PKEY *
parse_pem(const char *bytes, size_t len, const char **why)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)len);
	EVP_PKEY *key = NULL;

	*why = "neither a public key in PEM nor a JWK";
	if (bio != NULL)
		key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return key;
}

EVP_PKEY *
public_key_parse(const char *bytes, size_t len, const char **why)
{
	json_t *jwk = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	EVP_PKEY *key;

	key = jwk != NULL ? parse_jwk(jwk, why) : parse_pem(bytes, len, why);
	json_decref(jwk);
	if (key == NULL ||
	    (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
		EVP_PKEY_get_bits(key) >= BITS_LEAST))
		return key;
	*why = "not an RSA key of 2048 bits or more";
	EVP_PKEY_free(key);
	return NULL;
}

json_t *
public_key_number(const EVP_PKEY *key, const char *name)
{
	unsigned char *bytes = NULL;
	json_t *value = NULL;
	BIGNUM *bn = NULL;
	char *text = NULL;
	int len;

	if (EVP_PKEY_get_bn_param(key, name, &bn) != 1)
		return NULL;
	len = BN_num_bytes(bn);
	bytes = malloc((size_t)len + 1);
	if (bytes != NULL && BN_bn2bin(bn, bytes) == len)
		text = base64url_encode(bytes, (size_t)len);
	if (text != NULL)
		value = json_string(text);
	if (bytes != NULL)
		secret_wipe(bytes, (size_t)len);
	secret_free_text(text);
	free(bytes);
	BN_clear_free(bn);
	return value;
}

json_t *
public_key_private_jwk(EVP_PKEY *key, const char *kid)
{
	static const struct {
		const char *member, *name;
	} numbers[] = {
		{ "n", OSSL_PKEY_PARAM_RSA_N },
		{ "e", OSSL_PKEY_PARAM_RSA_E },
		{ "d", OSSL_PKEY_PARAM_RSA_D },
		{ "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
		{ "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },
		{ "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
		{ "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 },
		{ "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
	};
	json_t *jwk = json_pack("{s:s, s:s, s:s, s:s}", "kty", "RSA", "use",
	    "sig", "alg", "RS256", "kid", kid);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_t *value = public_key_number(key, numbers[i].name);

		if (value == NULL ||
		    json_object_set_new(jwk, numbers[i].member, value) != 0) {
			json_decref(jwk);
			return NULL;
		}
	}
	return jwk;
}
