/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sim/grant.h"

#define SCOPES_SHOWN_MAX 1024 /* bytes of scopes in an answer */

static int
is_open(const struct policy *policy, const char *scope, size_t len)
{
	for (size_t i = 0; i < policy->scope_count; i++)
		if (strlen(policy->scopes[i]) == len &&
		    memcmp(policy->scopes[i], scope, len) == 0)
			return 1;
	return 0;
}

/* Add the scopes that are not open to CLOSED, with spaces between them. */
static enum segl_status
find_closed(
    const struct policy *policy, const char *scopes, struct buffer *closed)
{
	enum segl_status status = SEGL_OK;

	while (status == SEGL_OK && *scopes != '\0') {
		size_t len = strcspn(scopes, " ");

		if (!is_open(policy, scopes, len)) {
			if (closed->len > 0)
				status = buffer_add(closed, " ", 1);
			if (status == SEGL_OK)
				status = buffer_add(closed, scopes, len);
		}
		scopes += len;
		scopes += strspn(scopes, " ");
	}
	return status;
}

enum refusal
check_scope(struct attempt *attempt)
{
	const char *scopes =
	    json_string_value(json_object_get(attempt->claims, "scope"));
	enum refusal refusal = REFUSAL_NONE;
	struct buffer closed;
	enum segl_status status;

	buffer_init(&closed, SCOPES_SHOWN_MAX);
	status = find_closed(attempt->policy, scopes, &closed);
	if (status == SEGL_ENOMEM) {
		refusal = attempt_fail(attempt);
	} else if (closed.len > 0) {
		attempt_word(attempt, WORD_SCOPE, closed.data);
		refusal = attempt_refuse(attempt, RULE_SCOPE,
		    attempt_answer(attempt, RULE_SCOPE_REFUSAL),
		    "not open to European businesses: %s", closed.data);
	}
	buffer_clear(&closed);
	return refusal;
}

enum refusal
check_delegation(struct attempt *attempt)
{
	const char *consumer =
	    json_string_value(json_object_get(attempt->claims, "consumer_org"));

	if (consumer == NULL ||
	    attempt_is(attempt, RULE_CONSUMER_ORG, "accept"))
		return REFUSAL_NONE;
	attempt_word(attempt, WORD_SCOPE,
	    json_string_value(json_object_get(attempt->claims, "scope")));
	attempt_word(attempt, WORD_CONSUMER, consumer);
	attempt_word(
	    attempt, WORD_SUPPLIER, attempt->seal.organization_identifier);
	return attempt_refuse(attempt, RULE_CONSUMER_ORG,
	    attempt_answer(attempt, RULE_CONSUMER_ORG_REFUSAL),
	    "%s has delegated nothing to %s", consumer,
	    attempt->seal.organization_identifier);
}

static const struct {
	const char *type;
	const char *members[4];
	const char *value; /* the member that an answer names */
} details[] = {
	{ "urn:altinn:systemuser", { "type", "systemuser_org", "externalRef" },
	    "systemuser_org" },
	{ "urn:altinn:consent", { "type", "id", "from" }, "id" },
};
#define DETAILS (sizeof(details) / sizeof(details[0]))

static int
is_member(size_t type, const char *name)
{
	for (size_t i = 0; i < 4 && details[type].members[i] != NULL; i++)
		if (strcmp(details[type].members[i], name) == 0)
			return 1;
	return 0;
}

static enum refusal
check_detail(struct attempt *attempt, size_t type, json_t *detail)
{
	const char *name;
	json_t *value;
	char *text;

	json_object_foreach(detail, name,
	    value) if (!is_member(type, name)) return attempt_refuse(attempt,
	    RULE_AUTHORIZATION_DETAILS, REFUSAL_MP_302,
	    "authorization_details: %s", name);
	value = json_object_get(detail, details[type].value);
	text = value == NULL
	    ? strdup(details[type].value)
	    : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text == NULL)
		return attempt_fail(attempt);
	attempt_word(attempt, WORD_VALUE, text);
	attempt_refuse(attempt, RULE_AUTHORIZATION_DETAILS, REFUSAL_MP_303,
	    "no such system user or consent: %s", text);
	free(text);
	return REFUSAL_MP_303;
}

enum refusal
check_details(struct attempt *attempt)
{
	json_t *detail = json_array_get(
	    json_object_get(attempt->claims, "authorization_details"), 0);
	const char *type = json_string_value(json_object_get(detail, "type"));

	if (detail == NULL)
		return REFUSAL_NONE;
	for (size_t i = 0; type != NULL && i < DETAILS; i++)
		if (strcmp(details[i].type, type) == 0)
			return check_detail(attempt, i, detail);
	return attempt_refuse(attempt, RULE_AUTHORIZATION_DETAILS,
	    REFUSAL_MP_301, "authorization_details type %s",
	    type == NULL ? "missing" : type);
}
