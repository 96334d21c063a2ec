/* SPDX-License-Identifier: ISC */
#ifndef SEGL_GRANT_H
#define SEGL_GRANT_H

#include <stddef.h>

#include <segl/softtoken.h>

SEGL_BEGIN_DECLS

/*
 * The JWT bearer grant (RFC 7523, 2.1) as Maskinporten documents it. Nothing
 * undocumented is ever composed: Maskinporten refuses unknown claims.
 */
struct segl_grant;

/* Longest lifetime that Maskinporten accepts, and ours, in seconds. */
#define SEGL_GRANT_LIFETIME_MAX     120
#define SEGL_GRANT_LIFETIME_DEFAULT 100

/* Whether the self-signed end of the path goes into x5c. */
enum segl_root {
	SEGL_ROOT_INCLUDE, /* as the file has it; the default, see segl(1) */
	SEGL_ROOT_OMIT
};

struct segl_grant *segl_grant_new(struct segl *segl);
void segl_grant_free(struct segl_grant *grant);

/* aud: the issuer identifier of the server, to the letter. Copies. */
enum segl_status segl_grant_set_audience(
    struct segl_grant *grant, const char *issuer) SEGL_MUST_USE;

/*
 * iss: the client id; for eSeals any text that names the business (the server
 * ignores it but wants it). NULL: the O of the leaf's Subject. Copies.
 */
enum segl_status segl_grant_set_issuer(
    struct segl_grant *grant, const char *iss) SEGL_MUST_USE;

/*
 * Add one scope (RFC 6749, 3.3). SEGL_EUSAGE where it is not
 * prefix:subscope in the characters a scope may have. Copies.
 */
enum segl_status segl_grant_add_scope(
    struct segl_grant *grant, const char *scope) SEGL_MUST_USE;

/*
 * Sign with a key that is registered on the client (RFC 7515, 4.1.4): KID
 * stands in the header instead of x5c. NULL: x5c. Copies.
 */
enum segl_status segl_grant_set_kid(
    struct segl_grant *grant, const char *kid) SEGL_MUST_USE;

/*
 * Limit the token to the API RESOURCE, its aud then (RFC 8707; Maskinporten
 * takes an array, so that is what is sent). SEGL_EUSAGE not a URI. Copies.
 */
enum segl_status segl_grant_add_resource(
    struct segl_grant *grant, const char *resource) SEGL_MUST_USE;

/*
 * consumer_org: the organisation that delegated the scope to the client.
 * SEGL_EUSAGE where ORGNO is not an organisation number, check digit included.
 */
enum segl_status segl_grant_set_consumer_org(
    struct segl_grant *grant, const char *orgno) SEGL_MUST_USE;

/*
 * pid: a national identity number to copy into the token. SEGL_EUSAGE where
 * it has not 11 digits; check digits that do not fit draw a remark.
 */
enum segl_status segl_grant_set_pid(
    struct segl_grant *grant, const char *pid) SEGL_MUST_USE;

/*
 * authorization_details (RFC 9396): LEN bytes of JSON, an object or an array
 * of objects, each with a type. Adds to what is there.
 * SEGL_EUSAGE not such JSON.
 */
enum segl_status segl_grant_add_authorization_details(
    struct segl_grant *grant, const char *json, size_t len) SEGL_MUST_USE;

/*
 * Act for the system user of ORGNO (urn:altinn:systemuser); REF, its external
 * reference, may be NULL.
 */
enum segl_status segl_grant_add_system_user(
    struct segl_grant *grant, const char *orgno, const char *ref) SEGL_MUST_USE;

/*
 * Use the consent ID (a UUID) that FROM gave (urn:altinn:consent): the number
 * of an organisation, 9 digits, or of a person, 11.
 */
enum segl_status segl_grant_add_consent(
    struct segl_grant *grant, const char *id, const char *from) SEGL_MUST_USE;

/*
 * Seconds to add to this host's clock for iat, in segl_exchange(): where the
 * server's clock is known to differ.
 */
void segl_grant_set_clock_offset(struct segl_grant *grant, long seconds);

/* exp - iat, seconds, 1 to SEGL_GRANT_LIFETIME_MAX; else SEGL_EUSAGE. */
enum segl_status segl_grant_set_lifetime(
    struct segl_grant *grant, long seconds) SEGL_MUST_USE;

/* SEGL_ALG_NONE: the first allowed one that the key can make. */
void segl_grant_set_alg(struct segl_grant *grant, enum segl_alg alg);

/*
 * Algorithms that the server offers; RS256, RS384 and RS512 where this is
 * never called. The first call replaces the built-in ones.
 */
void segl_grant_allow_alg(struct segl_grant *grant, enum segl_alg alg);

void segl_grant_set_root(struct segl_grant *grant, enum segl_root root);

/* A signed grant. */
struct segl_assertion;

/*
 * Compose, sign with the key of TOKEN, verify with its public key.
 *
 * NOW    instant of issue, seconds since the Epoch, UTC.
 * JTI    identifier, used once; NULL: a fresh random UUID (RFC 9562, 4).
 * OUT    new, NULL when the call fails.
 *
 * Errors: SEGL_EUSAGE  audience or scope missing, nothing to put into iss
 *         SEGL_ECERT   no allowed algorithm fits the key
 *         SEGL_EKEY    signing failed
 *         SEGL_EINTERNAL  what was signed does not verify
 *         SEGL_ENOMEM
 * No I/O but the random bytes of the jti.
 */
enum segl_status segl_grant_sign(struct segl_grant *grant,
    const struct segl_softtoken *token, long long now, const char *jti,
    struct segl_assertion **out) SEGL_MUST_USE;
void segl_assertion_free(struct segl_assertion *assertion);

/* Compact serialisation, header and claims as JSON, jti; borrowed. */
const char *segl_assertion_compact(const struct segl_assertion *assertion);
const char *segl_assertion_header(const struct segl_assertion *assertion);
const char *segl_assertion_claims(const struct segl_assertion *assertion);
const char *segl_assertion_jti(const struct segl_assertion *assertion);

SEGL_END_DECLS

#endif
