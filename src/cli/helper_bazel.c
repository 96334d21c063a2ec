/* SPDX-License-Identifier: ISC */
/*
 * The Credential Helpers specification of EngFlow, which Bazel follows: JSON
 * with the uri on standard input, JSON with headers on standard output.
 */
#include <string.h>

#include "base/error.h"
#include "cli/helper.h"
#include "cli/jwt.h"
#include "cli/paste.h"

static enum segl_status
read_uri(struct segl *segl, json_t **json, const char **uri)
{
	enum segl_status status;
	struct buffer input;

	*json = NULL;
	*uri = NULL;
	buffer_init(&input, HELPER_INPUT_MAX);
	status = paste_read(segl, NULL, &input);
	if (status == SEGL_OK) {
		*json = json_loadb(input.data == NULL ? "" : input.data,
		    input.len, JSON_REJECT_DUPLICATES, NULL);
		*uri = json_string_value(json_object_get(*json, "uri"));
		if (*uri == NULL) {
			status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "the question is not a JSON object with a uri");
			error_remedy(
			    segl, "this helper is run by Bazel and its kin");
		}
	}
	buffer_clear(&input);
	return status;
}

static json_t *
answer_json(const struct obtained *obtained)
{
	long long at = helper_expires_at(obtained);
	json_t *json = json_pack("{s:{s:[s+]}}", "headers", "Authorization",
	    "Bearer ", obtained->entry.token);
	char utc[JWT_TIME_MAX];

	if (json != NULL && at >= 0) {
		jwt_time_utc(at, utc);
		json_object_set_new(json, "expires", json_string(utc));
	}
	return json;
}

/* Whom it is not for gets no headers, which is an answer as well. */
static enum segl_status
answer(struct segl *segl, const struct settings *settings, const char *uri)
{
	struct obtained obtained;
	enum segl_status status;

	switch (helper_right(segl, settings, uri)) {
	case HELPER_NO_LIST:
		return SEGL_EUSAGE;
	case HELPER_NOT_LISTED:
		return result_json(
		    segl, settings, json_pack("{s:{}}", "headers"));
	case HELPER_ALLOWED:
		break;
	}
	status = helper_obtain(segl, settings, 0, &obtained);
	if (status == SEGL_OK)
		status = result_json(segl, settings, answer_json(&obtained));
	obtained_clear(&obtained);
	return status;
}

enum segl_status
helper_bazel(
    struct segl *segl, const struct settings *settings, const char *operation)
{
	enum segl_status status;
	const char *uri;
	json_t *json;

	(void)operation; /* its name is the protocol's */
	status = read_uri(segl, &json, &uri);
	if (status == SEGL_OK)
		status = answer(segl, settings, uri);
	json_decref(json);
	return status;
}
