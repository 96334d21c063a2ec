/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_KEEPER_H
#define DAEMON_KEEPER_H

#include <sys/types.h>

#include "daemon/listeners.h"
#include "daemon/profiles.h"
#include "daemon/sink.h"
#include "daemon/watch.h"

/*
 * The keeper starts a signer, and once that has loaded and judged the keys, a
 * front that it hands the signer to. The two are a pair. To reload is to start
 * another pair beside the one that serves: only when the new front says that it
 * is ready the old one is told to finish, so nothing that fails to load ever
 * takes the place of what works. A signer that dies is replaced; with a front
 * dies its pair, and a new one is started.
 */
struct pair {
	pid_t signer, front; /* 0: not running */
	int signer_fd;       /* the front's end, until it is handed on; -1 */
	int front_fd;        /* to the front, -1 */
	int is_ready;
	struct buffer ready; /* the signer's message, for the front */
};

struct hook;

/* Most that is started for fronts: what one needs, and one that finishes. */
#define HELPERS_MAX 20

struct keeper {
	struct segl *segl;
	int argc;
	char **argv;
	struct profiles profiles;
	struct policy *policy;
	struct sinks sinks;
	struct hook *hooks;
	pid_t lists_pid;       /* an update under way; 0 none */
	long long lists_at_ms; /* when the next one is due; -1 never */
	long long lists_began; /* the last one, seconds since the Epoch */
	int lists_code;        /* and its exit status */
	long long list_updates, list_failures;
	/* of the certificates, seconds since the Epoch; see rejudge.h */
	long long judged, judge_again;
	struct listeners listeners;
	struct watch watch;
	pid_t helpers[HELPERS_MAX]; /* segl-net and verifiers; 0 vacant */
	int audit;                  /* the log, -1 none */
	int signals;
	struct pair now, next; /* what serves; what is to */
	struct pair old;       /* what served and finishes */
	int reloading;         /* next is a reload, not a start */
	int stopping;
	int failures;          /* in a row, of what was started */
	long long start_at_ms; /* when to try again; -1 no need */
	long long look_at_ms;  /* when to look at the files again */
	int exit_code;         /* of the first start, where it failed */
	int announced;         /* READY=1 was told */
};

/*
 * Start, serve, end; returns the exit code. The failure of the first start is
 * told by who failed; here by the caller where SEGL has it.
 */
int keeper_run(struct keeper *keeper);

/* ---- pairs, daemon/pair.c ------------------------------------------------ */

void pair_init(struct pair *pair);
/* Let go of PAIR: with their sockets its processes end. */
void pair_drop(struct pair *pair);

/* Start the signer of PAIR. Errors: SEGL_EINTERNAL. */
enum segl_status pair_start_signer(
    struct keeper *keeper, struct pair *pair) SEGL_MUST_USE;

/*
 * The signer of PAIR has something to say, or is gone: 1 it is ready, 2 it has
 * judged, and a seal will not do, 0 not yet, -1 it failed.
 */
int pair_hear_signer(struct pair *pair);

/*
 * Start the front of PAIR and hand it listeners, log and signer.
 * Errors: SEGL_EINTERNAL.
 */
enum segl_status pair_start_front(
    struct keeper *keeper, struct pair *pair) SEGL_MUST_USE;

/* Hand the signer of FROM, which is ready, to the front of PAIR. 0, or -1. */
int pair_replace_signer(struct pair *pair, struct pair *from);

/*
 * What the organisation is for which the signer of PAIR signs must not change
 * by itself: the profile whose identity is another one in NEXT; NULL none.
 */
const char *pair_identity_changed(
    const struct pair *pair, const struct pair *next);

#endif
