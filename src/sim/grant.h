/* SPDX-License-Identifier: ISC */
#ifndef SIM_GRANT_H
#define SIM_GRANT_H

#include <jansson.h>
#include <stddef.h>

#include <segl/jws.h>

#include "sim/jti.h"
#include "sim/registry.h"
#include "sim/rules.h"
#include "sim/seal.h"
#include "sim/trust.h"

/* What grants are judged by; all borrowed. */
struct policy {
	const struct rules *rules;
	const struct trust *trust;
	const char *issuer;
	const char *const *scopes; /* open to European businesses */
	size_t scope_count;
	const struct registry *registry;
};

/* The three ways to prove who one is; bits, for a table of steps. */
enum route {
	ROUTE_ESEAL = 1,
	ROUTE_ENTERPRISE = 2, /* Norwegian enterprise certificate */
	ROUTE_REGISTERED = 4, /* key registered on a client */
};

#define ATTEMPT_WHY_MAX 256

/*
 * One attempt to get a token: what came, taken apart as far as the checks got,
 * and how it ended.
 */
struct attempt {
	const struct policy *policy;
	struct jti_memory *jtis;
	struct segl *segl; /* for the library */
	long long now;     /* seconds since the Epoch, UTC */

	char *assertion;
	json_t *header;
	json_t *claims;
	enum segl_alg alg;
	STACK_OF(X509) * path; /* x5c, leaf first */
	struct seal seal;      /* facts of the leaf */
	enum route route;      /* an eSeal until something else is known */
	const struct client *client;      /* NULL with an eSeal */
	const struct registered_key *key; /* of a registered key alone */
	json_t *details; /* authorization_details of the token, or NULL */

	enum refusal refusal;
	enum rule rule; /* the one that was broken; RULE_COUNT: none */
	char why[ATTEMPT_WHY_MAX];
	char *words[4]; /* scope, consumer, supplier, value of the answer */
	size_t passed;  /* steps of grant_check() that passed */
};

void attempt_init(struct attempt *attempt, const struct policy *policy,
    struct jti_memory *jtis, struct segl *segl, long long now);
void attempt_clear(struct attempt *attempt);

/*
 * Note that RULE is broken and that REFUSAL answers it; the rest says why, for
 * the log and the journal. Returns REFUSAL.
 */
enum refusal attempt_refuse(struct attempt *attempt, enum rule rule,
    enum refusal refusal, const char *format, ...) SEGL_PRINTF(4, 5);

/* attempt_refuse() for a failure of the host. */
enum refusal attempt_fail(struct attempt *attempt);

/* Which of ATTEMPT's words is which. */
enum attempt_word { WORD_SCOPE, WORD_CONSUMER, WORD_SUPPLIER, WORD_VALUE };
void attempt_word(
    struct attempt *attempt, enum attempt_word word, const char *text);

/* Whether the choice of RULE in the policy of ATTEMPT is WORD. */
int attempt_is(const struct attempt *attempt, enum rule rule, const char *word);
int attempt_number(const struct attempt *attempt, enum rule rule);
/* The refusal that RULE is set to. */
enum refusal attempt_answer(const struct attempt *attempt, enum rule rule);

/*
 * Judge attempt->assertion, step by step in the order of the table, until one
 * is broken. No I/O, no clock; the only thing that outlives the call is the
 * memory of jtis.
 */
enum refusal grant_check(struct attempt *attempt);

/* Name of the I-th step, NULL past the last. */
const char *grant_step(size_t i);

/* Whether it is taken on ROUTE. */
int grant_step_applies(size_t i, enum route route);

/* The consumer: of consumer_org, else the client. Not with an eSeal. */
const char *attempt_consumer(const struct attempt *attempt);

/* The steps, for grant_check() and its tests. */
enum refusal check_jws(struct attempt *attempt);
enum refusal check_header(struct attempt *attempt);
enum refusal check_claims(struct attempt *attempt);
enum refusal check_audience(struct attempt *attempt);
enum refusal check_times(struct attempt *attempt);
enum refusal check_key_reference(struct attempt *attempt);
enum refusal check_x5c(struct attempt *attempt);
enum refusal check_client(struct attempt *attempt);
enum refusal check_registered_key(struct attempt *attempt);
enum refusal check_path(struct attempt *attempt);
enum refusal check_trust(struct attempt *attempt);
enum refusal check_certificate(struct attempt *attempt);
enum refusal check_enterprise(struct attempt *attempt);
enum refusal check_organization(struct attempt *attempt);
enum refusal check_signature(struct attempt *attempt);
enum refusal check_jti(struct attempt *attempt);
enum refusal check_scope(struct attempt *attempt);
enum refusal check_consumer(struct attempt *attempt);
enum refusal check_client_scope(struct attempt *attempt);
enum refusal check_access(struct attempt *attempt);
enum refusal check_delegation(struct attempt *attempt);
enum refusal check_details(struct attempt *attempt);

/* Whether a certificate that --trust names vouches for the leaf. */
int path_is_trusted(const struct attempt *attempt);

#endif
