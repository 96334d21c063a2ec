/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_SEQUENCE_H
#define SOFTTOKEN_SEQUENCE_H

#include <openssl/asn1.h>

/* Wipe and free the parts of a SEQUENCE that may hold a key; NULL is fine. */
void sequence_free(ASN1_SEQUENCE_ANY *sequence);

/* Wipe the contents of STRING; NULL is fine. */
void sequence_wipe_string(ASN1_STRING *string);

#endif
