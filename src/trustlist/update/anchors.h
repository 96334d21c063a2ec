/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_ANCHORS_H
#define TRUSTLIST_UPDATE_ANCHORS_H

#include <segl/handle.h>

#include "trustlist/update/signers.h"

/*
 * Where all trust in the lists begins: the certificates that may sign the
 * list of trusted lists, as one notice in the Official Journal of the European
 * Union names them. They stand in conf/trust-anchors.conf by their SHA-256,
 * and may stand in a file of the user's.
 */

#define ANCHORS_NAME_MAX   63  /* bytes */
#define ANCHORS_NOTICE_MAX 511 /* bytes of a URL */
#define ANCHORS_NOTICES    16  /* sections of one file */

struct anchors {
	char name[ANCHORS_NAME_MAX + 1];      /* of the section: "2026" */
	char reference[ANCHORS_NAME_MAX + 1]; /* "OJ C/2026/1944" */
	/* its address, as the list of trusted lists has it */
	char notice[ANCHORS_NOTICE_MAX + 1];
	struct signers signers;
	/* the other notices of the file, which are no news */
	char known[ANCHORS_NOTICES][ANCHORS_NOTICE_MAX + 1];
	size_t n_known;
};

/*
 * Parse LEN bytes of TEXT, which is written to and followed by a NUL, for the
 * section NAME (NULL: the first). FILE is for errors. No I/O.
 *
 * Errors: SEGL_EUSAGE not such a file, or no such section.
 */
enum segl_status anchors_parse(struct segl *segl, const char *file, char *text,
    size_t len, const char *name, struct anchors *out) SEGL_MUST_USE;

/*
 * Load WHICH: NULL the newest that segl knows, a name of its, or, where it has
 * a slash or a dot, a file, whose first section counts. Reads files.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM.
 */
enum segl_status anchors_load(
    struct segl *segl, const char *which, struct anchors *out) SEGL_MUST_USE;

#endif
