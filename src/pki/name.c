/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "pki/fault.h"
#include "pki/name.h"

/* RFC 2253's escapes, but letters of all languages as they are */
#define NAME_FLAGS (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

char *
name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text = NULL;
	long len;

	if (bio == NULL)
		return NULL;
	if (X509_NAME_print_ex(bio, name, 0, NAME_FLAGS) >= 0) {
		len = BIO_get_mem_data(bio, &data);
		text = text_foreign(
		    len > 0 ? data : "", len > 0 ? (size_t)len : 0);
	} else if (!fault_is_nomem()) {
		text = strdup("(unreadable name)");
	}
	BIO_free(bio);
	return text;
}

size_t
name_count(const X509_NAME *name, int nid)
{
	size_t n = 0;

	for (int at = -1;
	     (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0;)
		n++;
	return n;
}

/* A copy that malloc(3) made, so that free(3) frees it. */
static char *
copy_text(const unsigned char *text, int len, int *nomem)
{
	char *copy;

	if (len < 0 || len > NAME_VALUE_MAX)
		return NULL;
	if (memchr(text, '\0', (size_t)len) != NULL)
		return NULL; /* would end the text early for some readers */
	copy = strndup((const char *)text, (size_t)len);
	if (copy == NULL)
		*nomem = 1;
	return copy;
}

char *
name_value(const X509_NAME *name, int nid, size_t i, int *nomem)
{
	unsigned char *utf8 = NULL;
	char *value;
	int at = -1, len;

	do {
		at = X509_NAME_get_index_by_NID(name, nid, at);
	} while (at >= 0 && i-- > 0);
	if (at < 0)
		return NULL;
	len = ASN1_STRING_to_UTF8(
	    &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len < 0) {
		if (fault_is_nomem())
			*nomem = 1;
		return NULL;
	}
	value = copy_text(utf8, len, nomem);
	OPENSSL_free(utf8);
	return value;
}
