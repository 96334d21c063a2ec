/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <segl/metadata.h>

#include "base/error.h"
#include "cache/directory.h"
#include "cli/server.h"
#include "net/handover.h"

enum segl_status
server_open(
    struct segl *segl, const struct settings *settings, struct server *out)
{
	struct net_options options = { .ca = settings->ca.values,
		.ca_only = settings->ca_only,
		.connect_timeout_s = settings->connect_timeout_s,
		.timeout_s = settings->timeout_s };
	struct net_helper helper;
	enum segl_status status;

	memset(out, 0, sizeof(*out));
	out->dirfd = -1;
	status = settings_server(segl, settings, &out->named);
	if (status != SEGL_OK)
		return status;
	out->dirfd = cache_directory_open();
	endpoints_load(out->dirfd, out->named.issuer, &out->endpoints);
	if (!net_handover_take(&helper))
		status = net_helper_start(segl, &helper);
	if (status == SEGL_OK)
		status = net_transport_adopt(
		    segl, &helper, &options, &out->transport);
	return status;
}

static pid_t dismissed;

static void
wait_for_dismissed(void)
{
	while (
	    dismissed > 0 && waitpid(dismissed, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * What is registered first runs last: OpenSSL clears up before it, and the
 * two take about as long as each other.
 */
void
server_wait_at_exit(void)
{
	(void)atexit(wait_for_dismissed);
}

void
server_dismiss(struct server *server)
{
	if (server->transport != NULL)
		dismissed = net_transport_dismiss(server->transport);
}

void
server_close(struct server *server)
{
	if (server->transport != NULL)
		server->transport->free(server->transport);
	if (server->dirfd >= 0)
		close(server->dirfd);
	memset(server, 0, sizeof(*server));
	server->dirfd = -1;
}

/* Copy URL where there is room; a longer one is not kept. */
static void
keep_url(char to[ENDPOINTS_URL_MAX + 1], const char *url)
{
	if (url == NULL || strlen(url) > ENDPOINTS_URL_MAX)
		url = "";
	memcpy(to, url, strlen(url) + 1);
}

static void
keep_metadata(struct server *server, const struct segl_metadata *metadata)
{
	struct endpoints *to = &server->endpoints;
	size_t used = 0;

	memset(to, 0, sizeof(*to));
	to->fetched = (long long)time(NULL);
	keep_url(to->token_endpoint, segl_metadata_token_endpoint(metadata));
	keep_url(to->jwks_uri, segl_metadata_jwks_uri(metadata));
	for (enum segl_alg alg = SEGL_ALG_RS256; alg <= SEGL_ALG_ES256; alg++)
		if (segl_metadata_allows(metadata, alg))
			used += (size_t)snprintf(to->algs + used,
			    sizeof(to->algs) - used, "%s%s",
			    used == 0 ? "" : " ", segl_alg_name(alg));
	endpoints_store(server->dirfd, server->named.issuer, to);
}

enum segl_status
server_metadata_url(struct segl *segl, const struct server *server, char **out)
{
	const char *given = server->named.metadata_url;

	*out = given != NULL ? strdup(given)
			     : segl_metadata_url(server->named.issuer);
	if (*out != NULL)
		return SEGL_OK;
	if (given != NULL)
		return error_nomem(segl);
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--env is not the https URL of an issuer");
}

/* The server is in trouble, it is another one, or somebody stands between. */
static enum segl_status
no_metadata(struct segl *segl, const char *url, int http)
{
	struct error_answer answer = { .http_status = http,
		.retry_after_s = -1 };
	int elsewhere = http == 404 || http == 410;

	if (http >= 500 || http == 429) {
		error_set(segl, SEGL_ESERVER, SEGL_TURN_DIGDIR,
		    "the metadata at %s cannot be had: HTTP %d", url, http);
		error_remedy(segl,
		    "try again later; https://status.digdir.no/ tells about "
		    "outages");
	} else {
		error_set(segl, SEGL_EREPLY,
		    elsewhere ? SEGL_TURN_YOU : SEGL_TURN_NETWORK,
		    "the metadata at %s cannot be had: HTTP %d", url, http);
		error_remedy(segl,
		    elsewhere
			? "check --env and --metadata-url"
			: "check --env, and whether a proxy or gateway "
			  "answers in the place of Maskinporten; segl follows "
			  "no redirects");
	}
	error_answer(segl, &answer);
	return segl_error_status(segl);
}

enum segl_status
server_take_metadata(struct segl *segl, struct server *server, const char *url,
    const struct segl_response *response)
{
	struct segl_metadata *metadata;
	enum segl_status status;

	if (response->http_status != 200)
		return no_metadata(segl, url, response->http_status);
	status = segl_metadata_parse(segl, server->named.issuer, response->body,
	    response->len, &metadata);
	if (status == SEGL_OK) {
		keep_metadata(server, metadata);
		segl_metadata_free(metadata);
	}
	return status;
}

static enum segl_status
fetch(struct segl *segl, struct server *server, const char *url)
{
	struct segl_response response;
	enum segl_status status;

	status =
	    server->transport->get(server->transport, segl, url, &response);
	if (status != SEGL_OK)
		return status;
	if (response.date >= 0)
		server->clock_offset_s =
		    (long)(response.date - (long long)time(NULL));
	status = server_take_metadata(segl, server, url, &response);
	segl_response_clear(&response);
	return status;
}

enum segl_status
server_fall_back(
    struct segl *segl, struct server *server, enum segl_status status)
{
	struct endpoints *endpoints = &server->endpoints;
	int known = endpoints->token_endpoint[0] != '\0';

	/* metadata that came and is not right is refused, not passed over */
	if (!segl_status_retryable(status) && status != SEGL_ECONNECT &&
	    segl_error_http_status(segl) == 0)
		return status;
	endpoints->tried = (long long)time(NULL);
	endpoints_store(server->dirfd, server->named.issuer, endpoints);
	if (!known && server->named.token_endpoint == NULL)
		return status;
	note_warning(segl, "%s; going on with %s", segl_error_message(segl),
	    known ? "what it was last time" : "the built-in addresses");
	segl_error_clear(segl);
	if (!known)
		keep_url(
		    endpoints->token_endpoint, server->named.token_endpoint);
	return SEGL_OK;
}

/* Ask the server for its metadata; go on with what is known without it. */
static enum segl_status
ask(struct segl *segl, struct server *server)
{
	enum segl_status status;
	char *url;

	status = server_metadata_url(segl, server, &url);
	if (status != SEGL_OK)
		return status;
	status = fetch(segl, server, url);
	if (status != SEGL_OK && status != SEGL_ENOMEM)
		status = server_fall_back(segl, server, status);
	free(url);
	return status;
}

enum segl_status
server_endpoints(struct segl *segl, struct server *server, int ask_for_clock)
{
	const struct settings_server *named = &server->named;
	enum endpoints_plan plan = named->endpoint_is_fixed
	    ? ENDPOINTS_BUILTIN
	    : endpoints_plan(&server->endpoints, named->token_endpoint != NULL,
		  server->dirfd, (long long)time(NULL));
	enum segl_status status = SEGL_OK;

	if (ask_for_clock || plan == ENDPOINTS_FETCH)
		status = ask(segl, server);
	if (plan == ENDPOINTS_BUILTIN)
		keep_url(
		    server->endpoints.token_endpoint, named->token_endpoint);
	return status;
}

/* ---- what is known without asking -----------------------------------------
 */

static unsigned int
algs_of(const char *names)
{
	unsigned int algs = 0;
	char name[16];

	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		enum segl_alg alg = SEGL_ALG_NONE;

		if (n > 0 && n < sizeof(name)) {
			memcpy(name, names, n);
			name[n] = '\0';
			alg = segl_alg_find(name);
		}
		if (alg != SEGL_ALG_NONE)
			algs |= 1u << alg;
		names += n + (names[n] == ' ');
	}
	return algs;
}

unsigned int
server_known_algs(const struct settings *settings)
{
	struct settings_server named;
	struct endpoints endpoints;
	struct segl *quiet;
	int dirfd = -1;

	if (settings->env == NULL || settings->no_cache)
		return 0;
	/* whether --env names a server is not what was asked */
	quiet = segl_new();
	memset(&endpoints, 0, sizeof(endpoints));
	if (quiet != NULL &&
	    settings_server(quiet, settings, &named) == SEGL_OK) {
		dirfd = cache_directory_open();
		endpoints_load(dirfd, named.issuer, &endpoints);
	}
	if (dirfd >= 0)
		close(dirfd);
	segl_free(quiet);
	return algs_of(endpoints.algs);
}
