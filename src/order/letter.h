/* SPDX-License-Identifier: ISC */
#ifndef ORDER_LETTER_H
#define ORDER_LETTER_H

#include "base/buffer.h"
#include "order/catalogue.h"

/* Of what the letter to the issuer tells; texts are safe to print. */
struct letter {
	const struct issuer *issuer; /* NULL: any */
	const char *organization;    /* "" not known */
	const char *identifier;      /* organizationIdentifier; "" not known */
	const char *key;             /* "RSA, 3072 bit" */
	const char *digest; /* SHA-256 of the public key, hexadecimal */
};

/*
 * The letter that customs recommends to send with the order: what is wanted,
 * and that the issuer should confirm it in writing. Lines of at most 76
 * characters where names allow. Errors: SEGL_ENOMEM, SEGL_EREPLY OUT is full.
 */
enum segl_status letter_write(
    const struct letter *letter, struct buffer *out) SEGL_MUST_USE;

#endif
