/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "suitability/rule.h"

/* The order of the report; Digdir's validator's own rules keep its order. */
static const struct rule_table *const tables[] = {
	&rules_of_validity,
	&rules_of_enterprise,
	&rules_of_subject,
	&rules_of_person,
	&rules_of_purpose,
	&rules_of_qualification,
	&rules_of_key,
	&rules_of_path,
	&rules_of_trust,
	&rules_of_determination,
};

const struct rule *
rule_at(size_t i)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		if (i < tables[t]->n)
			return &tables[t]->rules[i];
		i -= tables[t]->n;
	}
	return NULL;
}

void
found_say(struct found *found, const char *format, ...)
{
	size_t len = strlen(found->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(found->text + len, sizeof(found->text) - len, format, ap);
	va_end(ap);
}

static void
publish(const struct rule *rule, struct segl_rule *out)
{
	out->id = rule->id;
	out->severity = rule->severity;
	out->blocks = rule->blocks;
	out->eseal = (rule->routes & FOR_ESEAL) != 0;
	out->enterprise = (rule->routes & FOR_ENTERPRISE) != 0;
	out->document = rule->document;
	out->clause = rule->clause;
	out->requirement = rule->requirement;
	out->remedy = rule->remedy;
	out->turn = rule->turn;
	out->mp_code = rule->mp_code;
	out->story = rule->story;
}

int
segl_rule_at(size_t i, struct segl_rule *out)
{
	const struct rule *rule = rule_at(i);

	memset(out, 0, sizeof(*out));
	if (rule == NULL)
		return 0;
	publish(rule, out);
	return 1;
}

int
segl_rule_find(const char *id, struct segl_rule *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; rule_at(i) != NULL; i++) {
		if (strcmp(rule_at(i)->id, id) != 0)
			continue;
		publish(rule_at(i), out);
		return 1;
	}
	return 0;
}
