/* SPDX-License-Identifier: ISC */
#ifndef ORDER_KEYTYPE_H
#define ORDER_KEYTYPE_H

/* Kinds of keys that are made for an order. */
struct keytype {
	const char *name;      /* "rsa:3072" */
	const char *words;     /* "RSA, 3072 bit" */
	const char *algorithm; /* as OpenSSL calls it: "RSA", "EC" */
	unsigned int bits;     /* of an RSA key */
	const char *group;     /* of an EC key */
};

#define KEYTYPE_NAMES "rsa:3072, rsa:2048, rsa:4096 or ec:p256"

/* What customs' example uses, and what every issuer is known to take. */
#define KEYTYPE_USUAL "rsa:3072"

/* The kind called NAME, or NULL. Static. */
const struct keytype *keytype_find(const char *name);

#endif
