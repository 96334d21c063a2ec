/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_SELECTOR_H
#define SOFTTOKEN_SELECTOR_H

#include "pki/certificate.h"

/* How well a selector names an identity; the better excludes the worse. */
enum selector_match {
	SELECTOR_NO,
	SELECTOR_NAME_CASELESS,
	SELECTOR_NUMBER, /* serial number or fingerprint */
	SELECTOR_NAME
};

/*
 * Whether SELECTOR names CERT (may be NULL) or one of the friendly names A
 * and B (may be NULL): the name, the serial number in hexadecimal or decimal,
 * the SHA-1 or SHA-256 fingerprint; colons, spaces, case and leading zeros of
 * numbers do not count.
 */
enum selector_match selector_matches(const char *selector,
    const struct certificate *cert, const char *a, const char *b);

#endif
