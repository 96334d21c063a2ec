/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_VERIFY_KEY_H
#define TRUSTLIST_VERIFY_KEY_H

#include <openssl/x509.h>

#include "trustlist/verify/info.h"

const EVP_MD *key_digest(enum info_digest digest);

/*
 * TL_ACCEPTED where VALUE is the signature of CERTIFICATE's key over BYTES,
 * made as INFO says.
 */
enum tl_refusal key_verify(X509 *certificate, const struct info *info,
    const struct tl_bytes *bytes, const struct tl_bytes *value) SEGL_MUST_USE;

#endif
