/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_KEPT_H
#define TRUSTLIST_UPDATE_KEPT_H

#include <segl/handle.h>

#include "base/draft.h"
#include "trustlist/update/candidate.h"

/*
 * The files that the store was made from: lists/XX.xml by territory, and
 * lists/XX.meta, where it came from; the pivots are lists/EU-pivot-N.xml. They
 * are verified again whenever they are used, so no harm comes from what else
 * could write there but its loss.
 */

/* The name of the file of TERRITORY, or of pivot NUMBER of the LOTL. */
#define KEPT_NAME_MAX 64
void kept_name(
    char name[KEPT_NAME_MAX], const char *territory, long long number);

/*
 * Read the file called NAME (without suffix) in the directory DIRFD. OUT is
 * NULL where there is none, or none that can be read. Owned by ALL.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status kept_read(struct segl *segl, int dirfd, const char *name,
    struct candidates *all, struct candidate **out) SEGL_MUST_USE;

/*
 * Read the bytes of CANDIDATE, kept as NAME, again after they were cleared.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status kept_load(struct segl *segl, int dirfd, const char *name,
    struct candidate *candidate) SEGL_MUST_USE;

/* Files in the making, which get their names together. Begins zeroed. */
struct kept_batch {
	struct draft *drafts;
	size_t n, room;
};

/*
 * CANDIDATE may be kept as NAME: have its bytes on their way to the disk while
 * other work is done. Where this fails, kept_write() will.
 */
void kept_begin(int dirfd, const char *name, struct candidate *candidate);

/*
 * Keep CANDIDATE as NAME, once BATCH is synced and placed.
 * Errors: SEGL_EUSAGE it cannot be written.
 */
enum segl_status kept_write(struct segl *segl, int dirfd, const char *name,
    struct candidate *candidate, struct kept_batch *batch) SEGL_MUST_USE;

/* The same where only where it came from changed: asked again, as it was. */
enum segl_status kept_write_meta(struct segl *segl, int dirfd, const char *name,
    const struct candidate *candidate, struct kept_batch *batch) SEGL_MUST_USE;

/* Put all of BATCH on the disk. Errors: SEGL_EUSAGE it cannot be written. */
enum segl_status kept_sync(
    struct segl *segl, const struct kept_batch *batch) SEGL_MUST_USE;
/*
 * Put all of it, once synced, in the place of what was there, and sync the
 * directory. Whoever is killed on the way leaves each file old or new.
 * Errors: SEGL_EUSAGE.
 */
enum segl_status kept_place(
    struct segl *segl, int dirfd, struct kept_batch *batch) SEGL_MUST_USE;
/* What was not committed is gone. */
void kept_batch_clear(struct kept_batch *batch);

#endif
