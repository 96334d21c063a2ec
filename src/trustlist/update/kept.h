/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_KEPT_H
#define TRUSTLIST_UPDATE_KEPT_H

#include <segl/handle.h>

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
 * Keep CANDIDATE as NAME; DIRFD is the caller's to sync once all are written.
 * Errors: SEGL_EUSAGE it cannot be written.
 */
enum segl_status kept_write(struct segl *segl, int dirfd, const char *name,
    const struct candidate *candidate) SEGL_MUST_USE;

/* The same where only where it came from changed: asked again, as it was. */
enum segl_status kept_write_meta(struct segl *segl, int dirfd, const char *name,
    const struct candidate *candidate) SEGL_MUST_USE;

#endif
