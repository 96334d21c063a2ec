/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_PRODUCT_H
#define SUITABILITY_PRODUCT_H

#include <segl/suitability.h>

#include "pki/certificate.h"

/* What issuers sell, told by the policy of the certificate. */
struct product {
	const char *policy; /* ends with a dot: all below; NULL: by issuer */
	const char *issuer; /* part of the issuer's name; NULL: any */
	const char *name;
	int hard; /* its policy wants the key in a QSCD */
};

/* The product that C is, or NULL where it is not recognised. Static. */
const struct product *product_of(const struct certificate *c);

/* CAs that Digdir's validator of Norwegian certificates is set up with. */
struct known_ca {
	unsigned char sha256[32]; /* of the certificate */
	const char *name;         /* its common name */
	enum segl_realm realm;
};

/* The one that C is, or NULL. Static. */
const struct known_ca *known_ca_of(const struct certificate *c);

/* Which realm the issuer's name claims, whether it is known or not. */
const struct known_ca *known_ca_named(const char *issuer);

#endif
