/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_REJUDGE_H
#define DAEMON_REJUDGE_H

#include "daemon/keeper.h"

/*
 * What was judged of a certificate is true for a while: it ends, so does a
 * trusted list, and lists are updated. The signer, which judges, can open no
 * file once it serves: another one takes its place, as when one has died.
 */

/* The signer of KEEPER->now has judged: when is the next one to? */
void rejudge_plan(struct keeper *keeper);

/* Whether it is time; also where the clock was set. Never with a prompt. */
int rejudge_is_due(const struct keeper *keeper);

/* Have it done now; where that fails, again after a while. */
void rejudge_soon(struct keeper *keeper);
void rejudge_later(struct keeper *keeper);

#endif
