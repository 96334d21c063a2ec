/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "daemon/want.h"
#include "httpd/form.h"
#include "net/wire.h"
#include "settings/value.h"

/* Scopes of one token. */
#define SCOPES_MAX 64

void
want_init(struct want *want)
{
	memset(want, 0, sizeof(*want));
	want->min_validity_s = -1;
	buffer_init(&want->key, WANT_KEY_MAX);
}

void
want_clear(struct want *want)
{
	buffer_clear(&want->key);
}

static enum segl_status
refuse(struct segl *segl, const char *name, const char *why)
{
	char *safe = text_foreign(name, strlen(name));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s: %s",
	    safe == NULL ? "" : safe, why);
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
added(struct segl *segl, enum segl_status status)
{
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	if (status != SEGL_OK)
		return refuse(segl, "the request", "it asks for too much");
	return SEGL_OK;
}

/* ---- the key --------------------------------------------------------------
 */

/* scope-token of RFC 6749, 3.3. */
static int
is_scope(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x21 || text[i] > 0x7e || text[i] == '"' ||
		    text[i] == '\\')
			return 0;
	return len > 0;
}

static enum segl_status
add_scope(struct segl *segl, struct want *want, const char *text, size_t len)
{
	char *scope;
	enum segl_status status;

	if (!is_scope(text, len))
		return refuse(segl, "scope",
		    "a character in it is none that a scope may have");
	scope = strndup(text, len);
	if (scope == NULL)
		return error_nomem(segl);
	status = wire_add(&want->key, "scope", scope);
	free(scope);
	return added(segl, status);
}

enum segl_status
want_add_scopes(struct segl *segl, struct want *want, const char *scopes)
{
	enum segl_status status = SEGL_OK;

	while (status == SEGL_OK && *(scopes += strspn(scopes, " ")) != '\0') {
		size_t n = strcspn(scopes, " ");

		status = add_scope(segl, want, scopes, n);
		scopes += n;
	}
	return status;
}

/* A line of text: it reaches a claim, a file of tokens and the audit log. */
static int
is_line(const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return 0;
	return text_is_utf8(text, strlen(text));
}

enum segl_status
want_add(
    struct segl *segl, struct want *want, const char *name, const char *value)
{
	if (!is_line(value))
		return refuse(segl, name, "it is not a line of UTF-8");
	if (wire_field(&want->key, name, 0) != NULL &&
	    strcmp(name, "resource") != 0)
		return refuse(segl, name, "it is given twice");
	return added(segl, wire_add(&want->key, name, value));
}

enum segl_exchanger
want_exchanger(const struct buffer *key)
{
	const char *name = wire_field(key, "exchange", 0);

	return name == NULL ? SEGL_EXCHANGER_NONE : segl_exchanger_find(name);
}

const char *
want_exchange_url(const struct profile *profile, enum segl_exchanger by)
{
	if (by == SEGL_EXCHANGER_CUSTOMS)
		return profile->server.customs_url;
	return by == SEGL_EXCHANGER_ALTINN ? profile->server.altinn_url : NULL;
}

/* Who exchanges it: as asked, else as the profile says; nobody is not told. */
static enum segl_status
end_exchange(struct segl *segl, const struct want *want, struct buffer *key)
{
	const char *name = wire_field(&want->key, "exchange", 0);
	enum segl_exchanger by;

	if (name == NULL)
		name = want->profile->settings.exchange;
	if (name == NULL || strcmp(name, "none") == 0)
		return SEGL_OK;
	by = segl_exchanger_find(name);
	if (by == SEGL_EXCHANGER_NONE)
		return refuse(segl, "exchange", "customs, altinn or none");
	if (want_exchange_url(want->profile, by) == NULL)
		return refuse(segl, "exchange",
		    "it is not known where the tokens of this profile's "
		    "server are exchanged; segld is told with --customs-url "
		    "or --altinn-url");
	return added(segl, wire_add(key, "exchange", name));
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The fields of FROM again, in one order: the same token, the same key. */
static enum segl_status
put_in_order(const struct buffer *from, const char *profile, struct buffer *to)
{
	static const char *const others[] = { "resource", "consumer-org", "pid",
		"authorization-details", "system-user", "consent" };
	const char *scopes[SCOPES_MAX], *value;
	enum segl_status status = wire_add(to, "profile", profile);
	unsigned int n = 0;

	while (n < SCOPES_MAX &&
	    (scopes[n] = wire_field(from, "scope", n)) != NULL)
		n++;
	qsort(scopes, n, sizeof(scopes[0]), by_text);
	for (unsigned int i = 0; status == SEGL_OK && i < n; i++)
		if (i == 0 || strcmp(scopes[i], scopes[i - 1]) != 0)
			status = wire_add(to, "scope", scopes[i]);
	for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
		for (unsigned int i = 0; status == SEGL_OK &&
		     (value = wire_field(from, others[k], i)) != NULL;
		     i++)
			status = wire_add(to, others[k], value);
	return status;
}

enum segl_status
want_end(struct segl *segl, struct want *want)
{
	const struct setting_list *usual = &want->profile->settings.scope;
	enum segl_status status = SEGL_OK;
	struct buffer key;

	if (wire_field(&want->key, "scope", 0) == NULL)
		for (size_t i = 0; status == SEGL_OK && i < usual->n; i++)
			status = want_add_scopes(segl, want, usual->values[i]);
	if (status == SEGL_OK && wire_field(&want->key, "scope", 0) == NULL)
		return refuse(segl, "scope", "it is missing");
	if (status == SEGL_OK &&
	    wire_field(&want->key, "scope", SCOPES_MAX) != NULL)
		return refuse(segl, "scope", "there are too many");
	if (status != SEGL_OK)
		return status;
	buffer_init(&key, WANT_KEY_MAX);
	status =
	    added(segl, put_in_order(&want->key, want->profile->name, &key));
	if (status == SEGL_OK)
		status = end_exchange(segl, want, &key);
	buffer_clear(&want->key);
	want->key = key;
	return status;
}

/* ---- the query ------------------------------------------------------------
 */

static enum segl_status
take_duration(struct segl *segl, const char *name, const char *value, long *out)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || n > 86400)
		return refuse(segl, name, "not a number of seconds");
	*out = n;
	return SEGL_OK;
}

/* The caller thinks of a server: a token of another one is none. */
static enum segl_status
check_issuer(struct segl *segl, const struct want *want, const char *issuer)
{
	if (strcmp(issuer, want->profile->server.issuer) == 0)
		return SEGL_OK;
	return refuse(
	    segl, "issuer", "this profile gets its tokens from another one");
}

enum segl_status
want_add_named(
    struct segl *segl, struct want *want, const char *name, const char *value)
{
	static const char *const claims[][2] = {
		{ "resource", "resource" },
		{ "consumer_org", "consumer-org" },
		{ "pid", "pid" },
		{ "authorization_details", "authorization-details" },
		{ "system_user", "system-user" },
		{ "consent", "consent" },
		{ "exchange", "exchange" },
	};

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		if (strcmp(name, claims[i][0]) == 0)
			return want_add(segl, want, claims[i][1], value);
	if (strcmp(name, "scope") == 0)
		return want_add_scopes(segl, want, value);
	return refuse(segl, name, "there is no such parameter");
}

static enum segl_status
take_parameter(
    struct segl *segl, struct want *want, const char *name, const char *value)
{
	if (strcmp(name, "min_validity") == 0)
		return take_duration(segl, name, value, &want->min_validity_s);
	if (strcmp(name, "issuer") == 0)
		return check_issuer(segl, want, value);
	if (strcmp(name, "profile") == 0)
		return SEGL_OK; /* taken before */
	if (strcmp(name, "force") == 0) {
		want->force = value_flag(value);
		if (want->force >= 0)
			return SEGL_OK;
		return refuse(segl, name, "neither true nor false");
	}
	return want_add_named(segl, want, name, value);
}

/* /v1/token/PROFILE, or ?profile=; the first where it is not said. */
static enum segl_status
take_profile(struct segl *segl, const struct profiles *profiles,
    const char *path, const struct form *form, struct want *want)
{
	const char *name = strchr(path + strlen("/v1/"), '/');

	name = name == NULL ? form_get(form, "profile") : name + 1;
	want->profile = profiles_find(profiles, name);
	if (want->profile != NULL)
		return SEGL_OK;
	return refuse(segl, "profile", "it is not served here");
}

enum segl_status
want_from_query(struct segl *segl, const struct profiles *profiles,
    const struct httpd_request *request, struct want *want)
{
	const char *query = request->query == NULL ? "" : request->query;
	enum segl_status status;
	struct form form;

	if (form_parse(&form, query, strlen(query)) != 0)
		return refuse(segl, "the query", "it is malformed");
	status = take_profile(segl, profiles, request->path, &form, want);
	for (size_t i = 0; status == SEGL_OK && i < form.count; i++)
		status = take_parameter(segl, want, form.parameter[i].name,
		    form.parameter[i].value);
	form_clear(&form);
	if (status == SEGL_OK)
		status = want_end(segl, want);
	return status;
}
