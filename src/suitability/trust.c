/* SPDX-License-Identifier: ISC */
/* Is the issuer on the EU trusted lists, for seals, and active? */
#include <string.h>

#include "base/text.h"
#include "suitability/rule.h"

/* The statuses of Directive 1999/93/EC end: 2016-06-30T22:00:00Z. */
#define EIDAS_BEGINS 1467324000LL

/* What one entry says for a seal. */
enum answer {
	ANSWER_NO,
	ANSWER_CLOSED, /* it would be yes, but the list is frozen */
	ANSWER_OLD,    /* it would be yes, but the list is too old */
	ANSWER_YES
};

static int
is_active(const struct segl_trust_service *s, long long at)
{
	if (strcmp(s->type, "CA/QC") == 0)
		return strcmp(s->status, "granted") == 0 ||
		    (at < EIDAS_BEGINS &&
			(strcmp(s->status, "undersupervision") == 0 ||
			    strcmp(s->status, "supervisionincessation") == 0 ||
			    strcmp(s->status, "accredited") == 0));
	return strcmp(s->type, "CA/PKC") == 0 &&
	    (strcmp(s->status, "recognisedatnationallevel") == 0 ||
		strcmp(s->status, "setbynationallaw") == 0);
}

int
segl_trust_is_active_for_seals(
    const struct segl_trust_service *service, long long at)
{
	return is_active(service, at) &&
	    (service->uses & SEGL_TRUST_FOR_ESEALS) != 0;
}

static enum answer
answer_of(const struct segl_trust_service *s, const struct segl_terms *terms)
{
	if (!segl_trust_is_active_for_seals(s, terms->at))
		return ANSWER_NO;
	if (s->list == SEGL_TRUST_CLOSED)
		return ANSWER_CLOSED;
	return s->list == SEGL_TRUST_CURRENT ||
		(s->list == SEGL_TRUST_STALE && !terms->strict_lists)
	    ? ANSWER_YES
	    : ANSWER_OLD;
}

static void
say_service(const struct segl_trust_service *s, struct found *found)
{
	char text[TEXT_DAY_LEN];

	found_say(found, "%s%s: %s%s%s%s%s %s", found->text[0] ? "; " : "",
	    s->territory, s->provider == NULL ? "" : s->provider,
	    s->provider == NULL ? "" : ", ", s->name == NULL ? "" : s->name,
	    s->name == NULL ? "" : ", ", s->type,
	    s->status[0] == '\0' ? "not listed yet" : s->status);
	if (s->since > 0)
		found_say(found, " since %s", text_day(s->since, text));
	found_say(found, "%s%s",
	    (s->uses & SEGL_TRUST_FOR_ESEALS) != 0 ? ", for seals"
						   : ", not for seals",
	    s->list == SEGL_TRUST_CLOSED ? " (the list is closed)"
		: s->list == SEGL_TRUST_OLD
		? " (the list is more than 90 days past its date)"
		: s->list == SEGL_TRUST_STALE ? " (the list is past its date)"
					      : "");
	if (s->next_status != NULL)
		found_say(found, ", %s from %s on", s->next_status,
		    text_day(s->next_since, text));
}

/*
 * Whether S has a say: the entries of the listed CA nearest to the leaf, and,
 * where that is not the one that issued it, those of roots listed as such.
 */
static int
counts(const struct facts *f, const struct segl_trust_service *s)
{
	return s->position == f->listed ||
	    (f->listed > 1 && s->position > f->listed &&
		(s->uses & SEGL_TRUST_ROOT_CA_QC) != 0);
}

static enum answer
best_answer(const struct facts *f, int *root_ca_qc, struct found *found)
{
	const struct segl_trust *trust = f->terms->trust;
	enum answer best = ANSWER_NO;

	*root_ca_qc = 0;
	for (size_t i = 0; i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];
		enum answer answer = answer_of(s, f->terms);

		if (!counts(f, s))
			continue;
		say_service(s, found);
		if (answer == ANSWER_YES &&
		    (s->uses & SEGL_TRUST_ROOT_CA_QC) != 0)
			*root_ca_qc = 1;
		if (answer > best)
			best = answer;
	}
	return best;
}

/* The same use of the same service, granted here and withdrawn there. */
static int
contradicts(const struct segl_trust *trust, size_t position)
{
	int granted = 0, withdrawn = 0;

	for (size_t i = 0; i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];

		if (s->position != position ||
		    (s->uses & SEGL_TRUST_FOR_ESEALS) == 0 ||
		    strcmp(s->type, "CA/QC") != 0)
			continue;
		granted |= strcmp(s->status, "granted") == 0;
		withdrawn |= strcmp(s->status, "withdrawn") == 0;
	}
	return granted && withdrawn;
}

/* Why the list of the issuer's country may have what was not found. */
static enum segl_outcome
judge_absent(const struct segl_trust *trust, struct found *found)
{
	const char *territory =
	    trust->territory == NULL ? "?" : trust->territory;

	switch (trust->list) {
	case SEGL_TRUST_CURRENT:
	case SEGL_TRUST_CLOSED:
		return SEGL_OUTCOME_BROKEN;
	case SEGL_TRUST_STALE:
	case SEGL_TRUST_OLD:
		found_say(
		    found, ", but the list of %s is past its date", territory);
		break;
	case SEGL_TRUST_MISSING:
		found_say(
		    found, ", but the list of %s is not there", territory);
		break;
	case SEGL_TRUST_REFUSED:
		found_say(
		    found, ", but the list of %s is not authentic", territory);
		break;
	case SEGL_TRUST_UNREAD:
		found_say(found,
		    ", but some services in the list of %s cannot be read",
		    territory);
		break;
	}
	return SEGL_OUTCOME_UNDECIDED;
}

/* The entries say no. Is that all there is to say? */
static enum segl_outcome
judge_denied(const struct facts *f, struct found *found)
{
	const struct segl_trust *trust = f->terms->trust;

	for (size_t i = 0; i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];

		/* what an old list denies may have been granted since */
		if (counts(f, s) &&
		    (s->list == SEGL_TRUST_OLD ||
			(s->list == SEGL_TRUST_STALE &&
			    f->terms->strict_lists)))
			return SEGL_OUTCOME_UNDECIDED;
	}
	/* the CA that issued it is not found, which has to be certain */
	if (f->listed > 1) {
		found_say(
		    found, "; the CA that issued the certificate is not found");
		return judge_absent(trust, found);
	}
	/* and there may be one more entry for it where none could be read */
	return trust->list == SEGL_TRUST_MISSING ||
		trust->list == SEGL_TRUST_REFUSED ||
		trust->list == SEGL_TRUST_UNREAD
	    ? judge_absent(trust, found)
	    : SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
judge_listed(const struct facts *f, struct found *found)
{
	const struct segl_trust *trust = f->terms->trust;
	int root_ca_qc;
	enum answer answer = best_answer(f, &root_ca_qc, found);

	if (contradicts(trust, f->listed)) {
		found_say(found, ": the lists contradict themselves");
		return SEGL_OUTCOME_UNDECIDED;
	}
	if (answer == ANSWER_OLD)
		return SEGL_OUTCOME_UNDECIDED;
	if (answer == ANSWER_CLOSED)
		return SEGL_OUTCOME_BROKEN;
	if (answer == ANSWER_NO)
		return judge_denied(f, found);
	if (f->listed == 1 || root_ca_qc)
		return SEGL_OUTCOME_MET;
	found_say(found,
	    ": that is %s, above the CA that issued the certificate",
	    f->path->certs[f->listed]->subject);
	return SEGL_OUTCOME_UNDECIDED;
}

static enum segl_outcome
judge_unlisted(const struct facts *f, struct found *found)
{
	if (!f->path->self_signed) {
		found_say(found,
		    "no CA of the path is listed, but the path is not "
		    "complete: %s may be",
		    f->path->certs[f->path->len - 1]->issuer);
		return SEGL_OUTCOME_UNDECIDED;
	}
	found_say(found, "no CA of the path is listed");
	return judge_absent(f->terms->trust, found);
}

static enum segl_outcome
run_listed(const struct facts *f, struct found *found)
{
	if (f->terms->trust == NULL) {
		found_say(found, "there is no trust store to look in");
		return SEGL_OUTCOME_UNDECIDED;
	}
	return f->listed > 0 ? judge_listed(f, found)
			     : judge_unlisted(f, found);
}

static int
has_trust(const struct facts *f)
{
	return f->terms->trust != NULL;
}

static enum segl_outcome
run_current(const struct facts *f, struct found *found)
{
	const struct segl_trust *trust = f->terms->trust;

	for (size_t i = 0; i < trust->n; i++) {
		if (trust->services[i].list == SEGL_TRUST_CURRENT)
			continue;
		found_say(found, "the list of %s is %s",
		    trust->services[i].territory,
		    trust->services[i].list == SEGL_TRUST_CLOSED
			? "closed"
			: "past its date");
		return SEGL_OUTCOME_BROKEN;
	}
	return SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_others(const struct facts *f, struct found *found)
{
	if (f->terms->trust->missing == NULL)
		return SEGL_OUTCOME_NOT_APPLICABLE;
	found_say(found, "not there, or past their date: %s",
	    f->terms->trust->missing);
	return SEGL_OUTCOME_MET;
}

static const struct rule rules[] = {
	{ .id = "issuer-listed",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "ETSI TS 119 615",
	    .clause = "4.4",
	    .requirement = "the issuing CA is on an EU trusted list, active, "
			   "and listed for seals",
	    .remedy = "run segl trust update, then segl trust why; where the "
		      "lists are there, order from an issuer whose CA is "
		      "granted, for seals",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"Maskinporten decides by the EU trusted lists alone. A "
		"provider has several CAs, and only some are listed: what "
		"counts is the CA that issued your certificate, or a root "
		"that is listed as RootCA-QC. It must be granted (CA/QC) or "
		"recognised by national law (CA/PKC), and for seals "
		"(ForeSeals).",
	    .run = run_listed },
	{ .id = "list-current",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_ESEAL,
	    .document = "ETSI TS 119 612",
	    .clause = "5.3.15",
	    .requirement = "the trusted list that answers is current",
	    .remedy = "take a newer copy of the trusted lists",
	    .turn = SEGL_TURN_YOU,
	    .story = "A list past its date still answers, for 90 days; then "
		     "the answer counts as not known. With --strict it "
		     "answers nothing at once.",
	    .applies = has_trust,
	    .run = run_current },
	{ .id = "lists-missing",
	    .severity = SEGL_INFO,
	    .routes = FOR_ESEAL,
	    .document = "ETSI TS 119 612",
	    .clause = "5.3.15",
	    .requirement = "trusted lists of other countries",
	    .story = "They have no say in this certificate.",
	    .applies = has_trust,
	    .run = run_others },
};

const struct rule_table rules_of_trust = { rules,
	sizeof(rules) / sizeof(rules[0]) };
