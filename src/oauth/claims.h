/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_CLAIMS_H
#define OAUTH_CLAIMS_H

#include <jansson.h>

#include <segl/handle.h>

/*
 * The claims of a grant that Maskinporten documents (Digdir, "JWT grant", body
 * claims; RFC 7523, 3). It refuses every other one, so there is no way to add
 * any.
 */
struct claims {
	char *audience;
	char *issuer;
	char *scope;      /* joined by blanks, RFC 6749, 3.3 */
	json_t *resource; /* array of texts, NULL none; RFC 8707 */
	char *consumer_org;
	char *pid;
	json_t *authorization_details; /* array, NULL none; RFC 9396 */
	long lifetime_s;
};

void claims_clear(struct claims *claims);

/* Each copies. Errors: SEGL_EUSAGE with what would be right, SEGL_ENOMEM. */
enum segl_status claims_add_scope(
    struct segl *segl, struct claims *claims, const char *scope) SEGL_MUST_USE;
enum segl_status claims_add_resource(struct segl *segl, struct claims *claims,
    const char *resource) SEGL_MUST_USE;
enum segl_status claims_set_consumer_org(
    struct segl *segl, struct claims *claims, const char *orgno) SEGL_MUST_USE;
enum segl_status claims_set_pid(
    struct segl *segl, struct claims *claims, const char *pid) SEGL_MUST_USE;

/* Add the elements of the JSON array (or the one object) in TEXT. */
enum segl_status claims_add_details(struct segl *segl, struct claims *claims,
    const char *text, size_t len) SEGL_MUST_USE;
/* urn:altinn:systemuser of ORGNO; REF may be NULL. */
enum segl_status claims_add_system_user(struct segl *segl,
    struct claims *claims, const char *orgno, const char *ref) SEGL_MUST_USE;
/* urn:altinn:consent; FROM is 9 digits an organisation, 11 a person. */
enum segl_status claims_add_consent(struct segl *segl, struct claims *claims,
    const char *id, const char *from) SEGL_MUST_USE;

/*
 * The claims as compact JSON, with ISS, issued at NOW with JTI. New, NULL
 * out of memory.
 */
char *claims_compose(const struct claims *claims, const char *iss,
    long long now, const char *jti);

#endif
