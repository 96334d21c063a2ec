/* SPDX-License-Identifier: ISC */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

/*
 * RFC 4648: section 4 with padding for x5c (RFC 7515, 4.1.6), section 5
 * without padding for the parts of a JWS (RFC 7515, 2). Decoding is strict:
 * no foreign character, no white space, no bits that must be zero.
 */

/* New, NUL-terminated; NULL when out of memory. */
char *base64_encode(const void *bytes, size_t len);
char *base64url_encode(const void *bytes, size_t len);

/*
 * New bytes in OUT (followed by a NUL that does not count), length in OUT_LEN.
 * Returns 0, or -1 where TEXT is not what it should be or memory is out;
 * OUT is NULL then.
 */
int base64_decode(
    const char *text, size_t len, unsigned char **out, size_t *out_len);
int base64url_decode(
    const char *text, size_t len, unsigned char **out, size_t *out_len);

#endif
