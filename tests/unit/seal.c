/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "rsa.h"
#include "seal.h"

#define NEED(x)                                                                \
	do {                                                                   \
		if (!(x)) {                                                    \
			fprintf(stderr, "seal: %s\n", #x);                     \
			abort();                                               \
		}                                                              \
	} while (0)

static void
add_name(X509_NAME *name, const char *type, const char *value)
{
	if (value != NULL)
		NEED(X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
		    (const unsigned char *)value, -1, -1, 0));
}

static void
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	NEED(ext != NULL && X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}

static X509 *
make_cert(EVP_PKEY *key, const char *cn, const struct seal_spec *leaf,
    X509 *issuer, EVP_PKEY *issuer_key)
{
	static long serial = 4711;
	X509 *cert = X509_new();
	X509_NAME *name;

	NEED(cert != NULL && X509_set_version(cert, 2));
	NEED(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++));
	NEED(X509_gmtime_adj(X509_getm_notBefore(cert), -3600));
	NEED(X509_gmtime_adj(X509_getm_notAfter(cert), 90L * 86400));
	NEED(X509_set_pubkey(cert, key));
	name = X509_get_subject_name(cert);
	add_name(name, "C", "SE");
	add_name(name, "O", leaf == NULL ? "Test Trust AB" : leaf->org);
	if (leaf != NULL)
		add_name(name, "2.5.4.97", leaf->orgid);
	add_name(name, "CN", cn);
	NEED(X509_set_issuer_name(
	    cert, X509_get_subject_name(issuer == NULL ? cert : issuer)));
	add_extension(cert, NID_basic_constraints,
	    leaf == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_extension(cert, NID_key_usage,
	    leaf == NULL ? "critical,keyCertSign,cRLSign"
			 : "critical,digitalSignature,nonRepudiation");
	NEED(X509_sign(
	    cert, issuer_key == NULL ? key : issuer_key, EVP_sha256()));
	return cert;
}

unsigned char *
seal_make(const struct seal_spec *spec, size_t *len)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256");
	EVP_PKEY *key = spec->ec ? EVP_EC_gen("P-256") : rsa_key(2048);
	X509 *root = make_cert(ca_key, "Test Root", NULL, NULL, NULL);
	X509 *ca = make_cert(ca_key, "Test CA", NULL, root, ca_key);
	X509 *leaf = make_cert(key, "Test Seal", spec, ca, ca_key);
	STACK_OF(X509) *others = sk_X509_new_null();
	unsigned char *der = NULL, *copy;
	PKCS12 *p12;
	int n;

	if (!spec->leaf_alone && !spec->no_root)
		NEED(sk_X509_push(others, root));
	if (!spec->leaf_alone)
		NEED(sk_X509_push(others, ca));
	p12 = PKCS12_create(
	    "pin", "test seal", key, leaf, others, 0, 0, 64, 64, 0);
	NEED(p12 != NULL);
	n = i2d_PKCS12(p12, &der);
	NEED(n > 0);
	copy = malloc((size_t)n);
	NEED(copy != NULL);
	memcpy(copy, der, (size_t)n);
	*len = (size_t)n;
	OPENSSL_free(der);
	PKCS12_free(p12);
	sk_X509_free(others);
	X509_free(root);
	X509_free(ca);
	X509_free(leaf);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return copy;
}
