/* SPDX-License-Identifier: ISC */
#include <openssl/core_names.h>
#include <string.h>
#include <time.h>

#include "sim/default_registry.h"
#include "sim/public_key.h"

#define DAY_S   86400LL
#define OLD_S   (400 * DAY_S) /* past the year that a key lives */
#define INSTANT sizeof("2026-01-31T12:00:00Z")

static const char *
instant(char text[INSTANT], long long at)
{
	time_t seconds = (time_t)at;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, INSTANT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		memcpy(text, "2026-01-31T12:00:00Z", INSTANT);
	return text;
}

/* The same key twice: once it is too old. */
static json_t *
keys(const EVP_PKEY *key, long long now)
{
	char created[INSTANT], old[INSTANT];
	json_t *n = public_key_number(key, OSSL_PKEY_PARAM_RSA_N);
	json_t *e = public_key_number(key, OSSL_PKEY_PARAM_RSA_E);

	return json_pack("[{s:s, s:s, s:s, s:s, s:O, s:O},"
			 "{s:s, s:s, s:s, s:s, s:o, s:o}]",
	    "kid", DEFAULT_KID, "created", instant(created, now), "kty", "RSA",
	    "alg", "RS256", "n", n, "e", e, "kid", DEFAULT_OLD_KID, "created",
	    instant(old, now - OLD_S), "kty", "RSA", "alg", "RS256", "n", n,
	    "e", e);
}

/* What the supplier's clients have; each but the first is for a refusal. */
static json_t *
client(const char *id, const char *orgno)
{
	return json_pack("{s:s, s:s, s:s, s:[s,s,s,s]}", "client_id", id,
	    "orgno", orgno, "integration_type", "maskinporten", "scopes",
	    DEFAULT_SCOPE, "demo:write", "demo:login", "toll:movement/road/v2");
}

static json_t *
clients(const EVP_PKEY *key, long long now)
{
	json_t *registered =
	    client(DEFAULT_REGISTERED_CLIENT_ID, DEFAULT_SUPPLIER);

	if (json_object_set_new(registered, "keys", keys(key, now)) != 0) {
		json_decref(registered);
		return NULL;
	}
	return json_pack("[o, o, o]",
	    client(DEFAULT_CLIENT_ID, DEFAULT_SUPPLIER), registered,
	    client(DEFAULT_CONSUMER_CLIENT_ID, DEFAULT_CONSUMER));
}

static json_t *
scopes(void)
{
	return json_pack("[{s:s, s:s, s:[s,s]}, {s:s, s:s, s:[s]},"
			 "{s:s, s:s, s:b, s:[s]}, {s:s, s:s, s:b}]",
	    "scope", DEFAULT_SCOPE, "owner", DEFAULT_OWNER, "granted_to",
	    DEFAULT_SUPPLIER, DEFAULT_CONSUMER, "scope", "demo:write", "owner",
	    DEFAULT_OWNER, "granted_to", DEFAULT_CONSUMER, "scope",
	    "demo:login", "owner", DEFAULT_OWNER, "accessible_for_all", 1,
	    "allowed_integration_types", "idporten", "scope",
	    "toll:movement/road/v2", "owner", DEFAULT_OWNER,
	    "accessible_for_all", 1);
}

static json_t *
system_user(const char *id, const char *orgno, int approved)
{
	return json_pack("{s:s, s:s, s:s, s:[s,s], s:b}", "id", id, "orgno",
	    orgno, "system_id", DEFAULT_SUPPLIER "_demo", "client_ids",
	    DEFAULT_CLIENT_ID, DEFAULT_REGISTERED_CLIENT_ID, "approved",
	    approved);
}

/* A second system user of the same organisation is told by its reference. */
static json_t *
system_users(void)
{
	json_t *branch = system_user(
	    "5e610000-0000-4000-8000-0000000000a2", DEFAULT_CONSUMER, 1);

	if (json_object_set_new(
		branch, "external_ref", json_string("branch")) != 0) {
		json_decref(branch);
		return NULL;
	}
	return json_pack("[o, o, o]",
	    system_user(
		"5e610000-0000-4000-8000-0000000000a1", DEFAULT_CONSUMER, 1),
	    branch,
	    system_user(
		"5e610000-0000-4000-8000-0000000000a3", DEFAULT_UNAPPROVED, 0));
}

static json_t *
consents(long long now)
{
	char consented[INSTANT], valid_to[INSTANT];

	return json_pack(
	    "[{s:s, s:s, s:s, s:s, s:s, s:[{s:[s], s:[{s:s, s:s}]}]}]", "id",
	    DEFAULT_CONSENT_ID, "from",
	    "urn:altinn:organization:identifier-no:" DEFAULT_CONSUMER, "to",
	    DEFAULT_SUPPLIER, "consented", instant(consented, now), "valid_to",
	    instant(valid_to, now + 3650 * DAY_S), "rights", "action",
	    "consent", "resource", "type", "urn:altinn:resource", "value",
	    "demo-consent");
}

json_t *
default_registry(const EVP_PKEY *key, long long now)
{
	return json_pack("{s:o, s:o, s:[{s:s, s:s, s:s}], s:o, s:o}", "clients",
	    clients(key, now), "scopes", scopes(), "delegations", "consumer",
	    DEFAULT_CONSUMER, "supplier", DEFAULT_SUPPLIER, "scope",
	    DEFAULT_SCOPE, "system_users", system_users(), "consents",
	    consents(now));
}
