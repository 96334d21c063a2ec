/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "sim/grant.h"
#include "sim/orgno.h"

#define DAY_S 86400LL

static const char *
issuer(const struct attempt *attempt)
{
	return json_string_value(json_object_get(attempt->claims, "iss"));
}

static enum refusal
refuse_client(struct attempt *attempt)
{
	return attempt_refuse(attempt, RULE_CLIENT, REFUSAL_MP_100,
	    "there is no client %s", issuer(attempt));
}

/* A client of Maskinporten, or of another product. */
static enum refusal
take_client(struct attempt *attempt, const struct client *client)
{
	const char *type = client->integration_type;

	attempt->client = client;
	if (type == NULL || strcmp(type, "maskinporten") == 0)
		return REFUSAL_NONE;
	return attempt_refuse(attempt, RULE_CLIENT_TYPE_REFUSAL,
	    attempt_answer(attempt, RULE_CLIENT_TYPE_REFUSAL),
	    "the client %s is of type %s", client->id, type);
}

/* A Norwegian certificate, but no client has the name in iss. */
static enum refusal
check_stranger(struct attempt *attempt)
{
	if (attempt_is(attempt, RULE_NORWEGIAN_SEAL, "accept") ||
	    (attempt_is(attempt, RULE_NORWEGIAN_SEAL, "trusted") &&
		path_is_trusted(attempt)))
		return REFUSAL_NONE; /* as an eSeal */
	return attempt_refuse(attempt, RULE_NORWEGIAN_SEAL, REFUSAL_MP_100,
	    "the certificate is Norwegian, and there is no client %s",
	    issuer(attempt));
}

/*
 * By identity, never by who issued the certificate: the same authorities issue
 * enterprise certificates and seals for foreign businesses.
 */
enum refusal
check_client(struct attempt *attempt)
{
	const struct client *client =
	    registry_client(attempt->policy->registry, issuer(attempt));

	if (attempt->route == ROUTE_REGISTERED)
		return client == NULL ? refuse_client(attempt)
				      : take_client(attempt, client);
	if (!orgno_is_claimed(&attempt->seal))
		return REFUSAL_NONE; /* iss of an eSeal is any name */
	if (client == NULL)
		return check_stranger(attempt);
	attempt->route = ROUTE_ENTERPRISE;
	return take_client(attempt, client);
}

enum refusal
check_registered_key(struct attempt *attempt)
{
	const char *kid =
	    json_string_value(json_object_get(attempt->header, "kid"));
	const struct registered_key *key = client_key(attempt->client, kid);
	long long age;

	if (key == NULL)
		return attempt_refuse(attempt, RULE_KID,
		    attempt_answer(attempt, RULE_KID_REFUSAL),
		    "kid %s is not registered on %s", kid, attempt->client->id);
	age = key->created == 0 ? 0 : attempt->now - key->created;
	if (age > attempt_number(attempt, RULE_KEY_AGE) * DAY_S)
		return attempt_refuse(attempt, RULE_KEY_AGE, REFUSAL_MP_121,
		    "kid %s was registered %lld days ago", kid, age / DAY_S);
	attempt->key = key;
	return REFUSAL_NONE;
}

enum refusal
check_organization(struct attempt *attempt)
{
	const struct client *client = attempt->client;
	const char *orgno = orgno_of(&attempt->seal);

	if (orgno == NULL || strcmp(orgno, client->orgno) != 0)
		return attempt_refuse(attempt, RULE_ORGANIZATION,
		    REFUSAL_MP_122,
		    "the certificate is of %s, the client of %s",
		    orgno == NULL ? "nobody" : orgno, client->orgno);
	if (client->keys.count > 0)
		return attempt_refuse(attempt, RULE_REGISTERED_KEYS,
		    REFUSAL_KID_REQUIRED, "the client %s has registered keys",
		    client->id);
	return REFUSAL_NONE;
}
