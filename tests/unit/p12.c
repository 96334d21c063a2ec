/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "p12.h"

static void
need(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "p12: %s failed\n", what);
	abort();
}

static int
aes_if(int nid)
{
	return nid < 0 ? NID_aes_256_cbc : nid;
}

struct p12
p12_of(const struct p12_spec *spec, STACK_OF(PKCS7) * safes)
{
	int iterations = spec->iterations > 0 ? spec->iterations : 1;
	PKCS12 *pfx = PKCS12_add_safes(safes, 0);
	unsigned char *der = NULL;
	struct p12 p12;
	int len;

	need(pfx != NULL, "PKCS12_add_safes");
	if (spec->mac)
		need(PKCS12_set_mac(
			 pfx, spec->pin, -1, NULL, 0, iterations, EVP_sha256()),
		    "PKCS12_set_mac");
	len = i2d_PKCS12(pfx, &der);
	need(len > 0, "i2d_PKCS12");
	p12.bytes = malloc((size_t)len);
	need(p12.bytes != NULL, "malloc");
	memcpy(p12.bytes, der, (size_t)len);
	p12.len = (size_t)len;
	OPENSSL_clear_free(der, (size_t)len);
	PKCS12_free(pfx);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	return p12;
}

struct p12
p12_make(const struct p12_spec *spec, EVP_PKEY *key, const char *name,
    X509 *const *certs, size_t n)
{
	int iterations = spec->iterations > 0 ? spec->iterations : 1;
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL, *keys = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	PKCS12_SAFEBAG *bag;

	for (size_t i = 0; i < n; i++)
		need(PKCS12_add_cert(&bags, certs[i]) != NULL,
		    "PKCS12_add_cert");
	if (n > 0)
		need(PKCS12_add_safe(&safes, bags,
			 spec->cert_nid == 0 ? -1 : aes_if(spec->cert_nid),
			 iterations, spec->pin),
		    "PKCS12_add_safe");
	if (key != NULL) {
		bag = PKCS12_add_key(&keys, key, 0, iterations,
		    spec->key_nid == 0 ? -1 : aes_if(spec->key_nid), spec->pin);
		need(bag != NULL, "PKCS12_add_key");
		if (name != NULL)
			need(PKCS12_add_friendlyname_utf8(bag, name, -1),
			    "PKCS12_add_friendlyname_utf8");
		need(PKCS12_add_safe(&safes, keys, -1, 0, NULL),
		    "PKCS12_add_safe");
	}
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	if (safes == NULL)
		safes = sk_PKCS7_new_null();
	return p12_of(spec, safes);
}

struct p12
p12_wrap(unsigned char tag, const void *bytes, size_t len)
{
	struct p12 out = { .bytes = malloc(len + 4), .len = len + 4 };

	need(out.bytes != NULL && len < 65536, "malloc");
	out.bytes[0] = tag;
	out.bytes[1] = 0x82;
	out.bytes[2] = (unsigned char)(len >> 8);
	out.bytes[3] = (unsigned char)len;
	memcpy(out.bytes + 4, bytes, len);
	return out;
}

void
p12_free(struct p12 *p12)
{
	OPENSSL_cleanse(p12->bytes, p12->len);
	free(p12->bytes);
	p12->bytes = NULL;
	p12->len = 0;
}
