/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_REPORT_H
#define SUITABILITY_REPORT_H

#include "suitability/rule.h"

/* Rules that the catalogue may have. */
#define RULES_MAX 96

/* Fields of enum segl_report_field. */
#define REPORT_FIELDS (SEGL_REPORT_QUALIFICATION + 1)

/* One rule, applied. */
struct row {
	const struct rule *rule;
	enum segl_severity severity;
	enum segl_outcome outcome;
	int blocks;
	char *found; /* safe to print; NULL: nothing to say */
	const char *remedy;
	enum segl_turn turn;
};

struct segl_report {
	enum segl_verdict verdict;
	struct row rows[RULES_MAX];
	size_t n;
	char *texts[REPORT_FIELDS];
	char *consumer;
	const char *authority;
	long long not_before;
	long long not_after;
	long days_left;
	enum segl_route route;
	int has_key;
	int determined; /* the two below are known */
	struct segl_trust_determination issuance;
	struct segl_trust_determination now;
};

#endif
