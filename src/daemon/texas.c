/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/answer.h"
#include "daemon/route.h"
#include "daemon/texas.h"
#include "daemon/texas_body.h"

static const char *const known[] = { "identity_provider", "target", "resource",
	"authorization_details", "skip_cache", "consumer_org", "pid",
	"system_user", "consent", "exchange", "profile", "min_validity", NULL };

/* Texas has more providers than Maskinporten; here there is one. */
static enum segl_status
no_other(struct segl *segl, json_t *body)
{
	const char *other;
	enum segl_status status = texas_provider(segl, body, &other);

	if (status != SEGL_OK || other == NULL)
		return status;
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "identity provider '%s' is not enabled", other);
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
	if (!json_is_array(array) || texas_is_too_deep(array, 0)) {
		json_decref(array);
		return texas_refuse(
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
		status = texas_text(segl, body, claims[i][0], &value);
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
		return texas_refuse(
		    segl, "skip_cache", "neither true nor false");
	want->force = json_is_true(skip);
	if (least == NULL || json_is_null(least))
		return SEGL_OK;
	if (!json_is_integer(least) || json_integer_value(least) < 0 ||
	    json_integer_value(least) > 86400)
		return texas_refuse(
		    segl, "min_validity", "not a number of seconds");
	want->min_validity_s = (long)json_integer_value(least);
	return SEGL_OK;
}

static enum segl_status
take_body(struct segl *segl, json_t *body, const struct profiles *profiles,
    struct want *want)
{
	const char *target;
	enum segl_status status = no_other(segl, body);

	if (status == SEGL_OK)
		status = texas_required(segl, body, "target", &target);
	if (status == SEGL_OK)
		status = texas_only(segl, body, known);
	if (status == SEGL_OK)
		status = texas_profile(segl, body, profiles, &want->profile);
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
	struct segl *segl = front->asked;
	enum segl_status status;
	json_t *body = NULL;
	struct want want;

	segl_error_clear(segl);
	want_init(&want);
	want.form = WANT_TEXAS;
	route_caller(request, &want);
	if (!route_knows(front, &want, answer))
		goto out;
	status = texas_read(segl, request, &body);
	if (status == SEGL_OK)
		status = take_body(segl, body, &front->profiles, &want);
	if (status == SEGL_OK)
		route_serve(front, request, &want, answer);
	else
		answer_refusal(front, &want, 400, "invalid_request",
		    segl_error_message(segl), answer);
out:
	want_clear(&want);
	json_decref(body);
}

/*
 * A user's token for a machine's: Maskinporten has no users, and Texas says so
 * in these words. Tokens of Customs and Altinn are asked for with the field
 * exchange of /api/v1/token, which needs nobody's token.
 */
static enum segl_status
take_exchange(struct segl *segl, json_t *body)
{
	static const char *const fields[] = { "identity_provider", "target",
		"user_token", "skip_cache", "profile", NULL };
	const char *text;
	enum segl_status status = no_other(segl, body);

	if (status == SEGL_OK)
		status = texas_required(segl, body, "target", &text);
	if (status == SEGL_OK)
		status = texas_required(segl, body, "user_token", &text);
	if (status == SEGL_OK)
		status = texas_only(segl, body, fields);
	if (status == SEGL_OK)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "identity provider 'maskinporten' does not support token "
		    "exchange");
	return status;
}

void
texas_exchange(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct segl *segl = segl_new();
	enum segl_status status = SEGL_ENOMEM;
	json_t *body = NULL;
	struct want want;

	want_init(&want);
	want.form = WANT_TEXAS;
	route_caller(request, &want);
	if (segl != NULL)
		status = texas_read(segl, request, &body);
	if (status == SEGL_OK)
		status = take_exchange(segl, body);
	answer_refusal(front, &want, status == SEGL_ENOMEM ? 500 : 400,
	    status == SEGL_ENOMEM ? "server_error" : "invalid_request",
	    segl == NULL ? "out of memory" : segl_error_message(segl), answer);
	want_clear(&want);
	json_decref(body);
	segl_free(segl);
}
