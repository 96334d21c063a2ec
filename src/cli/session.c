/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "cli/session.h"

static enum segl_route
route_of(const struct settings *settings)
{
	if (settings->as == NULL)
		return SEGL_ROUTE_AUTO;
	if (strcmp(settings->as, "enterprise") == 0)
		return SEGL_ROUTE_ENTERPRISE;
	if (strcmp(settings->as, "registered") == 0)
		return SEGL_ROUTE_REGISTERED;
	return SEGL_ROUTE_ESEAL;
}

/*
 * Maskinporten wants the whole path of an eSeal. Where it ends is not known
 * here: the CA on the trusted list may be the issuing one. The leaf alone is
 * certainly too little.
 */
static enum segl_status
check_path(struct segl *segl, const struct segl_softtoken *token)
{
	const char *missing = segl_softtoken_path_missing(token);

	if (missing == NULL)
		return SEGL_OK;
	if (segl_softtoken_path_len(token) > 1) {
		note_info(segl,
		    "the path ends before a root: the certificate of %s is "
		    "not there; that is fine if the last CA is the one on the "
		    "trusted list",
		    missing);
		return SEGL_OK;
	}
	error_set(segl, SEGL_ECERT, SEGL_TURN_YOU,
	    "the certificate stands alone: the certificate of its issuer, "
	    "%s, is missing, and Maskinporten wants the whole path",
	    missing);
	error_remedy(segl,
	    "get the CA certificates from the issuer's web page and name "
	    "them with --chain FILE or --chain DIRECTORY");
	return SEGL_ECERT;
}

static enum segl_status
check_validity(struct segl *segl, const struct segl_softtoken *token)
{
	long long now = (long long)time(NULL);
	long long limit;
	char day[32];
	struct tm tm;
	time_t t;

	if (now >= segl_softtoken_not_before(token) &&
	    now <= segl_softtoken_not_after(token))
		return SEGL_OK;
	limit = now > segl_softtoken_not_after(token)
	    ? segl_softtoken_not_after(token)
	    : segl_softtoken_not_before(token);
	t = (time_t)limit;
	gmtime_r(&t, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (now > limit && limit == segl_softtoken_not_after(token)) {
		error_set(segl, SEGL_ECERT, SEGL_TURN_ISSUER,
		    "the certificate of %s expired at %s",
		    segl_softtoken_subject(token), day);
		error_remedy(segl,
		    "order a new one from its issuer, %s; if it "
		    "should still be valid, check the clock of "
		    "this host",
		    segl_softtoken_issuer(token));
	} else {
		error_set(segl, SEGL_ECERT, SEGL_TURN_YOU,
		    "the certificate of %s is valid only from %s on",
		    segl_softtoken_subject(token), day);
		error_remedy(segl,
		    "wait until then, or check the clock of "
		    "this host");
	}
	return SEGL_ECERT;
}

static enum segl_status
configure(struct segl_softtoken *token, const struct settings *settings)
{
	enum segl_status status = SEGL_OK;

	segl_softtoken_set_route(token, route_of(settings));
	if (settings->identity != NULL)
		status = segl_softtoken_set_identity(token, settings->identity);
	if (status == SEGL_OK && settings->pin != NULL)
		status = segl_softtoken_set_pin_source(token, settings->pin);
	for (size_t i = 0; status == SEGL_OK && i < settings->chain.n; i++)
		status =
		    segl_softtoken_add_chain(token, settings->chain.values[i]);
	return status;
}

enum segl_status
session_softtoken(struct segl *segl, const struct settings *settings,
    struct segl_softtoken **out)
{
	struct segl_softtoken *token;
	enum segl_status status;

	*out = NULL;
	if (settings->softtoken == NULL) {
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no soft token is given");
		error_remedy(segl, "name the file with --softtoken FILE");
		return SEGL_EUSAGE;
	}
	token = segl_softtoken_new(segl);
	if (token == NULL)
		return error_nomem(segl);
	status = configure(token, settings);
	if (status == SEGL_OK)
		status = segl_softtoken_load_file(token, settings->softtoken);
	if (status == SEGL_OK)
		status = check_validity(segl, token);
	if (status == SEGL_OK && route_of(settings) != SEGL_ROUTE_REGISTERED)
		status = check_path(segl, token);
	if (status == SEGL_OK)
		*out = token;
	else
		segl_softtoken_free(token);
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

enum segl_status
session_grant(struct segl *segl, const struct settings *settings,
    const char *issuer, const char *algs, struct segl_grant **out)
{
	struct segl_grant *grant = segl_grant_new(segl);
	enum segl_status status;

	*out = NULL;
	if (grant == NULL)
		return error_nomem(segl);
	allow_algs(grant, algs);
	if (settings->alg != NULL)
		segl_grant_set_alg(grant, segl_alg_find(settings->alg));
	if (settings->root != NULL && strcmp(settings->root, "omit") == 0)
		segl_grant_set_root(grant, SEGL_ROOT_OMIT);
	status = segl_grant_set_audience(grant, issuer);
	if (status == SEGL_OK && settings->issuer_name != NULL)
		status = segl_grant_set_issuer(grant, settings->issuer_name);
	if (status == SEGL_OK && settings->lifetime_s >= 0)
		status = segl_grant_set_lifetime(grant, settings->lifetime_s);
	for (size_t i = 0; status == SEGL_OK && i < settings->scope.n; i++)
		status = segl_grant_add_scope(grant, settings->scope.values[i]);
	if (status == SEGL_OK)
		*out = grant;
	else
		segl_grant_free(grant);
	return status;
}
