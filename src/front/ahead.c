/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache/directory.h"
#include "cache/endpoints.h"
#include "front/ahead.h"
#include "net/handover.h"

/* Where the metadata of ISSUER stands; 0 where that is not simply known. */
static int
metadata_url(const struct settings_server *server, char *url, size_t size)
{
	const char *host = server->issuer + strlen("https://");
	size_t len = strcspn(host, "/");

	if (server->metadata_url != NULL)
		return (size_t)snprintf(url, size, "%s", server->metadata_url) <
		    size;
	/* an issuer with a path is left to segl-main */
	if (host[len] != '\0' && strcmp(host + len, "/") != 0)
		return 0;
	return (size_t)snprintf(url, size,
		   "https://%.*s/.well-known/oauth-authorization-server",
		   (int)len, host) < size;
}

/* What segl-main will want first of all; 0 where that is not known. */
static enum wire_type
first_request(const struct settings *settings,
    const struct settings_server *server, char *url, size_t size)
{
	int dirfd = cache_directory_open();
	const char *endpoint = server->token_endpoint;
	enum endpoints_plan plan = ENDPOINTS_BUILTIN;
	struct endpoints kept;

	if (settings->clock != NULL && strcmp(settings->clock, "server") == 0)
		plan = ENDPOINTS_FETCH; /* for its Date */
	else if (!server->endpoint_is_fixed) {
		endpoints_load(dirfd, server->issuer, &kept);
		plan = endpoints_plan(
		    &kept, endpoint != NULL, dirfd, (long long)time(NULL));
		if (plan == ENDPOINTS_USE)
			endpoint = kept.token_endpoint;
	}
	if (dirfd >= 0)
		close(dirfd);
	if (plan == ENDPOINTS_FETCH)
		return metadata_url(server, url, size) ? WIRE_GET : 0;
	return (size_t)snprintf(url, size, "%s", endpoint) < size ? WIRE_POST
								  : 0;
}

void
ahead_connect(struct segl *segl, const struct settings *settings)
{
	struct net_options options = { .ca = settings->ca.values,
		.ca_only = settings->ca_only,
		.connect_timeout_s = settings->connect_timeout_s,
		.timeout_s = settings->timeout_s };
	struct settings_server server;
	struct net_helper helper;
	enum wire_type type;
	char url[4096];

	if (settings->scope.n == 0 ||
	    (settings->softtoken == NULL && settings->key == NULL))
		return;
	/* somebody who types a PIN outlasts any idle connection */
	if (settings->pin != NULL && strcmp(settings->pin, "prompt") == 0)
		return;
	if (settings_server(segl, settings, &server) != SEGL_OK)
		return;
	if (net_helper_start(segl, &helper) != SEGL_OK)
		return;
	type = first_request(settings, &server, url, sizeof(url));
	if (type != 0 &&
	    net_helper_ask(segl, &helper, &options, type, url) != SEGL_OK)
		helper.asked = 0;
	if (net_handover_give(&helper) < 0)
		close(helper.fd); /* it ends by itself */
}
