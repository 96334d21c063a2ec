/* SPDX-License-Identifier: ISC */
#include <openssl/crypto.h>

#include "softtoken/sequence.h"

void
sequence_wipe_string(ASN1_STRING *string)
{
	if (string != NULL)
		OPENSSL_cleanse(string->data, (size_t)string->length);
}

void
sequence_free(ASN1_SEQUENCE_ANY *sequence)
{
	for (int i = 0; i < sk_ASN1_TYPE_num(sequence); i++) {
		ASN1_TYPE *any = sk_ASN1_TYPE_value(sequence, i);

		/* the others have no string, or none that is secret */
		if (any->type == V_ASN1_SEQUENCE ||
		    any->type == V_ASN1_OCTET_STRING ||
		    any->type == V_ASN1_OTHER)
			sequence_wipe_string(any->value.asn1_string);
	}
	sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
}
