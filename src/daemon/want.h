/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_WANT_H
#define DAEMON_WANT_H

#include <segl/exchange.h>

#include "daemon/policy.h"
#include "daemon/profiles.h"
#include "httpd/httpd.h"

/* How the answer is told. */
enum want_form {
	WANT_JSON,   /* RFC 6749, 5.1, and some */
	WANT_TEXT,   /* the token alone */
	WANT_HEADER, /* "Authorization: Bearer ...", a line */
	WANT_LINES,  /* for segl: lines, see agent/agent.h */
	WANT_TEXAS   /* as Texas does, failures too */
};
#define WANT_FORMS 5

/* One token that somebody asks for. */
struct want {
	const struct profile *profile;
	/*
	 * What makes it another token than others: the fields of the message
	 * "sign" (daemon/message.h), scopes sorted.
	 */
	struct buffer key;
	long min_validity_s; /* -1: not said */
	int force;           /* a new one, although there is a good one */
	enum want_form form;
	struct caller caller;
	pid_t pid;
	const char *file; /* it is for a file, borrowed; NULL else */
};

void want_init(struct want *want);
void want_clear(struct want *want);

/* Largest key, in bytes: scopes and details. */
#define WANT_KEY_MAX (24u << 10)

/*
 * Build WANT->key, of the profile set before: begin, add, end. Values that no
 * claim may have are refused here, with a reason in SEGL.
 *
 * scope    names, parted by blanks; may come several times
 * end      the scopes of the profile where none came
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status want_add_scopes(
    struct segl *segl, struct want *want, const char *scopes) SEGL_MUST_USE;
/*
 * NAME is one of resource, consumer-org, pid, exchange and so on. The profile
 * says who exchanges the token where nobody does; "none" then says not to.
 */
enum segl_status want_add(struct segl *segl, struct want *want,
    const char *name, const char *value) SEGL_MUST_USE;
/* NAME as in the query: scope, consumer_org and so on; SEGL_EUSAGE it is none.
 */
enum segl_status want_add_named(struct segl *segl, struct want *want,
    const char *name, const char *value) SEGL_MUST_USE;
enum segl_status want_end(struct segl *segl, struct want *want) SEGL_MUST_USE;

/* Who is to exchange the token that KEY is for, and where; NULL not known. */
enum segl_exchanger want_exchanger(const struct buffer *key);
const char *want_exchange_url(
    const struct profile *profile, enum segl_exchanger by);

/*
 * From the query of GET /v1/token and its like. A parameter that is not known
 * is refused: it might be meant to limit the token.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status want_from_query(struct segl *segl,
    const struct profiles *profiles, const struct httpd_request *request,
    struct want *want) SEGL_MUST_USE;

#endif
