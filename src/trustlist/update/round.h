/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_ROUND_H
#define TRUSTLIST_UPDATE_ROUND_H

#include <segl/trust_update.h>

#include "trustlist/store/store.h"
#include "trustlist/update/lotl.h"

/* A national list: where it is, what was found, what became of it. */
struct country {
	char territory[POLICY_TERRITORY_MAX];
	const struct tl_pointer *pointer; /* of the LOTL */
	int wanted;
	int unchanged;          /* its server said so */
	struct candidate *kept; /* NULL none */
	struct candidate *file; /* the one in use; NULL none */
	struct tl_job job;      /* of FILE */
	size_t n_files;         /* that are being verified for it */
	int added;              /* to the store in the making */
	enum segl_trust_fate fate;
	char reason[POLICY_REASON_MAX]; /* of what failed; "" nothing did */
	const struct candidate *failed; /* which; NULL it was not there */
};

/* One update or import, from its beginning to its end. */
struct round {
	struct segl *segl;
	const struct segl_trust_order *order;
	struct segl_trust_summary *summary;
	struct anchors anchors;
	struct tl_store_writer store;
	struct tl_store_making *making;
	struct candidates found; /* new ones */
	struct candidates kept;
	struct candidate *kept_lotl; /* NULL none */
	struct lotl lotl;
	enum segl_trust_fate lotl_fate;
	struct country country[POLICY_COUNTRIES_MAX];
	size_t n_countries;
};

/* Anchors, store, lock, the kept LOTL; round_end() in any case. */
enum segl_status round_begin(struct round *round, struct segl *segl,
    const struct segl_trust_order *order,
    struct segl_trust_summary *summary) SEGL_MUST_USE;
void round_end(struct round *round);

/* The LOTL is there: whom it points to, what of it is kept. */
enum segl_status round_countries(struct round *round) SEGL_MUST_USE;

/* FILE of COUNTRY failed; the first reason counts. */
void round_fail(
    struct country *country, const struct candidate *file, const char *reason);

/* Verify what was found for the countries, and what is kept else. */
enum segl_status round_settle(struct round *round) SEGL_MUST_USE;

/* COUNTRY is settled: into the store in the making, if it is not there. */
enum segl_status round_add(
    struct round *round, struct country *country) SEGL_MUST_USE;

/* Keep the files, write the store, tell the news. */
enum segl_status round_write(struct round *round) SEGL_MUST_USE;

/* Tell of one FILE what became of it; REASON may be NULL. */
void round_tell_file(struct round *round, const struct candidate *file,
    const char *territory, enum segl_trust_fate fate, const char *reason);

/* The kept pivot of that number, or NULL. */
enum segl_status round_kept_pivot(struct round *round, long long number,
    struct candidate **out) SEGL_MUST_USE;

#endif
