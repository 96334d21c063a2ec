/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "ca.h"
#include "rsa.h"

static void
need(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "ca: %s failed\n", what);
	abort();
}

static EVP_PKEY *
generate(const char *type)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	need(ctx != NULL && EVP_PKEY_keygen_init(ctx) > 0 &&
		EVP_PKEY_generate(ctx, &key) > 0,
	    type);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
ca_key(const char *type)
{
	EVP_PKEY *key;

	if (strcmp(type, "RSA") == 0)
		key = rsa_key(2048);
	else if (strncmp(type, "RSA", 3) == 0 && type[3] != '-')
		key = rsa_key((unsigned int)strtoul(type + 3, NULL, 10));
	else if (strcmp(type, "EC") == 0)
		key = EVP_EC_gen("P-256");
	else if (strncmp(type, "P-", 2) == 0)
		key = EVP_EC_gen(type);
	else
		key = generate(type);
	need(key != NULL, type);
	return key;
}

static void
add_name(X509_NAME *name, const char *type, const char *value)
{
	if (value != NULL)
		need(X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
			 (const unsigned char *)value, -1, -1, 0),
		    value);
}

static void
set_subject(X509 *cert, const struct ca_spec *spec)
{
	X509_NAME *name = X509_get_subject_name(cert);

	add_name(name, "C", spec->c);
	add_name(name, "O", spec->o);
	for (size_t i = 0; i < 3; i++)
		add_name(name, "2.5.4.97", spec->orgids[i]);
	add_name(name, "serialNumber", spec->serial_number);
	add_name(name, "GN", spec->given_name);
	add_name(name, "SN", spec->surname);
	add_name(name, "pseudonym", spec->pseudonym);
	add_name(name, "CN", spec->cn);
}

static void
add_extension(X509 *cert, X509V3_CTX *ctx, int nid, const char *value)
{
	X509_EXTENSION *ext;

	if (value == NULL)
		return;
	ext = X509V3_EXT_nconf_nid(NULL, ctx, nid, value);
	need(ext != NULL && X509_add_ext(cert, ext, -1), value);
	X509_EXTENSION_free(ext);
}

static void
add_qc(X509 *cert, const struct ca_spec *spec)
{
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	need(value != NULL &&
		ASN1_OCTET_STRING_set(value, spec->qc, (int)spec->qc_len),
	    "QCStatements");
	ext = X509_EXTENSION_create_by_NID(NULL, NID_qcStatements, 0, value);
	need(ext != NULL && X509_add_ext(cert, ext, -1), "QCStatements");
	if (spec->qc_twice)
		need(X509_add_ext(cert, ext, -1), "QCStatements");
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
}

/* OpenSSL would leave it out of self-signed certificates. */
static void
add_akid(X509 *cert, X509 *issuer)
{
	AUTHORITY_KEYID *akid = AUTHORITY_KEYID_new();

	need(akid != NULL, "AUTHORITY_KEYID_new");
	akid->keyid =
	    X509_get_ext_d2i(issuer, NID_subject_key_identifier, NULL, NULL);
	need(akid->keyid != NULL &&
		X509_add1_ext_i2d(cert, NID_authority_key_identifier, akid, 0,
		    X509V3_ADD_DEFAULT) == 1,
	    "AuthorityKeyIdentifier");
	AUTHORITY_KEYID_free(akid);
}

static void
add_critical(X509 *cert, const char *oid)
{
	ASN1_OBJECT *type = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	need(type != NULL && value != NULL &&
		ASN1_OCTET_STRING_set(
		    value, (const unsigned char *)"\x05\0", 2),
	    oid);
	ext = X509_EXTENSION_create_by_OBJ(NULL, type, 1, value);
	need(ext != NULL && X509_add_ext(cert, ext, -1), oid);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(type);
}

/* Names that nameConstraints may name: dirName:in_SE, dirName:in_NO. */
static void
load_names(CONF *conf)
{
	static const char text[] = "[in_SE]\nC=SE\n[in_NO]\nC=NO\n";
	BIO *bio = BIO_new_mem_buf(text, -1);
	long line;

	need(bio != NULL && NCONF_load_bio(conf, bio, &line) > 0, "names");
	BIO_free(bio);
}

static void
add_extensions(X509 *cert, const struct ca_spec *spec, X509 *issuer)
{
	CONF *conf = NCONF_new(NULL); /* policies are not read without one */
	X509V3_CTX ctx;

	need(conf != NULL, "NCONF_new");
	load_names(conf);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, conf);
	add_extension(cert, &ctx, NID_basic_constraints, spec->basic);
	add_extension(cert, &ctx, NID_key_usage, spec->usage);
	add_extension(cert, &ctx, NID_ext_key_usage, spec->eku);
	add_extension(cert, &ctx, NID_certificate_policies, spec->policies);
	add_extension(cert, &ctx, NID_subject_key_identifier, spec->skid);
	add_extension(cert, &ctx, NID_name_constraints, spec->names);
	add_extension(cert, &ctx, NID_info_access, spec->access);
	add_extension(cert, &ctx, NID_crl_distribution_points, spec->points);
	if (spec->critical != NULL)
		add_critical(cert, spec->critical);
	if (spec->akid)
		add_akid(cert, issuer);
	if (spec->qc != NULL)
		add_qc(cert, spec);
	NCONF_free(conf);
}

static void
set_serial(X509 *cert, const char *decimal)
{
	static long counted = 4711;
	BIGNUM *bn = NULL;

	if (decimal == NULL) {
		need(ASN1_INTEGER_set(X509_get_serialNumber(cert), counted++),
		    "serial");
		return;
	}
	need(BN_dec2bn(&bn, decimal) > 0, decimal);
	need(BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(cert)) != NULL,
	    decimal);
	BN_free(bn);
}

struct ca
ca_make(const struct ca_spec *spec, EVP_PKEY *key, const struct ca *issuer)
{
	time_t from =
	    spec->not_before != 0 ? spec->not_before : CA_NOW - 30 * CA_DAY;
	time_t to =
	    spec->not_after != 0 ? spec->not_after : CA_NOW + 90 * CA_DAY;
	struct ca ca = { .cert = X509_new(), .key = key };
	EVP_PKEY *by = issuer == NULL ? key : issuer->key;
	int pure = EVP_PKEY_is_a(by, "ED25519");

	need(ca.cert != NULL && X509_set_version(ca.cert, 2), "X509_new");
	EVP_PKEY_up_ref(key);
	set_serial(ca.cert, spec->serial);
	need(ASN1_TIME_set(X509_getm_notBefore(ca.cert), from) != NULL &&
		ASN1_TIME_set(X509_getm_notAfter(ca.cert), to) != NULL,
	    "validity");
	need(X509_set_pubkey(ca.cert, key), "public key");
	set_subject(ca.cert, spec);
	need(
	    X509_set_issuer_name(ca.cert,
		X509_get_subject_name(issuer == NULL ? ca.cert : issuer->cert)),
	    "issuer");
	add_extensions(ca.cert, spec, issuer == NULL ? ca.cert : issuer->cert);
	need(X509_sign(ca.cert, by,
		 pure ? NULL
		     : spec->hash == NULL
		     ? EVP_sha256()
		     : EVP_get_digestbyname(spec->hash)) > 0,
	    "sign");
	return ca;
}

void
ca_free(struct ca *ca)
{
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	ca->cert = NULL;
	ca->key = NULL;
}
