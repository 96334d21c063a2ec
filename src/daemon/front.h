/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_FRONT_H
#define DAEMON_FRONT_H

#include "cache/endpoints.h"
#include "daemon/message.h"
#include "daemon/policy.h"
#include "daemon/profiles.h"
#include "daemon/sink.h"
#include "httpd/httpd.h"
#include "net/wire.h"

/*
 * segld-front: one thread, one epoll, everything in pieces that do not wait.
 *
 *   request --> route (route.c): strict, who, what --> row (row.c)
 *   a row has a good token: answered at once
 *   else the request waits and the row gets a flight (flight.c):
 *        segl-net (net_pool.c) <- metadata, if it is time
 *        the signer            <- "sign"; meanwhile segl-net connects
 *        segl-net              <- the assertion; -> a token, or a failure
 *        segl-net              <- that token, where Customs or Altinn is to
 *                                 exchange it; -> theirs (steps: step.c)
 *   all who wait are answered; audit.c writes down each token handed out
 *
 *   what is wanted for a file has a row that is never done with (fresh.c); the
 *   keys of a server are a row, too, for tokens to be judged by (inspect.c)
 *
 * Times are CLOCK_BOOTTIME in milliseconds (lock_now_ms()): it goes on in
 * suspend and nobody sets it. It stands still while a virtual machine is held:
 * the wall clock is set on afterwards, which is seen (see_clock()).
 */

/* What the front knows of a profile besides its settings. */
struct face {
	char *identity, *subject, *serial; /* of the certificate; new */
	long long not_before, not_after;   /* seconds since the Epoch; 0 none */
	char *report;                      /* JSON: whether it will do; new */
	struct endpoints endpoints;
	long clock_offset_s; /* the server's clock less ours, last seen */
	int clock_is_known;
	long long last_ok_ms, last_failure_ms; /* exchanges; 0 none */
	char *last_failure;                    /* in words; new */
};

/* A trusted list, as the signer found it; instants, -1 none. */
struct list_face {
	char territory[9];
	long long issued, next_update, fetched;
};
#define LISTS_MAX 64

struct memo;
struct row;
struct net;
struct inspection;
struct fresh;

/* Most segl-net at a time: each has one request under way. */
#define NETS_MAX 8

/* What is counted for /metrics. */
#define COUNTED_CODES 32 /* kinds of failures told apart */
struct counts {
	struct {
		char code[24]; /* MP code, else the name of the status */
		unsigned long long n;
	} errors[COUNTED_CODES];
	unsigned long long requests[6]; /* by class of status: 2xx, 4xx ... */
	unsigned long long kept, fetched, failed; /* answers to who asked */
	unsigned long long exchanges, refusals;   /* attempts at the server */
	double upstream_s;
	unsigned long long refused_peers;
	unsigned long long inspections;
	unsigned long long audit_lost; /* lines that could not be written */
};

struct front {
	struct segl *segl;  /* for remarks */
	struct segl *asked; /* what is wrong with the request at hand */
	struct profiles profiles;
	struct face *faces; /* one a profile */
	struct policy *policy;
	struct list_face lists[LISTS_MAX];
	size_t n_lists;
	/* how they were updated since segld started; AT the last time */
	long long list_updates, list_failures, lists_at;
	int lists_code; /* exit status of the last update */
	struct sinks sinks;
	struct fresh *fresh; /* one a sink */
	struct httpd *httpd;
	struct memo *memo;
	const char **hosts;
	int epoll, control, signer, audit;
	struct buffer audit_lines;     /* of this turn */
	int audit_error;               /* the last time; 0 none */
	unsigned long long audit_lost; /* lines, since one was written */
	int audit_torn;                /* what was written last is no line */
	double audit_room;             /* lines for who is refused */
	long long audit_room_ms;       /* as of then */
	unsigned long long audit_more; /* refused, with no line of their own */
	int listeners[MESSAGE_FDS];
	size_t n_listeners;
	struct httpd *probes; /* of --probe-listen; NULL none */
	int probe_listener;   /* -1 none */
	int dirfd;            /* where tokens are kept; -1 nowhere */
	int ready;            /* the keeper was told */
	int draining;
	long long drain_until_ms;

	struct row **rows; /* by hash */
	size_t n_rows;
	struct row *flying; /* rows with a flight */
	unsigned long next_id;
	struct net *nets[NETS_MAX];
	int nets_asked; /* of the keeper, not here yet */
	int verifier;   /* -1 none */
	int verifier_asked;
	long long verifier_used_ms;
	struct inspection *inspections;
	unsigned int n_inspections;
	long long due_ms;  /* when front_tick() is due; -1 never */
	long long ahead_s; /* the wall clock of the boot clock, last seen */
	struct counts counts;
};

/* Nothing later than AT_MS may pass without a tick. */
void front_due(struct front *front, long long at_ms);

/* Watch FD for reading; WHAT comes back with its events. 0, or -1. */
int front_watch(struct front *front, int fd, void *what);

struct face *front_face(struct front *front, const struct profile *profile);

/* Send to the keeper. 0, or -1. */
int front_tell_keeper(struct front *front, const char *what);

#endif
