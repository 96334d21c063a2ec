/* SPDX-License-Identifier: ISC */
#ifndef SEGL_ENVIRONMENT_H
#define SEGL_ENVIRONMENT_H

#include <segl/api.h>

SEGL_BEGIN_DECLS

/*
 * The authorization servers that have a name. Sources: docs.digdir.no,
 * Maskinporten, "well-known endpoints" and "Skyporten"; toll.github.io,
 * "Technical integration"; docs.altinn.studio, "Authentication".
 */
struct segl_environment {
	const char *name;           /* "prod", "test", "sky-prod", "sky-test" */
	const char *issuer;         /* required aud of a grant, to the letter */
	const char *metadata_url;   /* RFC 8414 */
	const char *token_endpoint; /* built-in value, metadata outranks it */
	const char *jwks_uri;
	const char *customs_url; /* API of Norwegian Customs; NULL none */
	const char *altinn_url;  /* platform of Altinn; NULL none */
};

/* The environment called NAME, or NULL; borrowed, static. */
const struct segl_environment *segl_environment_find(const char *name);

/* The I-th environment, NULL past the last; borrowed, static. */
const struct segl_environment *segl_environment_at(unsigned int i);

SEGL_END_DECLS

#endif
