/* SPDX-License-Identifier: ISC */
/* segl onboard: the last step, what the API answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/onboard.h"
#include "explain/api_answer.h"
#include "explain/customs_api.h"

static const char *
identifier_of(const struct onboard_run *run)
{
	return run->report == NULL ? NULL
				   : segl_report_consumer(run->report, NULL);
}

static void
judge_answer(struct onboard_run *run, const char *url, int http,
    struct onboard_outcome *out)
{
	const struct api_answer *row = api_answer_of(http);

	if (http == 200) {
		onboard_set(out, ONBOARD_PASS, "%s answers 200 OK", url);
	} else if (row == NULL || row->status == SEGL_OK) {
		onboard_fail(out, SEGL_EREPLY,
		    "%s answers with HTTP status %d, and not 200", url, http);
		onboard_remedy(out, SEGL_TURN_CUSTOMS,
		    "ask digitoll@toll.no, with this report");
	} else {
		onboard_fail(
		    out, row->status, "%s %s (HTTP %d)", url, row->what, http);
		onboard_remedy(out,
		    row->turn == SEGL_TURN_API_OWNER ? SEGL_TURN_CUSTOMS
						     : row->turn,
		    "%s", row->remedy);
		onboard_quote(out, identifier_of(run));
	}
	onboard_fact_number(&out->facts, "http_status", http);
}

static enum segl_status
ask(struct onboard_run *run, const struct customs_api *api,
    struct onboard_outcome *out)
{
	struct segl_transport *net = run->server.transport;
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	enum segl_status status;
	char *url;

	if (asprintf(&url, "%s%s", run->server.named.customs_url, api->test) <
	    0)
		return error_nomem(run->segl);
	status = net->get_as(net, run->segl, url,
	    segl_token_access_token(run->exchanged), &response);
	if (status == SEGL_OK)
		judge_answer(run, url, response.http_status, out);
	segl_response_clear(&response);
	free(url);
	return onboard_failed(run, status, out);
}

/* ---- where there is no test -------------------------------------------- */

/* No test can be asked: how a first request of one's own shows it. */
static void
tell_first_request(struct onboard_run *run, const struct customs_api *api,
    const char *scope, struct onboard_outcome *out)
{
	if (api == NULL) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "no test is documented for the API behind %s", scope);
		onboard_remedy(out, SEGL_TURN_YOU,
		    "send a first request to the API, as its owner describes "
		    "it: segl call%s%s --scope %s GET URL",
		    run->by == SEGL_EXCHANGER_NONE ? "" : " --exchange ",
		    run->by == SEGL_EXCHANGER_NONE
			? ""
			: segl_exchanger_name(run->by),
		    scope);
		return;
	}
	onboard_set(out, ONBOARD_SKIPPED,
	    "of Customs' APIs only the one for road has a documented test, and "
	    "not the one for %s",
	    api->name);
	onboard_remedy(out, SEGL_TURN_YOU,
	    "send a first request to the API: segl call --exchange customs "
	    "--scope %s GET %s/..., as " CUSTOMS_API_HOST "%s" CUSTOMS_API_PAGE
	    " describes it. Where it answers 401 or 403, ask digitoll@toll.no; "
	    "200, 400 or 404 mean that the token is good for it",
	    scope, api->path, api->path);
	onboard_fact(&out->facts, "api", api->path);
}

/* The API that the first scope is for, if possible one that has a test. */
static const struct customs_api *
choose_api(const struct onboard_run *run, const char **scope)
{
	const struct setting_list *list = &run->with.scope;

	for (size_t i = 0; i < list->n; i++) {
		const struct customs_api *api = customs_api_of(list->values[i]);

		if (api != NULL && api->test != NULL)
			return api;
	}
	*scope = list->values[0];
	return customs_api_of(*scope);
}

enum segl_status
onboard_test_auth(struct onboard_run *run, struct onboard_outcome *out)
{
	const char *scope = NULL;
	const struct customs_api *api = choose_api(run, &scope);

	if (run->by != SEGL_EXCHANGER_CUSTOMS)
		api = NULL;
	if (api != NULL && api->test != NULL)
		return ask(run, api, out);
	tell_first_request(
	    run, api, scope != NULL ? scope : run->with.scope.values[0], out);
	return SEGL_OK;
}
