/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sim/grant.h"

/*
 * What a client may have: its scopes, what the API owner granted the consumer,
 * and what the consumer delegated in Altinn.
 */

static const char *
claim(const struct attempt *attempt, const char *name)
{
	return json_string_value(json_object_get(attempt->claims, name));
}

const char *
attempt_consumer(const struct attempt *attempt)
{
	const char *consumer = claim(attempt, "consumer_org");

	return consumer == NULL ? attempt->client->orgno : consumer;
}

enum refusal
check_consumer(struct attempt *attempt)
{
	const char *consumer = claim(attempt, "consumer_org");

	if (consumer == NULL)
		return REFUSAL_NONE;
	if (attempt->client != NULL) {
		if (strcmp(consumer, attempt->client->orgno) != 0)
			return REFUSAL_NONE;
		return attempt_refuse(attempt, RULE_CONSUMER_COMBINATION,
		    REFUSAL_CONSUMER_COMBINATION,
		    "consumer_org is the client's own organisation");
	}
	if (attempt_is(attempt, RULE_CONSUMER_ORG, "accept"))
		return REFUSAL_NONE;
	attempt_word(attempt, WORD_SCOPE, claim(attempt, "scope"));
	attempt_word(attempt, WORD_CONSUMER, consumer);
	attempt_word(
	    attempt, WORD_SUPPLIER, attempt->seal.organization_identifier);
	return attempt_refuse(attempt, RULE_CONSUMER_ORG,
	    attempt_answer(attempt, RULE_CONSUMER_ORG_REFUSAL),
	    "%s has delegated nothing to %s", consumer,
	    attempt->seal.organization_identifier);
}

/* Whether the consumer has delegated SCOPE to the client's organisation. */
static int
is_delegated(const struct attempt *attempt, const char *scope)
{
	return claim(attempt, "consumer_org") != NULL &&
	    registry_delegates(attempt->policy->registry,
		attempt_consumer(attempt), attempt->client->orgno, scope);
}

static int
is_the_clients(const struct attempt *attempt, const char *scope)
{
	return texts_have(&attempt->client->scopes, scope) ||
	    (attempt_is(attempt, RULE_DELEGATED_SCOPE, "optional") &&
		is_delegated(attempt, scope));
}

static int
is_of_maskinporten(const struct attempt *attempt, const char *scope)
{
	const struct scope *row =
	    registry_scope(attempt->policy->registry, scope);

	return row != NULL && scope_is_for_maskinporten(row);
}

static int
is_granted(const struct attempt *attempt, const char *scope)
{
	const struct scope *row =
	    registry_scope(attempt->policy->registry, scope);

	return row != NULL && scope_is_granted(row, attempt_consumer(attempt));
}

typedef int good_scope(const struct attempt *attempt, const char *scope);

/*
 * The scopes of the grant that are not GOOD, at most MOST of them, with blanks
 * between; new. NULL when out of memory.
 */
static char *
find_bad(const struct attempt *attempt, good_scope *good, int most)
{
	enum segl_status status = SEGL_OK;
	struct buffer bad;

	buffer_init(&bad, SEGL_JWS_MAX);
	for (const char *at = claim(attempt, "scope");
	     status == SEGL_OK && *at != '\0' && most > 0;
	     at += strspn(at, " ")) {
		char *scope = strndup(at, strcspn(at, " "));

		if (scope == NULL)
			status = SEGL_ENOMEM;
		else if (!good(attempt, scope)) {
			status = buffer_printf(
			    &bad, "%s%s", bad.len == 0 ? "" : " ", scope);
			most--;
		}
		free(scope);
		at += strcspn(at, " ");
	}
	if (status != SEGL_OK)
		buffer_clear(&bad);
	return status == SEGL_OK ? buffer_take(&bad) : NULL;
}

static enum refusal
check_scopes(struct attempt *attempt, good_scope *good, int most,
    enum rule rule, enum refusal refusal, const char *why)
{
	char *bad = find_bad(attempt, good, most);
	enum refusal answer = REFUSAL_NONE;

	if (bad == NULL)
		return attempt_fail(attempt);
	if (bad[0] != '\0') {
		attempt_word(attempt, WORD_SCOPE, bad);
		answer =
		    attempt_refuse(attempt, rule, refusal, "%s: %s", why, bad);
	}
	free(bad);
	return answer;
}

enum refusal
check_client_scope(struct attempt *attempt)
{
	enum refusal refusal;

	refusal = check_scopes(attempt, is_the_clients, INT_MAX,
	    RULE_CLIENT_SCOPE, REFUSAL_MP_200, "not registered on the client");
	if (refusal != REFUSAL_NONE)
		return refusal;
	return check_scopes(attempt, is_of_maskinporten, INT_MAX,
	    RULE_SCOPE_TYPE, REFUSAL_MP_201, "not for maskinporten");
}

enum refusal
check_access(struct attempt *attempt)
{
	return check_scopes(attempt, is_granted, 1, RULE_ACCESS, REFUSAL_MP_250,
	    "the API owner has not granted it to the consumer");
}

enum refusal
check_delegation(struct attempt *attempt)
{
	if (claim(attempt, "consumer_org") == NULL)
		return REFUSAL_NONE;
	attempt_word(attempt, WORD_CONSUMER, attempt_consumer(attempt));
	attempt_word(attempt, WORD_SUPPLIER, attempt->client->orgno);
	return check_scopes(attempt, is_delegated, 1, RULE_DELEGATION,
	    REFUSAL_MP_251, "the consumer has not delegated it");
}
