/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_LISTS_H
#define DAEMON_LISTS_H

#include "daemon/keeper.h"

/*
 * The trusted lists, updated in the background: the keeper runs what segl trust
 * update is, without a key and without what PINs are taken from. Where that
 * brought something the certificates are judged anew, by a reload.
 *
 * With --trust-update so often, else once a day where there is a store; never
 * all at once: each time a tenth more or less. What fails is tried again after
 * an hour, or so.
 */

/* The signer of what serves has said what lists there are: plan. */
void lists_plan(struct keeper *keeper);

/* Start what is due at NOW_MS. */
void lists_tick(struct keeper *keeper, long long now_ms);

/*
 * PID ended with STATUS of waitpid(2): 1 it was an update that brought
 * something, 0 one that did not, -1 it was none.
 */
int lists_ended(struct keeper *keeper, pid_t pid, int status);

/* Tell the front of PAIR how it went so far. */
void lists_tell(const struct keeper *keeper, const struct pair *pair);

#endif
