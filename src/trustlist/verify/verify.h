/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_VERIFY_VERIFY_H
#define TRUSTLIST_VERIFY_VERIFY_H

#include "trustlist/list/list.h"
#include "trustlist/list/part.h"

#define VERIFY_DIGEST_LEN 32

/*
 * The signature of a trusted list (TS 119 612, 5.7 and annex B: XAdES
 * baseline B, enveloped), from its canonical parts. Who cut them out of the
 * file is not trusted: it can make a list fail, never pass.
 */
struct verify_parts {
	struct tl_bytes document;    /* without the signature */
	struct tl_bytes properties;  /* SignedProperties */
	struct tl_bytes info;        /* SignedInfo */
	struct tl_bytes value;       /* SignatureValue, decoded */
	struct tl_bytes certificate; /* of KeyInfo, DER */
};

/*
 * TL_ACCEPTED where PARTS are signed by one of N SIGNERS (DER; whole
 * certificates are compared, their validity is not asked), with the shape and
 * the algorithms that are met: exclusive canonicalization, RSA (PKCS#1 v1.5
 * and PSS) and ECDSA with SHA-256, 384 or 512. Pure.
 */
enum tl_refusal verify_list(const struct verify_parts *parts,
    const struct tl_bytes *signers, size_t n) SEGL_MUST_USE;

/* SHA-256 of BYTES: what a list is known by. Zero where it cannot be. */
void verify_digest(
    const struct tl_bytes *bytes, unsigned char out[VERIFY_DIGEST_LEN]);

#endif
