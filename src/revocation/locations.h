/* SPDX-License-Identifier: ISC */
#ifndef REVOCATION_LOCATIONS_H
#define REVOCATION_LOCATIONS_H

#include <stddef.h>

#include "pki/certificate.h"

/* Addresses of each kind that are tried, and the longest one, in bytes. */
#define LOCATIONS_MAX    4
#define LOCATION_URL_MAX 1024

/* Where a certificate says that it can be asked about; http and https. */
struct locations {
	char *ocsp[LOCATIONS_MAX]; /* authorityInfoAccess (RFC 5280, 4.2.2.1) */
	size_t n_ocsp;
	char *crl[LOCATIONS_MAX]; /* cRLDistributionPoints (4.2.1.13) */
	size_t n_crl;
	int others; /* it names more, of kinds that are not read: LDAP, ... */
};

/* Returns 0, or -1 when out of memory. */
int locations_read(const struct certificate *cert, struct locations *out);
void locations_clear(struct locations *locations);

#endif
