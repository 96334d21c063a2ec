/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/checks.h"
#include "sim/pki.h"

#define FOUND_MAX  1024 /* bytes of what a check says */
#define PATH_SHOWN 10

static const char *
claim(const struct attempt *attempt, const char *name)
{
	const char *text =
	    json_string_value(json_object_get(attempt->claims, name));

	return text == NULL ? "" : text;
}

static const char *
member(const struct attempt *attempt, const char *name)
{
	const char *text =
	    json_string_value(json_object_get(attempt->header, name));

	return text == NULL ? "" : text;
}

static double
seconds(const struct attempt *attempt, const char *name)
{
	return json_number_value(json_object_get(attempt->claims, name));
}

/* ---- what each check saw, appended to OUT */

static enum segl_status
say_jws(const struct attempt *attempt, struct buffer *out)
{
	return buffer_printf(
	    out, "%zu bytes, three parts", strlen(attempt->assertion));
}

static enum segl_status
say_header(const struct attempt *attempt, struct buffer *out)
{
	return buffer_printf(out, "alg %s", member(attempt, "alg"));
}

static enum segl_status
say_claims(const struct attempt *attempt, struct buffer *out)
{
	return buffer_printf(
	    out, "%zu claims", json_object_size(attempt->claims));
}

static enum segl_status
say_audience(const struct attempt *attempt, struct buffer *out)
{
	return buffer_add_str(out, attempt->policy->issuer);
}

static enum segl_status
say_times(const struct attempt *attempt, struct buffer *out)
{
	double iat = seconds(attempt, "iat");

	return buffer_printf(out, "issued %.0f s ago, lives %.0f s",
	    (double)attempt->now - iat, seconds(attempt, "exp") - iat);
}

static enum segl_status
say_key(const struct attempt *attempt, struct buffer *out)
{
	return attempt->route == ROUTE_REGISTERED
	    ? buffer_printf(out, "kid %s", member(attempt, "kid"))
	    : buffer_add_str(out, "x5c");
}

static enum segl_status
say_x5c(const struct attempt *attempt, struct buffer *out)
{
	return buffer_printf(
	    out, "%d certificates", sk_X509_num(attempt->path));
}

static enum segl_status
say_client(const struct attempt *attempt, struct buffer *out)
{
	return attempt->client == NULL
	    ? buffer_add_str(out, "an eSeal needs none")
	    : buffer_add_str(out, attempt->client->id);
}

static enum segl_status
say_organization(const struct attempt *attempt, struct buffer *out)
{
	return attempt->client == NULL
	    ? SEGL_OK
	    : buffer_add_str(out, attempt->client->orgno);
}

static enum segl_status
say_trust(const struct attempt *attempt, struct buffer *out)
{
	(void)attempt;
	return buffer_add_str(out, "a certificate of --trust vouches for it");
}

static enum segl_status
say_certificate(const struct attempt *attempt, struct buffer *out)
{
	const char *id = attempt->seal.organization_identifier;

	return buffer_printf(out, "%s, %s, RSA %d", id == NULL ? "" : id,
	    attempt->seal.qualified ? "qualified" : "advanced",
	    attempt->seal.rsa_bits);
}

static enum segl_status
say_jti(const struct attempt *attempt, struct buffer *out)
{
	return json_object_get(attempt->claims, "jti") == NULL
	    ? buffer_add_str(out, "none; the grant itself is remembered")
	    : buffer_printf(out, "%s is new", claim(attempt, "jti"));
}

static enum segl_status
say_scope(const struct attempt *attempt, struct buffer *out)
{
	return buffer_add_str(out, claim(attempt, "scope"));
}

static enum segl_status
say_consumer(const struct attempt *attempt, struct buffer *out)
{
	const char *consumer = claim(attempt, "consumer_org");

	return buffer_printf(
	    out, "%s", consumer[0] == '\0' ? "on its own behalf" : consumer);
}

static enum segl_status
say_details(const struct attempt *attempt, struct buffer *out)
{
	return buffer_add_str(
	    out, attempt->details == NULL ? "none asked for" : "as registered");
}

static const struct {
	const char *name; /* as grant_step() has it */
	enum segl_status (*say)(
	    const struct attempt *attempt, struct buffer *out);
} evidence[] = {
	{ "jws", say_jws },
	{ "header", say_header },
	{ "claims", say_claims },
	{ "audience", say_audience },
	{ "times", say_times },
	{ "key reference", say_key },
	{ "x5c", say_x5c },
	{ "client", say_client },
	{ "registered key", say_key },
	{ "path", say_x5c },
	{ "trust", say_trust },
	{ "certificate", say_certificate },
	{ "enterprise certificate", say_certificate },
	{ "organisation", say_organization },
	{ "signature", say_header },
	{ "jti", say_jti },
	{ "scope", say_scope },
	{ "consumer", say_consumer },
	{ "client scope", say_scope },
	{ "access", say_scope },
	{ "delegation", say_consumer },
	{ "authorization details", say_details },
};

/* What the check NAME saw, safe to show; new, NULL when out of memory. */
static char *
found(const struct attempt *attempt, const char *name)
{
	enum segl_status status = SEGL_OK;
	struct buffer text;
	char *safe;

	buffer_init(&text, FOUND_MAX);
	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
		if (strcmp(evidence[i].name, name) == 0)
			status = evidence[i].say(attempt, &text);
	if (status != SEGL_OK)
		buffer_clear(&text); /* too long to be of use here */
	safe = text_foreign(text.data == NULL ? "" : text.data, text.len);
	buffer_clear(&text);
	return safe;
}

static json_t *
check(const char *name, const char *outcome, const char *found_there)
{
	return json_pack("{s:s, s:s, s:s*}", "check", name, "outcome", outcome,
	    "found", found_there);
}

static json_t *
passed(const struct attempt *attempt, size_t i)
{
	const char *name = grant_step(i);
	json_t *value;
	char *text;

	if (!grant_step_applies(i, attempt->route))
		return check(name, "not-applicable", NULL);
	text = found(attempt, name);
	value = check(name, "passed", text);
	free(text);
	return value;
}

json_t *
checks_json(const struct attempt *attempt)
{
	int refused = attempt->refusal != REFUSAL_NONE;
	json_t *all = json_array(), *one;
	int failed = 0;

	/* before the grant comes the request that carries it */
	one = check("request",
	    attempt->assertion == NULL && refused ? "failed" : "passed",
	    attempt->assertion == NULL ? attempt->why : "a form with a grant");
	failed = attempt->assertion == NULL && refused;
	for (size_t i = 0; one != NULL; i++) {
		if (json_array_append_new(all, one) != 0 ||
		    grant_step(i) == NULL)
			break;
		if (i < attempt->passed) {
			one = passed(attempt, i);
		} else {
			one = check(grant_step(i),
			    failed || !refused ? "not-reached" : "failed",
			    failed || !refused ? NULL : attempt->why);
			failed = 1;
		}
	}
	return all;
}

json_t *
checks_path(const struct attempt *attempt)
{
	json_t *path = NULL;
	char *name, *safe;

	for (int i = 0; i < sk_X509_num(attempt->path) && i < PATH_SHOWN; i++) {
		X509 *x509 = sk_X509_value(attempt->path, i);

		if (path == NULL)
			path = json_array();
		name = pki_subject(x509);
		safe = name == NULL ? NULL : text_foreign(name, strlen(name));
		(void)json_array_append_new(path, json_string(safe));
		free(safe);
		free(name);
	}
	return path;
}
