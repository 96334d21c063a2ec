/* SPDX-License-Identifier: ISC */
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/secret.h"
#include "sim/access_token.h"
#include "sim/public_key.h"

#define JTI_BYTES 32 /* 43 characters, as in Digdir's examples */

/* Takes VALUE; 0, or -1. */
static int
set(json_t *object, const char *name, json_t *value)
{
	return value == NULL ? -1 : json_object_set_new(object, name, value);
}

static int
set_text(json_t *object, const char *name, const char *value)
{
	return value == NULL ? 0 : set(object, name, json_string(value));
}

static int
set_names(json_t *object, const struct seal *seal)
{
	if (set_text(object, "commonName", seal->common_name) != 0 ||
	    set_text(object, "organizationName", seal->organization) != 0 ||
	    set_text(object, "organizationalUnitName",
		seal->organizational_unit) != 0 ||
	    set_text(object, "countryName", seal->country) != 0)
		return -1;
	return 0;
}

/* Who comes with an eSeal is what the certificate says. */
static json_t *
foreign_consumer(const struct attempt *attempt)
{
	const struct seal *seal = &attempt->seal;
	char authority[RULE_WORD_MAX];
	json_t *object = json_object();
	int failed;

	(void)rules_word(attempt->policy->rules, RULE_CONSUMER_AUTHORITY,
	    authority, sizeof(authority));
	failed = attempt_is(attempt, RULE_CONSUMER_NAMES, "all") &&
	    set_names(object, seal) != 0;
	if (failed || set_text(object, "authority", authority) != 0 ||
	    set_text(object, "ID", seal->organization_identifier) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

/* ICD 0192 is the Norwegian register of organisations. */
static json_t *
norwegian_organization(const char *orgno)
{
	return json_pack("{s:s, s:s+}", "authority", "iso6523-actorid-upis",
	    "ID", "0192:", orgno);
}

static json_t *
consumer(const struct attempt *attempt)
{
	return attempt->client == NULL
	    ? foreign_consumer(attempt)
	    : norwegian_organization(attempt_consumer(attempt));
}

/* The supplier and where it got the delegation from, if any. */
static int
set_supplier(json_t *claims, const struct attempt *attempt)
{
	char source[RULE_WORD_MAX];

	if (attempt->client == NULL ||
	    json_object_get(attempt->claims, "consumer_org") == NULL)
		return 0;
	(void)rules_word(attempt->policy->rules, RULE_DELEGATION_SOURCE, source,
	    sizeof(source));
	if (set(claims, "supplier",
		norwegian_organization(attempt->client->orgno)) != 0)
		return -1;
	return set_text(claims, "delegation_source", source);
}

/* "QCForESeal" in the spelling asked for; without Q where not qualified. */
static json_t *
client_amr(const struct attempt *attempt)
{
	char word[RULE_WORD_MAX];

	if (attempt->route == ROUTE_REGISTERED)
		return json_string("private_key_jwt");
	if (attempt->route == ROUTE_ENTERPRISE &&
	    (!attempt->seal.qualified ||
		attempt_is(
		    attempt, RULE_ENTERPRISE_AMR, "virksomhetssertifikat")))
		return json_string("virksomhetssertifikat");
	(void)rules_word(
	    attempt->policy->rules, RULE_CLIENT_AMR, word, sizeof(word));
	if (attempt->seal.qualified)
		return json_string(word);
	/* QCForESeal and CForESeal, QRForeSeals and CForeSeals */
	return json_sprintf("C%s", word + 2);
}

static json_t *
client_id(const struct attempt *attempt)
{
	if (attempt->client != NULL)
		return json_string(attempt->client->id);
	return json_sprintf("eidas-%s",
	    attempt_is(attempt, RULE_CLIENT_ID_SERIAL, "hex")
		? attempt->seal.serial_hex
		: attempt->seal.serial_decimal);
}

static json_t *
random_jti(void)
{
	unsigned char bytes[JTI_BYTES];
	json_t *jti = NULL;
	char *text = NULL;

	if (RAND_bytes(bytes, sizeof(bytes)) == 1)
		text = base64url_encode(bytes, sizeof(bytes));
	if (text != NULL)
		jti = json_string(text);
	free(text);
	return jti;
}

static int
set_audience(json_t *claims, const struct attempt *attempt)
{
	json_t *resource = json_object_get(attempt->claims, "resource");

	if (resource == NULL)
		return attempt_is(attempt, RULE_TOKEN_AUD_ABSENT, "omit")
		    ? 0
		    : set_text(claims, "aud", "unspecified");
	if (json_is_string(resource) &&
	    attempt_is(attempt, RULE_TOKEN_AUD, "array"))
		return set(claims, "aud", json_pack("[O]", resource));
	return json_object_set(claims, "aud", resource);
}

/* Claims of the grant that stand in the token as they came. */
static int
copy(json_t *claims, const struct attempt *attempt, const char *name)
{
	json_t *value = json_object_get(attempt->claims, name);

	return value == NULL ? 0 : json_object_set(claims, name, value);
}

json_t *
access_token_claims(const struct attempt *attempt, long lifetime_s)
{
	json_t *claims = json_object();

	if (set_audience(claims, attempt) != 0 ||
	    copy(claims, attempt, "scope") != 0 ||
	    copy(claims, attempt, "pid") != 0 ||
	    set_text(claims, "iss", attempt->policy->issuer) != 0 ||
	    set(claims, "client_amr", client_amr(attempt)) != 0 ||
	    set_text(claims, "token_type", "Bearer") != 0 ||
	    set(claims, "exp", json_integer(attempt->now + lifetime_s)) != 0 ||
	    set(claims, "iat", json_integer(attempt->now)) != 0 ||
	    set(claims, "client_id", client_id(attempt)) != 0 ||
	    set(claims, "jti", random_jti()) != 0 ||
	    set(claims, "consumer", consumer(attempt)) != 0 ||
	    set_supplier(claims, attempt) != 0 ||
	    (attempt->details != NULL &&
		json_object_set(
		    claims, "authorization_details", attempt->details) != 0)) {
		json_decref(claims);
		return NULL;
	}
	return claims;
}

static const EVP_MD *
digest_of(const char *alg)
{
	if (strcmp(alg, "RS512") == 0)
		return EVP_sha512();
	return strcmp(alg, "RS384") == 0 ? EVP_sha384() : EVP_sha256();
}

/* VALUE as a part of a JWS, appended to OUT. */
static int
add_part(struct buffer *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);
	char *part = text == NULL ? NULL : base64url_encode(text, strlen(text));
	int ok = part != NULL && buffer_add_str(out, part) == SEGL_OK;

	secret_free_text(text);
	secret_free_text(part);
	return ok ? 0 : -1;
}

/* "." and the signature over what OUT holds, appended to OUT. */
static int
add_signature(struct buffer *out, EVP_PKEY *key, const EVP_MD *md)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *bytes = NULL;
	char *text = NULL;
	size_t len = 0;
	int ok;

	ok = ctx != NULL && EVP_DigestSignInit(ctx, NULL, md, NULL, key) == 1 &&
	    EVP_DigestSign(ctx, NULL, &len, (const unsigned char *)out->data,
		out->len) == 1 &&
	    (bytes = malloc(len)) != NULL &&
	    EVP_DigestSign(ctx, bytes, &len, (const unsigned char *)out->data,
		out->len) == 1 &&
	    (text = base64url_encode(bytes, len)) != NULL &&
	    buffer_printf(out, ".%s", text) == SEGL_OK;
	free(text);
	free(bytes);
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -1;
}

char *
access_token_sign(const json_t *claims, const struct rules *rules,
    const struct signer *signer)
{
	char alg[RULE_WORD_MAX], *token = NULL;
	struct buffer out;
	json_t *header;

	(void)rules_word(rules, RULE_TOKEN_ALG, alg, sizeof(alg));
	header = json_pack("{s:s, s:s}", "kid", signer->kid, "alg", alg);
	buffer_init(&out, SEGL_JWS_MAX);
	if (header != NULL && add_part(&out, header) == 0 &&
	    buffer_add(&out, ".", 1) == SEGL_OK &&
	    add_part(&out, claims) == 0 &&
	    add_signature(&out, signer->key, digest_of(alg)) == 0)
		token = buffer_take(&out);
	buffer_clear(&out);
	json_decref(header);
	return token;
}

static json_t *
x5c(const STACK_OF(X509) * path)
{
	json_t *array = json_array();

	for (int i = 0; array != NULL && i < sk_X509_num(path); i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(sk_X509_value(path, i), &der);
		char *text = len <= 0 ? NULL : base64_encode(der, (size_t)len);

		if (text == NULL ||
		    json_array_append_new(array, json_string(text)) != 0) {
			json_decref(array);
			array = NULL;
		}
		free(text);
		OPENSSL_free(der);
	}
	return array;
}

json_t *
access_token_jwk(const struct rules *rules, const struct signer *signer,
    const STACK_OF(X509) * path)
{
	json_t *jwk = json_object();
	char alg[RULE_WORD_MAX];

	(void)rules_word(rules, RULE_TOKEN_ALG, alg, sizeof(alg));
	if (set_text(jwk, "kty", "RSA") != 0 ||
	    set_text(jwk, "use", "sig") != 0 ||
	    set_text(jwk, "kid", signer->kid) != 0 ||
	    set_text(jwk, "alg", alg) != 0 ||
	    set(jwk, "n",
		public_key_number(signer->key, OSSL_PKEY_PARAM_RSA_N)) != 0 ||
	    set(jwk, "e",
		public_key_number(signer->key, OSSL_PKEY_PARAM_RSA_E)) != 0 ||
	    (path != NULL && set(jwk, "x5c", x5c(path)) != 0)) {
		json_decref(jwk);
		return NULL;
	}
	return jwk;
}

char *
access_token_kid(EVP_PKEY *key)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	unsigned char *spki = NULL;
	int len = i2d_PUBKEY(key, &spki);
	char *kid = NULL;

	if (len > 0) {
		SHA256(spki, (size_t)len, digest);
		kid = base64url_encode(digest, sizeof(digest));
	}
	OPENSSL_free(spki);
	return kid;
}
