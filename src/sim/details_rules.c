/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/grant.h"
#include "sim/orgno.h"

/*
 * authorization_details (RFC 9396) of the two types that Altinn has, and what
 * the token answers to them.
 */

#define AUTHORITY "iso6523-actorid-upis"
#define INSTANT   sizeof("2026-01-31T12:00:00Z")

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* MP-303, which names the value that is wrong, as JSON. */
static enum refusal
refuse_value(struct attempt *attempt, const json_t *value, const char *name,
    const char *why)
{
	char *shown = value == NULL
	    ? strdup(name)
	    : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (shown == NULL)
		return attempt_fail(attempt);
	attempt_word(attempt, WORD_VALUE, shown);
	free(shown);
	return attempt_refuse(attempt, RULE_AUTHORIZATION_DETAILS,
	    REFUSAL_MP_303, "%s: %s", name, why);
}

static enum refusal
check_members(struct attempt *attempt, json_t *object, const char *const *known)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], name) != 0)
			i++;
		if (known[i] == NULL)
			return attempt_refuse(attempt,
			    RULE_AUTHORIZATION_DETAILS, REFUSAL_MP_302,
			    "authorization_details: %s", name);
	}
	return REFUSAL_NONE;
}

/* The organisation number in {authority, ID}, or NULL. */
static const char *
organization(const json_t *object)
{
	const char *authority = text(object, "authority");
	const char *id = text(object, "ID");

	if (authority == NULL || id == NULL ||
	    strcmp(authority, AUTHORITY) != 0 || strncmp(id, "0192:", 5) != 0 ||
	    !orgno_is_good(id + 5))
		return NULL;
	return id + 5;
}

/* ---- system users */

static enum refusal
find_user(struct attempt *attempt, const json_t *detail,
    const struct system_user **out)
{
	const json_t *org = json_object_get(detail, "systemuser_org");
	const json_t *ref = json_object_get(detail, "externalRef");
	const char *orgno = organization(org);

	if (orgno == NULL)
		return refuse_value(attempt, org, "systemuser_org",
		    "not an organisation number in the documented form");
	if (ref != NULL && !json_is_string(ref))
		return refuse_value(attempt, ref, "externalRef", "not a text");
	*out = registry_system_user(
	    attempt->policy->registry, orgno, json_string_value(ref));
	if (*out == NULL && ref != NULL)
		return refuse_value(attempt, ref, "externalRef",
		    "the organisation has no system user with it");
	if (*out == NULL)
		return refuse_value(attempt, org, "systemuser_org",
		    "the organisation has no system user without externalRef");
	return REFUSAL_NONE;
}

static enum refusal
check_system_user(struct attempt *attempt, json_t *detail)
{
	static const char *const members[] = { "type", "systemuser_org",
		"externalRef", NULL };
	static const char *const org_members[] = { "authority", "ID", NULL };
	json_t *org = json_object_get(detail, "systemuser_org");
	const struct system_user *user = NULL;
	enum refusal refusal;

	refusal = check_members(attempt, detail, members);
	if (refusal == REFUSAL_NONE)
		refusal = check_members(attempt, org, org_members);
	if (refusal == REFUSAL_NONE)
		refusal = find_user(attempt, detail, &user);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!user->approved)
		return refuse_value(attempt, org, "systemuser_org",
		    "the organisation has not approved the system user");
	if (attempt->client == NULL ||
	    !texts_have(&user->client_ids, attempt->client->id))
		return refuse_value(attempt,
		    json_object_get(attempt->claims, "iss"), "client_id",
		    "the client does not belong to the system");
	attempt->details = json_pack("[{s:s, s:O, s:[s], s:s}]", "type",
	    "urn:altinn:systemuser", "systemuser_org", org, "systemuser_id",
	    user->id, "system_id", user->system_id);
	return attempt->details == NULL ? attempt_fail(attempt) : REFUSAL_NONE;
}

/* ---- consents */

/* ISO 8601 with an offset, as Altinn writes it. */
static json_t *
instant(long long at)
{
	time_t seconds = (time_t)at;
	char shown[INSTANT + 5];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(shown, sizeof(shown), "%Y-%m-%dT%H:%M:%S+00:00", &tm) == 0)
		return NULL;
	return json_string(shown);
}

static json_t *
consent_answer(const struct consent *consent)
{
	json_t *rights = consent->rights, *answer;

	answer = json_pack("{s:s, s:s, s:s, s:{s:s, s:s+}, s:o}", "type",
	    "urn:altinn:consent", "id", consent->id, "from", consent->from,
	    "to", "authority", AUTHORITY, "ID", "0192:", consent->to,
	    "consented", instant(consent->consented));
	if ((consent->valid_to != 0 &&
		json_object_set_new(
		    answer, "validTo", instant(consent->valid_to)) != 0) ||
	    (rights != NULL &&
		json_object_set(answer, "consentRights", rights) != 0)) {
		json_decref(answer);
		return NULL;
	}
	return answer;
}

static enum refusal
check_consent(struct attempt *attempt, json_t *detail)
{
	static const char *const members[] = { "type", "id", "from", NULL };
	const json_t *id = json_object_get(detail, "id");
	const json_t *from = json_object_get(detail, "from");
	const struct consent *consent = NULL;
	enum refusal refusal;

	refusal = check_members(attempt, detail, members);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (json_is_string(id))
		consent = registry_consent(
		    attempt->policy->registry, json_string_value(id));
	if (consent == NULL)
		return refuse_value(attempt, id, "id", "no such consent");
	if (!json_is_string(from) ||
	    strcmp(json_string_value(from), consent->from) != 0)
		return refuse_value(
		    attempt, from, "from", "the consent is somebody else's");
	if (attempt->client == NULL ||
	    strcmp(attempt_consumer(attempt), consent->to) != 0)
		return refuse_value(
		    attempt, id, "id", "the consent is to somebody else");
	if (consent->valid_to != 0 && attempt->now > consent->valid_to)
		return refuse_value(attempt, id, "id", "the consent is over");
	attempt->details = json_pack("[o]", consent_answer(consent));
	return attempt->details == NULL ? attempt_fail(attempt) : REFUSAL_NONE;
}

enum refusal
check_details(struct attempt *attempt)
{
	json_t *detail = json_array_get(
	    json_object_get(attempt->claims, "authorization_details"), 0);
	const char *type = text(detail, "type");

	if (detail == NULL)
		return REFUSAL_NONE;
	if (type != NULL && strcmp(type, "urn:altinn:systemuser") == 0)
		return check_system_user(attempt, detail);
	if (type != NULL && strcmp(type, "urn:altinn:consent") == 0)
		return check_consent(attempt, detail);
	return attempt_refuse(attempt, RULE_AUTHORIZATION_DETAILS,
	    REFUSAL_MP_301, "authorization_details type %s",
	    type == NULL ? "missing" : type);
}
