/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/grant.h"

void
attempt_init(struct attempt *attempt, const struct policy *policy,
    struct jti_memory *jtis, struct segl *segl, long long now)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->policy = policy;
	attempt->jtis = jtis;
	attempt->segl = segl;
	attempt->now = now;
	attempt->rule = RULE_COUNT;
	attempt->route = ROUTE_ESEAL;
}

void
attempt_clear(struct attempt *attempt)
{
	free(attempt->assertion);
	json_decref(attempt->header);
	json_decref(attempt->claims);
	json_decref(attempt->details);
	sk_X509_pop_free(attempt->path, X509_free);
	seal_clear(&attempt->seal);
	for (size_t i = 0; i < 4; i++)
		free(attempt->words[i]);
	memset(attempt, 0, sizeof(*attempt));
}

/* What came from outside may stand in WHY: make it safe to print. */
static void
note_why(struct attempt *attempt, const char *text)
{
	char *safe = text_foreign(text, strlen(text));

	snprintf(
	    attempt->why, sizeof(attempt->why), "%s", safe == NULL ? "" : safe);
	free(safe);
}

enum refusal
attempt_refuse(struct attempt *attempt, enum rule rule, enum refusal refusal,
    const char *format, ...)
{
	char text[ATTEMPT_WHY_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	note_why(attempt, text);
	attempt->rule = rule;
	attempt->refusal = refusal;
	return refusal;
}

enum refusal
attempt_fail(struct attempt *attempt)
{
	return attempt_refuse(
	    attempt, RULE_COUNT, REFUSAL_INTERNAL, "out of memory");
}

void
attempt_word(struct attempt *attempt, enum attempt_word word, const char *text)
{
	free(attempt->words[word]);
	attempt->words[word] = text_foreign(text, strlen(text));
}

int
attempt_is(const struct attempt *attempt, enum rule rule, const char *word)
{
	return rules_is(attempt->policy->rules, rule, word);
}

int
attempt_number(const struct attempt *attempt, enum rule rule)
{
	return attempt->policy->rules->value[rule];
}

enum refusal
attempt_answer(const struct attempt *attempt, enum rule rule)
{
	return rules_refusal(attempt->policy->rules, rule);
}
