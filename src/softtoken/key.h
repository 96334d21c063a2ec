/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_KEY_H
#define SOFTTOKEN_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * The private key that INFO holds, PrivateKeyInfo or OneAsymmetricKey taken
 * apart (PKCS#8, RFC 5208 and RFC 5958): new, in the default library context;
 * NULL where its type is unknown, it is malformed or memory is out. No copy
 * of it is left unwiped but in INFO, whose attributes are removed.
 */
EVP_PKEY *key_from_info(ASN1_SEQUENCE_ANY *info);

/* The same from P8. */
EVP_PKEY *key_from_pkcs8(const PKCS8_PRIV_KEY_INFO *p8);

/* What a bare private key looks like from outside. */
enum key_shape {
	KEY_NONE,
	KEY_PKCS8, /* PrivateKeyInfo, OneAsymmetricKey (RFC 5958, 2) */
	KEY_PKCS1, /* RSAPrivateKey (RFC 8017, A.1.2); DSA's looks the same */
	KEY_SEC1   /* ECPrivateKey (RFC 5915, 3) */
};
enum key_shape key_shape(const unsigned char *der, size_t len);

/* The private key in LEN bytes of DER, of any of these shapes; else NULL. */
EVP_PKEY *key_from_der(const unsigned char *der, size_t len);

/* A positive number, most significant byte first; borrowed. */
struct key_number {
	const unsigned char *bytes;
	size_t len;
};

/* NUMBER in the byte order of the host, at TO, which has room for it. */
void key_number_to_native(const struct key_number *number, unsigned char *to);

/* n, e, d, p, q, dP, dQ, qInv, as RFC 8017 orders them. */
#define KEY_RSA_NUMBERS 8

/* An RSA key of NUMBERS, which are not looked at; NULL where it fails. */
EVP_PKEY *key_from_rsa(const struct key_number numbers[KEY_RSA_NUMBERS]);

#endif
