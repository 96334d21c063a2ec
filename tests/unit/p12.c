/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/hmac.h>
#include <openssl/x509.h>

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

/* AlgorithmIdentifier of PBMAC1, and the code it gives for LEN bytes. */
static X509_SIG *
pbmac1_digest_info(
    const struct p12_pbmac1 *mac, const unsigned char *content, size_t len)
{
	static unsigned char salt[] = "saltsalt";
	const EVP_MD *prf, *hash;
	unsigned char key[64], code[64];
	unsigned int code_len;
	PBE2PARAM *params = PBE2PARAM_new();
	X509_SIG *sig = X509_SIG_new();
	X509_ALGOR *algorithm;
	ASN1_OCTET_STRING *digest;
	int prf_md = 0, md = 0;

	need(EVP_PBE_find(EVP_PBE_TYPE_PRF, mac->prf, NULL, &prf_md, NULL) &&
		EVP_PBE_find(EVP_PBE_TYPE_PRF, mac->hmac, NULL, &md, NULL),
	    "EVP_PBE_find");
	prf = EVP_get_digestbynid(prf_md);
	hash = EVP_get_digestbynid(md);
	X509_ALGOR_free(params->keyfunc);
	params->keyfunc =
	    PKCS5_pbkdf2_set(mac->iterations, salt, 8, mac->prf, mac->key_len);
	X509_ALGOR_set0(
	    params->encryption, OBJ_nid2obj(mac->hmac), V_ASN1_NULL, NULL);
	X509_SIG_getm(sig, &algorithm, &digest);
	algorithm->algorithm = OBJ_nid2obj(NID_pbmac1);
	need(ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(PBE2PARAM), params,
		 &algorithm->parameter) != NULL,
	    "PBMAC1 parameters");
	need(PKCS5_PBKDF2_HMAC(mac->pin, -1, salt, 8, mac->iterations, prf,
		 mac->key_len, key) &&
		HMAC(hash, key, mac->key_len, content, len, code, &code_len) !=
		    NULL &&
		ASN1_OCTET_STRING_set(digest, code, (int)code_len),
	    "HMAC");
	PBE2PARAM_free(params);
	return sig;
}

struct p12
p12_add_pbmac1(struct p12 *p12, const struct p12_pbmac1 *mac)
{
	const unsigned char *p = p12->bytes, *q;
	ASN1_SEQUENCE_ANY *pfx =
	    d2i_ASN1_SEQUENCE_ANY(NULL, &p, (long)p12->len);
	ASN1_STRING *safes;
	unsigned char bytes[512], *end = bytes, *all;
	struct p12 mac_data, out;
	PKCS7 *content;
	X509_SIG *sig;
	size_t head;

	need(sk_ASN1_TYPE_num(pfx) == 2, "a file without MAC");
	safes = sk_ASN1_TYPE_value(pfx, 1)->value.sequence;
	q = safes->data;
	content = d2i_PKCS7(NULL, &q, safes->length);
	need(content != NULL, "d2i_PKCS7");
	sig = pbmac1_digest_info(
	    mac, content->d.data->data, (size_t)content->d.data->length);
	i2d_X509_SIG(sig, &end);
	memcpy(end, "\x04\x01x\x02\x01\x01", 6); /* salt and count: unused */
	mac_data = p12_wrap(0x30, bytes, (size_t)(end + 6 - bytes));
	head = p12->bytes[1] < 0x80 ? 2 : 2 + (p12->bytes[1] & 0x7f);
	all = malloc(p12->len + mac_data.len);
	need(all != NULL, "malloc");
	memcpy(all, p12->bytes + head, p12->len - head);
	memcpy(all + p12->len - head, mac_data.bytes, mac_data.len);
	out = p12_wrap(0x30, all, p12->len - head + mac_data.len);
	free(all);
	p12_free(&mac_data);
	p12_free(p12);
	X509_SIG_free(sig);
	PKCS7_free(content);
	sk_ASN1_TYPE_pop_free(pfx, ASN1_TYPE_free);
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
