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

#endif
