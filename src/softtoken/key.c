/* SPDX-License-Identifier: ISC */
#include <limits.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "softtoken/key.h"
#include "softtoken/sequence.h"

/* RSAPrivateKey (RFC 8017, A.1.2): the version, then these. */
static const char *const rsa_names[KEY_RSA_NUMBERS] = {
	OSSL_PKEY_PARAM_RSA_N,
	OSSL_PKEY_PARAM_RSA_E,
	OSSL_PKEY_PARAM_RSA_D,
	OSSL_PKEY_PARAM_RSA_FACTOR1,
	OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_EXPONENT1,
	OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

/* Step into or over a DER element; its contents are at *P, LEN bytes. */
static int
element(const unsigned char **p, const unsigned char *end, int want, long *len)
{
	int tag, class;
	int bits = ASN1_get_object(p, len, &tag, &class, end - *p);

	/* neither an error nor of indefinite length */
	return (bits & 0x81) == 0 && tag == want && class == V_ASN1_UNIVERSAL;
}

/* A positive INTEGER at *P, without leading zeros. */
static int
integer(const unsigned char **p, const unsigned char *end,
    struct key_number *number)
{
	const unsigned char *s;
	long len;

	if (!element(p, end, V_ASN1_INTEGER, &len) || len < 1)
		return 0;
	s = *p;
	*p += len;
	if (s[0] >= 0x80)
		return 0;
	if (s[0] == 0 && len > 1) {
		s++;
		len--;
	}
	number->bytes = s;
	number->len = (size_t)len;
	return 1;
}

void
key_number_to_native(const struct key_number *number, unsigned char *to)
{
	for (size_t i = 0; i < number->len; i++) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		to[i] = number->bytes[i];
#else
		to[i] = number->bytes[number->len - 1 - i];
#endif
	}
}

/*
 * EVP_PKCS82PKEY() of OpenSSL 3.0 tries every decoder it has and takes 0.9 ms
 * of a token that is made in 15; handing over the numbers takes 0.02, and the
 * buffers are ours to wipe.
 */
EVP_PKEY *
key_from_rsa(const struct key_number numbers[KEY_RSA_NUMBERS])
{
	OSSL_PARAM params[KEY_RSA_NUMBERS + 1];
	unsigned char *room, *p;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;
	size_t len = 0;

	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++)
		len += numbers[i].len;
	room = p = OPENSSL_malloc(len);
	if (room == NULL)
		return NULL;
	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
		key_number_to_native(&numbers[i], p);
		params[i] =
		    OSSL_PARAM_construct_BN(rsa_names[i], p, numbers[i].len);
		p += numbers[i].len;
	}
	params[KEY_RSA_NUMBERS] = OSSL_PARAM_construct_end();
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OPENSSL_clear_free(room, len);
	return key;
}

/* The key of the RSAPrivateKey in LEN bytes at DER; NULL where it is none. */
static EVP_PKEY *
rsa_key(const unsigned char *der, long len)
{
	struct key_number numbers[KEY_RSA_NUMBERS];
	const unsigned char *p = der, *end = der + len;
	long inner;

	if (!element(&p, end, V_ASN1_SEQUENCE, &inner) || p + inner != end)
		return NULL;
	/* version 0: two primes */
	if (!element(&p, end, V_ASN1_INTEGER, &inner) || inner != 1 || *p != 0)
		return NULL;
	p++;
	for (size_t i = 0; i < KEY_RSA_NUMBERS; i++) {
		if (!integer(&p, end, &numbers[i]))
			return NULL;
	}
	return p == end ? key_from_rsa(numbers) : NULL;
}

EVP_PKEY *
key_from_pkcs8(const PKCS8_PRIV_KEY_INFO *p8)
{
	const ASN1_OBJECT *oid;
	const unsigned char *der;
	EVP_PKEY *key = NULL;
	int len;

	if (!PKCS8_pkey_get0(&oid, &der, &len, NULL, p8) || len < 1)
		return NULL;
	if (OBJ_obj2nid(oid) == NID_rsaEncryption)
		key = rsa_key(der, len);
	if (key == NULL)
		key = EVP_PKCS82PKEY(p8);
	return key;
}

/*
 * OpenSSL 3.0 knows no OneAsymmetricKey, which Java writes for Ed25519: what
 * that has more, a public key, is dropped with the attributes.
 */
static PKCS8_PRIV_KEY_INFO *
pkcs8_of(ASN1_SEQUENCE_ANY *info)
{
	PKCS8_PRIV_KEY_INFO *p8 = NULL;
	unsigned char *der = NULL;
	const unsigned char *p;
	int len;

	while (sk_ASN1_TYPE_num(info) > 3)
		ASN1_TYPE_free(sk_ASN1_TYPE_pop(info));
	if (!ASN1_INTEGER_set(sk_ASN1_TYPE_value(info, 0)->value.integer, 0))
		return NULL;
	len = i2d_ASN1_SEQUENCE_ANY(info, &der);
	if (len <= 0)
		return NULL;
	p = der;
	p8 = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, len);
	OPENSSL_clear_free(der, (size_t)len);
	return p8;
}

EVP_PKEY *
key_from_info(ASN1_SEQUENCE_ANY *info)
{
	PKCS8_PRIV_KEY_INFO *p8;
	EVP_PKEY *key = NULL;

	if (sk_ASN1_TYPE_num(info) < 3 ||
	    sk_ASN1_TYPE_value(info, 0)->type != V_ASN1_INTEGER ||
	    sk_ASN1_TYPE_value(info, 2)->type != V_ASN1_OCTET_STRING)
		return NULL;
	p8 = pkcs8_of(info);
	if (p8 != NULL)
		key = key_from_pkcs8(p8);
	PKCS8_PRIV_KEY_INFO_free(p8); /* wipes */
	return key;
}

/* ---- bare keys ----------------------------------------------------------- */

enum key_shape
key_shape(const unsigned char *der, size_t len)
{
	const unsigned char *p = der, *end = der + len;
	long inner;

	if (len > LONG_MAX || !element(&p, end, V_ASN1_SEQUENCE, &inner))
		return KEY_NONE;
	end = p + inner;
	/* the version: 0, or 1 with a public key and for elliptic curves */
	if (!element(&p, end, V_ASN1_INTEGER, &inner) || inner != 1 || *p > 1)
		return KEY_NONE;
	p++;
	if (p == end)
		return KEY_NONE;
	switch (*p) {
	case V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED:
		return KEY_PKCS8;
	case V_ASN1_INTEGER:
		return KEY_PKCS1;
	case V_ASN1_OCTET_STRING:
		return KEY_SEC1;
	default:
		return KEY_NONE;
	}
}

static EVP_PKEY *
pkcs8_key(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	ASN1_SEQUENCE_ANY *info = d2i_ASN1_SEQUENCE_ANY(NULL, &p, (long)len);
	EVP_PKEY *key = info == NULL ? NULL : key_from_info(info);

	sequence_free(info);
	return key;
}

EVP_PKEY *
key_from_der(const unsigned char *der, size_t len)
{
	EVP_PKEY *key = NULL;

	switch (key_shape(der, len)) {
	case KEY_PKCS8:
		return pkcs8_key(der, len);
	case KEY_PKCS1:
		key = rsa_key(der, (long)len);
		if (key != NULL)
			return key;
		break; /* DSA has that shape, too */
	case KEY_SEC1:
		return d2i_PrivateKey(EVP_PKEY_EC, NULL, &der, (long)len);
	case KEY_NONE:
		return NULL;
	}
	return d2i_AutoPrivateKey(NULL, &der, (long)len);
}
