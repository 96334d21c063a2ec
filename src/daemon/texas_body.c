/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "daemon/texas_body.h"
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

enum segl_status
texas_refuse(struct segl *segl, const char *name, const char *why)
{
	char *safe = text_foreign(name, strlen(name));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s: %s",
	    safe == NULL ? "" : safe, why);
	free(safe);
	return SEGL_EUSAGE;
}

int
texas_is_too_deep(json_t *json, int depth)
{
	const char *key;
	json_t *value;
	size_t i;

	if (depth > DEPTH_MAX)
		return 1;
	json_object_foreach(json, key, value)
	{
		if (texas_is_too_deep(value, depth + 1))
			return 1;
	}
	json_array_foreach(json, i, value)
	{
		if (texas_is_too_deep(value, depth + 1))
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
	if (json_is_object(*out) && !texas_is_too_deep(*out, 0))
		return SEGL_OK;
	return texas_refuse(segl, "the body", "not a JSON object");
}

/* In a form every value is text: those that are not are read as JSON. */
static enum segl_status
add_field(struct segl *segl, json_t *to, const char *name, const char *value)
{
	int flag = strcmp(name, "skip_cache") == 0 ? value_flag(value) : -1;
	int number = strcmp(name, "min_validity") == 0;
	int failed;

	if (json_object_get(to, name) != NULL)
		return texas_refuse(segl, name, "it is given twice");
	if (flag >= 0)
		failed = json_object_set_new(to, name, json_boolean(flag));
	else if (number)
		failed = json_object_set_new(
		    to, name, json_loads(value, JSON_DECODE_ANY, NULL));
	else
		failed = json_object_set_new(to, name, json_string(value));
	if (failed != 0)
		return texas_refuse(segl, name, "not what it should be");
	return SEGL_OK;
}

static enum segl_status
from_form(struct segl *segl, const struct httpd_request *request, json_t **out)
{
	enum segl_status status = SEGL_OK;
	struct form form;

	*out = json_object();
	if (form_parse(&form, request->body, request->body_len) != 0)
		return texas_refuse(segl, "the body", "not a form");
	for (size_t i = 0; status == SEGL_OK && i < form.count; i++)
		status = add_field(segl, *out, form.parameter[i].name,
		    form.parameter[i].value);
	form_clear(&form);
	return status;
}

enum segl_status
texas_read(struct segl *segl, const struct httpd_request *request, json_t **out)
{
	*out = NULL;
	if (has_type(request, "application/json"))
		return from_json(segl, request, out);
	if (has_type(request, "application/x-www-form-urlencoded"))
		return from_form(segl, request, out);
	/* Texas says so with 400, not with 415 */
	return texas_refuse(segl, "Content-Type",
	    "neither application/json nor "
	    "application/x-www-form-urlencoded");
}

/* ---- its fields -----------------------------------------------------------
 */

/* The text NAME; NULL where it is absent or null. */
enum segl_status
texas_text(struct segl *segl, json_t *body, const char *name, const char **out)
{
	json_t *value = json_object_get(body, name);

	*out = NULL;
	if (value == NULL || json_is_null(value))
		return SEGL_OK;
	if (!json_is_string(value))
		return texas_refuse(segl, name, "not a text");
	*out = json_string_value(value);
	return SEGL_OK;
}

enum segl_status
texas_required(
    struct segl *segl, json_t *body, const char *name, const char **out)
{
	enum segl_status status = texas_text(segl, body, name, out);

	if (status == SEGL_OK && (*out == NULL || **out == '\0'))
		return texas_refuse(segl, name, "the field is missing");
	return status;
}

enum segl_status
texas_only(struct segl *segl, json_t *body, const char *const *known)
{
	const char *key;
	json_t *value;

	json_object_foreach(body, key, value)
	{
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], key) != 0)
			i++;
		if (known[i] == NULL)
			return texas_refuse(segl, key,
			    "there is no such field; a token that does "
			    "not say so would be another one than asked for");
	}
	return SEGL_OK;
}

enum segl_status
texas_provider(struct segl *segl, json_t *body, const char **other)
{
	static const char *const others[][2] = { { "azuread", "entra_id" },
		{ "entra_id", "entra_id" }, { "tokenx", "tokenx" },
		{ "idporten", "idporten" },
		{ "ansattporten", "ansattporten" } };
	const char *name;
	enum segl_status status =
	    texas_required(segl, body, "identity_provider", &name);

	*other = NULL;
	if (status != SEGL_OK || strcmp(name, "maskinporten") == 0)
		return status;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i][0]) == 0) {
			*other = others[i][1];
			return SEGL_OK;
		}
	return texas_refuse(segl, "identity_provider", "it is not known");
}

enum segl_status
texas_profile(struct segl *segl, json_t *body, const struct profiles *profiles,
    const struct profile **out)
{
	const char *name;
	enum segl_status status = texas_text(segl, body, "profile", &name);

	*out = NULL;
	if (status != SEGL_OK)
		return status;
	*out = profiles_find(profiles, name);
	if (*out == NULL)
		return texas_refuse(segl, "profile", "it is not served here");
	return SEGL_OK;
}
