/* SPDX-License-Identifier: ISC */
/* The steps that the rules of segl check decide. */
#include <string.h>

#include "onboard/judge.h"

/* Rules with a step of their own; all others say whether it is suitable. */
static const struct {
	const char *rule;
	enum onboard_id home;
} homes[] = {
	{ "expected-identifier", ONBOARD_IDENTITY },
	{ "same-identifier", ONBOARD_IDENTITY },
	{ "key-match", ONBOARD_KEY },
	{ "path-complete", ONBOARD_PATH },
	{ "path-rules", ONBOARD_PATH },
	{ "path-expiry", ONBOARD_PATH },
	{ "enterprise-issuer", ONBOARD_LISTED },
	{ "issuer-listed", ONBOARD_LISTED },
	{ "list-current", ONBOARD_LISTED },
	{ "lists-missing", ONBOARD_LISTED },
	{ "not-revoked", ONBOARD_REVOCATION },
};

size_t
onboard_home_of_rule(const char *id)
{
	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
		if (strcmp(homes[i].rule, id) == 0)
			return homes[i].home;
	return ONBOARD_SUITABLE;
}

/* What a finding comes to; the worst of a step is its result. */
enum weight { FINE, REMARK, UNCLEAR, WRONG };

static enum weight
weigh(const struct segl_finding *f)
{
	int must = f->severity == SEGL_MUST;

	if (f->severity == SEGL_INFO)
		return FINE;
	if (f->outcome == SEGL_OUTCOME_BROKEN)
		return must ? WRONG : REMARK;
	if (f->outcome == SEGL_OUTCOME_UNDECIDED)
		return must ? UNCLEAR : REMARK;
	return FINE;
}

/* Whose certificate it is explains what else is broken. */
static int
explains_others(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_BROKEN && f->blocks &&
	    strcmp(f->id, "natural-person") == 0;
}

/* The worst of the step ID, the first of these; 0 where there is none. */
static int
find_worst(
    const struct segl_report *report, size_t id, struct segl_finding *out)
{
	struct segl_finding f;
	int found = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (onboard_home_of_rule(f.id) != id || weigh(&f) == FINE)
			continue;
		if (!found || explains_others(&f) || weigh(&f) > weigh(out) ||
		    (weigh(&f) == weigh(out) && f.blocks && !out->blocks))
			*out = f;
		found = 1;
	}
	return found;
}

static const char *
words_of(const struct segl_finding *f)
{
	return f->found != NULL ? f->found : f->requirement;
}

/* All of the step that are not fine, the worst first. */
static void
tell_findings(const struct segl_report *report, size_t id,
    const struct segl_finding *worst, struct onboard_outcome *out)
{
	struct segl_finding f;

	onboard_add(out, "%s (%s)", words_of(worst), worst->id);
	for (size_t i = 0; segl_report_finding(report, i, &f); i++)
		if (onboard_home_of_rule(f.id) == id && weigh(&f) != FINE &&
		    strcmp(f.id, worst->id) != 0)
			onboard_add(out, "%s (%s)", words_of(&f), f.id);
}

/* What is met, as far as it says what was seen. */
static void
tell_met(
    const struct segl_report *report, size_t id, struct onboard_outcome *out)
{
	struct segl_finding f;
	size_t n = 0;

	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (onboard_home_of_rule(f.id) != id ||
		    f.outcome != SEGL_OUTCOME_MET || f.severity == SEGL_INFO)
			continue;
		n++;
		if (id != ONBOARD_SUITABLE && f.found != NULL)
			onboard_add(out, "%s", f.found);
	}
	if (id == ONBOARD_SUITABLE)
		onboard_add(out, "%zu rules of segl check are met", n);
}

static void
apply(const struct segl_finding *worst, const struct onboard_terms *terms,
    struct onboard_outcome *out)
{
	if (weigh(worst) == WRONG) {
		out->result = ONBOARD_FAIL;
		out->status = SEGL_ECERT;
		out->stops = (worst->blocks && !terms->anyway) || terms->strict;
	} else if (weigh(worst) == UNCLEAR && terms->strict) {
		out->result = ONBOARD_FAIL;
		out->status = SEGL_EUNDECIDED;
		out->stops = 1;
	} else {
		out->result = ONBOARD_WARN;
	}
	onboard_finding(out, worst->id);
	/* it is only a guess until the server says so */
	onboard_fact(&out->facts, "likely_code", worst->mp_code);
	if (worst->remedy != NULL)
		onboard_remedy(out, worst->turn, "%s", worst->remedy);
}

void
onboard_judge_rules(const struct segl_report *report, size_t id,
    const struct onboard_terms *terms, struct onboard_outcome *out)
{
	struct segl_finding worst;

	if (!find_worst(report, id, &worst)) {
		out->result = ONBOARD_PASS;
		tell_met(report, id, out);
		return;
	}
	apply(&worst, terms, out);
	tell_findings(report, id, &worst, out);
}

void
onboard_overrule(struct onboard *record)
{
	for (size_t i = ONBOARD_IDENTITY; i <= ONBOARD_LISTED; i++) {
		struct onboard_outcome *out = &record->steps[i];

		if (out->result != ONBOARD_FAIL || out->finding == NULL ||
		    out->stops)
			continue;
		out->result = ONBOARD_WARN;
		out->status = SEGL_OK;
		onboard_add(out,
		    "but Maskinporten gave a token all the same, which counts "
		    "for more than this verdict");
		onboard_remedy(out, SEGL_TURN_SEGL,
		    "the verdict of segl is wrong here: please report it, "
		    "with this report");
	}
}
