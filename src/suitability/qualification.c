/* SPDX-License-Identifier: ISC */
/* Advanced or qualified, in software or in a QSCD: what it says of itself. */
#include <string.h>

#include "suitability/rule.h"

/* QCP-l-qscd and QCP-n-qscd (EN 319 411-2, 5.3). */
#define POLICIES_QSCD "0.4.0.194112.1.3 0.4.0.194112.1.2"
/* NCP+ (EN 319 411-1, 5.3), and DigiCert QuoVadis' Advanced+. */
#define POLICIES_DEVICE "0.4.0.2042.1.2 1.3.6.1.4.1.8024.1.300"

/*
 * What the lists say of certificates like this one, at the time judged: an
 * entry that is not granted then says nothing any more, nor does one of
 * another type (TS 119 615, 4.4).
 */
static unsigned int
qualifiers(const struct facts *f)
{
	const struct segl_trust *trust = f->terms->trust;
	unsigned int all = 0;

	for (size_t i = 0; trust != NULL && i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];

		if (strcmp(s->type, "CA/QC") == 0 &&
		    strcmp(s->status, "granted") == 0)
			all |= s->qualifiers;
	}
	return all;
}

static int
has_statements(const struct facts *f)
{
	return f->leaf->qc.present;
}

static int
has_key(const struct facts *f)
{
	return f->has_key;
}

static enum segl_outcome
run_type(const struct facts *f, struct found *found)
{
	const struct qc_statements *qc = &f->leaf->qc;

	if (!qc->readable) {
		found_say(found, "QCStatements that cannot be read");
		return SEGL_OUTCOME_UNDECIDED;
	}
	/* whether that is a person's or a website's is another rule */
	if (f->is_web || (f->is_esign && !f->is_eseal))
		return SEGL_OUTCOME_NOT_APPLICABLE;
	if (f->is_eseal && qc->types.n == 1) {
		found_say(found, "QcType eseal");
		return SEGL_OUTCOME_MET;
	}
	if (f->is_eseal) {
		found_say(found, "QcType eseal and others");
		return SEGL_OUTCOME_UNDECIDED;
	}
	if (!qc->compliance && !qc->type_there)
		return SEGL_OUTCOME_NOT_APPLICABLE;
	if ((qualifiers(f) & SEGL_TRUST_QC_FOR_ESEAL) != 0) {
		found_say(found, "the trusted list says that it is for seals");
		return SEGL_OUTCOME_MET;
	}
	found_say(found,
	    qc->type_there ? "a QcType that is unknown"
			   : "QcCompliance without QcType, which may count "
			     "as one for signatures");
	return SEGL_OUTCOME_UNDECIDED;
}

static enum segl_outcome
run_typed(const struct facts *f, struct found *found)
{
	if (f->leaf->qc.compliance || f->leaf->qc.type_there)
		return SEGL_OUTCOME_NOT_APPLICABLE;
	found_say(found, "no QcType");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_qscd(const struct facts *f, struct found *found)
{
	int hard = 0;

	if (f->leaf->qc.sscd && ++hard)
		found_say(found, "QcSSCD; ");
	if (f->leaf->qc.qscd_legislation && ++hard)
		found_say(found, "QcQSCDlegislation; ");
	if (facts_has_policy(f, POLICIES_QSCD) && ++hard)
		found_say(found, "a policy that wants a QSCD (-qscd); ");
	if (f->product != NULL && f->product->hard && ++hard)
		found_say(found, "%s; ", f->product->name);
	if ((qualifiers(f) &
		(SEGL_TRUST_QC_WITH_SSCD | SEGL_TRUST_QC_WITH_QSCD |
		    SEGL_TRUST_QC_QSCD_MANAGED)) != 0 &&
	    ++hard)
		found_say(found, "the trusted list says so; ");
	return hard > 0 ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_device(const struct facts *f, struct found *found)
{
	if (!facts_has_policy(f, POLICIES_DEVICE))
		return SEGL_OUTCOME_MET;
	found_say(found, "%s",
	    facts_has_policy(f, "0.4.0.2042.1.2") ? "policy NCP+"
						  : "policy Advanced+");
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_form(const struct facts *f, struct found *found)
{
	const struct qc_statements *qc = &f->leaf->qc;

	if (qc->duplicates)
		found_say(found, "a statement stands twice; ");
	if (qc->sloppy)
		found_say(found, "a statement is not as it should be; ");
	if (qc->compliance && qc->n_pds == 0)
		found_say(found, "no disclosure statement (QcPDS); ");
	return found->text[0] != '\0' ? SEGL_OUTCOME_BROKEN : SEGL_OUTCOME_MET;
}

/* ---- for information ------------------------------------------------------
 */

static enum segl_outcome
told(const struct found *found)
{
	return found->text[0] == '\0' ? SEGL_OUTCOME_NOT_APPLICABLE
				      : SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_limit(const struct facts *f, struct found *found)
{
	const struct qc_statements *qc = &f->leaf->qc;

	if (qc->limited && qc->exponent >= 0 && qc->exponent <= 18)
		found_say(found, "%s %ld%.*s", qc->currency, qc->amount,
		    (int)qc->exponent, "000000000000000000");
	else if (qc->limited)
		found_say(found, "%s %ld times ten to the power of %ld",
		    qc->currency, qc->amount, qc->exponent);
	return told(found);
}

static enum segl_outcome
run_retention(const struct facts *f, struct found *found)
{
	if (f->leaf->qc.retained)
		found_say(found, "%ld years", f->leaf->qc.retention_years);
	return told(found);
}

static enum segl_outcome
run_pds(const struct facts *f, struct found *found)
{
	const struct qc_statements *qc = &f->leaf->qc;

	for (size_t i = 0; i < qc->n_pds; i++)
		found_say(found, "%s%s (%s)", i > 0 ? ", " : "", qc->pds[i].url,
		    qc->pds[i].language);
	return told(found);
}

static enum segl_outcome
run_method(const struct facts *f, struct found *found)
{
	static const struct {
		const char *oid, *words;
	} methods[] = {
		{ QC_IDENT_METHOD_ARC "1", "eIDAS 2014, 24(1) (a) or (b)" },
		{ QC_IDENT_METHOD_ARC "2", "eIDAS 2014, 24(1) (c) or (d)" },
		{ QC_IDENT_METHOD_ARC "3", "eIDAS 2024, 24(1a) (a), (c), (d)" },
		{ QC_IDENT_METHOD_ARC "4", "eIDAS 2024, 24(1a) (b)" },
	};
	const struct oid_list *list = &f->leaf->qc.methods;

	for (size_t i = 0; i < list->n; i++) {
		const char *words = list->text[i];

		for (size_t k = 0; k < sizeof(methods) / sizeof(methods[0]);
		     k++) {
			if (oid_list_has(list, methods[k].oid) &&
			    strcmp(methods[k].oid, words) == 0)
				words = methods[k].words;
		}
		found_say(found, "%s%s", i > 0 ? ", " : "", words);
	}
	return told(found);
}

static enum segl_outcome
run_legislation(const struct facts *f, struct found *found)
{
	if (f->leaf->qc.legislation)
		found_say(found, "qualified by the law of %s, not of the EU",
		    f->leaf->qc.countries[0] == '\0' ? "another country"
						     : f->leaf->qc.countries);
	return told(found);
}

static enum segl_outcome
run_unknown(const struct facts *f, struct found *found)
{
	const struct oid_list *list = &f->leaf->qc.others;

	for (size_t i = 0; i < list->n; i++)
		found_say(found, "%s%s", i > 0 ? ", " : "", list->text[i]);
	return told(found);
}

static enum segl_outcome
run_payment(const struct facts *f, struct found *found)
{
	if (f->leaf->qc.psd2)
		found_say(found, "a payment service provider's (PSD2)");
	return told(found);
}

static enum segl_outcome
run_level(const struct facts *f, struct found *found)
{
	found_say(found, "%s",
	    f->is_qualified ? "qualified: QcCompliance is stated"
			    : "advanced: nothing says that it is qualified");
	return SEGL_OUTCOME_MET;
}

#define STATEMENT "ETSI EN 319 412-5"

static const struct rule rules[] = {
	{ .id = "qc-type",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.3",
	    .requirement = "a qualified certificate says that it is for seals "
			   "(QcType eseal), and nothing else",
	    .remedy = "ask the issuer for QcType eseal, or try the "
		      "certificate in Maskinporten's test environment",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"Before 2016 there was no QcType, and who reads the "
		"certificate today may take one without it for a person's. "
		"The Commission's own validator does. What Maskinporten does "
		"is not documented; a try in the test environment costs "
		"nothing.",
	    .applies = has_statements,
	    .run = run_type },
	{ .id = "qc-type-present",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.3",
	    .requirement = "the certificate says that it is for seals",
	    .remedy = "ask the issuer to confirm in writing that this is a "
		      "certificate for advanced electronic seals",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "A certificate that is not qualified needs no QcType; "
		     "then only the trusted list tells that its issuer "
		     "issues for seals.",
	    .run = run_typed },
	{ .id = "qscd",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.2",
	    .requirement = "nothing says that the key is in a device (QSCD)",
	    .remedy = "do not order this one: ask for an advanced seal, or a "
		      "qualified one without QSCD, as soft token",
	    .turn = SEGL_TURN_ISSUER,
	    .story =
		"A key in a qualified device (QSCD: a card, a token, an HSM, "
		"or one that the provider keeps) cannot be put into a file, "
		"so segl cannot sign with it. Where you hold the matching key "
		"in a file the certificate says something untrue: it works, "
		"but the issuer should be told.",
	    .lenient = has_key,
	    .run = run_qscd },
	{ .id = "secure-device-policy",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI EN 319 411-1",
	    .clause = "5.3",
	    .requirement = "its policy does not want a secure device",
	    .remedy = "ask the issuer whether the key is delivered as a soft "
		      "token",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "NCP+ and Advanced+ want a secure user device. Some "
		     "issuers sell certificates of such a policy as soft "
		     "tokens all the same.",
	    .run = run_device },
	{ .id = "qc-statements",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.1, 5",
	    .requirement = "the QCStatements are complete, well formed, and "
			   "none stands twice",
	    .remedy = "tell the issuer",
	    .turn = SEGL_TURN_ISSUER,
	    .story = "Such slips do no harm to a grant that we know of.",
	    .applies = has_statements,
	    .run = run_form },
	{ .id = "level",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.1",
	    .requirement = "advanced or qualified: either is fine",
	    .story = "Maskinporten takes both. An API may ask for a "
		     "qualified one; the token tells it by client_amr, "
		     "QCForESeal or CForESeal.",
	    .run = run_level },
	{ .id = "qc-limit",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.3.2",
	    .requirement = "limit on the value of transactions",
	    .story = "For contracts that are sealed; nothing to Maskinporten.",
	    .run = run_limit },
	{ .id = "qc-retention",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.3.3",
	    .requirement = "how long the issuer keeps its records",
	    .story = "Years after the certificate expired.",
	    .run = run_retention },
	{ .id = "qc-pds",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.3.4",
	    .requirement = "the issuer's disclosure statement",
	    .story = "What the issuer promises and does not, in short.",
	    .run = run_pds },
	{ .id = "qc-identification",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.5",
	    .requirement = "how the business was identified",
	    .story = "The article of the eIDAS regulation.",
	    .run = run_method },
	{ .id = "qc-legislation",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = STATEMENT,
	    .clause = "4.2.4",
	    .requirement = "by whose law it is qualified",
	    .story = "Where it is another country's, it is not qualified in "
		     "the EU.",
	    .run = run_legislation },
	{ .id = "qc-payment",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = "ETSI TS 119 495",
	    .clause = "5.1",
	    .requirement = "whether it is for payment services",
	    .story = "Its identifier then is that of the supervisor, PSD...; "
		     "Maskinporten passes it on like any other.",
	    .run = run_payment },
	{ .id = "qc-unknown",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = "RFC 3739",
	    .clause = "3.2.6",
	    .requirement = "statements that segl does not know",
	    .story = "Issuers may state what they like.",
	    .run = run_unknown },
};

const struct rule_table rules_of_qualification = { rules,
	sizeof(rules) / sizeof(rules[0]) };
