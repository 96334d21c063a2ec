/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_VERIFY_INFO_H
#define TRUSTLIST_VERIFY_INFO_H

#include "trustlist/list/list.h"
#include "trustlist/list/part.h"
#include "trustlist/verify/canonical.h"

/* Longest digest, in bytes. */
#define DIGEST_MAX 64

enum info_digest {
	INFO_SHA1, /* of a certificate only: nothing rests on it */
	INFO_SHA256,
	INFO_SHA384,
	INFO_SHA512
};

enum info_key { INFO_RSA, INFO_RSA_PSS, INFO_ECDSA };

struct info_reference {
	enum info_digest digest;
	unsigned char value[DIGEST_MAX];
	size_t value_len;
	struct piece uri;
};

/* What a SignedInfo says (XMLDSig, 4.4), in the one shape that is met. */
struct info {
	enum info_key key;
	enum info_digest digest; /* of the signature */
	struct info_reference document, properties;
};

/*
 * Read BYTES, the canonical form of a SignedInfo. Two references are in it,
 * in any order: one with the Type of the signed properties, by their Id; one
 * to the document, with the enveloped-signature transform first.
 */
enum tl_refusal info_read(
    const struct tl_bytes *bytes, struct info *out) SEGL_MUST_USE;

/* A SigningCertificate or SigningCertificateV2: the digest of the first. */
struct info_certificate {
	enum info_digest digest;
	unsigned char value[DIGEST_MAX];
	size_t value_len;
};

/* Read BYTES, the canonical form of SignedProperties: Id and signer. */
enum tl_refusal properties_read(const struct tl_bytes *bytes, struct piece *id,
    struct info_certificate *out) SEGL_MUST_USE;

/* The digest algorithm of the URI, in OUT; 0 where it is none of them. */
int info_digest_of(const struct piece *uri, enum info_digest *out);

/* Base64 of a digest, white space allowed, into VALUE; 0 where it is none. */
int info_digest_value(
    const struct piece *text, unsigned char *value, size_t *len) SEGL_MUST_USE;

#endif
