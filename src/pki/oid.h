/* SPDX-License-Identifier: ISC */
#ifndef PKI_OID_H
#define PKI_OID_H

#include <stddef.h>

#include <openssl/asn1.h>

/* Object identifiers that one list of a certificate may hold. */
#define OID_LIST_MAX 64

/* Longest object identifier that is taken over, in characters. */
#define OID_TEXT_MAX 128

/* Object identifiers in dotted decimal, in the order they stand. */
struct oid_list {
	char **text;
	size_t n;
};

/* Returns 0, or -1 when out of memory; what passes a limit is left out. */
int oid_list_add(struct oid_list *list, const ASN1_OBJECT *oid);
void oid_list_clear(struct oid_list *list);

/* Non-zero where TEXT is in LIST. */
int oid_list_has(const struct oid_list *list, const char *text);

/* Dotted decimal of OID in TEXT; 0, or -1 where it does not fit. */
int oid_text(const ASN1_OBJECT *oid, char text[OID_TEXT_MAX]);

#endif
