/* SPDX-License-Identifier: ISC */
#ifndef TESTS_SEAL_H
#define TESTS_SEAL_H

#include <stddef.h>

/* What a test eSeal is made of. */
struct seal_spec {
	int ec;            /* EC P-256 instead of RSA 2048 */
	int leaf_alone;    /* without the certificates of its issuers */
	int no_root;       /* issuing CA, but not the root */
	const char *org;   /* O; NULL none */
	const char *orgid; /* organizationIdentifier; NULL none */
};

/*
 * A PKCS#12 file with a fresh key: leaf, issuing CA, root; PIN "pin". New,
 * freed with free(3). Aborts where OpenSSL fails.
 */
unsigned char *seal_make(const struct seal_spec *spec, size_t *len);

#endif
