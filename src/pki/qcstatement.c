/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include "pki/qcstatement.h"

#define QC_COMPLIANCE  "0.4.0.1862.1.1"
#define QC_SSCD        "0.4.0.1862.1.4"
#define QC_TYPE        "0.4.0.1862.1.6"
#define QC_LEGISLATION "0.4.0.1862.1.7"
#define QC_SYNTAX_V1   "1.3.6.1.5.5.7.11.1"
#define QC_SYNTAX_V2   "1.3.6.1.5.5.7.11.2"

static ASN1_SEQUENCE_ANY *
sequence_of(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	ASN1_SEQUENCE_ANY *seq;

	if (len > LONG_MAX)
		return NULL;
	seq = d2i_ASN1_SEQUENCE_ANY(NULL, &p, (long)len);
	if (seq != NULL && p != der + len) {
		sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
		seq = NULL;
	}
	return seq;
}

static ASN1_SEQUENCE_ANY *
sequence_in(const ASN1_TYPE *any)
{
	if (any->type != V_ASN1_SEQUENCE)
		return NULL;
	return sequence_of(
	    any->value.sequence->data, (size_t)any->value.sequence->length);
}

/* QcType: SEQUENCE OF OBJECT IDENTIFIER. */
static int
read_types(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	int result = 0;

	if (seq == NULL)
		out->readable = 0;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq) && result == 0; i++) {
		const ASN1_TYPE *any = sk_ASN1_TYPE_value(seq, i);

		if (any->type != V_ASN1_OBJECT)
			out->readable = 0;
		else
			result = oid_list_add(&out->types, any->value.object);
	}
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

/* SemanticsInformation: an identifier first, optional, then authorities. */
static int
read_semantics(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	const ASN1_TYPE *any = NULL;
	int result = 0;

	if (info != NULL && seq == NULL)
		out->readable = 0;
	if (sk_ASN1_TYPE_num(seq) > 0)
		any = sk_ASN1_TYPE_value(seq, 0);
	if (any != NULL && any->type == V_ASN1_OBJECT)
		result = oid_list_add(&out->semantics, any->value.object);
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

static int
read_statement(
    struct qc_statements *out, const ASN1_OBJECT *id, const ASN1_TYPE *info)
{
	char text[OID_TEXT_MAX];

	if (oid_text(id, text) < 0) {
		out->readable = 0;
		return 0;
	}
	if (strcmp(text, QC_TYPE) == 0)
		return read_types(out, info);
	if (strcmp(text, QC_SYNTAX_V1) == 0 || strcmp(text, QC_SYNTAX_V2) == 0)
		return read_semantics(out, info);
	if (strcmp(text, QC_COMPLIANCE) == 0)
		out->compliance = 1;
	else if (strcmp(text, QC_SSCD) == 0)
		out->sscd = 1;
	else if (strcmp(text, QC_LEGISLATION) == 0)
		out->legislation = 1;
	else
		return oid_list_add(&out->others, id);
	return 0;
}

static int
read_any(struct qc_statements *out, const ASN1_TYPE *any)
{
	ASN1_SEQUENCE_ANY *seq = sequence_in(any);
	int n = sk_ASN1_TYPE_num(seq), result = 0;

	if (n < 1 || n > 2 || sk_ASN1_TYPE_value(seq, 0)->type != V_ASN1_OBJECT)
		out->readable = 0;
	else
		result = read_statement(out,
		    sk_ASN1_TYPE_value(seq, 0)->value.object,
		    n == 2 ? sk_ASN1_TYPE_value(seq, 1) : NULL);
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

int
qc_statements_read(
    const unsigned char *der, size_t len, struct qc_statements *out)
{
	ASN1_SEQUENCE_ANY *seq;
	int result = 0;

	memset(out, 0, sizeof(*out));
	out->present = 1;
	seq = sequence_of(der, len);
	out->readable = seq != NULL;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq) && result == 0; i++)
		result = read_any(out, sk_ASN1_TYPE_value(seq, i));
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

void
qc_statements_clear(struct qc_statements *statements)
{
	oid_list_clear(&statements->types);
	oid_list_clear(&statements->semantics);
	oid_list_clear(&statements->others);
	memset(statements, 0, sizeof(*statements));
}
