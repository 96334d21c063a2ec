/* SPDX-License-Identifier: ISC */
#ifndef PKI_DIGEST_H
#define PKI_DIGEST_H

#include <stddef.h>

#include <openssl/x509.h>

/* Bytes of a SHA-256. */
#define DIGEST_SIZE 32

/* Each returns 0, or -1 when out of memory. */

int digest_sha256(
    const void *bytes, size_t len, unsigned char out[DIGEST_SIZE]);

/*
 * The same for two names that are the same by RFC 5280, 7.1: types of
 * strings, case of ASCII letters and runs of blanks do not count.
 */
int digest_name(const X509_NAME *name, unsigned char out[DIGEST_SIZE]);

/*
 * The same for two certificates of one key and one name: that of a CA and its
 * cross-certificates. LEN bytes of DER at CERTIFICATE; only name and key are
 * read, which is a hundred times cheaper than all of it. NAME, where not NULL,
 * receives digest_name() of the subject. Returns 1 where that is no
 * certificate.
 */
int digest_authority(const unsigned char *certificate, size_t len,
    unsigned char out[DIGEST_SIZE], unsigned char name[DIGEST_SIZE]);

/*
 * The same for a key and a name of which only the key is known, by its key
 * identifier: SHA-1 of the key itself (RFC 5280, 4.2.1.2, method 1). What a
 * certificate states as its identifier is not looked at: anybody may state
 * anybody's.
 */
int digest_key_identifier(
    const void *identifier, size_t len, unsigned char out[DIGEST_SIZE]);
/* That of the key of CERTIFICATE, LEN bytes of DER; 1 where that is none. */
int digest_key(const unsigned char *certificate, size_t len,
    unsigned char out[DIGEST_SIZE]);

#endif
