/* SPDX-License-Identifier: ISC */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include "base/buffer.h"

/* Most certificates that --ca may bring, in bytes of PEM. */
#define TRUST_PEM_MAX (8u << 20)

/*
 * Which certification authorities TLS may end at. A hashed directory is
 * preferred to a bundle: OpenSSL then reads one certificate, not a hundred and
 * forty, which is most of the time of a short run.
 */
struct trust {
	char *directories;  /* hashed, joined by ':'; NULL none */
	const char *bundle; /* one PEM file; NULL none; borrowed */
	struct buffer pem;  /* more certificates, as PEM text */
};

/*
 * Find them: the system's (SSL_CERT_FILE and SSL_CERT_DIR outrank Debian's
 * places) unless CA_ONLY, and CA, N files and directories. ERROR receives what
 * is wrong where the call fails.
 *
 * Returns 0, or -1.
 */
int trust_find(struct trust *trust, const char *const *ca, size_t n,
    int ca_only, char error[256]);
void trust_clear(struct trust *trust);

#endif
