/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <segl/trust.h>

#include "trustlist/store/criteria.h"

/* Statements that pki/qcstatement.h gives a member of its own. */
static int
states_known(const struct qc_statements *qc, const char *oid)
{
	const struct {
		const char *oid;
		int there;
	} known[] = {
		{ "0.4.0.1862.1.1", qc->compliance },
		{ "0.4.0.1862.1.2", qc->limited },
		{ "0.4.0.1862.1.3", qc->retained },
		{ "0.4.0.1862.1.4", qc->sscd },
		{ "0.4.0.1862.1.5", qc->n_pds > 0 },
		{ "0.4.0.1862.1.6", qc->type_there },
		{ "0.4.0.1862.1.7", qc->legislation },
		{ "0.4.0.1862.1.8", qc->methods.n > 0 },
		{ "0.4.0.1862.1.9", qc->qscd_legislation },
		{ "0.4.0.19495.2", qc->psd2 },
		{ "0.4.0.19422.1.1", qc->time_stamps },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].oid, oid) == 0)
			return known[i].there;
	}
	return 0;
}

static int
has_statement(const struct certificate *leaf, const char *oid)
{
	const struct qc_statements *qc = &leaf->qc;

	/* some lists ask for the type itself, as if it were a statement */
	return states_known(qc, oid) || oid_list_has(&qc->others, oid) ||
	    oid_list_has(&qc->types, oid);
}

static int
has_attribute(const struct certificate *leaf, const char *oid)
{
	X509_NAME *name = X509_get_subject_name(leaf->x509);
	char text[OID_TEXT_MAX];

	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const ASN1_OBJECT *type =
		    X509_NAME_ENTRY_get_object(X509_NAME_get_entry(name, i));

		if (oid_text(type, text) == 0 && strcmp(text, oid) == 0)
			return 1;
	}
	return 0;
}

static int
has_policy(const struct certificate *leaf, const char *oid)
{
	return oid_list_has(&leaf->policies, oid);
}

static int
has_purpose(const struct certificate *leaf, const char *oid)
{
	return oid_list_has(&leaf->eku, oid);
}

static enum criteria_answer
all_oids(const struct tl_criterion *c, const struct certificate *leaf,
    int (*has)(const struct certificate *leaf, const char *oid))
{
	for (size_t i = 0; i < c->n_oids; i++) {
		if (!has(leaf, c->oids[i]))
			return CRITERIA_NO;
	}
	return CRITERIA_YES;
}

/* All, or none where NEED is CRITERIA_NO. */
static enum criteria_answer
each_part(const struct tl_criterion *c, const struct certificate *leaf,
    enum criteria_answer need)
{
	enum criteria_answer answer = CRITERIA_YES;

	for (size_t i = 0; i < c->n_parts; i++) {
		enum criteria_answer one = criteria_met(&c->parts[i], leaf);

		if (one == CRITERIA_UNKNOWN)
			answer = CRITERIA_UNKNOWN;
		else if (one != need)
			return CRITERIA_NO;
	}
	return answer;
}

static enum criteria_answer
some_part(const struct tl_criterion *c, const struct certificate *leaf)
{
	enum criteria_answer best = CRITERIA_NO;

	for (size_t i = 0; i < c->n_parts; i++) {
		enum criteria_answer one = criteria_met(&c->parts[i], leaf);

		if (one > best)
			best = one;
	}
	return best;
}

enum criteria_answer
criteria_met(const struct tl_criterion *c, const struct certificate *leaf)
{
	unsigned int usage = leaf->has_key_usage ? leaf->key_usage : 0;

	switch (c->kind) {
	case TL_ALL:
		return each_part(c, leaf, CRITERIA_YES);
	case TL_AT_LEAST_ONE:
		return some_part(c, leaf);
	case TL_NONE:
		return each_part(c, leaf, CRITERIA_NO);
	case TL_KEY_USAGE:
		return (usage & c->usage_set) == c->usage_set &&
			(usage & c->usage_clear) == 0
		    ? CRITERIA_YES
		    : CRITERIA_NO;
	case TL_POLICY_SET:
		return all_oids(c, leaf, has_policy);
	case TL_EXTENDED_KEY_USAGE:
		return all_oids(c, leaf, has_purpose);
	case TL_SUBJECT_ATTRIBUTES:
		return all_oids(c, leaf, has_attribute);
	case TL_QC_STATEMENTS:
		return all_oids(c, leaf, has_statement);
	case TL_UNKNOWN_CRITERION:
		break;
	}
	return CRITERIA_UNKNOWN;
}

/* The list's bits as the public header has them. */
static unsigned int
public_bits(unsigned int qualifiers)
{
	static const struct {
		unsigned int of_list, of_trust;
	} bits[] = {
		{ TL_QC_WITH_SSCD, SEGL_TRUST_QC_WITH_SSCD },
		{ TL_QC_WITH_QSCD, SEGL_TRUST_QC_WITH_QSCD },
		{ TL_QC_NO_SSCD, SEGL_TRUST_QC_NO_SSCD },
		{ TL_QC_NO_QSCD, SEGL_TRUST_QC_NO_QSCD },
		{ TL_QC_SSCD_AS_IN_CERT, SEGL_TRUST_QC_SSCD_AS_CERT },
		{ TL_QC_QSCD_AS_IN_CERT, SEGL_TRUST_QC_QSCD_AS_CERT },
		{ TL_QC_QSCD_MANAGED, SEGL_TRUST_QC_QSCD_MANAGED },
		{ TL_QC_FOR_LEGAL_PERSON, SEGL_TRUST_QC_LEGAL_PERSON },
		{ TL_QC_FOR_ESIG, SEGL_TRUST_QC_FOR_ESIG },
		{ TL_QC_FOR_ESEAL, SEGL_TRUST_QC_FOR_ESEAL },
		{ TL_QC_FOR_WSA, SEGL_TRUST_QC_FOR_WSA },
		{ TL_QC_STATEMENT, SEGL_TRUST_QC_STATEMENT },
		{ TL_NOT_QUALIFIED, SEGL_TRUST_QC_NOT_QUALIFIED },
	};
	unsigned int out = 0;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		if ((qualifiers & bits[i].of_list) != 0)
			out |= bits[i].of_trust;
	}
	return out;
}

unsigned int
criteria_qualifiers(
    const struct tl_state *state, const struct certificate *leaf)
{
	unsigned int out =
	    state->has_unknown_critical ? SEGL_TRUST_QC_UNKNOWN : 0;

	for (size_t i = 0; i < state->n_qualifications; i++) {
		const struct tl_qualification *q = &state->qualifications[i];
		enum criteria_answer met = criteria_met(&q->criteria, leaf);

		if (met == CRITERIA_YES)
			out |= public_bits(q->qualifiers);
		if (met == CRITERIA_UNKNOWN ||
		    (met == CRITERIA_YES && q->has_unknown))
			out |= SEGL_TRUST_QC_UNKNOWN;
	}
	return out;
}
