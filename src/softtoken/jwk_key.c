/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/base64.h"
#include "base/secret.h"
#include "softtoken/jwk_key.h"
#include "softtoken/key.h"

/* Largest number of a key, in bytes: RSA of 16384 bits, OpenSSL's limit. */
#define NUMBER_MAX 2048

/* Bytes of a coordinate on P-256, and of its private number. */
#define P256_LEN 32

const char JWK_KEY_FAILED[] = "OpenSSL does not take its numbers";

enum { N, E, D, P, Q, DP, DQ, QI };

/* A member of the key, decoded. */
struct member {
	const char *name;
	const char *missing, *malformed;
	unsigned char *bytes;
	size_t len;
};

#define MEMBER(n)                                                              \
	{                                                                      \
		.name = (n), .missing = "it has no " n,                        \
		.malformed = "its " n " is not a number in base64url"          \
	}

static const struct member rsa_members[KEY_RSA_NUMBERS] = {
	MEMBER("n"),
	MEMBER("e"),
	MEMBER("d"),
	MEMBER("p"),
	MEMBER("q"),
	MEMBER("dp"),
	MEMBER("dq"),
	MEMBER("qi"),
};

static const struct member ec_members[] = {
	MEMBER("x"),
	MEMBER("y"),
	MEMBER("d"),
};

#define EC_MEMBERS (sizeof(ec_members) / sizeof(ec_members[0]))

/* Decode the N MEMBERS of JWK; NULL, or what is wrong. */
static const char *
decode(const json_t *jwk, struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct member *m = &members[i];
		const json_t *value = json_object_get(jwk, m->name);

		if (value == NULL)
			return m->missing;
		if (!json_is_string(value) ||
		    base64url_decode(json_string_value(value),
			json_string_length(value), &m->bytes, &m->len) < 0)
			return m->malformed;
		if (m->len == 0 || m->len > NUMBER_MAX)
			return m->malformed;
	}
	return NULL;
}

static void
clear(struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		secret_wipe(members[i].bytes, members[i].len);
		free(members[i].bytes);
	}
}

/* ---- RSA ----------------------------------------------------------------- */

/* X is A modulo B less one. */
static int
is_reduced(
    const BIGNUM *x, const BIGNUM *a, const BIGNUM *b, BIGNUM *t, BN_CTX *ctx)
{
	return BN_sub(t, b, BN_value_one()) && BN_mod(t, a, t, ctx) &&
	    BN_cmp(t, x) == 0;
}

/* A B is one modulo M. */
static int
is_inverse(
    const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BIGNUM *t, BN_CTX *ctx)
{
	return BN_mod_mul(t, a, b, m, ctx) && BN_is_one(t);
}

/* Whether the numbers belong together (RFC 8017, 3.2); NULL where they do. */
static const char *
inconsistent(BIGNUM *const x[KEY_RSA_NUMBERS], BN_CTX *ctx)
{
	BIGNUM *t = BN_CTX_get(ctx), *less = BN_CTX_get(ctx);

	if (less == NULL)
		return JWK_KEY_FAILED;
	if (BN_cmp(x[P], BN_value_one()) <= 0 ||
	    BN_cmp(x[Q], BN_value_one()) <= 0 || !BN_mul(t, x[P], x[Q], ctx) ||
	    BN_cmp(t, x[N]) != 0)
		return "its members do not belong together: p times q is not n";
	if (!is_reduced(x[DP], x[D], x[P], t, ctx) ||
	    !is_reduced(x[DQ], x[D], x[Q], t, ctx) ||
	    !is_inverse(x[QI], x[Q], x[P], t, ctx))
		return "its members do not belong together: dp, dq or qi is "
		       "not that of d, p and q";
	if (!BN_sub(less, x[P], BN_value_one()) ||
	    !is_inverse(x[E], x[DP], less, t, ctx) ||
	    !BN_sub(less, x[Q], BN_value_one()) ||
	    !is_inverse(x[E], x[DQ], less, t, ctx))
		return "its members do not belong together: d is not that of "
		       "the public key, n and e";
	return NULL;
}

static const char *
check_rsa(const struct member members[KEY_RSA_NUMBERS])
{
	BIGNUM *numbers[KEY_RSA_NUMBERS];
	const char *why = JWK_KEY_FAILED;
	BN_CTX *ctx = BN_CTX_new(); /* wipes what it lends */
	size_t n = 0;

	if (ctx == NULL)
		return why;
	BN_CTX_start(ctx);
	while (n < KEY_RSA_NUMBERS) {
		numbers[n] = BN_CTX_get(ctx);
		if (numbers[n] == NULL ||
		    BN_bin2bn(members[n].bytes, (int)members[n].len,
			numbers[n]) == NULL)
			break;
		n++;
	}
	if (n == KEY_RSA_NUMBERS)
		why = inconsistent(numbers, ctx);
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
	return why;
}

static const char *
rsa(const json_t *jwk, EVP_PKEY **key)
{
	struct key_number numbers[KEY_RSA_NUMBERS];
	struct member members[KEY_RSA_NUMBERS];
	const char *why;

	if (json_object_get(jwk, "oth") != NULL)
		return "it is an RSA key of more than two primes (oth)";
	memcpy(members, rsa_members, sizeof(members));
	why = decode(jwk, members, KEY_RSA_NUMBERS);
	if (why == NULL)
		why = check_rsa(members);
	if (why == NULL) {
		for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
			numbers[i].bytes = members[i].bytes;
			numbers[i].len = members[i].len;
		}
		*key = key_from_rsa(numbers);
		if (*key == NULL)
			why = JWK_KEY_FAILED;
	}
	clear(members, KEY_RSA_NUMBERS);
	return why;
}

/* ---- EC ------------------------------------------------------------------ */

/* 1 where the public key is on the curve and that of the private one. */
static int
is_pair(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	int is = ctx != NULL && EVP_PKEY_check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	return is;
}

static EVP_PKEY *
ec_key(const struct member members[EC_MEMBERS])
{
	unsigned char point[1 + 2 * P256_LEN], number[P256_LEN];
	char group[] = "P-256";
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[4];

	point[0] = 4; /* not compressed (SEC 1, 2.3.3) */
	memcpy(point + 1, members[0].bytes, P256_LEN);
	memcpy(point + 1 + P256_LEN, members[1].bytes, P256_LEN);
	key_number_to_native(
	    &(struct key_number){ members[2].bytes, P256_LEN }, number);
	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(
	    OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
	params[2] = OSSL_PARAM_construct_BN(
	    OSSL_PKEY_PARAM_PRIV_KEY, number, sizeof(number));
	params[3] = OSSL_PARAM_construct_end();
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) <= 0)
		key = NULL;
	secret_wipe(number, sizeof(number));
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static const char *
ec(const json_t *jwk, EVP_PKEY **key)
{
	struct member members[EC_MEMBERS];
	const char *why;

	memcpy(members, ec_members, sizeof(members));
	why = decode(jwk, members, EC_MEMBERS);
	for (size_t i = 0; why == NULL && i < EC_MEMBERS; i++) {
		/* RFC 7518, 6.2: leading zeros stay */
		if (members[i].len != P256_LEN)
			why = "its x, y or d is not 32 bytes long, as P-256 "
			      "wants it";
	}
	if (why == NULL)
		*key = ec_key(members);
	if (why == NULL && (*key == NULL || !is_pair(*key))) {
		why = "its x, y and d do not belong together";
		EVP_PKEY_free(*key);
		*key = NULL;
	}
	clear(members, EC_MEMBERS);
	return why;
}

static int
is_text(const json_t *jwk, const char *name, const char *want)
{
	const char *text = json_string_value(json_object_get(jwk, name));

	return text != NULL && strcmp(text, want) == 0;
}

const char *
jwk_key_unsupported(const json_t *jwk)
{
	if (is_text(jwk, "kty", "RSA"))
		return NULL;
	if (!is_text(jwk, "kty", "EC"))
		return "its type (kty) is neither RSA nor EC";
	if (!is_text(jwk, "crv", "P-256"))
		return "its curve (crv) is not P-256";
	return NULL;
}

const char *
jwk_key(const json_t *jwk, EVP_PKEY **key)
{
	*key = NULL;
	return is_text(jwk, "kty", "RSA") ? rsa(jwk, key) : ec(jwk, key);
}
