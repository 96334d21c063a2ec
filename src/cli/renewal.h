/* SPDX-License-Identifier: ISC */
#ifndef CLI_RENEWAL_H
#define CLI_RENEWAL_H

#include <limits.h>
#include <sys/types.h>

#include <segl/order.h>
#include <segl/suitability.h>

#include "settings/settings.h"

/* The current soft token and the one that is to take its place. */
struct renewal {
	struct segl *segl;
	const struct settings *settings;
	const char *file; /* the new one, NULL: none yet */
	long long now;

	struct segl_pin *pin; /* of the current one; NULL: it needs none */
	struct segl_softtoken *current;
	struct segl_softtoken *next;
	struct segl_report *current_report;
	struct segl_report *next_report;

	char *scope;           /* that was tried; NULL none was */
	char path[PATH_MAX];   /* the file that was replaced, links followed */
	char backup[PATH_MAX]; /* what it is called now; "" nothing changed */
	pid_t told;            /* the segld that was told, 0 none */
};

/* Load and judge the current one. Errors: those of session_load(). */
enum segl_status renewal_load_current(struct renewal *renewal) SEGL_MUST_USE;

/*
 * Load and judge the new one: it is of the same business, to the letter, not
 * the same certificate, and suitable.
 * Errors: SEGL_ECERT it is not; those of session_load(); SEGL_EUNDECIDED.
 */
enum segl_status renewal_load_next(struct renewal *renewal) SEGL_MUST_USE;

/*
 * Get a token with it, as the settings say, and throw it away.
 * Errors: those of segl token; SEGL_EREPLY the token is somebody else's.
 */
enum segl_status renewal_try(struct renewal *renewal) SEGL_MUST_USE;

/*
 * Put it in the place of the current one, which is kept under another name.
 * At every moment one of the two, whole, has the name that is configured.
 * Errors: SEGL_EUSAGE it cannot be written there; SEGL_ENOMEM.
 */
enum segl_status renewal_swap(struct renewal *renewal) SEGL_MUST_USE;

/*
 * Tell the segld of --reload-pid-file. Not being able to is a warning: segld
 * looks at its files by itself.
 */
void renewal_tell(struct renewal *renewal);

void renewal_clear(struct renewal *renewal);

#endif
