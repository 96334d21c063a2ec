/* SPDX-License-Identifier: ISC */
#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "sim/seal.h"

#define OID_MAX          64 /* longest dotted OID that is compared */
#define OID_QCSTATEMENTS "1.3.6.1.5.5.7.1.3"
#define OID_QCCOMPLIANCE "0.4.0.1862.1.1"
#define OID_QCTYPE       "0.4.0.1862.1.6"
#define OID_QCT_ESEAL    "0.4.0.1862.1.6.2"

/* The first attribute NID of NAME as UTF-8: 1, 0 where absent, -1 no memory */
static int
attribute(const X509_NAME *name, int nid, char **out)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *utf8 = NULL;
	int len;

	if (at < 0)
		return 0;
	len = ASN1_STRING_to_UTF8(
	    &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len < 0)
		return 0;
	*out = strndup((const char *)utf8, (size_t)len);
	OPENSSL_free(utf8);
	return *out == NULL ? -1 : 1;
}

static int
serial(struct seal *seal, const X509 *leaf)
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf), NULL);
	char *decimal = NULL, *hex = NULL;

	if (bn != NULL) {
		decimal = BN_bn2dec(bn);
		hex = BN_bn2hex(bn);
	}
	if (decimal != NULL)
		seal->serial_decimal = strdup(decimal);
	if (hex != NULL)
		seal->serial_hex = strdup(hex);
	for (char *p = seal->serial_hex; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'F')
			*p += 'a' - 'A';
	OPENSSL_free(decimal);
	OPENSSL_free(hex);
	BN_free(bn);
	return seal->serial_decimal == NULL || seal->serial_hex == NULL ? -1
									: 0;
}

static int
is_oid(const ASN1_TYPE *type, const char *oid)
{
	char text[OID_MAX];

	if (type == NULL || type->type != V_ASN1_OBJECT ||
	    OBJ_obj2txt(text, sizeof(text), type->value.object, 1) <= 0)
		return 0;
	return strcmp(text, oid) == 0;
}

/* The elements of TYPE where it is a SEQUENCE, else NULL; new. */
static ASN1_SEQUENCE_ANY *
elements(const ASN1_TYPE *type)
{
	const unsigned char *p;

	if (type == NULL || type->type != V_ASN1_SEQUENCE)
		return NULL;
	p = type->value.sequence->data;
	return d2i_ASN1_SEQUENCE_ANY(NULL, &p, type->value.sequence->length);
}

static void
free_elements(ASN1_SEQUENCE_ANY *all)
{
	sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
}

/* QCStatement ::= SEQUENCE { statementId, statementInfo OPTIONAL } */
static void
read_statement(struct seal *seal, const ASN1_TYPE *statement)
{
	ASN1_SEQUENCE_ANY *parts = elements(statement), *types;

	if (parts == NULL || sk_ASN1_TYPE_num(parts) < 1)
		goto out;
	if (is_oid(sk_ASN1_TYPE_value(parts, 0), OID_QCCOMPLIANCE))
		seal->qualified = 1;
	if (sk_ASN1_TYPE_num(parts) < 2 ||
	    !is_oid(sk_ASN1_TYPE_value(parts, 0), OID_QCTYPE))
		goto out;
	types = elements(sk_ASN1_TYPE_value(parts, 1));
	for (int i = 0; types != NULL && i < sk_ASN1_TYPE_num(types); i++)
		if (is_oid(sk_ASN1_TYPE_value(types, i), OID_QCT_ESEAL))
			seal->type_eseal = 1;
	free_elements(types);
out:
	free_elements(parts);
}

static void
read_statements(struct seal *seal, const X509 *leaf)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(OID_QCSTATEMENTS, 1);
	int at = oid == NULL ? -1 : X509_get_ext_by_OBJ(leaf, oid, -1);
	ASN1_SEQUENCE_ANY *all = NULL;

	if (at >= 0) {
		const ASN1_OCTET_STRING *der =
		    X509_EXTENSION_get_data(X509_get_ext(leaf, at));
		const unsigned char *p = ASN1_STRING_get0_data(der);

		all = d2i_ASN1_SEQUENCE_ANY(NULL, &p, ASN1_STRING_length(der));
	}
	for (int i = 0; all != NULL && i < sk_ASN1_TYPE_num(all); i++)
		read_statement(seal, sk_ASN1_TYPE_value(all, i));
	free_elements(all);
	ASN1_OBJECT_free(oid);
}

static void
read_key(struct seal *seal, X509 *leaf)
{
	const EVP_PKEY *key = X509_get0_pubkey(leaf);

	if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		seal->rsa_bits = EVP_PKEY_get_bits(key);
	/* without the extension every use is allowed (RFC 5280, 4.2.1.3) */
	seal->key_usage_ok =
	    (X509_get_key_usage(leaf) &
		(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

int
seal_read(struct seal *seal, X509 *leaf)
{
	const X509_NAME *subject = X509_get_subject_name(leaf);

	memset(seal, 0, sizeof(*seal));
	if (attribute(subject, NID_organizationIdentifier,
		&seal->organization_identifier) < 0 ||
	    attribute(subject, NID_commonName, &seal->common_name) < 0 ||
	    attribute(subject, NID_organizationName, &seal->organization) < 0 ||
	    attribute(subject, NID_organizationalUnitName,
		&seal->organizational_unit) < 0 ||
	    attribute(subject, NID_countryName, &seal->country) < 0 ||
	    attribute(subject, NID_serialNumber, &seal->subject_serial) < 0 ||
	    serial(seal, leaf) != 0) {
		seal_clear(seal);
		return -1;
	}
	read_statements(seal, leaf);
	read_key(seal, leaf);
	return 0;
}

void
seal_clear(struct seal *seal)
{
	free(seal->organization_identifier);
	free(seal->common_name);
	free(seal->organization);
	free(seal->organizational_unit);
	free(seal->country);
	free(seal->subject_serial);
	free(seal->serial_decimal);
	free(seal->serial_hex);
	memset(seal, 0, sizeof(*seal));
}
