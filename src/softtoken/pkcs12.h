/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PKCS12_H
#define SOFTTOKEN_PKCS12_H

#include "softtoken/material.h"

/* Safe contents within safe contents, at most. */
#define PKCS12_DEPTH_MAX 8

/* Non-zero where the bytes begin like a PKCS#12 file, DER or BER. */
int pkcs12_is(const struct source *source);

/*
 * Read every key and certificate of a PKCS#12 file (RFC 7292). The decrypted
 * bytes and all readings of the PIN are wiped, whatever the outcome.
 * Errors: SEGL_EKEY wrong PIN, damaged, unsupported; SEGL_EUSAGE a PIN is
 * needed and no source was given; SEGL_ENOMEM.
 */
enum segl_status pkcs12_load(
    struct source *source, struct material *out) SEGL_MUST_USE;

#endif
