/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/error.h"
#include "oauth/jwks.h"
#include "oauth/strict_json.h"

/* Smallest and largest RSA key, in bits: NIST SP 800-131A; OpenSSL's limit. */
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384

#define P256_LEN 32

struct segl_jwks {
	struct jwks_key keys[SEGL_JWKS_KEYS];
	size_t n;
};

void
segl_jwks_free(struct segl_jwks *jwks)
{
	if (jwks == NULL)
		return;
	for (size_t i = 0; i < jwks->n; i++) {
		free(jwks->keys[i].kid);
		OPENSSL_free(jwks->keys[i].spki);
	}
	free(jwks);
}

const struct jwks_key *
jwks_find(const struct segl_jwks *jwks, const char *kid, enum segl_alg alg)
{
	for (size_t i = 0; i < jwks->n; i++) {
		const struct jwks_key *key = &jwks->keys[i];

		if (strcmp(key->kid, kid) == 0 &&
		    (key->alg == SEGL_ALG_NONE || key->alg == alg) &&
		    key->is_rsa == (alg != SEGL_ALG_ES256))
			return key;
	}
	return NULL;
}

/* ---- one key ------------------------------------------------------------ */

static int
is_text(const json_t *jwk, const char *name, const char *text)
{
	const char *value = json_string_value(json_object_get(jwk, name));

	return value != NULL && strcmp(value, text) == 0;
}

/* The member NAME as bytes; new, NULL where it is none. */
static unsigned char *
bytes_of(const json_t *jwk, const char *name, size_t *len)
{
	const json_t *value = json_object_get(jwk, name);
	unsigned char *bytes = NULL;

	if (!json_is_string(value) ||
	    base64url_decode(json_string_value(value),
		json_string_length(value), &bytes, len) != 0)
		return NULL;
	return bytes;
}

static BIGNUM *
number_of(const json_t *jwk, const char *name)
{
	size_t len;
	unsigned char *bytes = bytes_of(jwk, name, &len);
	BIGNUM *number = NULL;

	if (bytes != NULL && len <= RSA_BITS_MAX / 8)
		number = BN_bin2bn(bytes, (int)len, NULL);
	free(bytes);
	return number;
}

/* The key of type NAME that BUILD describes; new, NULL where it is none. */
static EVP_PKEY *
make(const char *name, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *
rsa_key(const json_t *jwk)
{
	BIGNUM *n = number_of(jwk, "n"), *e = number_of(jwk, "e");
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (n != NULL && e != NULL && build != NULL &&
	    BN_num_bits(n) >= RSA_BITS_MIN && BN_is_odd(e) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		key = make("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *
ec_key(const json_t *jwk)
{
	unsigned char point[1 + 2 * P256_LEN] = {
		POINT_CONVERSION_UNCOMPRESSED
	};
	size_t x_len = 0, y_len = 0;
	unsigned char *x = bytes_of(jwk, "x", &x_len);
	unsigned char *y = bytes_of(jwk, "y", &y_len);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (x != NULL && y != NULL && x_len == P256_LEN && y_len == P256_LEN &&
	    build != NULL) {
		memcpy(point + 1, x, P256_LEN);
		memcpy(point + 1 + P256_LEN, y, P256_LEN);
		/* OpenSSL refuses a point that is not on the curve */
		if (OSSL_PARAM_BLD_push_utf8_string(
			build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
		    OSSL_PARAM_BLD_push_octet_string(
			build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
			key = make("EC", build);
	}
	OSSL_PARAM_BLD_free(build);
	free(x);
	free(y);
	return key;
}

/* Take JWK where it is of use; 0, or -1 where it is passed over. */
static int
take_key(const json_t *jwk, struct jwks_key *out)
{
	const char *kid = json_string_value(json_object_get(jwk, "kid"));
	const json_t *use = json_object_get(jwk, "use");
	const json_t *alg = json_object_get(jwk, "alg");
	EVP_PKEY *key;

	memset(out, 0, sizeof(*out));
	if (kid == NULL || (use != NULL && !is_text(jwk, "use", "sig")))
		return -1;
	if (json_is_string(alg))
		out->alg = segl_alg_find(json_string_value(alg));
	if (alg != NULL && out->alg == SEGL_ALG_NONE)
		return -1;
	out->is_rsa = is_text(jwk, "kty", "RSA");
	if (!out->is_rsa &&
	    !(is_text(jwk, "kty", "EC") && is_text(jwk, "crv", "P-256")))
		return -1;
	key = out->is_rsa ? rsa_key(jwk) : ec_key(jwk);
	out->spki_len = key == NULL ? -1 : i2d_PUBKEY(key, &out->spki);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (out->spki_len <= 0)
		return -1;
	out->kid = strdup(kid);
	if (out->kid != NULL)
		return 0;
	OPENSSL_free(out->spki);
	return -1;
}

/* ---- the set ------------------------------------------------------------ */

static enum segl_status
wrong(struct segl *segl, const char *why)
{
	error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
	    "the keys of the server cannot be used: %s", why);
	error_remedy(segl,
	    "check --env, and whether something between here and the server "
	    "answers in its place");
	return SEGL_EREPLY;
}

enum segl_status
segl_jwks_parse(
    struct segl *segl, const char *text, size_t len, struct segl_jwks **out)
{
	struct segl_jwks *jwks;
	enum segl_status status;
	const json_t *keys, *jwk;
	json_t *json;
	size_t i;

	*out = NULL;
	if (len > SEGL_JWKS_MAX)
		return wrong(segl, "there are too many");
	status = strict_json_object(
	    segl, "the answer with the server's keys", text, len, &json);
	if (status != SEGL_OK)
		return status;
	jwks = calloc(1, sizeof(*jwks));
	if (jwks == NULL) {
		json_decref(json);
		return error_nomem(segl);
	}
	keys = json_object_get(json, "keys");
	json_array_foreach(keys, i, jwk) if (jwks->n < SEGL_JWKS_KEYS &&
	    take_key(jwk, &jwks->keys[jwks->n]) == 0) jwks->n++;
	json_decref(json);
	if (jwks->n == 0) {
		segl_jwks_free(jwks);
		return wrong(segl, "there is none that signs tokens");
	}
	*out = jwks;
	return SEGL_OK;
}
