/* SPDX-License-Identifier: ISC */
#ifndef SIM_SEAL_H
#define SIM_SEAL_H

#include <openssl/x509.h>

/*
 * What the authorization server reads from the certificate of a seal. Written
 * apart from the library on purpose: client and counterpart must not share a
 * mistake.
 */
struct seal {
	char *organization_identifier; /* 2.5.4.97, as it stands */
	char *common_name;
	char *organization;
	char *organizational_unit;
	char *country;
	char *subject_serial; /* serialNumber of the Subject, 2.5.4.5 */
	char *serial_decimal;
	char *serial_hex; /* lower case */
	int qualified;    /* QcCompliance, EN 319 412-5, 4.2.1 */
	int type_eseal;   /* QcType eseal, EN 319 412-5, 4.2.3 */
	int key_usage_ok; /* digitalSignature or nonRepudiation */
	int rsa_bits;     /* 0: not an RSA key */
};

/* Read LEAF into SEAL; returns 0, or -1 when out of memory. */
int seal_read(struct seal *seal, X509 *leaf);
void seal_clear(struct seal *seal);

#endif
