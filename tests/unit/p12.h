/* SPDX-License-Identifier: ISC */
#ifndef TESTS_P12_H
#define TESTS_P12_H

#include <stddef.h>

#include <openssl/pkcs12.h>

#include "ca.h"

/* Bytes of a file, freed with p12_free(). */
struct p12 {
	unsigned char *bytes;
	size_t len;
};

/* How to protect it. */
struct p12_spec {
	const char *pin; /* NULL: no text at all */
	int key_nid;     /* 0: the key in the open; -1: AES-256 */
	int cert_nid;    /* 0: certificates in the open; -1: AES-256 */
	int iterations;  /* 0: one */
	int mac;         /* with a MAC */
};

/* A usual file: N certificates, the first that of KEY. */
struct p12 p12_make(const struct p12_spec *spec, EVP_PKEY *key,
    const char *name, X509 *const *certs, size_t n);

/* A file of SAFES, which are freed, and of whatever they hold. */
struct p12 p12_of(const struct p12_spec *spec, STACK_OF(PKCS7) * safes);

/* What PBMAC1 (RFC 9579) is made of. */
struct p12_pbmac1 {
	const char *pin;
	int prf;  /* of PBKDF2, NID_hmacWithSHA256 for instance */
	int hmac; /* the same for the code */
	int key_len;
	int iterations;
};

/* P12, which has no MAC and is freed, with one of PBMAC1. */
struct p12 p12_add_pbmac1(struct p12 *p12, const struct p12_pbmac1 *mac);

/* DER of tag TAG around LEN bytes; new, freed with free(3). */
struct p12 p12_wrap(unsigned char tag, const void *bytes, size_t len);

void p12_free(struct p12 *p12);

#endif
