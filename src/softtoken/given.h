/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_GIVEN_H
#define SOFTTOKEN_GIVEN_H

#include "base/error.h"
#include "pki/path.h"

/* Certificates named as those of the key; the pool has them. */
struct given {
	const struct certificate **certs;
	size_t n;
	char *files; /* where they are from, safe to print; NULL none */
};

/*
 * Add the certificates of PATH, or of LEN bytes called NAME, to POOL and
 * GIVEN: PEM with any number, DER, or PKCS#7.
 * Errors: SEGL_EUSAGE cannot be read; SEGL_EKEY no certificate, too many;
 * SEGL_ENOMEM.
 */
enum segl_status given_read(struct segl *segl, const char *path,
    struct certificate_list *pool, struct given *given) SEGL_MUST_USE;
enum segl_status given_take(struct segl *segl, const void *bytes, size_t len,
    const char *name, struct certificate_list *pool,
    struct given *given) SEGL_MUST_USE;
void given_clear(struct given *given);

#endif
