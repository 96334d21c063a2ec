/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_RULE_H
#define SUITABILITY_RULE_H

#include <segl/suitability.h>

#include "suitability/facts.h"

/* Longest text of what was found, in bytes. */
#define FOUND_MAX 1536

/*
 * What was found, in words; may hold foreign text. Remedy and turn are the
 * rule's own unless what was found asks for another; static.
 */
struct found {
	char text[FOUND_MAX];
	const char *remedy;
	enum segl_turn turn; /* SEGL_TURN_NONE: the rule's */
};

/* Say what was found; what does not fit is cut. */
void found_say(struct found *found, const char *format, ...) SEGL_PRINTF(2, 3);

/* A row of the catalogue. Texts as in struct segl_rule. */
struct rule {
	const char *id;
	enum segl_severity severity;
	int blocks;
	unsigned int routes; /* FOR_... */
	const char *document;
	const char *clause;
	const char *requirement;
	const char *remedy;
	enum segl_turn turn;
	const char *mp_code;
	const char *story;
	/* where this is true a should, and does not block; NULL: never */
	int (*lenient)(const struct facts *facts);
	/* where this is false not applicable; NULL: always applies */
	int (*applies)(const struct facts *facts);
	enum segl_outcome (*run)(
	    const struct facts *facts, struct found *found);
};

/* Routes of a rule, bits. */
#define FOR_ESEAL       (1u << 0)
#define FOR_ENTERPRISE  (1u << 1)
#define FOR_REGISTERED  (1u << 2)
#define FOR_CERTIFICATE (FOR_ESEAL | FOR_ENTERPRISE)
#define FOR_ALL         (FOR_ESEAL | FOR_ENTERPRISE | FOR_REGISTERED)

/* The rules, one idea a table; the order is that of the report. */
struct rule_table {
	const struct rule *rules;
	size_t n;
};
extern const struct rule_table rules_of_validity;
extern const struct rule_table rules_of_subject;
extern const struct rule_table rules_of_person;
extern const struct rule_table rules_of_purpose;
extern const struct rule_table rules_of_qualification;
extern const struct rule_table rules_of_key;
extern const struct rule_table rules_of_path;
extern const struct rule_table rules_of_trust;
extern const struct rule_table rules_of_determination;
extern const struct rule_table rules_of_enterprise;

/* The I-th rule of all tables, NULL past the last. */
const struct rule *rule_at(size_t i);

#endif
