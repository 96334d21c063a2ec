/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PBE_H
#define SOFTTOKEN_PBE_H

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "softtoken/material.h"
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

/*
 * Memory that scrypt may take, in bytes: what OpenSSL allows where nothing
 * else is said. N 16384 with r 8, the usual, take half of it.
 */
#define PBE_SCRYPT_MEMORY_MAX ((uint64_t)32 << 20)

/* How a key is written again in a way that is read; goes into advice. */
#define PBE_AGAIN_PKCS12                                                       \
	"openssl pkcs12 -in OLD -nodes | openssl pkcs12 -export -iter 100000 " \
	"-out NEW.p12"
#define PBE_AGAIN_KEY "openssl pkey -in OLD -aes256 -out NEW.pem"

/* What decrypting one file needs, and what it has used up. */
struct pbe {
	struct source *source;
	struct segl *segl;
	const char *name;  /* of the file, safe to print */
	const char *again; /* PBE_AGAIN_PKCS12 or PBE_AGAIN_KEY */
	struct passwords passwords;
	int pin_missing; /* no source was given; an empty PIN is tried */
	long iterations_left;
	/* RC2, RC4 and DES: a library context apart, made when first needed */
	OSSL_LIB_CTX *legacy;
	OSSL_PROVIDER *legacy_provider;
	OSSL_PROVIDER *default_provider;
};

void pbe_init(struct pbe *pbe, struct source *source, const char *again);
void pbe_clear(struct pbe *pbe);

/*
 * Read the PIN, the first time; it is in PBE->passwords then.
 * Errors: what the source of the PIN says; SEGL_ENOMEM.
 */
enum segl_status pbe_need_pin(struct pbe *pbe) SEGL_MUST_USE;

/*
 * Record that the PIN does not open the file. Returns SEGL_EKEY, or
 * SEGL_EUSAGE where there was no PIN to try.
 */
enum segl_status pbe_wrong_pin(struct pbe *pbe);

/*
 * Account for COUNT iterations of BLOCKS blocks before they are made.
 * Errors: SEGL_EKEY beyond PBE_ITERATIONS_MAX, or not a number of iterations.
 */
enum segl_status pbe_charge(
    struct pbe *pbe, const ASN1_INTEGER *count, long blocks) SEGL_MUST_USE;

/*
 * The library context that implements CIPHER, OpenSSL's number of it: NULL,
 * the default one, or one apart with the legacy provider, loaded only then.
 * WHAT names the algorithm in the error.
 * Errors: SEGL_EKEY none does; SEGL_ENOMEM.
 */
enum segl_status pbe_find_context(struct pbe *pbe, int cipher, const char *what,
    OSSL_LIB_CTX **ctx) SEGL_MUST_USE;

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
