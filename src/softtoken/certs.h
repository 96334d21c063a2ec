/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_CERTS_H
#define SOFTTOKEN_CERTS_H

#include <stddef.h>

#include <openssl/x509.h>

#include <segl/status.h>

#include "softtoken/pem.h"

/* Where certificates go, and what came. */
struct certs {
	/* X509 is shared; NAME, its friendly name, is borrowed, may be NULL */
	enum segl_status (*add)(void *arg, X509 *x509, const char *name);
	void *arg;
	size_t added;
	size_t broken; /* that could not be read, and were left out */
};

/*
 * Each gives to CERTS what it finds in LEN bytes: one certificate in DER; the
 * certificates of PKCS#7 (RFC 2315, 9.1) in DER; those of a PEM block, where
 * its label is one of theirs; those of a whole file, PEM, DER or PKCS#7.
 *
 * What is not a certificate at all is passed over.
 * Errors: SEGL_ENOMEM, and what CERTS->add returns. Nothing is recorded.
 */
enum segl_status certs_of_der(struct certs *certs, const unsigned char *der,
    size_t len, const char *name) SEGL_MUST_USE;
enum segl_status certs_of_pkcs7(
    struct certs *certs, const unsigned char *der, size_t len) SEGL_MUST_USE;
enum segl_status certs_of_block(
    struct certs *certs, const struct pem_block *block) SEGL_MUST_USE;
enum segl_status certs_of_file(
    struct certs *certs, const unsigned char *bytes, size_t len) SEGL_MUST_USE;

/* Non-zero where a PEM block with LABEL holds certificates. */
int certs_are_in(const char *label);

#endif
