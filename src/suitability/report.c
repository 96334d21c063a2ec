/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "suitability/report.h"

void
segl_report_free(struct segl_report *report)
{
	if (report == NULL)
		return;
	for (size_t i = 0; i < report->n; i++)
		free(report->rows[i].found);
	for (size_t i = 0; i < REPORT_FIELDS; i++)
		free(report->texts[i]);
	free(report->consumer);
	free(report);
}

enum segl_verdict
segl_report_verdict(const struct segl_report *report)
{
	return report->verdict;
}

size_t
segl_report_count(const struct segl_report *report)
{
	return report->n;
}

int
segl_report_finding(
    const struct segl_report *report, size_t i, struct segl_finding *out)
{
	const struct row *row;

	memset(out, 0, sizeof(*out));
	if (i >= report->n)
		return 0;
	row = &report->rows[i];
	out->id = row->rule->id;
	out->severity = row->severity;
	out->outcome = row->outcome;
	out->blocks = row->blocks;
	out->document = row->rule->document;
	out->clause = row->rule->clause;
	out->requirement = row->rule->requirement;
	out->found = row->found;
	out->remedy = row->remedy;
	out->turn = row->turn;
	out->mp_code = row->rule->mp_code;
	return 1;
}

int
segl_report_blocks(const struct segl_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->rows[i].blocks &&
		    report->rows[i].outcome == SEGL_OUTCOME_BROKEN)
			return 1;
	}
	return 0;
}

const char *
segl_report_text(const struct segl_report *report, enum segl_report_field field)
{
	return (size_t)field < REPORT_FIELDS ? report->texts[field] : NULL;
}

const struct segl_trust_determination *
segl_report_at_issuance(const struct segl_report *report)
{
	return report->determined ? &report->issuance : NULL;
}

const struct segl_trust_determination *
segl_report_now(const struct segl_report *report)
{
	return report->determined ? &report->now : NULL;
}

const char *
segl_report_consumer(const struct segl_report *report, const char **authority)
{
	if (authority != NULL)
		*authority =
		    report->consumer == NULL ? NULL : report->authority;
	return report->consumer;
}

long long
segl_report_not_before(const struct segl_report *report)
{
	return report->not_before;
}

long long
segl_report_not_after(const struct segl_report *report)
{
	return report->not_after;
}

long
segl_report_days_left(const struct segl_report *report)
{
	return report->days_left;
}

enum segl_route
segl_report_route(const struct segl_report *report)
{
	return report->route;
}

int
segl_report_has_key(const struct segl_report *report)
{
	return report->has_key;
}

/* ---- names -----------------------------------------------------------------
 */

#define NAME_OF(names, i)                                                      \
	((size_t)(i) < sizeof(names) / sizeof((names)[0]) ? (names)[i]         \
							  : "unknown")

const char *
segl_verdict_name(enum segl_verdict verdict)
{
	static const char *const names[] = { "suitable", "unsuitable",
		"undecided" };

	return NAME_OF(names, verdict);
}

const char *
segl_severity_name(enum segl_severity severity)
{
	static const char *const names[] = { "must", "should", "info" };

	return NAME_OF(names, severity);
}

const char *
segl_outcome_name(enum segl_outcome outcome)
{
	static const char *const names[] = { "met", "broken", "undecided",
		"not-applicable" };

	return NAME_OF(names, outcome);
}

const char *
segl_route_name(enum segl_route route)
{
	static const char *const names[] = { "auto", "eseal", "enterprise",
		"registered" };

	return NAME_OF(names, route);
}
