/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/rules.h"

/* The N-th word of "a|b|c" in SPACE; NULL past the last. */
static const char *
choice_at(const char *choices, int n, char *space, size_t size)
{
	size_t len;

	for (; n > 0; n--) {
		choices = strchr(choices, '|');
		if (choices == NULL)
			return NULL;
		choices++;
	}
	len = strcspn(choices, "|");
	if (len >= size)
		len = size - 1;
	memcpy(space, choices, len);
	space[len] = '\0';
	return space;
}

static int
choice_find(const char *choices, const char *word)
{
	char space[RULE_WORD_MAX];

	for (int i = 0;; i++) {
		if (choice_at(choices, i, space, sizeof(space)) == NULL)
			return -1;
		if (strcmp(space, word) == 0)
			return i;
	}
}

/* Number within "least-most", or -1. */
static int
number_find(const char *range, const char *word)
{
	char *end;
	long least, most, n;

	least = strtol(range, &end, 10);
	most = strtol(end + 1, NULL, 10);
	errno = 0;
	n = strtol(word, &end, 10);
	if (errno != 0 || word[0] < '0' || word[0] > '9' || *end != '\0' ||
	    n < least || n > most)
		return -1;
	return (int)n;
}

/* What WORD means for ROW, or -1. */
static int
value_find(const struct rule_row *row, const char *word)
{
	enum refusal refusal;

	switch (row->kind) {
	case RULE_FIXED:
		return 0;
	case RULE_CHOICE:
		return choice_find(row->choices, word);
	case RULE_NUMBER:
		return number_find(row->choices, word);
	case RULE_REFUSAL:
		refusal = refusal_find(word);
		return refusal == REFUSAL_NONE ? -1 : (int)refusal;
	}
	return -1;
}

void
rules_init(struct rules *rules)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = rule_row((enum rule)i);

		rules->value[i] = value_find(row, row->preset);
	}
}

/* The rule called NAME of LEN bytes, RULE_COUNT where there is none. */
static enum rule
rule_find(const char *name, size_t len)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_row((enum rule)i)->id;

		if (strlen(id) == len && memcmp(id, name, len) == 0)
			return (enum rule)i;
	}
	return RULE_COUNT;
}

static enum segl_status
no_such_rule(struct segl *segl, const char *name, size_t len)
{
	const char *ids[RULE_COUNT];
	const char *nearest;
	char *shown = text_foreign(name, len);

	if (shown == NULL)
		return error_nomem(segl);
	for (int i = 0; i < RULE_COUNT; i++)
		ids[i] = rule_row((enum rule)i)->id;
	nearest = text_nearest(shown, ids, RULE_COUNT);
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "there is no rule %s", shown);
	if (nearest != NULL)
		error_remedy(segl, "did you mean %s?", nearest);
	else
		error_remedy(segl, "segl-sim --rules lists them");
	free(shown);
	return SEGL_EUSAGE;
}

static enum segl_status
no_such_value(struct segl *segl, const struct rule_row *row)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the rule %s cannot be set to that", row->id);
	if (row->kind == RULE_REFUSAL)
		error_remedy(segl,
		    "name a refusal: an MP code such as MP-120, or one of "
		    "those that segl-sim(1) lists");
	else
		error_remedy(segl, "it can be %s", row->choices);
	return SEGL_EUSAGE;
}

enum segl_status
rules_set(struct rules *rules, struct segl *segl, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	const struct rule_row *row;
	enum rule rule;
	int value;

	if (equals == NULL)
		return error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "--set wants NAME=VALUE");
	rule = rule_find(assignment, (size_t)(equals - assignment));
	if (rule == RULE_COUNT)
		return no_such_rule(
		    segl, assignment, (size_t)(equals - assignment));
	row = rule_row(rule);
	if (row->kind == RULE_FIXED)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the rule %s is documented and not a switch", row->id);
	value = value_find(row, equals + 1);
	if (value < 0)
		return no_such_value(segl, row);
	rules->value[rule] = value;
	return SEGL_OK;
}

const char *
rules_word(const struct rules *rules, enum rule rule, char *space, size_t size)
{
	const struct rule_row *row = rule_row(rule);
	int value = rules->value[rule];

	switch (row->kind) {
	case RULE_FIXED:
		snprintf(space, size, "documented");
		break;
	case RULE_CHOICE:
		(void)choice_at(row->choices, value, space, size);
		break;
	case RULE_NUMBER:
		snprintf(space, size, "%d", value);
		break;
	case RULE_REFUSAL:
		snprintf(
		    space, size, "%s", refusal_row((enum refusal)value)->id);
		break;
	}
	return space;
}

int
rules_is(const struct rules *rules, enum rule rule, const char *word)
{
	char space[RULE_WORD_MAX];

	return strcmp(rules_word(rules, rule, space, sizeof(space)), word) == 0;
}

enum refusal
rules_refusal(const struct rules *rules, enum rule rule)
{
	return (enum refusal)rules->value[rule];
}

void
rules_print(const struct rules *rules, FILE *out)
{
	fprintf(out, "rule\tvalue\tchoices\tmark\tsource\twhat\n");
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule_row *row = rule_row((enum rule)i);
		char word[RULE_WORD_MAX];

		fprintf(out, "%s\t%s\t%s\t%c\t%s\t%s\n", row->id,
		    rules_word(rules, (enum rule)i, word, sizeof(word)),
		    row->kind == RULE_FIXED         ? "-"
			: row->kind == RULE_REFUSAL ? "refusal"
						    : row->choices,
		    row->mark, row->source, row->what);
	}
}
