/* SPDX-License-Identifier: ISC */
#ifndef SIM_IDENTITY_H
#define SIM_IDENTITY_H

#include "sim/directory.h"
#include "sim/pki.h"

/* A key and its certificate, while they are made. */
struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

void identity_clear(struct identity *identity);

/* SEGL_EINTERNAL: OpenSSL cannot make WHAT. */
enum segl_status identity_failed(struct segl *segl, const char *what);

/* Issue to IDENTITY, whose KEY is taken; ISSUER NULL: self-signed. */
enum segl_status identity_make(struct identity *identity, struct segl *segl,
    EVP_PKEY *key, const struct pki_profile *profile,
    const struct identity *issuer, long long now) SEGL_MUST_USE;

/* Write to NAME, in PEM; PATH is leaf first and ends with NULL. */
enum segl_status identity_write_path(const struct directory *directory,
    struct segl *segl, const char *name,
    const struct identity *const *path) SEGL_MUST_USE;
enum segl_status identity_write_key(const struct directory *directory,
    struct segl *segl, const char *name, EVP_PKEY *key) SEGL_MUST_USE;

/*
 * Take from what identity_write_path() and _key() wrote: the first certificate
 * of NAME, and the key of KEY_NAME unless that is NULL.
 *
 * Errors: SEGL_EUSAGE  unreadable, damaged, or not belonging together
 */
enum segl_status identity_read(struct identity *identity, struct segl *segl,
    const struct directory *directory, const char *name,
    const char *key_name) SEGL_MUST_USE;

/* A random PIN; new, freed by secret_free_text(), NULL when that fails. */
char *identity_new_pin(void);

/*
 * Write PATH, whose first has the key, as PKCS#12 to NAME, and its PIN to
 * PIN_NAME. LABEL is the friendly name.
 */
enum segl_status identity_write_pkcs12(const struct directory *directory,
    struct segl *segl, const char *name, const char *pin_name, const char *pin,
    const char *label, const struct identity *const *path) SEGL_MUST_USE;

#endif
