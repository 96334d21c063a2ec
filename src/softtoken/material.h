/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_MATERIAL_H
#define SOFTTOKEN_MATERIAL_H

#include <stddef.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/secret.h"
#include "pki/path.h"

/* Private keys that are read from one file. */
#define MATERIAL_KEYS_MAX 64

/* Certificates that are read from one file. */
#define MATERIAL_CERTS_MAX 1024

/* A private key as a file gives it. */
struct material_key {
	EVP_PKEY *pkey;
	char *name; /* friendly name, exact UTF-8; NULL where absent */
	char *kid;  /* of a JWK, and what it says it signs with; or NULL */
	char *alg;
};

/* A certificate as a file gives it. */
struct material_cert {
	const struct certificate *cert; /* borrowed from the pool */
	char *name;
};

/* What was found in a file, before anything is chosen from it. */
struct material {
	struct certificate_list *pool; /* borrowed; certificates go there */
	struct material_key keys[MATERIAL_KEYS_MAX];
	size_t n_keys;
	struct material_cert certs[MATERIAL_CERTS_MAX];
	size_t n_certs;
	size_t n_unreadable_keys; /* and left out */
	size_t n_unreadable_certs;
};

/* Material that puts its certificates in POOL; NULL when out of memory. */
struct material *material_new(struct certificate_list *pool);
void material_free(struct material *material);

/*
 * Add a key or a certificate with its friendly NAME (may be NULL). PKEY and
 * NAME are taken, X509 is shared. NAME was made with malloc(3).
 * Errors: SEGL_EKEY too many; SEGL_ENOMEM.
 */
enum segl_status material_add_key(
    struct material *material, EVP_PKEY *pkey, char *name) SEGL_MUST_USE;
enum segl_status material_add_cert(
    struct material *material, X509 *x509, char *name) SEGL_MUST_USE;

/* A file that is being read, and how to come by its PIN. */
struct source {
	struct segl *segl;
	const char *name; /* of the file, safe to print */
	const unsigned char *bytes;
	size_t len;
	const char *kid; /* of a JWK Set the key with this one; NULL: all */
	/*
	 * The PIN, asked for only where the file needs one. Returns SEGL_OK
	 * with OUT NULL where no source of a PIN was given.
	 */
	enum segl_status (*pin)(void *arg, struct secret **out);
	void *pin_arg;
};

#endif
