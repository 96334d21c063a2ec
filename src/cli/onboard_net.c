/* SPDX-License-Identifier: ISC */
/* segl onboard: the clock, the network and the server's metadata. */
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "cli/onboard.h"

/* ---- asking once -----------------------------------------------------------
 */

static enum segl_status
ask(struct onboard_run *run, struct onboard_asked *asked)
{
	struct server *server = &run->server;
	enum segl_status status;

	status = server_open(asked->segl, &run->with, server);
	run->server_is_open = 1;
	if (status == SEGL_OK && server->named.endpoint_is_fixed)
		asked->url = strdup(server->named.token_endpoint);
	else if (status == SEGL_OK)
		status = server_metadata_url(asked->segl, server, &asked->url);
	if (status == SEGL_OK && asked->url == NULL)
		status = SEGL_ENOMEM;
	if (status == SEGL_OK)
		status = server->transport->get(server->transport, asked->segl,
		    asked->url, &asked->response);
	if (status == SEGL_OK && asked->response.date >= 0)
		server->clock_offset_s =
		    (long)(asked->response.date - (long long)time(NULL));
	return status;
}

enum segl_status
onboard_ask(struct onboard_run *run)
{
	struct onboard_asked *asked = &run->asked;

	if (asked->is_done)
		return SEGL_OK;
	asked->is_done = 1;
	asked->response.date = asked->response.retry_after_s = -1;
	asked->segl = segl_new();
	if (asked->segl == NULL)
		return SEGL_ENOMEM;
	asked->status = ask(run, asked);
	return asked->status == SEGL_ENOMEM ? SEGL_ENOMEM : SEGL_OK;
}

/* ---- the clock -------------------------------------------------------------
 */

static int
kernel_says(void)
{
	struct timex timex;
	int state;

	memset(&timex, 0, sizeof(timex));
	state = adjtimex(&timex);
	if (state < 0)
		return -1;
	return state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
}

static int
by_server_clock(const struct settings *settings)
{
	return settings->clock != NULL &&
	    strcmp(settings->clock, "server") == 0;
}

enum segl_status
onboard_clock(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_clock clock = { .is_synchronised = kernel_says(),
		.by_server_clock = by_server_clock(run->settings) };
	enum segl_status status = SEGL_OK;

	if (!run->settings->offline)
		status = onboard_ask(run);
	if (status != SEGL_OK)
		return status;
	clock.has_server = run->asked.is_done && run->asked.status == SEGL_OK &&
	    run->asked.response.date >= 0;
	clock.ahead_s = -run->server.clock_offset_s;
	onboard_judge_clock(&clock, out);
	/* a wrong clock is told; what it would hide is looked at all the same
	 */
	if (out->result == ONBOARD_FAIL) {
		run->with.clock = "server";
		out->stops = 0;
	}
	return SEGL_OK;
}

/* ---- the network ------------------------------------------------------------
 */

enum segl_status
onboard_network(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = onboard_ask(run);

	if (status != SEGL_OK)
		return status;
	if (run->asked.status != SEGL_OK) {
		onboard_take_failure(out, run->asked.segl);
		return SEGL_OK;
	}
	onboard_set(
	    out, ONBOARD_PASS, "%s answers over verified TLS", run->asked.url);
	return SEGL_OK;
}

/* ---- the metadata
 * ------------------------------------------------------------ */

static void
tell_metadata(struct onboard_run *run, struct onboard_outcome *out)
{
	const struct endpoints *endpoints = &run->server.endpoints;

	onboard_set(out, ONBOARD_PASS, "the token endpoint is %s; it takes %s",
	    endpoints->token_endpoint,
	    endpoints->algs[0] == '\0' ? "no algorithm that segl knows"
				       : endpoints->algs);
	onboard_fact(&out->facts, "issuer", run->server.named.issuer);
	onboard_fact(&out->facts, "token_endpoint", endpoints->token_endpoint);
	onboard_fact(&out->facts, "algorithms", endpoints->algs);
}

enum segl_status
onboard_metadata(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status;

	if (run->server.named.endpoint_is_fixed) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "--token-endpoint says what it would say");
		return SEGL_OK;
	}
	status = server_take_metadata(
	    run->segl, &run->server, run->asked.url, &run->asked.response);
	if (status == SEGL_OK) {
		tell_metadata(run, out);
		return SEGL_OK;
	}
	/* where the address is known all the same, it goes on with that */
	if (segl_status_retryable(status))
		status = server_fall_back(run->segl, &run->server, status);
	if (status != SEGL_OK)
		return onboard_failed(run, status, out);
	onboard_set(out, ONBOARD_WARN, "the metadata at %s cannot be had",
	    run->asked.url);
	onboard_remedy(out, SEGL_TURN_DIGDIR,
	    "try again later; https://status.digdir.no/ tells about outages");
	return SEGL_OK;
}
