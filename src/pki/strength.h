/* SPDX-License-Identifier: ISC */
#ifndef PKI_STRENGTH_H
#define PKI_STRENGTH_H

#include "pki/certificate.h"

enum key_kind {
	KEY_UNREADABLE,
	KEY_RSA,
	KEY_RSA_PSS, /* id-RSASSA-PSS: a key for PSS signatures alone */
	KEY_EC,
	KEY_EDDSA,
	KEY_DSA,
	KEY_OTHER
};

/* Room for the words of a key or a signature, NUL included. */
#define STRENGTH_WORDS_MAX 80

/* The public key of a certificate. */
struct key_facts {
	enum key_kind kind;
	int bits;
	int on_p256;                    /* the curve that ES256 needs */
	int nomem;                      /* memory was out: nothing is known */
	int weak_exponent;              /* RSA: even, or less than 65537 */
	char words[STRENGTH_WORDS_MAX]; /* "RSA, 3072 bit" */
};
void key_facts_read(
    const struct certificate *certificate, struct key_facts *out);

/* The signature on a certificate. */
struct signature_facts {
	int weak;                       /* its hash is MD2, MD4, MD5 or SHA-1 */
	char words[STRENGTH_WORDS_MAX]; /* "sha256WithRSAEncryption" */
};
void signature_facts_read(
    const struct certificate *certificate, struct signature_facts *out);

#endif
