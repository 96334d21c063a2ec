/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "daemon/answer.h"
#include "daemon/inspect.h"
#include "daemon/route.h"
#include "daemon/texas.h"
#include "daemon/texas_body.h"

static enum segl_status
take_body(struct segl *segl, json_t *body, const struct profiles *profiles,
    const struct profile **profile, const char **token, const char **other)
{
	/* what would be looked at as well, if it were known, is refused */
	static const char *const fields[] = { "identity_provider", "token",
		"profile", NULL };
	enum segl_status status = texas_provider(segl, body, other);

	*profile = NULL;
	if (status == SEGL_OK)
		status = texas_required(segl, body, "token", token);
	if (status == SEGL_OK)
		status = texas_only(segl, body, fields);
	if (status == SEGL_OK)
		status = texas_profile(segl, body, profiles, profile);
	return status;
}

static void
not_enabled(
    struct front *front, const char *provider, struct httpd_answer *answer)
{
	char why[64];

	snprintf(why, sizeof(why), "identity provider '%s' is not enabled",
	    provider);
	inspect_refuse(front, why, answer);
}

void
texas_introspect(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	const struct profile *profile = NULL;
	const char *token = NULL, *other = NULL;
	struct segl *segl = segl_new();
	enum segl_status status = SEGL_ENOMEM;
	json_t *body = NULL;
	struct want want;

	want_init(&want);
	want.form = WANT_TEXAS;
	route_caller(request, &want);
	if (!route_knows(front, &want, answer))
		goto out;
	if (segl != NULL)
		status = texas_read(segl, request, &body);
	if (status == SEGL_OK)
		status = take_body(
		    segl, body, &front->profiles, &profile, &token, &other);
	if (status != SEGL_OK)
		answer_refusal(front, &want, status == SEGL_ENOMEM ? 500 : 400,
		    status == SEGL_ENOMEM ? "server_error" : "invalid_request",
		    segl == NULL ? "out of memory" : segl_error_message(segl),
		    answer);
	else if (other != NULL)
		not_enabled(front, other, answer);
	else
		inspect_begin(front, request, profile, token, answer);
out:
	want_clear(&want);
	json_decref(body);
	segl_free(segl);
}
