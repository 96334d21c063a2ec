/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_BARE_H
#define SOFTTOKEN_BARE_H

#include "softtoken/material.h"

/*
 * Keys and certificates that stand bare in a file: in PEM (RFC 7468) any
 * number of both, in DER one. Keys are PKCS#8, plain or encrypted (RFC 5958),
 * PKCS#1 and SEC1, in PEM also encrypted the traditional way; certificates
 * are X.509 or in PKCS#7.
 *
 * Errors: SEGL_EKEY    damaged, wrong PIN, algorithm not supported, too many
 *                      iterations or too much memory, nothing of use in it
 *         SEGL_EUSAGE  no PIN source although there is an encrypted key
 *         SEGL_ENOMEM
 */
enum segl_status pem_load(
    struct source *source, struct material *out) SEGL_MUST_USE;
enum segl_status der_load(
    struct source *source, struct material *out) SEGL_MUST_USE;

/* Non-zero where SOURCE has such a block, is such DER. */
int pem_is(const struct source *source);
int der_is(const struct source *source);

#endif
