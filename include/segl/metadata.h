/* SPDX-License-Identifier: ISC */
#ifndef SEGL_METADATA_H
#define SEGL_METADATA_H

#include <stddef.h>

#include <segl/jws.h>

SEGL_BEGIN_DECLS

/* Authorization server metadata (RFC 8414, 2), as far as a client needs it. */
struct segl_metadata;

/*
 * Parse the JSON document JSON of LEN bytes. ISSUER must equal its issuer
 * member to the letter (RFC 8414, 3.3).
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EREPLY  not such a document, another issuer, or endpoints that
 *                      are not https
 *         SEGL_ENOMEM
 */
enum segl_status segl_metadata_parse(struct segl *segl, const char *issuer,
    const char *json, size_t len, struct segl_metadata **out) SEGL_MUST_USE;
void segl_metadata_free(struct segl_metadata *metadata);

/* Borrowed. jwks_uri is NULL where the document has none. */
const char *segl_metadata_issuer(const struct segl_metadata *metadata);
const char *segl_metadata_token_endpoint(const struct segl_metadata *metadata);
const char *segl_metadata_jwks_uri(const struct segl_metadata *metadata);

/*
 * Non-zero where token_endpoint_auth_signing_alg_values_supported has ALG, or
 * where the member is absent and ALG is RS256, RS384 or RS512.
 */
int segl_metadata_allows(
    const struct segl_metadata *metadata, enum segl_alg alg);

/*
 * Where the metadata of ISSUER stands (RFC 8414, 3.1; a path is kept behind
 * the well-known part). New, freed with free(3); NULL out of memory or where
 * ISSUER is not an https URL.
 */
char *segl_metadata_url(const char *issuer);

SEGL_END_DECLS

#endif
