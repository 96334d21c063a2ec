/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sim/grant.h"

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

	buffer_init(&closed, SEGL_JWS_MAX);
	status = find_closed(attempt->policy, scopes, &closed);
	if (status != SEGL_OK) {
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
