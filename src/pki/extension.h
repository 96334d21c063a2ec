/* SPDX-License-Identifier: ISC */
#ifndef PKI_EXTENSION_H
#define PKI_EXTENSION_H

#include <openssl/x509.h>

struct certificate;

/*
 * Fill in what the extensions of X509 say (RFC 5280, 4.2). Returns 0, or -1
 * when out of memory.
 */
int extension_facts(X509 *x509, struct certificate *out);

#endif
