/* SPDX-License-Identifier: ISC */
#ifndef REVOCATION_CRL_H
#define REVOCATION_CRL_H

#include <stddef.h>

#include "revocation/answer.h"

/*
 * Largest CRL that is read, in bytes: some two hundred thousand entries, which
 * take ten times as much memory once they are decoded.
 */
#define CRL_MAX (8u << 20)

/*
 * Judge LEN bytes of DER, a CRL, at NOW (RFC 5280, 6.3.3): that ISSUER signed
 * it and may, that it is whole and its scope has CERT in it, that it is of
 * now; then whether CERT is on it. Indirect CRLs and delta CRLs are refused.
 * Pure.
 *
 * OUT is filled also where the CRL is not believed.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status crl_judge(const struct certificate *cert,
    const struct certificate *issuer, const unsigned char *der, size_t len,
    time_t now, struct answer *out) SEGL_MUST_USE;

#endif
