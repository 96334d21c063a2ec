/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/keep.h"
#include "cli/report.h"
#include "cli/server.h"
#include "cli/session.h"
#include "present/present.h"

/* How long what can pass is tried again, in seconds. */
#define RETRY_FOR_S 15

/* Then the metadata is asked for each time, for its Date. */
static int
by_server_clock(const struct settings *settings)
{
	return settings->clock != NULL &&
	    strcmp(settings->clock, "server") == 0;
}

static enum segl_status
exchange(struct segl *segl, const struct settings *settings,
    struct server *server, struct segl_token **token)
{
	long budget_s =
	    settings->retry_for_s >= 0 ? settings->retry_for_s : RETRY_FOR_S;
	struct segl_softtoken *softtoken = NULL;
	struct segl_grant *grant = NULL;
	enum segl_status status;

	/* the key first: meanwhile segl-net connects */
	status = session_softtoken(segl, settings, &softtoken);
	if (status == SEGL_OK)
		status =
		    server_endpoints(segl, server, by_server_clock(settings));
	if (status == SEGL_OK)
		status = session_grant(segl, settings, softtoken,
		    server->named.issuer, server->endpoints.algs, &grant);
	if (status == SEGL_OK && by_server_clock(settings))
		segl_grant_set_clock_offset(grant, server->clock_offset_s);
	if (status == SEGL_OK)
		status =
		    segl_exchange(segl, server->transport, grant, softtoken,
			server->endpoints.token_endpoint, budget_s, token);
	segl_grant_free(grant);
	segl_softtoken_free(softtoken);
	return status;
}

static enum segl_status
print_token(struct segl *segl, const struct settings *settings,
    const struct segl_token *token)
{
	struct presentation what = { .token = segl_token_access_token(token),
		.type = segl_token_type(token),
		.scope = segl_token_scope(token),
		.expires_in_s = segl_token_expires_in_s(token),
		.expires_at = segl_token_expires_at(token) };
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, REPORT_MAX);
	status =
	    present_token(&out, settings->output, &what, settings->no_newline);
	if (status != SEGL_OK)
		status = error_nomem(segl);
	else
		status = report_output(segl, out.data, out.len);
	buffer_clear(&out);
	return status;
}

enum segl_status
command_token(struct segl *segl, const struct settings *settings)
{
	struct segl_token *token = NULL;
	enum segl_status status;
	struct server server;

	if (settings->scope.n == 0) {
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no scope is given");
		error_remedy(segl,
		    "name what the token is for with --scope; "
		    "digdir:verksemd.eu is the scope to test an "
		    "eSeal with");
		return SEGL_EUSAGE;
	}
	status = server_open(segl, settings, &server);
	if (status == SEGL_OK)
		status = exchange(segl, settings, &server, &token);
	server_dismiss(&server);
	keep_outcome(segl, settings, &server, token);
	if (status == SEGL_OK)
		status = print_token(segl, settings, token);
	segl_token_free(token);
	server_close(&server);
	return status;
}
