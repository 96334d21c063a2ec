/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_MAC_H
#define SOFTTOKEN_MAC_H

#include <openssl/asn1.h>

#include "softtoken/pbe.h"

/*
 * Verify MAC, the MacData of a PKCS#12 file (RFC 7292, 4; with PBMAC1, RFC
 * 9579), over LEN bytes at CONTENT, with each reading of the PIN.
 * VERIFIED is non-zero where one fits. Errors: SEGL_EKEY malformed, algorithm
 * unknown, too many iterations; SEGL_ENOMEM.
 */
enum segl_status mac_verify(struct pbe *pbe, const ASN1_TYPE *mac,
    const unsigned char *content, size_t len, int *verified) SEGL_MUST_USE;

#endif
