/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <segl/environment.h>
#include <segl/metadata.h>

#include "base/error.h"
#include "daemon/endpoint.h"

static int
goes_by_server_clock(const struct row *row)
{
	const char *clock = row->profile->settings.clock;

	return clock != NULL && strcmp(clock, "server") == 0;
}

static void
use_url(char to[ENDPOINTS_URL_MAX + 1], const char *url)
{
	if (url == NULL || strlen(url) > ENDPOINTS_URL_MAX)
		url = "";
	memcpy(to, url, strlen(url) + 1);
}

int
endpoint_is_to_be_asked(struct front *front, const struct row *row)
{
	struct face *face = front_face(front, row->profile);
	const struct settings_server *server = &row->profile->server;
	enum endpoints_plan plan = ENDPOINTS_BUILTIN;

	if (!server->endpoint_is_fixed)
		plan = endpoints_plan(&face->endpoints,
		    server->token_endpoint != NULL, 0, (long long)time(NULL));
	if (plan == ENDPOINTS_BUILTIN)
		use_url(face->endpoints.token_endpoint, server->token_endpoint);
	if (row->is_keys && endpoint_keys_url(front, row) == NULL)
		return 1;
	return plan == ENDPOINTS_FETCH ||
	    (goes_by_server_clock(row) && !face->clock_is_known);
}

const char *
endpoint_keys_url(struct front *front, const struct row *row)
{
	const struct settings *settings = &row->profile->settings;
	const char *url = front_face(front, row->profile)->endpoints.jwks_uri;
	const struct segl_environment *known;

	if (url[0] != '\0')
		return url;
	known = segl_environment_find(settings->env);
	return known != NULL && settings->metadata_url == NULL ? known->jwks_uri
							       : NULL;
}

void
endpoint_see_clock(struct face *face, const struct segl_response *response)
{
	if (response->date < 0)
		return;
	face->clock_offset_s = (long)(response->date - (long long)time(NULL));
	face->clock_is_known = 1;
}

static void
keep_metadata(struct front *front, const struct row *row,
    const struct segl_metadata *metadata)
{
	struct endpoints *to = &front_face(front, row->profile)->endpoints;
	size_t used = 0;

	memset(to, 0, sizeof(*to));
	to->fetched = (long long)time(NULL);
	use_url(to->token_endpoint, segl_metadata_token_endpoint(metadata));
	use_url(to->jwks_uri, segl_metadata_jwks_uri(metadata));
	for (enum segl_alg alg = SEGL_ALG_RS256; alg <= SEGL_ALG_ES256; alg++)
		if (segl_metadata_allows(metadata, alg))
			used += (size_t)snprintf(to->algs + used,
			    sizeof(to->algs) - used, "%s%s",
			    used == 0 ? "" : " ", segl_alg_name(alg));
	endpoints_store(front->dirfd, row->profile->server.issuer, to);
}

enum segl_status
endpoint_take(
    struct front *front, struct row *row, const struct segl_response *response)
{
	struct segl *segl = row->flight.segl;
	struct segl_metadata *metadata;
	enum segl_status status;

	endpoint_see_clock(front_face(front, row->profile), response);
	if (response->http_status != 200)
		return error_set(segl, SEGL_ESERVER, SEGL_TURN_DIGDIR,
		    "the metadata at %s cannot be had: HTTP %d",
		    row->flight.url, response->http_status);
	status = segl_metadata_parse(segl, row->profile->server.issuer,
	    response->body, response->len, &metadata);
	if (status != SEGL_OK)
		return status;
	keep_metadata(front, row, metadata);
	segl_metadata_free(metadata);
	return SEGL_OK;
}

int
endpoint_fall_back(
    struct front *front, struct row *row, enum segl_status status)
{
	struct endpoints *endpoints =
	    &front_face(front, row->profile)->endpoints;
	const char *builtin = row->profile->server.token_endpoint;

	endpoints->tried = (long long)time(NULL);
	if (!segl_status_retryable(status) && status != SEGL_ECONNECT)
		return 0;
	if (endpoints->token_endpoint[0] == '\0' && builtin != NULL)
		use_url(endpoints->token_endpoint, builtin);
	if (endpoints->token_endpoint[0] == '\0')
		return 0;
	segl_error_clear(row->flight.segl);
	return 1;
}
