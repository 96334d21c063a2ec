/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_TRADITIONAL_H
#define SOFTTOKEN_TRADITIONAL_H

#include <stddef.h>

#include "softtoken/pbe.h"
#include "softtoken/pem.h"

/*
 * Decrypt BLOCK, whose header says "Proc-Type: 4,ENCRYPTED" (RFC 1421, 4.6.1.1
 * and 4.6.1.3, as OpenSSL has written it since SSLeay), with each reading of
 * the PIN until one fits. The key is derived by one round of MD5: nothing to
 * be charged for, and nothing to be recommended.
 *
 * OUT is new, LEN bytes, freed with OPENSSL_clear_free(); NULL when the call
 * fails. Errors: SEGL_EKEY no reading fits; with *SAID set where the error is
 * recorded already (cipher unknown, header malformed); SEGL_ENOMEM.
 */
enum segl_status traditional_open(struct pbe *pbe,
    const struct pem_block *block, unsigned char **out, size_t *len,
    int *said) SEGL_MUST_USE;

#endif
