/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_LOTL_H
#define TRUSTLIST_UPDATE_LOTL_H

#include "trustlist/load/load.h"
#include "trustlist/update/candidate.h"

/*
 * How to get at a pivot: the NTH of what may be it, counted from 0; NULL, with
 * the reason, where there is no more.
 */
struct lotl_pivots {
	struct candidate *(*find)(void *arg, const struct policy_pivot *pivot,
	    size_t nth, char *reason);
	void *arg;
};

struct lotl {
	struct candidate *file; /* borrowed */
	struct tl_job job;      /* whose list may be believed */
	/* those on the way, borrowed */
	struct candidate *pivot[POLICY_PIVOTS_MAX];
	size_t n_pivots;
	char news[ANCHORS_NOTICE_MAX + 1]; /* see policy.h; "" none */
};

/*
 * Is FILE the list of trusted lists? From ANCHORS over the pivots that it
 * names to itself. *ACCEPTED where it is; else REASON (policy.h) says why not,
 * and OUT is empty. LOTL_URL as for policy_pivots(); FLOOR is the number of the
 * one in use, -1 none.
 *
 * Errors: those of tl_load(). lotl_clear() in any case.
 */
enum segl_status lotl_authenticate(struct segl *segl,
    const struct anchors *anchors, const char *lotl_url, long long floor,
    struct candidate *file, const struct lotl_pivots *pivots, struct lotl *out,
    int *accepted, char *reason) SEGL_MUST_USE;
void lotl_clear(struct lotl *lotl);

#endif
