/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ROW_H
#define DAEMON_ROW_H

#include <segl/exchange.h>

#include "cache/entry.h"
#include "daemon/front.h"
#include "daemon/want.h"

/*
 * A token that somebody asked for: what we have of it, how the last try to get
 * it went, who waits for it. The keys by which a server's tokens are verified
 * are looked after in the same way, their text in the place of a token.
 */

/* Most of them; a request for one more fails where none can go. */
#define ROWS_MAX 4096

/* One who waits. */
struct waiter {
	struct waiter *next;
	struct httpd_waiting *waiting;
	struct want want; /* its key is empty: it is the row's */
};

enum flight_state {
	FLIGHT_NONE,
	FLIGHT_NEEDS_NET,  /* a segl-net is on its way */
	FLIGHT_METADATA,   /* asked for */
	FLIGHT_KEYS,       /* asked for */
	FLIGHT_SIGNING,    /* the signer has it */
	FLIGHT_POSTING,    /* the server has it */
	FLIGHT_EXCHANGING, /* who exchanges it has the token that came */
	FLIGHT_RESTING     /* it failed; the next attempt waits */
};

struct flight {
	enum flight_state state;
	unsigned long id;
	struct net *net;
	struct segl *segl;    /* how the attempt under way fails */
	long long began_ms;   /* the first attempt */
	long long attempt_ms; /* this one */
	struct instant asked; /* for the token: it lives since then at most */
	long long until_ms;   /* when this state has lasted too long */
	unsigned int failures;
	char jti[64];
	char url[ENDPOINTS_URL_MAX + 1]; /* that was asked */
};

/* What was answered with its token, good for the second that it tells of. */
struct told {
	struct httpd_prepared *answer; /* NULL none */
	long long at;                  /* seconds since the Epoch */
	long left_s;
};

struct row {
	struct row *next; /* of the same hash */
	const struct profile *profile;
	struct buffer key;
	unsigned int hash;
	int is_keys;
	enum segl_exchanger by; /* whose token it is in the end */

	struct entry token; /* token.token NULL: there is none */
	char *json;         /* of the token, its type and scope, see row.c */
	char jti[64];       /* of the grant it came for */
	struct told told[WANT_FORMS];
	struct buffer audited; /* the end of its line in the audit log */
	long long refresh_at_ms;
	long long used_at_ms;
	long long got_at_ms;

	struct segl *failure; /* the last try failed so; NULL none */
	long long failure_until_ms;

	struct flight flight;
	struct row *next_flying;
	struct waiter *waiters;
	unsigned int awaited; /* by so many inspections */
	int is_wanted;        /* for a file: it is never done with */
	unsigned int failed;  /* flights in a row */
};

/*
 * The row of WANT, made where there is none; a token that was kept from before
 * is taken up. NULL: out of memory, or there are too many.
 */
struct row *row_of(struct front *front, const struct want *want);

/* Seconds that ROW's token still lives; 0 where there is none. */
long row_remaining_s(const struct row *row);

/* Whether ROW's token serves WANT as it is. */
int row_serves(const struct row *row, const struct want *want);

/*
 * Whether it would do where no other can be had: it lives a while, and nobody
 * said how long it must.
 */
int row_would_do(const struct row *row, const struct want *want);

/* A token came: take it, and keep it. Errors: SEGL_ENOMEM. */
enum segl_status row_take_token(struct front *front, struct row *row,
    const struct segl_token *token) SEGL_MUST_USE;

/* The same with keys, a text. */
enum segl_status row_take_keys(
    struct front *front, struct row *row, const char *text) SEGL_MUST_USE;

/* Whether somebody waits for what ROW is to bring. */
int row_is_awaited(const struct row *row);

/*
 * No token came: remember SEGL, which is taken, for FOR_MS, for those who ask
 * meanwhile.
 */
void row_take_failure(
    struct front *front, struct row *row, struct segl *segl, long long for_ms);

/* Whether the failure still answers for the server. */
int row_has_failed(const struct row *row);

/* ROW's token was handed to somebody. */
void row_used(struct front *front, struct row *row);

/* Seconds until the first token of PROFILE ends, 0 where there is none. */
long row_first_end_s(const struct front *front, const struct profile *profile);

/*
 * The clock was set: what has little left by now is due, and what failed may
 * have failed for a wrong one.
 */
void row_clock_set(struct front *front);

/* Start what is due; forget what nobody needs. */
void row_tick(struct front *front, long long now_ms);

#endif
