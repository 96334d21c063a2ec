/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "trustlist/verify/key.h"

/* Smaller keys sign no list. */
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384 /* what OpenSSL verifies in bounded time */

const EVP_MD *
key_digest(enum info_digest digest)
{
	return digest == INFO_SHA256 ? EVP_sha256()
	    : digest == INFO_SHA384  ? EVP_sha384()
	    : digest == INFO_SHA512  ? EVP_sha512()
				     : EVP_sha1();
}

/* Half of r || s (XMLDSig 1.1, 6.4.3), 0 for a curve that is not accepted. */
static size_t
curve_half(EVP_PKEY *key)
{
	char name[32];
	size_t len;

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), &len) != 1)
		return 0;
	return strcmp(name, "prime256v1") == 0 ? 32
	    : strcmp(name, "secp384r1") == 0   ? 48
	    : strcmp(name, "secp521r1") == 0   ? 66
					       : 0;
}

static int
fits(EVP_PKEY *key, enum info_key kind)
{
	int id = EVP_PKEY_get_base_id(key), bits = EVP_PKEY_get_bits(key);

	switch (kind) {
	case INFO_ECDSA:
		return id == EVP_PKEY_EC && curve_half(key) != 0;
	case INFO_RSA_PSS:
		/* the German list: the key itself says PSS (RFC 4055) */
		return (id == EVP_PKEY_RSA || id == EVP_PKEY_RSA_PSS) &&
		    bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
	default:
		return id == EVP_PKEY_RSA && bits >= RSA_BITS_MIN &&
		    bits <= RSA_BITS_MAX;
	}
}

/* r || s as the DER that EVP takes; OUT is new. -1 where it is not that. */
static int
der_of(EVP_PKEY *key, const struct tl_bytes *value, unsigned char **out)
{
	size_t half = curve_half(key);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = NULL, *s = NULL;
	int len = -1;

	*out = NULL;
	if (sig != NULL && half > 0 && value->len == 2 * half) {
		r = BN_bin2bn(value->data, (int)half, NULL);
		s = BN_bin2bn(value->data + half, (int)half, NULL);
	}
	if (r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* the signature has them now */
		len = i2d_ECDSA_SIG(sig, out);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return len;
}

static int
set_padding(EVP_PKEY_CTX *ctx, enum info_key kind)
{
	if (kind == INFO_ECDSA)
		return 1;
	if (kind == INFO_RSA)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
	/* RFC 9231, 2.3.10: MGF1 with the same digest, salt as long as it */
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* 1 right, 0 wrong, -1 the key does not do that. */
static int
check(EVP_PKEY *key, const struct info *info, const struct tl_bytes *bytes,
    const unsigned char *signature, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_ctx;
	int result = -1;

	/* a key restricted to other PSS parameters refuses here */
	if (ctx != NULL &&
	    EVP_DigestVerifyInit(
		ctx, &pkey_ctx, key_digest(info->digest), NULL, key) == 1 &&
	    set_padding(pkey_ctx, info->key))
		result = EVP_DigestVerify(
			     ctx, signature, len, bytes->data, bytes->len) == 1;
	EVP_MD_CTX_free(ctx);
	return result;
}

/*
 * Non-zero where a wrong PKCS#1 signature would be right but for the NULL
 * that its DigestInfo lacks: what one country published for half a year.
 */
static int
lacks_null(EVP_PKEY *key, const struct info *info, const struct tl_bytes *bytes,
    const struct tl_bytes *value)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	unsigned char digest[EVP_MAX_MD_SIZE], *plain = NULL;
	unsigned int digest_len = 0;
	size_t len = (size_t)EVP_PKEY_get_size(key);
	int found = 0;

	plain = malloc(len);
	if (ctx != NULL && plain != NULL &&
	    EVP_PKEY_verify_recover_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
	    EVP_PKEY_verify_recover(
		ctx, plain, &len, value->data, value->len) == 1 &&
	    EVP_Digest(bytes->data, bytes->len, digest, &digest_len,
		key_digest(info->digest), NULL) == 1)
		/* SEQUENCE { SEQUENCE { OID of 9 }, OCTET STRING } */
		found = len == 17 + digest_len && plain[0] == 0x30 &&
		    plain[2] == 0x30 && plain[3] == 11 &&
		    memcmp(plain + 17, digest, digest_len) == 0;
	free(plain);
	EVP_PKEY_CTX_free(ctx);
	return found;
}

enum tl_refusal
key_verify(X509 *certificate, const struct info *info,
    const struct tl_bytes *bytes, const struct tl_bytes *value)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	enum tl_refusal refusal = TL_ACCEPTED;
	const unsigned char *signature = value->data;
	unsigned char *der = NULL;
	size_t len = value->len;
	int result;

	if (key == NULL || !fits(key, info->key))
		return TL_KEY_MISFIT;
	if (info->key == INFO_ECDSA) {
		int der_len = der_of(key, value, &der);

		if (der_len < 0) {
			refusal = TL_SIGNATURE_WRONG;
			goto out;
		}
		signature = der;
		len = (size_t)der_len;
	}
	result = check(key, info, bytes, signature, len);
	if (result < 0)
		refusal = TL_KEY_MISFIT;
	else if (result == 0)
		refusal =
		    info->key == INFO_RSA && lacks_null(key, info, bytes, value)
		    ? TL_SIGNATURE_NO_NULL
		    : TL_SIGNATURE_WRONG;
out:
	OPENSSL_free(der);
	ERR_clear_error();
	return refusal;
}
