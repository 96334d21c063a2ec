/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/error.h"
#include "base/text.h"
#include "daemon/answer.h"
#include "daemon/route.h"
#include "daemon/texas.h"
#include "httpd/form.h"
#include "settings/value.h"

/* Deeper than any authorization_details. */
#define DEPTH_MAX 16

/* ---- the body as one JSON object ------------------------------------------
 */

/* Non-zero where the media type is TYPE, whatever its parameters. */
static int
has_type(const struct httpd_request *request, const char *type)
{
	const char *value = httpd_request_field(request, "Content-Type");
	size_t len = strlen(type);

	return value != NULL && strncasecmp(value, type, len) == 0 &&
	    (value[len] == '\0' || value[len] == ';' || value[len] == ' ');
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

static int
is_too_deep(json_t *json, int depth)
{
	const char *key;
	json_t *value;
	size_t i;

	if (depth > DEPTH_MAX)
		return 1;
	json_object_foreach(json, key, value)
	{
		if (is_too_deep(value, depth + 1))
			return 1;
	}
	json_array_foreach(json, i, value)
	{
		if (is_too_deep(value, depth + 1))
			return 1;
	}
	return 0;
}

static enum segl_status
from_json(struct segl *segl, const struct httpd_request *request, json_t **out)
{
	json_error_t error;

	*out = json_loadb(
	    request->body, request->body_len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(*out) && !is_too_deep(*out, 0))
		return SEGL_OK;
	return refuse(segl, "the body", "not a JSON object");
}

/* In a form every value is text: those that are not are read as JSON. */
static enum segl_status
add_field(struct segl *segl, json_t *to, const char *name, const char *value)
{
	int flag = strcmp(name, "skip_cache") == 0 ? value_flag(value) : -1;
	int number = strcmp(name, "min_validity") == 0;
	int failed;

	if (json_object_get(to, name) != NULL)
		return refuse(segl, name, "it is given twice");
	if (flag >= 0)
		failed = json_object_set_new(to, name, json_boolean(flag));
	else if (number)
		failed = json_object_set_new(
		    to, name, json_loads(value, JSON_DECODE_ANY, NULL));
	else
		failed = json_object_set_new(to, name, json_string(value));
	if (failed != 0)
		return refuse(segl, name, "not what it should be");
	return SEGL_OK;
}

static enum segl_status
from_form(struct segl *segl, const struct httpd_request *request, json_t **out)
{
	enum segl_status status = SEGL_OK;
	struct form form;

	*out = json_object();
	if (form_parse(&form, request->body, request->body_len) != 0)
		return refuse(segl, "the body", "not a form");
	for (size_t i = 0; status == SEGL_OK && i < form.count; i++)
		status = add_field(segl, *out, form.parameter[i].name,
		    form.parameter[i].value);
	form_clear(&form);
	return status;
}

static enum segl_status
read_body(struct segl *segl, const struct httpd_request *request, json_t **out)
{
	*out = NULL;
	if (has_type(request, "application/json"))
		return from_json(segl, request, out);
	if (has_type(request, "application/x-www-form-urlencoded"))
		return from_form(segl, request, out);
	/* Texas says so with 400, not with 415 */
	return refuse(segl, "Content-Type",
	    "neither application/json nor "
	    "application/x-www-form-urlencoded");
}

/* ---- its fields -----------------------------------------------------------
 */

/* The text NAME; NULL where it is absent or null. */
static enum segl_status
take_text(struct segl *segl, json_t *body, const char *name, const char **out)
{
	json_t *value = json_object_get(body, name);

	*out = NULL;
	if (value == NULL || json_is_null(value))
		return SEGL_OK;
	if (!json_is_string(value))
		return refuse(segl, name, "not a text");
	*out = json_string_value(value);
	return SEGL_OK;
}

static enum segl_status
take_required(
    struct segl *segl, json_t *body, const char *name, const char **out)
{
	enum segl_status status = take_text(segl, body, name, out);

	if (status == SEGL_OK && (*out == NULL || **out == '\0'))
		return refuse(segl, name, "the field is missing");
	return status;
}

static const char *const known[] = { "identity_provider", "target", "resource",
	"authorization_details", "skip_cache", "consumer_org", "pid",
	"system_user", "consent", "exchange", "profile", "min_validity" };

/* A field that is not known may well be meant to limit the token. */
static enum segl_status
check_fields(struct segl *segl, json_t *body)
{
	const size_t n = sizeof(known) / sizeof(known[0]);
	const char *key;
	json_t *value;

	json_object_foreach(body, key, value)
	{
		size_t i = 0;

		while (i < n && strcmp(known[i], key) != 0)
			i++;
		if (i == n)
			return refuse(segl, key,
			    "there is no such field; a token that does "
			    "not say so would be another one than asked for");
	}
	return SEGL_OK;
}

static enum segl_status
check_provider(struct segl *segl, json_t *body)
{
	static const char *const others[] = { "azuread", "entra_id", "tokenx",
		"idporten", "ansattporten" };
	const char *name;
	enum segl_status status =
	    take_required(segl, body, "identity_provider", &name);

	if (status != SEGL_OK || strcmp(name, "maskinporten") == 0)
		return status;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i]) == 0)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "identity provider '%s' is not enabled", name);
	return refuse(segl, "identity_provider", "it is not known");
}

static enum segl_status
take_details(struct segl *segl, json_t *body, struct want *want)
{
	json_t *value = json_object_get(body, "authorization_details");
	enum segl_status status;
	json_t *array;
	char *text;

	if (value == NULL || json_is_null(value))
		return SEGL_OK;
	/* Texas takes the array itself, and the text of one */
	array = json_is_string(value)
	    ? json_loads(json_string_value(value), JSON_REJECT_DUPLICATES, NULL)
	    : json_incref(value);
	if (!json_is_array(array) || is_too_deep(array, 0)) {
		json_decref(array);
		return refuse(
		    segl, "authorization_details", "not a JSON array");
	}
	text = json_dumps(array, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(array);
	if (text == NULL)
		return error_nomem(segl);
	status = want_add(segl, want, "authorization-details", text);
	free(text);
	return status;
}

static enum segl_status
take_claims(struct segl *segl, json_t *body, struct want *want)
{
	static const char *const claims[][2] = { { "resource", "resource" },
		{ "consumer_org", "consumer-org" }, { "pid", "pid" },
		{ "system_user", "system-user" }, { "consent", "consent" },
		{ "exchange", "exchange" } };
	enum segl_status status = SEGL_OK;
	const char *value;

	for (size_t i = 0;
	     status == SEGL_OK && i < sizeof(claims) / sizeof(claims[0]); i++) {
		status = take_text(segl, body, claims[i][0], &value);
		if (status == SEGL_OK && value != NULL)
			status = want_add(segl, want, claims[i][1], value);
	}
	return status;
}

static enum segl_status
take_how(struct segl *segl, json_t *body, struct want *want)
{
	json_t *skip = json_object_get(body, "skip_cache");
	json_t *least = json_object_get(body, "min_validity");

	if (skip != NULL && !json_is_null(skip) && !json_is_boolean(skip))
		return refuse(segl, "skip_cache", "neither true nor false");
	want->force = json_is_true(skip);
	if (least == NULL || json_is_null(least))
		return SEGL_OK;
	if (!json_is_integer(least) || json_integer_value(least) < 0 ||
	    json_integer_value(least) > 86400)
		return refuse(segl, "min_validity", "not a number of seconds");
	want->min_validity_s = (long)json_integer_value(least);
	return SEGL_OK;
}

static enum segl_status
take_profile(struct segl *segl, json_t *body, const struct profiles *profiles,
    struct want *want)
{
	const char *name;
	enum segl_status status = take_text(segl, body, "profile", &name);

	if (status != SEGL_OK)
		return status;
	want->profile = profiles_find(profiles, name);
	if (want->profile == NULL)
		return refuse(segl, "profile", "it is not served here");
	return SEGL_OK;
}

static enum segl_status
take_body(struct segl *segl, json_t *body, const struct profiles *profiles,
    struct want *want)
{
	const char *target;
	enum segl_status status = check_provider(segl, body);

	if (status == SEGL_OK)
		status = take_required(segl, body, "target", &target);
	if (status == SEGL_OK)
		status = check_fields(segl, body);
	if (status == SEGL_OK)
		status = take_profile(segl, body, profiles, want);
	if (status == SEGL_OK)
		status = want_add_scopes(segl, want, target);
	if (status == SEGL_OK)
		status = take_claims(segl, body, want);
	if (status == SEGL_OK)
		status = take_details(segl, body, want);
	if (status == SEGL_OK)
		status = take_how(segl, body, want);
	if (status == SEGL_OK)
		status = want_end(segl, want);
	return status;
}

void
texas_token(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct segl *segl = segl_new();
	enum segl_status status;
	json_t *body = NULL;
	struct want want;

	want_init(&want);
	want.form = WANT_TEXAS;
	route_caller(request, &want);
	status = segl == NULL ? SEGL_ENOMEM : read_body(segl, request, &body);
	if (status == SEGL_OK)
		status = take_body(segl, body, &front->profiles, &want);
	if (status == SEGL_OK)
		route_serve(front, request, &want, answer);
	else
		answer_refusal(front, &want, 400, "invalid_request",
		    segl == NULL ? "out of memory" : segl_error_message(segl),
		    answer);
	want_clear(&want);
	json_decref(body);
	segl_free(segl);
}
