/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include "pki/qcstatement.h"

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

	out->type_there = 1;
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

	out->syntax_there = 1;
	if (info != NULL && seq == NULL)
		out->readable = 0;
	if (sk_ASN1_TYPE_num(seq) > 0)
		any = sk_ASN1_TYPE_value(seq, 0);
	if (any != NULL && any->type == V_ASN1_OBJECT)
		result = oid_list_add(&out->semantics, any->value.object);
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

/* QcIdentMethod: SEQUENCE OF OBJECT IDENTIFIER, or one of them. */
static int
read_methods(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	int result = 0;

	if (info != NULL && info->type == V_ASN1_OBJECT)
		return oid_list_add(&out->methods, info->value.object);
	if (seq == NULL)
		out->sloppy = 1;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq) && result == 0; i++) {
		const ASN1_TYPE *any = sk_ASN1_TYPE_value(seq, i);

		if (any->type != V_ASN1_OBJECT)
			out->sloppy = 1;
		else
			result = oid_list_add(&out->methods, any->value.object);
	}
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

/* A number that fits a long; 0, or -1. */
static int
read_number(const ASN1_TYPE *any, long *out)
{
	int64_t value;

	if (any == NULL || any->type != V_ASN1_INTEGER ||
	    !ASN1_INTEGER_get_int64(&value, any->value.integer) ||
	    value > LONG_MAX || value < LONG_MIN)
		return -1;
	*out = (long)value;
	return 0;
}

/* A text of printable ASCII of N letters at most; 0, or -1. */
static int
read_letters(const ASN1_TYPE *any, char *out, int n)
{
	const unsigned char *data;
	int len;

	if (any == NULL ||
	    (any->type != V_ASN1_PRINTABLESTRING &&
		any->type != V_ASN1_UTF8STRING &&
		any->type != V_ASN1_IA5STRING))
		return -1;
	data = ASN1_STRING_get0_data(any->value.asn1_string);
	len = ASN1_STRING_length(any->value.asn1_string);
	if (len > n)
		return -1;
	for (int i = 0; i < len; i++) {
		if (data[i] <= ' ' || data[i] > '~')
			return -1;
		out[i] = (char)data[i];
	}
	out[len] = '\0';
	return 0;
}

/* MonetaryValue: currency, amount, exponent. */
static int
read_limit(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	const ASN1_TYPE *currency;
	long number;

	out->limited = 1;
	if (sk_ASN1_TYPE_num(seq) != 3) {
		out->sloppy = 1;
		goto out;
	}
	currency = sk_ASN1_TYPE_value(seq, 0);
	if (read_number(currency, &number) == 0 && number >= 0 && number <= 999)
		snprintf(out->currency, sizeof(out->currency), "%03ld", number);
	else if (read_letters(currency, out->currency, 3) < 0)
		out->sloppy = 1;
	if (read_number(sk_ASN1_TYPE_value(seq, 1), &out->amount) < 0 ||
	    read_number(sk_ASN1_TYPE_value(seq, 2), &out->exponent) < 0)
		out->sloppy = 1;
out:
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return 0;
}

static int
read_retention(struct qc_statements *out, const ASN1_TYPE *info)
{
	out->retained = 1;
	if (read_number(info, &out->retention_years) < 0)
		out->sloppy = 1;
	return 0;
}

/* PdsLocation: address and language. */
static int
read_location(struct qc_statements *out, const ASN1_TYPE *any)
{
	ASN1_SEQUENCE_ANY *seq = sequence_in(any);
	char url[QC_URL_MAX + 1];
	struct qc_pds *pds = &out->pds[out->n_pds];
	int result = 0;

	if (sk_ASN1_TYPE_num(seq) != 2 ||
	    read_letters(sk_ASN1_TYPE_value(seq, 0), url, QC_URL_MAX) < 0 ||
	    read_letters(sk_ASN1_TYPE_value(seq, 1), pds->language, 2) < 0) {
		out->sloppy = 1;
	} else {
		pds->url = strdup(url);
		if (pds->url != NULL)
			out->n_pds++;
		else
			result = -1;
	}
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

static int
read_pds(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	int result = 0;

	if (seq == NULL)
		out->sloppy = 1;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq) && result == 0 &&
	     out->n_pds < QC_PDS_MAX;
	     i++)
		result = read_location(out, sk_ASN1_TYPE_value(seq, i));
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

/* QcCClegislation: SEQUENCE OF two letters. */
static int
read_legislation(struct qc_statements *out, const ASN1_TYPE *info)
{
	ASN1_SEQUENCE_ANY *seq = info == NULL ? NULL : sequence_in(info);
	size_t len = 0;
	char code[3];

	out->legislation = 1;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq); i++) {
		if (read_letters(sk_ASN1_TYPE_value(seq, i), code, 2) < 0)
			out->sloppy = 1;
		else if (len + 6 < sizeof(out->countries))
			len += (size_t)snprintf(out->countries + len,
			    sizeof(out->countries) - len, "%s%s",
			    len == 0 ? "" : ", ", code);
	}
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return 0;
}

static int
read_compliance(struct qc_statements *out, const ASN1_TYPE *info)
{
	(void)info;
	out->compliance = 1;
	return 0;
}

static int
read_sscd(struct qc_statements *out, const ASN1_TYPE *info)
{
	(void)info;
	out->sscd = 1;
	return 0;
}

static int
read_qscd_legislation(struct qc_statements *out, const ASN1_TYPE *info)
{
	(void)info;
	out->qscd_legislation = 1;
	return 0;
}

static int
read_psd2(struct qc_statements *out, const ASN1_TYPE *info)
{
	(void)info;
	out->psd2 = 1;
	return 0;
}

static int
read_time_stamps(struct qc_statements *out, const ASN1_TYPE *info)
{
	(void)info;
	out->time_stamps = 1;
	return 0;
}

/* What is known; a bit of each remembers that it was there. */
static const struct {
	const char *oid;
	int (*read)(struct qc_statements *out, const ASN1_TYPE *info);
} known[] = {
	{ "0.4.0.1862.1.1", read_compliance },
	{ "0.4.0.1862.1.2", read_limit },
	{ "0.4.0.1862.1.3", read_retention },
	{ "0.4.0.1862.1.4", read_sscd },
	{ "0.4.0.1862.1.5", read_pds },
	{ "0.4.0.1862.1.6", read_types },
	{ "0.4.0.1862.1.7", read_legislation },
	{ "0.4.0.1862.1.8", read_methods },
	{ "0.4.0.1862.1.9", read_qscd_legislation },
	{ "0.4.0.19495.2", read_psd2 },
	{ "0.4.0.19422.1.1", read_time_stamps },
	{ "1.3.6.1.5.5.7.11.1", read_semantics },
	{ "1.3.6.1.5.5.7.11.2", read_semantics },
};

static int
read_statement(struct qc_statements *out, const ASN1_OBJECT *id,
    const ASN1_TYPE *info, unsigned int *seen)
{
	char text[OID_TEXT_MAX];

	if (oid_text(id, text) < 0) {
		out->readable = 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(text, known[i].oid) != 0)
			continue;
		if (*seen & 1u << i)
			out->duplicates = 1;
		*seen |= 1u << i;
		return known[i].read(out, info);
	}
	if (oid_list_has(&out->others, text))
		out->duplicates = 1;
	return oid_list_add(&out->others, id);
}

static int
read_any(struct qc_statements *out, const ASN1_TYPE *any, unsigned int *seen)
{
	ASN1_SEQUENCE_ANY *seq = sequence_in(any);
	int n = sk_ASN1_TYPE_num(seq), result = 0;

	if (n < 1 || n > 2 || sk_ASN1_TYPE_value(seq, 0)->type != V_ASN1_OBJECT)
		out->readable = 0;
	else
		result = read_statement(out,
		    sk_ASN1_TYPE_value(seq, 0)->value.object,
		    n == 2 ? sk_ASN1_TYPE_value(seq, 1) : NULL, seen);
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

int
qc_statements_read(
    const unsigned char *der, size_t len, struct qc_statements *out)
{
	ASN1_SEQUENCE_ANY *seq;
	unsigned int seen = 0;
	int result = 0;

	memset(out, 0, sizeof(*out));
	out->present = 1;
	seq = sequence_of(der, len);
	out->readable = seq != NULL;
	for (int i = 0; i < sk_ASN1_TYPE_num(seq) && result == 0; i++)
		result = read_any(out, sk_ASN1_TYPE_value(seq, i), &seen);
	sk_ASN1_TYPE_pop_free(seq, ASN1_TYPE_free);
	return result;
}

void
qc_statements_clear(struct qc_statements *statements)
{
	oid_list_clear(&statements->types);
	oid_list_clear(&statements->methods);
	oid_list_clear(&statements->semantics);
	for (size_t i = 0; i < statements->n_pds; i++)
		free(statements->pds[i].url);
	oid_list_clear(&statements->others);
	memset(statements, 0, sizeof(*statements));
}
