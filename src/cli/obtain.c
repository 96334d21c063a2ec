/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cache/directory.h"
#include "cache/lock.h"
#include "cli/keep.h"
#include "cli/obtain.h"
#include "cli/session.h"
#include "settings/canonical.h"

/* How long what can pass is tried again, in seconds. */
#define RETRY_FOR_S 15

/* ---- a new one ---------------------------------------------------------- */

/* Then the metadata is asked for each time, for its Date. */
static int
by_server_clock(const struct settings *settings)
{
	return settings->clock != NULL &&
	    strcmp(settings->clock, "server") == 0;
}

enum segl_status
obtain_exchanger(struct segl *segl, const struct settings *settings,
    const struct settings_server *named, enum segl_exchanger *by,
    const char **url)
{
	*url = NULL;
	*by = settings->exchange == NULL
	    ? SEGL_EXCHANGER_NONE
	    : segl_exchanger_find(settings->exchange);
	if (*by == SEGL_EXCHANGER_NONE)
		return SEGL_OK;
	*url = *by == SEGL_EXCHANGER_CUSTOMS ? named->customs_url
					     : named->altinn_url;
	if (*url != NULL)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "segl does not know where %s exchanges the tokens of %s",
	    *by == SEGL_EXCHANGER_CUSTOMS ? "Norwegian Customs" : "Altinn",
	    settings->env);
	error_remedy(segl,
	    "use --env prod or --env test, or give its address with --%s-url",
	    segl_exchanger_name(*by));
	return SEGL_EUSAGE;
}

/* What Customs will not exchange in any case. */
static void
warn_of_scope(
    struct segl *segl, const struct settings *settings, enum segl_exchanger by)
{
	for (size_t i = 0;
	     by == SEGL_EXCHANGER_CUSTOMS && i < settings->scope.n; i++)
		if (strncmp(settings->scope.values[i], "toll:", 5) != 0)
			note_warning(segl,
			    "Norwegian Customs exchanges only tokens for its "
			    "own scopes, which begin with toll:, not %s",
			    settings->scope.values[i]);
}

static enum segl_status
sign_and_send(struct segl *segl, const struct settings *settings,
    struct server *server, const struct segl_softtoken *softtoken,
    struct segl_token **out)
{
	long budget_s =
	    settings->retry_for_s >= 0 ? settings->retry_for_s : RETRY_FOR_S;
	struct segl_grant *grant = NULL;
	enum segl_exchanger by;
	enum segl_status status;
	const char *url;

	status = obtain_exchanger(segl, settings, &server->named, &by, &url);
	if (status == SEGL_OK)
		status = session_grant(segl, settings, softtoken,
		    server->named.issuer, server->endpoints.algs, &grant);
	if (status == SEGL_OK && by_server_clock(settings))
		segl_grant_set_clock_offset(grant, server->clock_offset_s);
	if (status == SEGL_OK) {
		warn_of_scope(segl, settings, by);
		status = segl_exchange_through(segl, server->transport, grant,
		    softtoken, server->endpoints.token_endpoint, by, url,
		    budget_s, out);
	}
	segl_grant_free(grant);
	return status;
}

enum segl_status
obtain_with(struct segl *segl, const struct settings *settings,
    struct server *server, const struct segl_softtoken *softtoken,
    struct segl_token **out)
{
	enum segl_status status;

	*out = NULL;
	status = server_endpoints(segl, server, by_server_clock(settings));
	if (status == SEGL_OK)
		status = sign_and_send(segl, settings, server, softtoken, out);
	return status;
}

enum segl_status
obtain_new(struct segl *segl, const struct settings *settings,
    struct server *server, struct segl_token **out)
{
	struct segl_softtoken *softtoken = NULL;
	enum segl_status status;

	*out = NULL;
	/* the key first: meanwhile segl-net connects */
	status = session_softtoken(segl, settings, &softtoken);
	if (status == SEGL_OK)
		status = obtain_with(segl, settings, server, softtoken, out);
	segl_softtoken_free(softtoken);
	return status;
}

/* ---- a kept one, or a new one ------------------------------------------- */

void
obtained_clear(struct obtained *obtained)
{
	entry_clear(&obtained->entry);
	memset(obtained, 0, sizeof(*obtained));
}

/* Where the token of a run is kept. */
struct place {
	int dirfd; /* -1 nowhere */
	struct buffer key;
	const char *rejected;
};

static int
look(const struct settings *settings, const struct place *place,
    struct obtained *out)
{
	int found = entry_load_good(place->dirfd, place->key.data,
	    place->key.len, settings->min_validity_s,
	    settings->exchange != NULL, &out->entry, &out->remaining_s);

	if (found && place->rejected != NULL &&
	    strcmp(place->rejected, out->entry.token) == 0) {
		entry_clear(&out->entry);
		found = 0;
	}
	out->from_cache = found;
	return found;
}

/* Take what TOKEN has into OUT. */
static enum segl_status
take(struct segl *segl, const struct segl_token *token, struct obtained *out)
{
	const char *scope = segl_token_scope(token);

	instant_now(&out->entry.obtained);
	out->entry.expires_in_s = segl_token_expires_in_s(token);
	out->remaining_s = out->entry.expires_in_s;
	out->entry.token = strdup(segl_token_access_token(token));
	out->entry.type = strdup(segl_token_type(token));
	out->entry.scope = scope == NULL ? NULL : strdup(scope);
	if (out->entry.token == NULL || out->entry.type == NULL ||
	    (scope != NULL && out->entry.scope == NULL))
		return error_nomem(segl);
	return SEGL_OK;
}

static enum segl_status
fetch(struct segl *segl, const struct settings *settings,
    const struct place *place, struct obtained *out)
{
	struct segl_token *token = NULL;
	enum segl_status status;
	struct server server;

	status = server_open(segl, settings, &server);
	if (status == SEGL_OK)
		status = obtain_new(segl, settings, &server, &token);
	if (status == SEGL_OK && place->dirfd >= 0 &&
	    segl_token_expires_in_s(token) > 0)
		keep_token(segl, settings, place->dirfd, token);
	if (status == SEGL_OK)
		status = take(segl, token, out);
	segl_token_free(token);
	server_close(&server);
	return status;
}

static void
wait_quietly(void)
{
}

static void
say_waiting(void)
{
	fputs("segl: waiting for another segl that gets the same token\n",
	    stderr);
}

/* One run gets the token, those that wait find it. */
static enum segl_status
fetch_locked(struct segl *segl, const struct settings *settings, int force_new,
    const struct place *place, struct obtained *out)
{
	enum segl_status status = SEGL_OK;
	char name[ENTRY_NAME_MAX];
	int lock, waited;

	entry_name(place->key.data, place->key.len, name);
	lock = lock_take(place->dirfd, name,
	    settings->json || settings->quiet ? wait_quietly : say_waiting,
	    &waited);
	if (lock < 0 || !(waited || !force_new) || !look(settings, place, out))
		status = fetch(segl, settings, place, out);
	if (lock >= 0)
		close(lock);
	return status;
}

enum segl_status
obtain_need_scope(struct segl *segl)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no scope is given");
	error_remedy(segl,
	    "name what the token is for with --scope; digdir:verksemd.eu is "
	    "the scope to test an eSeal with");
	return SEGL_EUSAGE;
}

enum segl_status
obtain(struct segl *segl, const struct settings *settings, int force_new,
    const char *rejected, struct obtained *out)
{
	struct place place = { .dirfd = -1, .rejected = rejected };
	enum segl_status status = SEGL_OK;
	int cacheable = 0;

	memset(out, 0, sizeof(*out));
	if (settings->scope.n == 0)
		return obtain_need_scope(segl);
	buffer_init(&place.key, ENTRY_KEY_MAX);
	if (!settings->no_cache &&
	    settings_canonical(settings, &place.key, &cacheable) == SEGL_OK &&
	    cacheable)
		place.dirfd = cache_directory_open();
	if (place.dirfd < 0)
		status = fetch(segl, settings, &place, out);
	else if (force_new || !look(settings, &place, out))
		status = fetch_locked(segl, settings, force_new, &place, out);
	if (place.dirfd >= 0)
		close(place.dirfd);
	buffer_clear(&place.key);
	return status;
}
