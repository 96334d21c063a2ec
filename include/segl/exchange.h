/* SPDX-License-Identifier: ISC */
#ifndef SEGL_EXCHANGE_H
#define SEGL_EXCHANGE_H

#include <segl/grant.h>
#include <segl/transport.h>

SEGL_BEGIN_DECLS

/* An access token (RFC 6749, 5.1): opaque text and how long it lives. */
struct segl_token;

void segl_token_free(struct segl_token *token);
/* Borrowed; wiped when the token is freed. */
const char *segl_token_access_token(const struct segl_token *token);
const char *segl_token_type(const struct segl_token *token);
/* As answered, NULL where absent. */
const char *segl_token_scope(const struct segl_token *token);
/*
 * Seconds that it lives from when the answer came, less what the answer took;
 * -1 where the server did not say.
 */
long segl_token_expires_in_s(const struct segl_token *token);
/* Seconds since the Epoch by this host's clock; -1 where unknown. */
long long segl_token_expires_at(const struct segl_token *token);

/*
 * Parse an answer of the token endpoint: a token (RFC 6749, 5.1), or a
 * refusal (5.2 and Maskinporten's error codes), which ends up in the handle.
 *
 * NOW    when the answer came, seconds since the Epoch, UTC.
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EAUTHN, SEGL_EAUTHZ, SEGL_ECLOCK, SEGL_EUSAGE  refused
 *         SEGL_ESERVER  5xx or 429
 *         SEGL_EREPLY   neither a token nor a refusal
 *         SEGL_ENOMEM
 * No I/O.
 */
enum segl_status segl_reply_parse(struct segl *segl,
    const struct segl_response *response, long long now,
    struct segl_token **out) SEGL_MUST_USE;

/*
 * Exchange a grant for an access token at ENDPOINT. What can pass (network,
 * 5xx, 429 with Retry-After) is tried again with jitter, each time with a new
 * grant, until BUDGET_S seconds are over (0: one attempt only).
 *
 * Errors: those of segl_grant_sign() and segl_reply_parse(), SEGL_ENETWORK.
 * Does I/O through TRANSPORT, reads the clock, sleeps between attempts.
 */
enum segl_status segl_exchange(struct segl *segl,
    struct segl_transport *transport, struct segl_grant *grant,
    const struct segl_softtoken *softtoken, const char *endpoint, long budget_s,
    struct segl_token **out) SEGL_MUST_USE;

/* ---- tokens of others for Maskinporten's ------------------------------- */

/* Who takes a token of Maskinporten and gives one of its own for it. */
enum segl_exchanger {
	SEGL_EXCHANGER_NONE,
	SEGL_EXCHANGER_CUSTOMS, /* Norwegian Customs, "Technical integration" */
	SEGL_EXCHANGER_ALTINN   /* Altinn, "Token exchange for Maskinporten" */
};

/* "customs", "altinn"; NULL for SEGL_EXCHANGER_NONE. Borrowed, static. */
const char *segl_exchanger_name(enum segl_exchanger by);
/* The one called NAME, to the letter, else SEGL_EXCHANGER_NONE. */
enum segl_exchanger segl_exchanger_find(const char *name);

/*
 * Parse the answer of BY: a token of its own, or a refusal, which ends up in
 * the handle with whose turn it is. Customs answers with JSON that has
 * expires_in; Altinn with nothing but a JWT, whose exp says how long it lives.
 *
 * NOW, OUT  as with segl_reply_parse().
 * Errors: SEGL_EAUTHN, SEGL_EAUTHZ  refused
 *         SEGL_ESERVER  5xx or 429
 *         SEGL_EREPLY   neither a token nor a refusal
 *         SEGL_ENOMEM
 * No I/O.
 */
enum segl_status segl_exchanged_parse(struct segl *segl, enum segl_exchanger by,
    const struct segl_response *response, long long now,
    struct segl_token **out) SEGL_MUST_USE;

/*
 * Exchange the token SUBJECT_TOKEN of Maskinporten for one of BY, whose
 * API is at BASE_URL (no slash at the end). One request, over a connection of
 * its own, never repeated.
 *
 * Errors: those of segl_exchanged_parse(), SEGL_ENETWORK, SEGL_ECONNECT,
 *         SEGL_EUSAGE SUBJECT_TOKEN is no token (RFC 6750, 2.1).
 * Does I/O through TRANSPORT, reads the clock.
 */
enum segl_status segl_exchange_token(struct segl *segl,
    struct segl_transport *transport, enum segl_exchanger by,
    const char *base_url, const char *subject_token,
    struct segl_token **out) SEGL_MUST_USE;

/*
 * Both in one: a grant for a token at ENDPOINT, that token for one of BY at
 * BASE_URL. What can pass is tried again from the grant on, so that neither a
 * grant nor a token of Maskinporten is sent twice.
 *
 * Errors: those of segl_exchange() and segl_exchange_token().
 */
enum segl_status segl_exchange_through(struct segl *segl,
    struct segl_transport *transport, struct segl_grant *grant,
    const struct segl_softtoken *softtoken, const char *endpoint,
    enum segl_exchanger by, const char *base_url, long budget_s,
    struct segl_token **out) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
