/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/keyfile.h"
#include "cli/listed.h"
#include "cli/session.h"
#include "cli/suitable.h"

/* Largest file of authorization details, in bytes. */
#define DETAILS_MAX 65536

/*
 * The route that the settings ask for, before the certificate is known: a kid
 * is a registered key, a client id most likely goes with an enterprise
 * certificate.
 */
static enum segl_route
route_asked(const struct settings *settings)
{
	if (settings->as == NULL && settings->kid != NULL)
		return SEGL_ROUTE_REGISTERED;
	if (settings->as == NULL)
		return settings->client_id != NULL ? SEGL_ROUTE_ENTERPRISE
						   : SEGL_ROUTE_ESEAL;
	if (strcmp(settings->as, "enterprise") == 0)
		return SEGL_ROUTE_ENTERPRISE;
	if (strcmp(settings->as, "registered") == 0)
		return SEGL_ROUTE_REGISTERED;
	return SEGL_ROUTE_ESEAL;
}

/*
 * The route that is taken: by who the holder is, never by the issuer, since
 * the Norwegian issuers sell seals to foreign businesses too.
 */
enum segl_route
session_route(
    const struct settings *settings, const struct segl_softtoken *token)
{
	enum segl_route asked = route_asked(settings);

	/* a JWK that has no certificate but a kid */
	if (settings->as == NULL && segl_softtoken_path_len(token) == 0 &&
	    segl_softtoken_kid(token) != NULL)
		return SEGL_ROUTE_REGISTERED;
	if (settings->as == NULL && asked == SEGL_ROUTE_ENTERPRISE &&
	    !segl_softtoken_is_norwegian(token))
		return SEGL_ROUTE_ESEAL;
	return asked;
}

static enum segl_status
configure(struct segl_softtoken *token, const struct settings *settings)
{
	/* that of the settings' own file, not of one that is to be checked */
	int chosen = settings->command != COMMAND_CHECK ||
	    settings->n_operands == 0 ||
	    settings_origin(settings, "identity") == ORIGIN_ARGUMENT;
	enum segl_status status = SEGL_OK;

	segl_softtoken_set_route(token, route_asked(settings));
	if (settings->identity != NULL && chosen)
		status = segl_softtoken_set_identity(token, settings->identity);
	if (status == SEGL_OK && settings->pin != NULL)
		status = segl_softtoken_set_pin_source(token, settings->pin);
	for (size_t i = 0; status == SEGL_OK && i < settings->chain.n; i++)
		status =
		    segl_softtoken_add_chain(token, settings->chain.values[i]);
	return status;
}

int
session_sends_extended(const struct settings *settings)
{
	return settings->complete_path != NULL &&
	    strcmp(settings->complete_path, "lists") == 0;
}

enum segl_status
session_check_kid(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token)
{
	const char *kid = segl_softtoken_kid(token);

	if (segl_softtoken_path_len(token) == 0 &&
	    session_route(settings, token) != SEGL_ROUTE_REGISTERED) {
		error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "the private key has no certificate, and --as %s needs it",
		    settings->as);
		error_remedy(segl,
		    "name the file with its certificate with --cert, or, where "
		    "the key is registered on a client, --as registered");
		return SEGL_EKEY;
	}
	if (kid != NULL && settings->kid != NULL &&
	    strcmp(kid, settings->kid) != 0)
		note_warning(segl,
		    "the JWK has another kid than the one given with --kid, "
		    "which is used: %s",
		    settings->kid);
	return SEGL_OK;
}

enum segl_status
session_new(struct segl *segl, const struct settings *settings, long long at,
    struct segl_softtoken **out)
{
	struct segl_softtoken *token = segl_softtoken_new(segl);
	enum segl_status status;

	*out = NULL;
	if (token == NULL)
		return error_nomem(segl);
	segl_softtoken_set_time(token, at);
	status = configure(token, settings);
	if (status == SEGL_OK)
		*out = token;
	else
		segl_softtoken_free(token);
	return status;
}

enum segl_status
session_complete(struct segl *segl, const struct settings *settings,
    struct segl_softtoken *token)
{
	if (session_route(settings, token) != SEGL_ROUTE_ESEAL ||
	    (settings->require_suitable != NULL &&
		strcmp(settings->require_suitable, "no") == 0 &&
		!session_sends_extended(settings)))
		return SEGL_OK;
	return listed_complete(segl, settings, token);
}

enum segl_status
session_load(struct segl *segl, const struct settings *settings,
    const char *path, int sample, long long at, struct segl_softtoken **out)
{
	enum segl_status status = session_new(segl, settings, at, out);

	if (status != SEGL_OK)
		return status;
	if (sample)
		segl_softtoken_accept_sample(*out);
	status = keyfile_load(segl, settings, path, *out);
	if (status == SEGL_OK)
		status = session_check_kid(segl, settings, *out);
	if (status == SEGL_OK)
		status = session_complete(segl, settings, *out);
	if (status != SEGL_OK) {
		segl_softtoken_free(*out);
		*out = NULL;
	}
	return status;
}

enum segl_status
session_softtoken(struct segl *segl, const struct settings *settings,
    struct segl_softtoken **out)
{
	long long now = (long long)time(NULL);
	enum segl_status status;

	status = session_load(segl, settings, NULL, 0, now, out);
	if (status != SEGL_OK)
		return status;
	status = suitable_to_send(segl, settings, *out, now);
	if (status != SEGL_OK) {
		segl_softtoken_free(*out);
		*out = NULL;
	}
	return status;
}

static void
allow_algs(struct segl_grant *grant, const char *algs)
{
	char name[16];

	while (*algs != '\0') {
		size_t n = strcspn(algs, " ");

		if (n > 0 && n < sizeof(name)) {
			memcpy(name, algs, n);
			name[n] = '\0';
			segl_grant_allow_alg(grant, segl_alg_find(name));
		}
		algs += n + (algs[n] == ' ');
	}
}

/* ---- who asks --------------------------------------------------------- */

static enum segl_status
needs(struct segl *segl, const char *route, const char *option)
{
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s needs %s", route, option);
	error_remedy(segl,
	    "the client is shown in Digdir's self-service, "
	    "sjolvbetjening.samarbeid.digdir.no");
	return SEGL_EUSAGE;
}

/* iss and, for a registered key, kid. */
static enum segl_status
set_identity(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, struct segl_grant *grant)
{
	const char *kid =
	    settings->kid != NULL ? settings->kid : segl_softtoken_kid(token);
	enum segl_route route = session_route(settings, token);
	enum segl_status status;

	if (route == SEGL_ROUTE_ESEAL) {
		if (settings->client_id != NULL)
			note_warning(segl,
			    "an eSeal has no client: the client id is not "
			    "used (--as enterprise if this is a Norwegian "
			    "enterprise certificate)");
		return segl_grant_set_issuer(grant, settings->issuer_name);
	}
	if (settings->client_id == NULL)
		return needs(segl,
		    route == SEGL_ROUTE_REGISTERED
			? "a registered key"
			: "an enterprise certificate",
		    "the client id, --client-id");
	if (route == SEGL_ROUTE_REGISTERED && kid == NULL)
		return needs(segl, "a registered key", "its key id, --kid");
	status = segl_grant_set_issuer(grant, settings->client_id);
	if (status == SEGL_OK && route == SEGL_ROUTE_REGISTERED)
		status = segl_grant_set_kid(grant, kid);
	return status;
}

/* Customs has one family of scopes for each kind of business. */
static void
warn_of_scope(struct segl *segl, const char *scope, int norwegian)
{
	int eu = strncmp(scope, "toll:eu/", 8) == 0;

	if (strncmp(scope, "toll:", 5) != 0)
		return;
	if (!norwegian && !eu)
		note_warning(segl,
		    "%s is a scope for Norwegian businesses; with a foreign "
		    "seal it is toll:eu/%s",
		    scope, scope + 5);
	if (norwegian && eu)
		note_warning(segl,
		    "%s is a scope for foreign businesses; a Norwegian one "
		    "uses toll:%s",
		    scope, scope + 8);
}

/* ---- what for --------------------------------------------------------- */

static enum segl_status
add_details_file(struct segl *segl, struct segl_grant *grant, const char *path)
{
	enum segl_status status;
	struct buffer text;
	int error;

	buffer_init(&text, DETAILS_MAX);
	error = file_read(path, &text, NULL);
	if (error != 0)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the authorization details in %s cannot be read: %s", path,
		    strerror(error));
	else
		status = segl_grant_add_authorization_details(
		    grant, text.data == NULL ? "" : text.data, text.len);
	buffer_clear(&text);
	return status;
}

/* "ORGNO:REF" or "UUID:FROM" in two. */
static enum segl_status
add_pair(struct segl *segl, struct segl_grant *grant, const char *pair,
    enum segl_status (*add)(
	struct segl_grant *grant, const char *first, const char *second))
{
	size_t n = strcspn(pair, ":");
	char *first = strndup(pair, n);
	enum segl_status status;

	if (first == NULL)
		return error_nomem(segl);
	status = add(grant, first, pair[n] == ':' ? pair + n + 1 : "");
	free(first);
	return status;
}

static enum segl_status
add_details(struct segl *segl, const struct settings *settings,
    struct segl_grant *grant)
{
	const char *details = settings->authorization_details;
	enum segl_status status = SEGL_OK;

	if (details != NULL && details[0] == '@')
		status = add_details_file(segl, grant, details + 1);
	else if (details != NULL)
		status = segl_grant_add_authorization_details(
		    grant, details, strlen(details));
	if (status == SEGL_OK && settings->system_user != NULL)
		status = add_pair(segl, grant, settings->system_user,
		    segl_grant_add_system_user);
	if (status == SEGL_OK && settings->consent != NULL)
		status = add_pair(
		    segl, grant, settings->consent, segl_grant_add_consent);
	return status;
}

static enum segl_status
add_claims(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, struct segl_grant *grant)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < settings->scope.n; i++) {
		warn_of_scope(segl, settings->scope.values[i],
		    segl_softtoken_is_norwegian(token) ||
			session_route(settings, token) ==
			    SEGL_ROUTE_REGISTERED);
		status = segl_grant_add_scope(grant, settings->scope.values[i]);
	}
	for (size_t i = 0; status == SEGL_OK && i < settings->resource.n; i++)
		status = segl_grant_add_resource(
		    grant, settings->resource.values[i]);
	if (status == SEGL_OK && settings->consumer_org != NULL)
		status =
		    segl_grant_set_consumer_org(grant, settings->consumer_org);
	if (status == SEGL_OK && settings->pid != NULL)
		status = segl_grant_set_pid(grant, settings->pid);
	if (status == SEGL_OK)
		status = add_details(segl, settings, grant);
	return status;
}

enum segl_status
session_grant(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, const char *issuer, const char *algs,
    struct segl_grant **out)
{
	struct segl_grant *grant = segl_grant_new(segl);
	enum segl_status status;

	*out = NULL;
	if (grant == NULL)
		return error_nomem(segl);
	allow_algs(grant, algs);
	if (settings->alg != NULL)
		segl_grant_set_alg(grant, segl_alg_find(settings->alg));
	else if (segl_softtoken_alg(token) != SEGL_ALG_NONE)
		segl_grant_set_alg(grant, segl_softtoken_alg(token));
	if (settings->root != NULL && strcmp(settings->root, "omit") == 0)
		segl_grant_set_root(grant, SEGL_ROOT_OMIT);
	status = segl_grant_set_audience(grant, issuer);
	if (status == SEGL_OK)
		status = set_identity(segl, settings, token, grant);
	if (status == SEGL_OK && settings->lifetime_s >= 0)
		status = segl_grant_set_lifetime(grant, settings->lifetime_s);
	if (status == SEGL_OK)
		status = add_claims(segl, settings, token, grant);
	if (status == SEGL_OK)
		*out = grant;
	else
		segl_grant_free(grant);
	return status;
}
