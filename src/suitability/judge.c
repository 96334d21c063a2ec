/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "suitability/determined.h"
#include "suitability/judge.h"
#include "suitability/report.h"

/* As Maskinporten's tokens name the schemes of consumers. */
#define AUTHORITY_ETSI    "etsi-en-319-412"
#define AUTHORITY_ISO6523 "iso6523-actorid-upis"

static unsigned int
bit_of(enum segl_route route)
{
	switch (route) {
	case SEGL_ROUTE_ENTERPRISE:
		return FOR_ENTERPRISE;
	case SEGL_ROUTE_REGISTERED:
		return FOR_REGISTERED;
	default:
		return FOR_ESEAL;
	}
}

/* Without the "; " that a list of findings may end with. */
static char *
take_found(struct found *found)
{
	size_t len = strlen(found->text);

	if (len >= 2 && strcmp(found->text + len - 2, "; ") == 0)
		len -= 2;
	return text_foreign(found->text, len);
}

static enum segl_status
apply(const struct rule *rule, const struct facts *f, struct row *row)
{
	struct found found = { .text = "" };

	row->rule = rule;
	row->severity = rule->severity;
	row->blocks = rule->blocks;
	if (rule->lenient != NULL && rule->lenient(f)) {
		row->severity = SEGL_SHOULD;
		row->blocks = 0;
	}
	row->outcome = SEGL_OUTCOME_NOT_APPLICABLE;
	if ((rule->routes & bit_of(f->route)) != 0 &&
	    (rule->applies == NULL || rule->applies(f)))
		row->outcome = rule->run(f, &found);
	row->remedy = found.remedy != NULL ? found.remedy : rule->remedy;
	row->turn = found.turn != SEGL_TURN_NONE ? found.turn : rule->turn;
	if (found.text[0] == '\0')
		return SEGL_OK;
	row->found = take_found(&found);
	return row->found == NULL ? SEGL_ENOMEM : SEGL_OK;
}

static enum segl_verdict
verdict_of(const struct segl_report *report)
{
	enum segl_verdict verdict = SEGL_VERDICT_SUITABLE;

	for (size_t i = 0; i < report->n; i++) {
		const struct row *row = &report->rows[i];

		if (row->severity != SEGL_MUST)
			continue;
		if (row->outcome == SEGL_OUTCOME_BROKEN)
			return SEGL_VERDICT_UNSUITABLE;
		if (row->outcome == SEGL_OUTCOME_UNDECIDED)
			verdict = SEGL_VERDICT_UNDECIDED;
	}
	return verdict;
}

/* ---- what it is ---------------------------------------------------------- */

static enum segl_status
say(struct segl_report *report, enum segl_report_field field, const char *text)
{
	if (text == NULL)
		return SEGL_OK;
	report->texts[field] = text_foreign(text, strlen(text));
	return report->texts[field] == NULL ? SEGL_ENOMEM : SEGL_OK;
}

static const char *
level_of(const struct facts *f)
{
	if (f->route != SEGL_ROUTE_ESEAL)
		return f->is_qualified ? "qualified" : "not qualified";
	return f->is_qualified ? "qualified" : "advanced";
}

static const char *
client_amr_of(const struct facts *f)
{
	switch (f->route) {
	case SEGL_ROUTE_ENTERPRISE:
		return "virksomhetssertifikat";
	case SEGL_ROUTE_REGISTERED:
		return "private_key_jwt";
	default:
		return determined_client_amr(f);
	}
}

/* In words, and as the lists say it. */
static enum segl_status
determine(struct segl_report *report, const struct facts *f)
{
	const struct segl_trust *trust = f->terms->trust;
	struct found found = { .text = "" };

	if (f->route != SEGL_ROUTE_ESEAL ||
	    !determined_say(f, determined_client_amr(f), &found))
		return SEGL_OK;
	report->determined = 1;
	report->issuance = *trust->issuance;
	report->now = *trust->now;
	return say(report, SEGL_REPORT_QUALIFICATION, found.text);
}

static enum segl_status
describe(struct segl_report *report, const struct facts *f)
{
	const struct certificate *c = f->leaf;
	char fingerprint[2 * sizeof(c->sha256) + 1];
	const struct {
		enum segl_report_field field;
		const char *text;
	} texts[] = {
		{ SEGL_REPORT_ORGANIZATION, c->organization },
		{ SEGL_REPORT_IDENTIFIER,
		    f->organization_identifier != NULL
			? f->organization_identifier
			: f->route == SEGL_ROUTE_ENTERPRISE ? f->orgno
							    : NULL },
		{ SEGL_REPORT_COUNTRY, c->country },
		{ SEGL_REPORT_SUBJECT, c->subject },
		{ SEGL_REPORT_ISSUER, c->issuer },
		{ SEGL_REPORT_PRODUCT,
		    f->product == NULL ? NULL : f->product->name },
		{ SEGL_REPORT_LEVEL, level_of(f) },
		{ SEGL_REPORT_KEY, f->key.words },
		{ SEGL_REPORT_SERIAL, c->serial },
		{ SEGL_REPORT_FINGERPRINT, fingerprint },
		{ SEGL_REPORT_CLIENT_AMR, client_amr_of(f) },
	};

	for (size_t i = 0; i < sizeof(c->sha256); i++)
		snprintf(fingerprint + 2 * i, 3, "%02X", c->sha256[i]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (say(report, texts[i].field, texts[i].text) != SEGL_OK)
			return SEGL_ENOMEM;
	}
	return SEGL_OK;
}

/* A Norwegian number goes by ISO 6523, all else is copied as it stands. */
static enum segl_status
tell_consumer(struct segl_report *report, const struct facts *f)
{
	char number[20];

	if (f->route == SEGL_ROUTE_ESEAL &&
	    f->organization_identifier != NULL) {
		report->consumer = strdup(f->organization_identifier);
		report->authority = AUTHORITY_ETSI;
		return report->consumer == NULL ? SEGL_ENOMEM : SEGL_OK;
	}
	if (f->route != SEGL_ROUTE_ENTERPRISE || f->orgno == NULL)
		return SEGL_OK;
	snprintf(number, sizeof(number), "0192:%s", f->orgno);
	report->consumer = strdup(number);
	report->authority = AUTHORITY_ISO6523;
	return report->consumer == NULL ? SEGL_ENOMEM : SEGL_OK;
}

static enum segl_status
fill(struct segl_report *report, const struct facts *f)
{
	enum segl_status status = SEGL_OK;
	const struct rule *rule;

	report->route = f->route;
	report->has_key = f->has_key;
	report->not_before = (long long)f->leaf->not_before;
	report->not_after = (long long)f->leaf->not_after;
	report->days_left = (long)((report->not_after - f->terms->at) / 86400);
	for (size_t i = 0; status == SEGL_OK && report->n < RULES_MAX &&
	     (rule = rule_at(i)) != NULL;
	     i++)
		status = apply(rule, f, &report->rows[report->n++]);
	report->verdict = verdict_of(report);
	if (status == SEGL_OK)
		status = describe(report, f);
	if (status == SEGL_OK)
		status = determine(report, f);
	if (status == SEGL_OK)
		status = tell_consumer(report, f);
	return status;
}

enum segl_status
suitability_judge(const struct path *path, int has_key,
    const struct segl_terms *terms, struct segl_report **out)
{
	struct segl_report *report = calloc(1, sizeof(*report));
	enum segl_status status;
	struct facts facts;

	*out = NULL;
	if (report == NULL)
		return SEGL_ENOMEM;
	status = facts_read(path, has_key, terms, &facts) < 0
	    ? SEGL_ENOMEM
	    : fill(report, &facts);
	if (status == SEGL_OK)
		*out = report;
	else
		segl_report_free(report);
	return status;
}
