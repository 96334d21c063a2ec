/* SPDX-License-Identifier: ISC */
#ifndef TESTS_KEYFILE_H
#define TESTS_KEYFILE_H

#include "p12.h"

/* Key files that are not PKCS#12; RSA or P-256. */
enum keyfile_kind {
	KEYFILE_PEM,         /* PKCS#8 and certificates */
	KEYFILE_PEM_AES,     /* the same, encrypted with one iteration */
	KEYFILE_TRADITIONAL, /* PKCS#1 or SEC1, encrypted, and certificates */
	KEYFILE_DER,         /* PKCS#8 alone */
	KEYFILE_DER_AES,
	KEYFILE_PKCS7,    /* PEM: PKCS#8, and the certificates in PKCS#7 */
	KEYFILE_JWK,      /* with x5c and the kid "canary-kid" */
	KEYFILE_JWK_BARE, /* with neither */
	KEYFILE_JWK_SET,  /* KEYFILE_JWK in a set, beside a symmetric key */
	KEYFILE_KINDS
};

/* Such a file of KEY and N certificates; the host is at fault where it fails.
 */
struct p12 keyfile_make(enum keyfile_kind kind, EVP_PKEY *key, const char *pin,
    X509 *const *certs, size_t n);

#endif
