/* SPDX-License-Identifier: ISC */
#ifndef SIM_RULES_H
#define SIM_RULES_H

#include <stdio.h>

#include <segl/handle.h>

#include "sim/refusal.h"

/*
 * The catalogue of everything segl-sim decides about a request, one row each.
 * Where the sources leave a doubt the row is a switch.
 */
enum rule {
	RULE_METHOD,
	RULE_MEDIA_TYPE,
	RULE_GRANT_TYPE,
	RULE_GRANT_TYPE_REFUSAL,
	RULE_PARAMETERS,
	RULE_PARAMETERS_REFUSAL,
	RULE_JWS,
	RULE_JWS_REFUSAL,
	RULE_ALG,
	RULE_ALG_REFUSAL,
	RULE_ALG_EC,
	RULE_TYP,
	RULE_HEADER_MEMBERS,
	RULE_CRIT,
	RULE_KEY_REFERENCE,
	RULE_KEY_REFERENCE_REFUSAL,
	RULE_KID_AND_X5C,
	RULE_UNDOCUMENTED_CLAIMS,
	RULE_REGISTERED_CLAIMS,
	RULE_ONBEHALFOF,
	RULE_REQUIRED_CLAIMS,
	RULE_CLAIMS_REFUSAL,
	RULE_RESOURCE,
	RULE_AUD,
	RULE_AUD_ARRAY,
	RULE_IAT_AHEAD,
	RULE_IAT_BEHIND,
	RULE_IAT_BEHIND_REFUSAL,
	RULE_EXP,
	RULE_EXP_LEEWAY,
	RULE_LIFETIME,
	RULE_LIFETIME_REFUSAL,
	RULE_NBF_REFUSAL,
	RULE_X5C,
	RULE_X5C_REFUSAL,
	RULE_CLIENT,
	RULE_CLIENT_TYPE_REFUSAL,
	RULE_NORWEGIAN_SEAL,
	RULE_KID,
	RULE_KID_REFUSAL,
	RULE_KEY_AGE,
	RULE_PATH_ORDER,
	RULE_PATH_COMPLETE,
	RULE_PATH_ROOT,
	RULE_PATH_REFUSAL,
	RULE_TRUST,
	RULE_TRUST_MATCH,
	RULE_TRUST_REFUSAL,
	RULE_VALIDITY_REFUSAL,
	RULE_ORGANIZATION_IDENTIFIER,
	RULE_ORGANIZATION_IDENTIFIER_REFUSAL,
	RULE_RSA_BITS,
	RULE_KEY_USAGE,
	RULE_SEAL_TYPE,
	RULE_CERTIFICATE_REFUSAL,
	RULE_ENTERPRISE_VALIDITY,
	RULE_ENTERPRISE_SIGNED,
	RULE_ENTERPRISE_CRITICAL,
	RULE_ENTERPRISE_KEY_USAGE,
	RULE_ENTERPRISE_PATH,
	RULE_ENTERPRISE_POLICIES,
	RULE_NO_POLICIES_REFUSAL,
	RULE_ORGANIZATION,
	RULE_REGISTERED_KEYS,
	RULE_SIGNATURE,
	RULE_JTI,
	RULE_JTI_MEMORY,
	RULE_SCOPE,
	RULE_SCOPE_REFUSAL,
	RULE_CONSUMER_ORG,
	RULE_CONSUMER_ORG_REFUSAL,
	RULE_CONSUMER_COMBINATION,
	RULE_CLIENT_SCOPE,
	RULE_DELEGATED_SCOPE,
	RULE_SCOPE_TYPE,
	RULE_ACCESS,
	RULE_DELEGATION,
	RULE_AUTHORIZATION_DETAILS,
	RULE_AUTHORIZATION_DETAILS_ERROR,
	RULE_TOKEN_CLAIMS,
	RULE_TOKEN_ALG,
	RULE_EXPIRES_IN,
	RULE_CLIENT_ID_SERIAL,
	RULE_CLIENT_AMR,
	RULE_ENTERPRISE_AMR,
	RULE_CONSUMER_AUTHORITY,
	RULE_CONSUMER_NAMES,
	RULE_DELEGATION_SOURCE,
	RULE_TOKEN_AUD,
	RULE_TOKEN_AUD_ABSENT,
	RULE_TRACE_MARKER,
	RULE_CUSTOMS_FORM,
	RULE_CUSTOMS_SUBJECT,
	RULE_CUSTOMS_SCOPE,
	RULE_CUSTOMS_SCOPE_STATUS,
	RULE_CUSTOMS_REGISTERED,
	RULE_CUSTOMS_LIFETIME,
	RULE_TEST_AUTH,
	RULE_ALTINN_SUBJECT,
	RULE_ALTINN_CONSUMER,
	RULE_ALTINN_LIFETIME,
	RULE_COUNT
};

enum rule_kind {
	RULE_FIXED,  /* documented, not a switch */
	RULE_CHOICE, /* one of a few words */
	RULE_NUMBER, /* within a range */
	RULE_REFUSAL /* which refusal answers; any id of refusal.h */
};

struct rule_row {
	const char *id;
	enum rule_kind kind;
	const char *choices; /* "a|b", or "least-most" */
	const char *preset;
	/*
	 * How sure: V the primary source says so, C seen in third parties'
	 * code or logs, I inferred, ? open.
	 */
	char mark;
	const char *source;
	const char *what;
};

const struct rule_row *rule_row(enum rule rule);

/* What each rule is set to: index of the choice, number, or refusal. */
struct rules {
	int value[RULE_COUNT];
};

void rules_init(struct rules *rules);

/* Set by "NAME=VALUE". SEGL_EUSAGE where there is no such rule or value. */
enum segl_status rules_set(struct rules *rules, struct segl *segl,
    const char *assignment) SEGL_MUST_USE;

/* Whether RULE, of kind RULE_CHOICE, is set to WORD. */
int rules_is(const struct rules *rules, enum rule rule, const char *word);

/*
 * The word that RULE is set to, written into SPACE of SIZE bytes, which must
 * hold the longest word of the catalogue (RULE_WORD_MAX). Returns SPACE.
 */
#define RULE_WORD_MAX 64
const char *rules_word(
    const struct rules *rules, enum rule rule, char *space, size_t size);

/* The refusal that RULE, of kind RULE_REFUSAL, is set to. */
enum refusal rules_refusal(const struct rules *rules, enum rule rule);

/* The table for people: one line a rule, tabs between the columns. */
void rules_print(const struct rules *rules, FILE *out);

#endif
