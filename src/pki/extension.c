/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "pki/certificate.h"
#include "pki/extension.h"
#include "pki/fault.h"

/*
 * The decoded extension NID, or NULL. One that stands twice or cannot be
 * read is noted in OUT: it is a fact about the certificate.
 */
static void *
extension_get(X509 *x509, int nid, struct certificate *out, int *critical)
{
	void *value = X509_get_ext_d2i(x509, nid, critical, NULL);

	if (value == NULL && *critical != -1)
		out->has_bad_extension = 1;
	return value;
}

static int
copy_bytes(const ASN1_OCTET_STRING *from, unsigned char **to, size_t *len)
{
	int n = ASN1_STRING_length(from);

	if (n <= 0)
		return 0;
	*to = malloc((size_t)n);
	if (*to == NULL)
		return -1;
	memcpy(*to, ASN1_STRING_get0_data(from), (size_t)n);
	*len = (size_t)n;
	return 0;
}

static int
read_key_usage(X509 *x509, struct certificate *out)
{
	static const unsigned int bits[] = { USAGE_DIGITAL_SIGNATURE,
		USAGE_NON_REPUDIATION, USAGE_KEY_ENCIPHERMENT,
		USAGE_DATA_ENCIPHERMENT, USAGE_KEY_AGREEMENT,
		USAGE_KEY_CERT_SIGN, USAGE_CRL_SIGN, USAGE_ENCIPHER_ONLY,
		USAGE_DECIPHER_ONLY };
	int critical;
	ASN1_BIT_STRING *usage =
	    extension_get(x509, NID_key_usage, out, &critical);

	if (usage == NULL)
		return 0;
	out->has_key_usage = 1;
	out->key_usage_critical = critical == 1;
	for (int i = 0; i < (int)(sizeof(bits) / sizeof(bits[0])); i++) {
		if (ASN1_BIT_STRING_get_bit(usage, i))
			out->key_usage |= bits[i];
	}
	ASN1_BIT_STRING_free(usage);
	return 0;
}

static int
read_basic_constraints(X509 *x509, struct certificate *out)
{
	int critical;
	BASIC_CONSTRAINTS *constraints =
	    extension_get(x509, NID_basic_constraints, out, &critical);

	if (constraints == NULL)
		return 0;
	out->has_basic_constraints = 1;
	out->ca = constraints->ca != 0;
	if (constraints->pathlen != NULL)
		out->path_len = ASN1_INTEGER_get(constraints->pathlen);
	BASIC_CONSTRAINTS_free(constraints);
	return 0;
}

static int
read_eku(X509 *x509, struct certificate *out)
{
	int critical, result = 0;
	EXTENDED_KEY_USAGE *eku =
	    extension_get(x509, NID_ext_key_usage, out, &critical);

	if (eku == NULL)
		return 0;
	out->has_eku = 1;
	out->eku_critical = critical == 1;
	for (int i = 0; i < sk_ASN1_OBJECT_num(eku) && result == 0; i++)
		result = oid_list_add(&out->eku, sk_ASN1_OBJECT_value(eku, i));
	EXTENDED_KEY_USAGE_free(eku);
	return result;
}

static int
read_policies(X509 *x509, struct certificate *out)
{
	int critical, result = 0;
	CERTIFICATEPOLICIES *policies =
	    extension_get(x509, NID_certificate_policies, out, &critical);

	for (int i = 0; i < sk_POLICYINFO_num(policies) && result == 0; i++)
		result = oid_list_add(
		    &out->policies, sk_POLICYINFO_value(policies, i)->policyid);
	CERTIFICATEPOLICIES_free(policies);
	return result;
}

static int
read_key_ids(X509 *x509, struct certificate *out)
{
	int critical, result = 0;
	ASN1_OCTET_STRING *subject =
	    extension_get(x509, NID_subject_key_identifier, out, &critical);
	AUTHORITY_KEYID *authority =
	    extension_get(x509, NID_authority_key_identifier, out, &critical);

	if (subject != NULL)
		result = copy_bytes(
		    subject, &out->subject_key_id, &out->subject_key_id_len);
	if (result == 0 && authority != NULL && authority->keyid != NULL)
		result = copy_bytes(authority->keyid, &out->authority_key_id,
		    &out->authority_key_id_len);
	ASN1_OCTET_STRING_free(subject);
	AUTHORITY_KEYID_free(authority);
	return result;
}

/* OpenSSL knows the identifier but has no decoder for it. */
static int
read_qc_statements(X509 *x509, struct certificate *out)
{
	int at = X509_get_ext_by_NID(x509, NID_qcStatements, -1);
	const ASN1_OCTET_STRING *value;

	if (at < 0)
		return 0;
	if (X509_get_ext_by_NID(x509, NID_qcStatements, at) >= 0)
		out->has_bad_extension = 1;
	value = X509_EXTENSION_get_data(X509_get_ext(x509, at));
	if (qc_statements_read(ASN1_STRING_get0_data(value),
		(size_t)ASN1_STRING_length(value), &out->qc) < 0)
		return -1;
	if (!out->qc.readable)
		out->has_bad_extension = 1;
	return 0;
}

/* validity-assured-short-term (EN 319 412-1, 5.2). */
#define SHORT_TERM   "0.4.0.194121.2.1"
#define NO_REV_AVAIL "2.5.29.56"
#define OCSP_NOCHECK "1.3.6.1.5.5.7.48.1.5"

static int
read_all(X509 *x509, struct certificate *out)
{
	char text[OID_TEXT_MAX];

	for (int i = 0; i < X509_get_ext_count(x509); i++) {
		X509_EXTENSION *extension = X509_get_ext(x509, i);
		const ASN1_OBJECT *oid = X509_EXTENSION_get_object(extension);

		if (oid_text(oid, text) == 0) {
			out->short_term |= strcmp(text, SHORT_TERM) == 0;
			out->no_revocation |= strcmp(text, NO_REV_AVAIL) == 0;
			out->no_check |= strcmp(text, OCSP_NOCHECK) == 0;
		}
		if (X509_EXTENSION_get_critical(extension) &&
		    oid_list_add(&out->critical, oid) < 0)
			return -1;
	}
	return 0;
}

int
extension_facts(X509 *x509, struct certificate *out)
{
	static int (*const readers[])(X509 *, struct certificate *) = {
		read_key_usage, read_basic_constraints, read_eku, read_policies,
		read_key_ids, read_qc_statements, read_all
	};

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (readers[i](x509, out) < 0)
			return -1;
	}
	/* a decoder that ran out of memory must not pass for a bad extension */
	return out->has_bad_extension && fault_is_nomem() ? -1 : 0;
}
