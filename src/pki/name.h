/* SPDX-License-Identifier: ISC */
#ifndef PKI_NAME_H
#define PKI_NAME_H

#include <stddef.h>

#include <openssl/x509.h>

/* Longest attribute value of a name that is taken over, in bytes of UTF-8. */
#define NAME_VALUE_MAX 4096

/* Attributes of one type that are read from a name. */
#define NAME_VALUES_MAX 16

/*
 * NAME as RFC 4514 text in UTF-8, safe for a terminal, at most
 * TEXT_FOREIGN_MAX bytes and "..."; new, NULL when out of memory.
 */
char *name_text(const X509_NAME *name);

/* How many attributes of type NID (OpenSSL's number) NAME has. */
size_t name_count(const X509_NAME *name, int nid);

/*
 * Value of the I-th attribute of type NID, exactly as it stands, in UTF-8;
 * new. NULL where there is none, where it is no text, holds a NUL or is
 * longer than NAME_VALUE_MAX; NOMEM is then set if memory was out.
 */
char *name_value(const X509_NAME *name, int nid, size_t i, int *nomem);

#endif
