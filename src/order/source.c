/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/x509v3.h>

#include <segl/order.h>

#include "pki/fault.h"

/* Longest address that is looked at, in bytes. */
#define SOURCE_MAX 1024

/*
 * An address that may be asked: it comes from a certificate that nobody
 * vouches for yet, so it is plain, and brings no name and password along.
 */
static int
is_usable(const char *url, size_t len)
{
	size_t scheme = strncasecmp(url, "http://", 7) == 0 ? 7
	    : strncasecmp(url, "https://", 8) == 0          ? 8
							    : 0;

	if (scheme == 0 || len > SOURCE_MAX || strlen(url) != len)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (url[i] <= ' ' || url[i] > '~')
			return 0;
	}
	len = strcspn(url + scheme, "/?#");
	return len > 0 && memchr(url + scheme, '@', len) == NULL;
}

/* The address that AD gives, where it is one of the issuer's certificate. */
static char *
address_of(const ACCESS_DESCRIPTION *ad)
{
	const ASN1_IA5STRING *uri;
	char *url;

	if (OBJ_obj2nid(ad->method) != NID_ad_ca_issuers ||
	    ad->location->type != GEN_URI)
		return NULL;
	uri = ad->location->d.uniformResourceIdentifier;
	url = strndup((const char *)ASN1_STRING_get0_data(uri),
	    (size_t)ASN1_STRING_length(uri));
	if (url != NULL && is_usable(url, (size_t)ASN1_STRING_length(uri)))
		return url;
	free(url);
	return NULL;
}

static char *
find(const AUTHORITY_INFO_ACCESS *access, size_t i)
{
	for (int k = 0; k < sk_ACCESS_DESCRIPTION_num(access); k++) {
		char *url = address_of(sk_ACCESS_DESCRIPTION_value(access, k));

		if (url != NULL && i-- == 0)
			return url;
		free(url);
	}
	return NULL;
}

char *
segl_bundle_source(const struct segl_softtoken *token, size_t i)
{
	size_t n = segl_softtoken_path_len(token), len;
	AUTHORITY_INFO_ACCESS *access = NULL;
	const unsigned char *der;
	X509 *last = NULL;
	char *url = NULL;

	if (segl_softtoken_path_missing(token) == NULL)
		return NULL;
	der = segl_softtoken_path_der(token, n - 1, &len);
	fault_begin();
	if (der != NULL)
		last = d2i_X509(NULL, &der, (long)len);
	if (last != NULL)
		access = X509_get_ext_d2i(last, NID_info_access, NULL, NULL);
	if (access != NULL)
		url = find(access, i);
	AUTHORITY_INFO_ACCESS_free(access);
	X509_free(last);
	fault_end();
	return url;
}
