/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PASSWORD_H
#define SOFTTOKEN_PASSWORD_H

#include <stddef.h>

#include "base/secret.h"

#define PASSWORDS_MAX 3

/*
 * The readings of one PIN that makers of key files know. RFC 7292 wants
 * UTF-8 where it says PBES2, but who typed an umlaut in a Latin-1 locale, or
 * used OpenSSL before 1.1.0, has a file made otherwise; and an empty PIN is
 * an empty text for some and no text for others.
 */
struct passwords {
	struct secret *secrets[PASSWORDS_MAX]; /* NULL: no text at all */
	size_t n;
	size_t first; /* the one that worked last: tried first */
};

/* Returns 0, or -1 when out of memory; PIN is copied. */
int passwords_init(struct passwords *passwords, const struct secret *pin);
void passwords_clear(struct passwords *passwords);

/* The I-th to be tried; *TEXT is NULL for "no text at all". */
void passwords_get(const struct passwords *passwords, size_t i,
    const char **text, size_t *len);

/* The I-th worked. */
void passwords_worked(struct passwords *passwords, size_t i);

#endif
