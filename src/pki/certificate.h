/* SPDX-License-Identifier: ISC */
#ifndef PKI_CERTIFICATE_H
#define PKI_CERTIFICATE_H

#include <stddef.h>
#include <time.h>

#include <openssl/x509.h>

#include <segl/status.h>

#include "pki/oid.h"
#include "pki/qcstatement.h"

/* Largest certificate that is read, in bytes of DER. */
#define CERTIFICATE_MAX (64u << 10)

/* Bits of the extension KeyUsage (RFC 5280, 4.2.1.3). */
enum key_usage {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_KEY_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
	USAGE_ENCIPHER_ONLY = 1 << 7,
	USAGE_DECIPHER_ONLY = 1 << 8
};

/* What a certificate says about itself; texts are NULL where absent. */
struct certificate {
	X509 *x509;
	unsigned char *der;
	size_t der_len;
	unsigned char *spki; /* SubjectPublicKeyInfo, DER */
	size_t spki_len;

	char *subject; /* RFC 4514, made safe: for people */
	char *issuer;

	/* of the Subject, exact UTF-8: for machines, never for a terminal */
	char *organization;    /* O, 2.5.4.10 */
	char *common_name;     /* CN, 2.5.4.3 */
	char *country;         /* C, 2.5.4.6 */
	char *serial_number;   /* 2.5.4.5, the first */
	char **serial_numbers; /* all of them; that one is shared */
	size_t n_serial_numbers;
	char **organization_identifiers; /* 2.5.4.97, as many as there are */
	size_t n_organization_identifiers;
	int has_given_name; /* 2.5.4.42 */
	int has_surname;    /* 2.5.4.4 */
	int has_pseudonym;  /* 2.5.4.65 */

	char *serial;         /* of the certificate, hexadecimal, upper case */
	char *serial_decimal; /* the same in decimal */
	unsigned char sha1[20];
	unsigned char sha256[32];

	int has_validity; /* both times could be read */
	time_t not_before;
	time_t not_after; /* the certificate is valid in this second too */

	int has_key_usage;
	int key_usage_critical;
	unsigned int key_usage; /* enum key_usage */
	int has_basic_constraints;
	int ca;
	long path_len; /* pathLenConstraint, -1 where absent */
	int has_eku;
	int eku_critical;
	struct oid_list eku;
	struct oid_list policies;
	struct qc_statements qc;
	/* an extension above stands twice or cannot be read */
	int has_bad_extension;
	struct oid_list critical; /* extensions that are */
	/* no revocation is published, as it says itself */
	int short_term;    /* EN 319 412-1, 5.2 */
	int no_revocation; /* noRevAvail, RFC 9608 */
	int no_check;      /* of OCSP signers: RFC 6960, 4.2.2.2.1 */

	unsigned char *subject_key_id; /* NULL where absent */
	size_t subject_key_id_len;
	unsigned char *authority_key_id;
	size_t authority_key_id_len;
};

/*
 * Read LEN bytes of DER. OUT is new, NULL when the call fails.
 * Errors: SEGL_ECERT no certificate, or bytes after it; SEGL_ENOMEM.
 */
enum segl_status certificate_read(const unsigned char *der, size_t len,
    struct certificate **out) SEGL_MUST_USE;

/* The same from X509, which is shared, not copied. */
enum segl_status certificate_of(
    X509 *x509, struct certificate **out) SEGL_MUST_USE;

void certificate_free(struct certificate *certificate);

/* Non-zero where both are the same bytes. */
int certificate_equal(const struct certificate *a, const struct certificate *b);

/* Non-zero where NOW is within the validity (RFC 5280, 4.1.2.5). */
int certificate_valid_at(const struct certificate *certificate, time_t now);

/*
 * Key usage with enciphering or key agreement but neither digitalSignature
 * nor nonRepudiation: the certificate for encryption.
 */
int certificate_for_encryption(const struct certificate *certificate);

/*
 * Subject of a Norwegian enterprise certificate: organizationIdentifier
 * NTRNO- or PSDNO-, or (SEID 1) a serialNumber of nine digits with C=NO or
 * without country.
 */
int certificate_norwegian(const struct certificate *certificate);

/* Non-zero where issuer and subject are the same name (RFC 5280, 7.1). */
int certificate_self_issued(const struct certificate *certificate);

/*
 * Non-zero where ISSUER's name is that of CERTIFICATE's issuer and its key
 * verifies CERTIFICATE's signature. Reads no time and no constraint.
 */
int certificate_issued_by(
    const struct certificate *certificate, const struct certificate *issuer);

#endif
