/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <segl/environment.h>

#include "base/error.h"
#include "base/text.h"
#include "settings/settings.h"

/* Hosts that Digdir has switched off, and people still have in files. */
static int
is_retired(const char *url)
{
	static const char *const hosts[] = { "https://ver1.maskinporten.no",
		"https://ver2.maskinporten.no", "https://yt2.maskinporten.no",
		"https://oidc.difi.no", "https://oidc-ver2.difi.no" };

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strncmp(url, hosts[i], strlen(hosts[i])) == 0)
			return 1;
	return 0;
}

static int
is_https(const char *url)
{
	return strncmp(url, "https://", 8) == 0 && url[8] != '\0';
}

/* The server that is meant by an ENV with a slash too many or too few. */
static const struct segl_environment *
misspelt(const char *env)
{
	const struct segl_environment *known;
	size_t len = strlen(env);

	if (len > 0 && env[len - 1] == '/')
		len--;
	for (unsigned int i = 0; (known = segl_environment_at(i)) != NULL; i++)
		if (strncmp(known->issuer, env, len) == 0 &&
		    strcmp(known->issuer, env) != 0 &&
		    strspn(known->issuer + len, "/") ==
			strlen(known->issuer + len))
			return known;
	return NULL;
}

/* Addresses given by hand: a proxy that rewrites hosts, a test. */
static enum segl_status
take_overrides(struct segl *segl, const struct settings *settings,
    struct settings_server *out)
{
	if (settings->metadata_url != NULL)
		out->metadata_url = settings->metadata_url;
	if (settings->token_endpoint != NULL) {
		out->token_endpoint = settings->token_endpoint;
		out->endpoint_is_fixed = 1;
	}
	if (settings->customs_url != NULL)
		out->customs_url = settings->customs_url;
	if (settings->altinn_url != NULL)
		out->altinn_url = settings->altinn_url;
	if ((out->customs_url != NULL && !is_https(out->customs_url)) ||
	    (out->altinn_url != NULL && !is_https(out->altinn_url)))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--customs-url and --altinn-url take https URLs");
	if ((out->metadata_url != NULL && !is_https(out->metadata_url)) ||
	    (out->token_endpoint != NULL && !is_https(out->token_endpoint)))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--metadata-url and --token-endpoint take https URLs");
	return SEGL_OK;
}

enum segl_status
settings_server(struct segl *segl, const struct settings *settings,
    struct settings_server *out)
{
	const char *env = settings->env;
	const struct segl_environment *known;
	char *safe;

	memset(out, 0, sizeof(*out));
	if (env == NULL) {
		error_set(
		    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "no server is chosen");
		error_remedy(segl, "give --env test or --env prod");
		return SEGL_EUSAGE;
	}
	known = segl_environment_find(env);
	if (known != NULL) {
		out->issuer = known->issuer;
		out->metadata_url = known->metadata_url;
		out->token_endpoint = known->token_endpoint;
		out->customs_url = known->customs_url;
		out->altinn_url = known->altinn_url;
		return take_overrides(segl, settings, out);
	}
	if (strcmp(env, "ver1") == 0 || strcmp(env, "ver2") == 0 ||
	    strcmp(env, "yt2") == 0 || is_retired(env)) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "this server of Maskinporten was switched off");
		error_remedy(segl, "use --env test or --env prod");
		return SEGL_EUSAGE;
	}
	known = misspelt(env);
	if (known != NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the slash at the end matters: the issuer is %s",
		    known->issuer);
		error_remedy(segl, "use --env %s", known->name);
		return SEGL_EUSAGE;
	}
	if (is_https(env)) {
		out->issuer = env;
		return take_overrides(segl, settings, out);
	}
	safe = text_foreign(env, strlen(env));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--env '%s' is neither a known name nor an https URL",
	    safe == NULL ? "" : safe);
	error_remedy(segl,
	    "use prod, test, sky-prod, sky-test, or the "
	    "server's issuer as an https URL");
	free(safe);
	return SEGL_EUSAGE;
}
