/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_SAMPLE_H
#define SOFTTOKEN_SAMPLE_H

#include <segl/softtoken.h>

#include "pki/path.h"

/*
 * Read LEN bytes as certificates without a private key: one in DER, PKCS#7,
 * or PEM that has no private key. They are added to POOL. LEAF is the one
 * that serves ROUTE best: no CA's and no other's issuer, of a purpose that
 * fits, valid at NOW; the first where all else is equal. NULL where the bytes
 * are something else.
 *
 * Errors: SEGL_ECERT POOL is full, SEGL_ENOMEM.
 */
enum segl_status sample_read(const void *bytes, size_t len,
    enum segl_route route, time_t now, struct certificate_list *pool,
    const struct certificate **leaf) SEGL_MUST_USE;

#endif
