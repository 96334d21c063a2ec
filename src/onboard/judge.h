/* SPDX-License-Identifier: ISC */
#ifndef ONBOARD_JUDGE_H
#define ONBOARD_JUDGE_H

#include <segl/suitability.h>

#include "onboard/record.h"

/*
 * From evidence to a result: each takes what others have gathered and decides
 * one step. None asks a clock, a file or the network.
 */

/* ---- the certificate ------------------------------------------------------
 */

/* The step whose result the rule ID of segl check decides. */
size_t onboard_home_of_rule(const char *id);

/*
 * The rules of REPORT that belong to the step ID: a broken must fails it, and
 * stops what needs it where the rule blocks and ANYWAY is 0; what is
 * undecided, and a broken should, warn. STRICT (--require-suitable yes): what
 * is broken or undecided stops.
 */
struct onboard_terms {
	int strict;
	int anyway;
};
void onboard_judge_rules(const struct segl_report *report, size_t id,
    const struct onboard_terms *terms, struct onboard_outcome *out);

/*
 * A token came although REPORT, on which RECORD rests, is against it: what
 * only the verdict failed becomes a warning, and a fault of ours.
 */
void onboard_overrule(struct onboard *record);

/* ---- the clock ------------------------------------------------------------
 */

struct onboard_clock {
	int has_server;      /* it told its time */
	long long ahead_s;   /* of this host before the server */
	int is_synchronised; /* what the kernel thinks: 1, 0; -1 unknown */
	int by_server_clock; /* --clock server makes up for it */
};
void onboard_judge_clock(
    const struct onboard_clock *clock, struct onboard_outcome *out);

/* ---- the network ----------------------------------------------------------
 */

/* How asking the server went; texts are NULL where nothing is known. */
struct onboard_network {
	const char *url;
	int failed;        /* OUT has the failure already */
	int is_unverified; /* TLS stood, and its certificate is not believed */
	int is_public;     /* a server with a name, known to the world */
	int only_by_ca;    /* --ca is why its certificate is believed */
	int has_sct;       /* RFC 6962, 3.3: logs vouch for the certificate */
	const char *proxy; /* that was asked to connect, without password */
	const char *named_proxy; /* of the environment, whether asked or not */
	const char *address;
	int port; /* 0 none */
	/* from the start on, in milliseconds; -1 it did not get there */
	long long dns_ms, connect_ms, tls_ms, total_ms;
	const char *subject; /* of the certificate that came */
	const char *issuer;
	const char *root; /* the issuer of the last one that came */
	int validity;     /* now is in it: 0; it ended: 1; not yet: -1 */
	const char *not_before, *not_after;
};
/* OUT has the failure where there was one. */
void onboard_judge_network(
    const struct onboard_network *network, struct onboard_outcome *out);

/* ---- tokens ---------------------------------------------------------------
 */

/* What a token says of itself; texts may be NULL. */
struct onboard_claims {
	int is_readable; /* a JWT; an opaque token is nobody's fault */
	const char *consumer;
	const char *supplier;
	const char *amr;
	const char *scope; /* of the answer, else of the token */
};

/* What it should say; texts may be NULL: not known. */
struct onboard_expected {
	const char *consumer;  /* of the certificate */
	const char *delegator; /* --consumer-org, as a token has it */
	const char *amr;
	const char *scope; /* that was asked for, joined by blanks */
	enum segl_route route;
};

/* Whether each scope that was asked for came. */
void onboard_judge_scope(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_outcome *out);

/* Whose it is: ours beside theirs goes into BESIDE, too. */
void onboard_judge_consumer(const struct onboard_expected *expected,
    const struct onboard_claims *claims, struct onboard_comparison *beside,
    struct onboard_outcome *out);

/*
 * A refusal that OUT has: where it is for want of the right to SCOPE, who has
 * to do what, and which IDENTIFIER (NULL: not known) to quote.
 */
void onboard_judge_permission(int norwegian, const char *scope,
    const char *identifier, struct onboard_outcome *out);

#endif
