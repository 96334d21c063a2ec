/* SPDX-License-Identifier: ISC */
#ifndef ORDER_NEWKEY_H
#define ORDER_NEWKEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <segl/order.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"
#include "order/keytype.h"

/* Bytes of salt for the key derivation: RFC 8018, 4.1 wants 8 at least. */
#define NEWKEY_SALT_LEN 16

struct segl_pin {
	struct secret *secret;
};

struct segl_made {
	struct buffer bytes;
};

/* A key of TYPE. Errors: SEGL_EINTERNAL, SEGL_ENOMEM. */
enum segl_status newkey_generate(struct segl *segl, const struct keytype *type,
    EVP_PKEY **out) SEGL_MUST_USE;

/*
 * PKEY encrypted with PIN, see segl_csr_key(). OUT is new, NULL when the call
 * fails. Errors: SEGL_EUSAGE ITERATIONS out of bounds, SEGL_EINTERNAL,
 * SEGL_ENOMEM.
 */
enum segl_status newkey_encrypt(struct segl *segl, EVP_PKEY *pkey,
    const struct secret *pin, long iterations, X509_SIG **out) SEGL_MUST_USE;

/* Errors: SEGL_EUSAGE, the message names the bounds. */
enum segl_status newkey_check_iterations(
    struct segl *segl, long iterations) SEGL_MUST_USE;

/* What FORMAT makes of OpenSSL's failure: SEGL_ENOMEM, or a fault of ours. */
enum segl_status newkey_failed(struct segl *segl, const char *what);

/* Room for OUT->bytes; NULL out of memory. */
struct segl_made *made_new(void);

/* Add what BIO has; it is wiped there. Errors: SEGL_ENOMEM. */
enum segl_status made_take(struct segl_made *made, BIO *bio) SEGL_MUST_USE;

#endif
