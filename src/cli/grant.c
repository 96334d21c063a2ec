/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/error.h"
#include "base/secret.h"
#include "cache/directory.h"
#include "cache/endpoints.h"
#include "cli/command.h"
#include "cli/report.h"
#include "cli/session.h"

/* {"header":{...},"claims":{...},"assertion":"..."}; new, NULL no memory. */
static char *
as_json(const struct segl_assertion *assertion)
{
	json_t *header = json_loads(segl_assertion_header(assertion), 0, NULL);
	json_t *claims = json_loads(segl_assertion_claims(assertion), 0, NULL);
	json_t *all = json_pack("{s:i, s:o, s:o, s:s}", "schema", 1, "header",
	    header, "claims", claims, "assertion",
	    segl_assertion_compact(assertion));
	char *text = all == NULL ? NULL : json_dumps(all, JSON_COMPACT);

	json_decref(all);
	return text;
}

static char *
as_asked(
    const struct settings *settings, const struct segl_assertion *assertion)
{
	const char *output =
	    settings->output == NULL ? "compact" : settings->output;

	if (strcmp(output, "claims") == 0)
		return strdup(segl_assertion_claims(assertion));
	if (strcmp(output, "header") == 0)
		return strdup(segl_assertion_header(assertion));
	if (strcmp(output, "json") == 0)
		return as_json(assertion);
	return strdup(segl_assertion_compact(assertion));
}

enum segl_status
command_grant(struct segl *segl, const struct settings *settings)
{
	struct segl_assertion *assertion = NULL;
	struct segl_softtoken *token = NULL;
	struct segl_grant *grant = NULL;
	struct settings_server server;
	struct endpoints endpoints;
	enum segl_status status;
	char *text = NULL;
	int dirfd;

	status = settings_server(segl, settings, &server);
	if (status != SEGL_OK)
		return status;
	dirfd = cache_directory_open();
	endpoints_load(dirfd, server.issuer, &endpoints);
	if (dirfd >= 0)
		close(dirfd);
	status = session_softtoken(segl, settings, &token);
	if (status == SEGL_OK)
		status = session_grant(segl, settings, token, server.issuer,
		    endpoints.algs, &grant);
	if (status == SEGL_OK)
		status = segl_grant_sign(
		    grant, token, (long long)time(NULL), NULL, &assertion);
	if (status == SEGL_OK && (text = as_asked(settings, assertion)) == NULL)
		status = error_nomem(segl);
	if (status == SEGL_OK)
		status = report_result(segl, settings, text);
	secret_free_text(text);
	segl_assertion_free(assertion);
	segl_softtoken_free(token);
	segl_grant_free(grant);
	return status;
}
