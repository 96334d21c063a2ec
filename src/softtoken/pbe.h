/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PBE_H
#define SOFTTOKEN_PBE_H

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "softtoken/password.h"

/*
 * Iterations of key derivation that one file may cost in all, over every bag
 * and every reading of the PIN. The largest that a maker writes by default is
 * 600,000, three times a file; ten million take some seconds. A file beyond
 * is made to keep us busy.
 */
#ifndef PBE_ITERATIONS_MAX
#define PBE_ITERATIONS_MAX 10000000L
#endif

/* What decrypting one file needs, and what it has used up. */
struct pbe {
	struct segl *segl;
	const char *name; /* of the file, safe to print */
	struct passwords passwords;
	long iterations_left;
	/* RC2, RC4 and DES: a library context apart, made when first needed */
	OSSL_LIB_CTX *legacy;
	OSSL_PROVIDER *legacy_provider;
	OSSL_PROVIDER *default_provider;
};

void pbe_init(struct pbe *pbe, struct segl *segl, const char *name);
void pbe_clear(struct pbe *pbe);

/*
 * Account for COUNT iterations of BLOCKS blocks before they are made.
 * Errors: SEGL_EKEY beyond PBE_ITERATIONS_MAX, or not a number of iterations.
 */
enum segl_status pbe_charge(
    struct pbe *pbe, const ASN1_INTEGER *count, long blocks) SEGL_MUST_USE;

/*
 * Decrypt LEN bytes at IN (RFC 8018, 6; RFC 7292, C) and decode them as ITEM,
 * with each reading of the PIN until one fits. The decrypted bytes are wiped.
 * OUT is new, NULL when the call fails.
 * Errors: SEGL_EKEY no reading fits, algorithm unknown, too many iterations;
 * SEGL_ENOMEM.
 */
enum segl_status pbe_open(struct pbe *pbe, const X509_ALGOR *algorithm,
    const unsigned char *in, size_t len, const ASN1_ITEM *item,
    void **out) SEGL_MUST_USE;

#endif
