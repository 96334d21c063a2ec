/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <segl/metadata.h>

#include "base/error.h"
#include "base/text.h"
#include "oauth/strict_json.h"

/* Longest URL that is taken from a document, in bytes. */
#define URL_MAX 2048

struct segl_metadata {
	char *issuer;
	char *token_endpoint;
	char *jwks_uri;
	unsigned int algs; /* bit 1 << enum segl_alg */
};

void
segl_metadata_free(struct segl_metadata *metadata)
{
	if (metadata == NULL)
		return;
	free(metadata->issuer);
	free(metadata->token_endpoint);
	free(metadata->jwks_uri);
	free(metadata);
}

/* An https URL in printable ASCII; anything else never reaches a socket. */
static int
is_https_url(const char *url)
{
	static const char scheme[] = "https://";

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 ||
	    url[sizeof(scheme) - 1] == '\0' || url[sizeof(scheme) - 1] == '/' ||
	    strlen(url) > URL_MAX)
		return 0;
	for (const char *p = url; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f)
			return 0;
	return 1;
}

#define WRONG_REMEDY                                                           \
	"check --env, and whether something between here and the server "      \
	"answers in its place"

static enum segl_status
wrong(struct segl *segl, const char *issuer, const char *why)
{
	error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
	    "the metadata of %s cannot be used: %s", issuer, why);
	error_remedy(segl, "%s", WRONG_REMEDY);
	return SEGL_EREPLY;
}

/* Copy the https URL called NAME; absent is an error where REQUIRED. */
static enum segl_status
take_url(struct segl *segl, const json_t *json, const char *issuer,
    const char *name, int required, char **out)
{
	const json_t *member = json_object_get(json, name);
	const char *url = json_string_value(member);
	char why[96];

	if (member == NULL && !required)
		return SEGL_OK;
	if (url == NULL || !is_https_url(url)) {
		snprintf(why, sizeof(why), "its %s is %s", name,
		    member == NULL ? "missing" : "not an https URL");
		return wrong(segl, issuer, why);
	}
	*out = strdup(url);
	return *out == NULL ? error_nomem(segl) : SEGL_OK;
}

static enum segl_status
take_issuer(struct segl *segl, const json_t *json, const char *issuer,
    struct segl_metadata *metadata)
{
	const char *found = json_string_value(json_object_get(json, "issuer"));
	char *safe;

	if (found == NULL) {
		(void)error_set(segl, SEGL_EREPLY, SEGL_TURN_YOU,
		    "what stands in the place of the metadata of %s is none: "
		    "its issuer is missing",
		    issuer);
		return wrong(segl, issuer, "its issuer is missing");
	}
	if (strcmp(found, issuer) != 0) {
		safe = text_foreign(found, strlen(found));
		error_set(segl, SEGL_EREPLY, SEGL_TURN_YOU,
		    "the metadata at %s is that of another issuer, '%s'",
		    issuer, safe == NULL ? "" : safe);
		error_remedy(segl,
		    "write --env as the issuer writes itself, to the letter: "
		    "the slash at the end matters");
		free(safe);
		return SEGL_EREPLY;
	}
	metadata->issuer = strdup(found);
	return metadata->issuer == NULL ? error_nomem(segl) : SEGL_OK;
}

static enum segl_status
take_algs(struct segl *segl, const json_t *json, const char *issuer,
    struct segl_metadata *metadata)
{
	const json_t *list = json_object_get(
	    json, "token_endpoint_auth_signing_alg_values_supported");
	const json_t *entry;
	size_t i;

	if (list == NULL) {
		metadata->algs = 1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 |
		    1u << SEGL_ALG_RS512;
		return SEGL_OK;
	}
	if (!json_is_array(list))
		return wrong(segl, issuer,
		    "its token_endpoint_auth_signing_alg_values_supported is "
		    "not an array");
	json_array_foreach((json_t *)list, i, entry)
	{
		const char *name = json_string_value(entry);
		enum segl_alg alg =
		    name == NULL ? SEGL_ALG_NONE : segl_alg_find(name);

		if (alg != SEGL_ALG_NONE)
			metadata->algs |= 1u << alg;
	}
	return SEGL_OK;
}

enum segl_status
segl_metadata_parse(struct segl *segl, const char *issuer, const char *json,
    size_t len, struct segl_metadata **out)
{
	struct segl_metadata *metadata = NULL;
	enum segl_status status;
	json_t *document;
	char what[160];

	*out = NULL;
	snprintf(what, sizeof(what), "the metadata of %.120s", issuer);
	status = strict_json_object(segl, what, json, len, &document);
	if (status == SEGL_EREPLY)
		error_remedy(segl, "%s", WRONG_REMEDY);
	if (status != SEGL_OK)
		return status;
	metadata = calloc(1, sizeof(*metadata));
	if (metadata == NULL)
		status = error_nomem(segl);
	if (status == SEGL_OK)
		status = take_issuer(segl, document, issuer, metadata);
	if (status == SEGL_OK)
		status = take_url(segl, document, issuer, "token_endpoint", 1,
		    &metadata->token_endpoint);
	if (status == SEGL_OK)
		status = take_url(
		    segl, document, issuer, "jwks_uri", 0, &metadata->jwks_uri);
	if (status == SEGL_OK)
		status = take_algs(segl, document, issuer, metadata);
	json_decref(document);
	if (status == SEGL_OK)
		*out = metadata;
	else
		segl_metadata_free(metadata);
	return status;
}

const char *
segl_metadata_issuer(const struct segl_metadata *metadata)
{
	return metadata->issuer;
}

const char *
segl_metadata_token_endpoint(const struct segl_metadata *metadata)
{
	return metadata->token_endpoint;
}

const char *
segl_metadata_jwks_uri(const struct segl_metadata *metadata)
{
	return metadata->jwks_uri;
}

int
segl_metadata_allows(const struct segl_metadata *metadata, enum segl_alg alg)
{
	return alg != SEGL_ALG_NONE && (metadata->algs & 1u << alg) != 0;
}

char *
segl_metadata_url(const char *issuer)
{
	static const char well_known[] =
	    "/.well-known/oauth-authorization-server";
	const char *path;
	size_t host_len, path_len, size;
	char *url;

	if (!is_https_url(issuer) || strpbrk(issuer, "?#") != NULL)
		return NULL;
	path = strchr(issuer + sizeof("https://") - 1, '/');
	if (path == NULL)
		path = issuer + strlen(issuer);
	host_len = (size_t)(path - issuer);
	path_len = strlen(path);
	while (path_len > 0 && path[path_len - 1] == '/')
		path_len--; /* RFC 8414, 3.1: a slash at the end goes */
	size = host_len + sizeof(well_known) + path_len;
	url = malloc(size);
	if (url != NULL)
		snprintf(url, size, "%.*s%s%.*s", (int)host_len, issuer,
		    well_known, (int)path_len, path);
	return url;
}
