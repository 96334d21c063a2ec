/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <segl/environment.h>

#include "base/error.h"
#include "cache/directory.h"
#include "cache/jwks.h"
#include "cli/jwt.h"
#include "cli/server.h"
#include "cli/verify.h"

void
verdict_clear(struct verdict *verdict)
{
	segl_introspection_free(verdict->result);
	free(verdict->issuer);
	memset(verdict, 0, sizeof(*verdict));
}

enum segl_status
verdict_status(const struct verdict *verdict)
{
	switch (segl_introspection_why(verdict->result)) {
	case SEGL_INACTIVE_NOT:
		return SEGL_OK;
	case SEGL_INACTIVE_SCOPE:
		return SEGL_EAUTHZ;
	default:
		return SEGL_EAUTHN;
	}
}

/* ---- whose keys --------------------------------------------------------- */

/* The known Maskinporten that COMPACT says it is from, or NULL; static. */
static const struct segl_environment *
claimed_environment(struct segl *segl, const char *compact)
{
	const struct segl_environment *found = NULL;
	struct segl_jws *jws;
	json_t *claims;

	if (segl_jws_parse(segl, compact, strlen(compact), &jws) != SEGL_OK) {
		segl_error_clear(segl);
		return NULL;
	}
	claims = json_loads(segl_jws_payload(jws), 0, NULL);
	found =
	    jwt_environment(json_string_value(json_object_get(claims, "iss")));
	json_decref(claims);
	segl_jws_free(jws);
	return found;
}

/* SETTINGS with the server that the keys are of. */
static enum segl_status
choose_server(struct segl *segl, const struct settings *settings,
    const char *compact, struct settings *out)
{
	const struct segl_environment *claimed;

	*out = *settings;
	if (settings->env != NULL)
		return SEGL_OK;
	claimed = claimed_environment(segl, compact);
	if (claimed != NULL) {
		out->env = claimed->name;
		return SEGL_OK;
	}
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "it is not known whose keys verify this: it does not say that a "
	    "Maskinporten with a name made it");
	error_remedy(segl,
	    "say with --env who has to have made it; tokens of Customs and of "
	    "Altinn are verified by their own APIs alone");
	return SEGL_EUSAGE;
}

/* ---- the keys ----------------------------------------------------------- */

struct source {
	struct server server;
	int is_open;
	int dirfd;
	const char *url; /* of the keys; in server or static */
	struct jwks kept;
	struct segl_jwks *keys; /* NULL none yet */
};

/* Where the keys are: built in, kept, or in the metadata. */
static enum segl_status
find_url(
    struct segl *segl, const struct settings *settings, struct source *source)
{
	const struct segl_environment *known =
	    segl_environment_find(settings->env);
	enum segl_status status;

	if (known != NULL && settings->metadata_url == NULL) {
		source->url = known->jwks_uri;
		return SEGL_OK;
	}
	status = server_open(segl, settings, &source->server);
	source->is_open = 1;
	if (status != SEGL_OK)
		return status;
	if (source->server.endpoints.jwks_uri[0] == '\0')
		status = server_endpoints(segl, &source->server, 1);
	if (status == SEGL_OK && source->server.endpoints.jwks_uri[0] == '\0') {
		status = error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
		    "the metadata of %s does not say where its keys are",
		    settings->env);
	}
	source->url = source->server.endpoints.jwks_uri;
	return status;
}

static enum segl_status
fetch(struct segl *segl, const struct settings *settings, struct source *source,
    long long now)
{
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	struct segl_transport *net;
	enum segl_status status = SEGL_OK;

	if (!source->is_open)
		status = server_open(segl, settings, &source->server);
	source->is_open = 1;
	net = source->server.transport;
	if (status == SEGL_OK)
		status = net->get(net, segl, source->url, &response);
	if (status == SEGL_OK && response.http_status != 200) {
		status = error_set(segl, SEGL_ESERVER, SEGL_TURN_DIGDIR,
		    "the keys at %s cannot be had: HTTP %d", source->url,
		    response.http_status);
		error_remedy(segl,
		    "check --env; if it is right, try again "
		    "later");
	}
	if (status == SEGL_OK) {
		segl_jwks_free(source->keys);
		status = segl_jwks_parse(
		    segl, response.body, response.len, &source->keys);
	}
	if (status == SEGL_OK) {
		source->kept.fetched = now;
		jwks_store(source->dirfd, source->url, now, response.body,
		    response.len);
	}
	segl_response_clear(&response);
	return status;
}

/* Kept keys that are there, good or old. */
static void
use_kept(struct segl *segl, struct source *source)
{
	if (source->kept.fetched > 0 &&
	    segl_jwks_parse(segl, source->kept.text.data, source->kept.text.len,
		&source->keys) != SEGL_OK) {
		segl_error_clear(segl);
		source->kept.fetched = 0;
	}
}

static enum segl_status
open_keys(struct segl *segl, const struct settings *settings,
    struct source *source, long long now)
{
	enum segl_status status = find_url(segl, settings, source);

	if (status != SEGL_OK)
		return status;
	if (!settings->no_cache)
		source->dirfd = cache_directory_open();
	jwks_load(source->dirfd, source->url, &source->kept);
	use_kept(segl, source);
	if (!jwks_must_fetch(&source->kept, now, 0))
		return SEGL_OK;
	if (source->keys == NULL)
		return fetch(segl, settings, source, now);
	/* the server is away: what it had yesterday is better than nothing */
	status = fetch(segl, settings, source, now);
	if (segl_status_retryable(status) || status == SEGL_ECONNECT) {
		note_warning(segl, "%s; going on with the keys it had before",
		    segl_error_message(segl));
		segl_error_clear(segl);
		status = SEGL_OK;
	}
	return status;
}

static void
close_keys(struct source *source)
{
	segl_jwks_free(source->keys);
	jwks_clear(&source->kept);
	if (source->is_open)
		server_close(&source->server);
	if (source->dirfd >= 0)
		close(source->dirfd);
}

/* ---- the token ---------------------------------------------------------- */

static enum segl_status
judge(struct segl *segl, const struct settings *settings, const char *compact,
    const struct source *source, long long now, struct verdict *out)
{
	struct segl_expectation expected = { .issuer = out->issuer,
		.audience = settings->audience,
		.now = now,
		.leeway_s = SEGL_LEEWAY_S };

	if (settings->command == COMMAND_INTROSPECT)
		expected.scopes = settings->scope.values;
	segl_introspection_free(out->result);
	out->result = NULL;
	return segl_introspect(segl, compact, strlen(compact), source->keys,
	    &expected, &out->result);
}

static int
lacks_key(const struct verdict *verdict)
{
	return segl_introspection_why(verdict->result) ==
	    SEGL_INACTIVE_UNKNOWN_KEY;
}

enum segl_status
verify(struct segl *segl, const struct settings *settings, const char *compact,
    long long now, struct verdict *out)
{
	struct source source = { .dirfd = -1, .server = { .dirfd = -1 } };
	struct settings_server named;
	enum segl_status status;
	struct settings with;

	memset(out, 0, sizeof(*out));
	status = choose_server(segl, settings, compact, &with);
	if (status == SEGL_OK)
		status = settings_server(segl, &with, &named);
	if (status != SEGL_OK)
		return status;
	out->issuer = strdup(named.issuer);
	if (out->issuer == NULL)
		return error_nomem(segl);
	status = open_keys(segl, &with, &source, now);
	if (status == SEGL_OK)
		status = judge(segl, &with, compact, &source, now, out);
	/* the server may have a new key by now */
	if (status == SEGL_OK && lacks_key(out) &&
	    jwks_must_fetch(&source.kept, now, 1)) {
		status = fetch(segl, &with, &source, now);
		if (status == SEGL_OK)
			status = judge(segl, &with, compact, &source, now, out);
	}
	close_keys(&source);
	return status;
}
