/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_MEMO_H
#define DAEMON_MEMO_H

#include "daemon/want.h"

/*
 * What requests meant that came before, word by word the same: callers ask for
 * few different things, and each of them many times. The meaning depends on the
 * profiles alone, which a front never changes.
 */
struct memo;

/* NULL out of memory. */
struct memo *memo_new(void);
void memo_free(struct memo *memo);

/* Fill WANT as REQUEST's target did before; 0 where it is not known. */
int memo_recall(const struct memo *memo, const struct httpd_request *request,
    struct want *want);

/* Keep what REQUEST's target means; it may be forgotten for another one. */
void memo_keep(struct memo *memo, const struct httpd_request *request,
    const struct want *want);

#endif
