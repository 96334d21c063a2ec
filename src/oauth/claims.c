/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "oauth/claims.h"
#include "oauth/strict_json.h"
#include "pki/norwegian.h"

/* Scopes of one grant, joined; far above what any request needs. */
#define SCOPE_MAX 4096

/* Longest resource identifier, in bytes. */
#define RESOURCE_MAX 2048

void
claims_clear(struct claims *claims)
{
	free(claims->audience);
	free(claims->issuer);
	free(claims->scope);
	json_decref(claims->resource);
	free(claims->consumer_org);
	free(claims->pid);
	json_decref(claims->authorization_details);
	memset(claims, 0, sizeof(*claims));
}

/* ---- scope and resource ----------------------------------------------- */

/* scope-token of RFC 6749, 3.3, with Maskinporten's prefix:subscope. */
static int
is_scope(const char *scope)
{
	const char *colon = strchr(scope, ':');

	if (colon == NULL || colon == scope || colon[1] == '\0')
		return 0;
	for (const char *p = scope; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f || *p == '"' || *p == '\\')
			return 0;
	return 1;
}

enum segl_status
claims_add_scope(struct segl *segl, struct claims *claims, const char *scope)
{
	size_t have = claims->scope == NULL ? 0 : strlen(claims->scope);
	size_t len = strlen(scope);
	char *joined;

	if (!is_scope(scope) || have + len + 2 > SCOPE_MAX) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "this is not a scope of Maskinporten: a scope is "
		    "prefix:subscope, without blanks or quotes");
		error_remedy(segl,
		    "copy the scope from the API's documentation, "
		    "toll:eu/movement/road/v2 for instance");
		return SEGL_EUSAGE;
	}
	joined = realloc(claims->scope, have + len + 2);
	if (joined == NULL)
		return error_nomem(segl);
	if (have > 0)
		joined[have++] = ' ';
	memcpy(joined + have, scope, len + 1);
	claims->scope = joined;
	return SEGL_OK;
}

static enum segl_status
append(struct segl *segl, json_t **array, json_t *element)
{
	if (*array == NULL)
		*array = json_array();
	if (element == NULL || *array == NULL ||
	    json_array_append_new(*array, element) != 0) {
		if (*array == NULL)
			json_decref(element);
		return error_nomem(segl);
	}
	return SEGL_OK;
}

enum segl_status
claims_add_resource(
    struct segl *segl, struct claims *claims, const char *resource)
{
	size_t len = strlen(resource);

	for (size_t i = 0; i < len; i++)
		if (resource[i] <= 0x20 || resource[i] >= 0x7f)
			len = 0;
	if (len == 0 || len > RESOURCE_MAX) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a resource is the URI of an API, without blanks");
		return SEGL_EUSAGE;
	}
	return append(segl, &claims->resource, json_string(resource));
}

/* ---- numbers ---------------------------------------------------------- */

static enum segl_status
check_orgno(struct segl *segl, const char *what, const char *orgno)
{
	if (norwegian_orgno(orgno))
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s is not a Norwegian organisation number: nine digits, of "
	    "which the last one checks the others",
	    what);
	error_remedy(segl, "look the organisation up at brreg.no");
	return SEGL_EUSAGE;
}

enum segl_status
claims_set_consumer_org(
    struct segl *segl, struct claims *claims, const char *orgno)
{
	enum segl_status status =
	    check_orgno(segl, "the consumer organisation", orgno);

	if (status != SEGL_OK)
		return status;
	free(claims->consumer_org);
	claims->consumer_org = strdup(orgno);
	return claims->consumer_org == NULL ? error_nomem(segl) : SEGL_OK;
}

enum segl_status
claims_set_pid(struct segl *segl, struct claims *claims, const char *pid)
{
	int fits = norwegian_pid(pid);

	if (fits < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a Norwegian national identity number has 11 digits");
	if (fits == 0)
		note_warning(segl,
		    "the check digits of the national identity "
		    "number do not fit");
	free(claims->pid);
	claims->pid = strdup(pid);
	return claims->pid == NULL ? error_nomem(segl) : SEGL_OK;
}

/* ---- authorization_details -------------------------------------------- */

static enum segl_status
add_detail(struct segl *segl, struct claims *claims, json_t *detail)
{
	const char *type = json_string_value(json_object_get(detail, "type"));

	if (type == NULL || type[0] == '\0') {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "each of the authorization details is an object with a "
		    "type (RFC 9396, 2)");
		return SEGL_EUSAGE;
	}
	return append(
	    segl, &claims->authorization_details, json_incref(detail));
}

enum segl_status
claims_add_details(
    struct segl *segl, struct claims *claims, const char *text, size_t len)
{
	enum segl_status status = SEGL_OK;
	json_t *json, *wrapped, *detail;
	char *object;
	size_t i;

	/* an object around it, so that an array is read just as strictly */
	if (asprintf(&object, "{\"details\":%.*s}", (int)len, text) < 0)
		return error_nomem(segl);
	status = strict_json_object(segl, "the text of authorization_details",
	    object, strlen(object), &wrapped);
	free(object);
	if (status == SEGL_EREPLY) {
		/* it came from the caller, not from a server */
		segl_error_clear(segl);
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the authorization details are not valid JSON");
		error_remedy(segl,
		    "write an array of objects, each with a "
		    "type; check it with jq");
	}
	if (status != SEGL_OK)
		return status;
	json = json_object_get(wrapped, "details");
	if (json_object_size(wrapped) != 1) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the authorization details are not valid JSON");
	} else if (json_is_object(json)) {
		status = add_detail(segl, claims, json);
	} else if (json_array_size(json) > 0) {
		json_array_foreach(json, i, detail) if (status == SEGL_OK)
		    status = add_detail(segl, claims, detail);
	} else {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the authorization details are neither an object nor an "
		    "array of objects");
	}
	json_decref(wrapped);
	return status;
}

enum segl_status
claims_add_system_user(struct segl *segl, struct claims *claims,
    const char *orgno, const char *ref)
{
	enum segl_status status =
	    check_orgno(segl, "the system user's organisation", orgno);
	json_t *detail;

	if (status != SEGL_OK)
		return status;
	detail = json_pack("{s:s, s:{s:s, s:s+}}", "type",
	    "urn:altinn:systemuser", "systemuser_org", "authority",
	    "iso6523-actorid-upis", "ID", "0192:", orgno);
	if (detail != NULL && ref != NULL && ref[0] != '\0' &&
	    json_object_set_new(detail, "externalRef", json_string(ref)) != 0) {
		json_decref(detail);
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the external reference of the system user is not UTF-8");
	}
	return append(segl, &claims->authorization_details, detail);
}

static int
is_uuid(const char *text)
{
	if (strlen(text) != 36)
		return 0;
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23
			? text[i] != '-'
			: !isxdigit((unsigned char)text[i]))
			return 0;
	return 1;
}

enum segl_status
claims_add_consent(
    struct segl *segl, struct claims *claims, const char *id, const char *from)
{
	int person = norwegian_pid(from) >= 0;
	json_t *detail;

	if (!is_uuid(id) || (!person && !norwegian_orgno(from))) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a consent is named by its UUID and by who gave it: an "
		    "organisation number or a national identity number");
		error_remedy(segl, "write it as UUID:NUMBER");
		return SEGL_EUSAGE;
	}
	detail = json_pack("{s:s, s:s, s:s+}", "type", "urn:altinn:consent",
	    "id", id, "from",
	    person ? "urn:altinn:person:identifier-no:"
		   : "urn:altinn:organization:identifier-no:",
	    from);
	return append(segl, &claims->authorization_details, detail);
}

/* ---- composing -------------------------------------------------------- */

static int
set(json_t *claims, const char *name, json_t *value)
{
	return value == NULL || json_object_set_new(claims, name, value) != 0;
}

char *
claims_compose(
    const struct claims *from, const char *iss, long long now, const char *jti)
{
	json_t *claims = json_object();
	char *text = NULL;
	int failed = claims == NULL ||
	    set(claims, "aud", json_string(from->audience)) ||
	    set(claims, "iss", json_string(iss)) ||
	    set(claims, "scope", json_string(from->scope)) ||
	    set(claims, "iat", json_integer((json_int_t)now)) ||
	    set(claims, "exp",
		json_integer((json_int_t)(now + from->lifetime_s))) ||
	    set(claims, "jti", json_string(jti));

	if (!failed && from->resource != NULL)
		failed = set(claims, "resource", json_incref(from->resource));
	if (!failed && from->consumer_org != NULL)
		failed = set(
		    claims, "consumer_org", json_string(from->consumer_org));
	if (!failed && from->pid != NULL)
		failed = set(claims, "pid", json_string(from->pid));
	if (!failed && from->authorization_details != NULL)
		failed = set(claims, "authorization_details",
		    json_incref(from->authorization_details));
	if (!failed)
		text = json_dumps(claims, JSON_COMPACT);
	json_decref(claims);
	return text;
}
