/* SPDX-License-Identifier: ISC */
#ifndef TESTS_CA_H
#define TESTS_CA_H

#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* The instant that tests call now: 2026-08-21 12:00:00 UTC. */
#define CA_NOW ((time_t)1787313600)

#define CA_DAY ((time_t)86400)

/* A certificate to be made; what is 0 or NULL has the default. */
struct ca_spec {
	const char *cn;
	const char *o;
	const char *c;
	const char *serial_number;
	const char *orgids[3];
	const char *serial; /* decimal; default: counted up */
	time_t not_before;  /* default: CA_NOW less 30 days */
	time_t not_after;   /* default: CA_NOW and 90 days */
	const char *usage;  /* as openssl.cnf writes it; none: absent */
	const char *basic;
	const char *eku;
	const char *policies;
	const char *skid;        /* hexadecimal */
	const unsigned char *qc; /* DER of QCStatements */
	size_t qc_len;
	int qc_twice;
	int akid; /* of the issuer's skid */
	const char *given_name;
	const char *surname;
	const char *pseudonym;
	const char *names;    /* nameConstraints */
	const char *hash;     /* "SHA256" */
	const char *critical; /* an extension of this type, critical */
	const char *access;   /* authorityInfoAccess: "OCSP;URI:http://a/" */
	const char *points;   /* cRLDistributionPoints: "URI:http://a/" */
};

/* A certificate and its key. */
struct ca {
	X509 *cert;
	EVP_PKEY *key;
};

/* Where something fails, the test program ends: the host is at fault. */
EVP_PKEY *ca_key(const char *type); /* "RSA", "EC", "P-384", "ED25519", ... */

/* ISSUER NULL: self-signed. KEY is shared. */
struct ca ca_make(
    const struct ca_spec *spec, EVP_PKEY *key, const struct ca *issuer);
void ca_free(struct ca *ca);

#endif
