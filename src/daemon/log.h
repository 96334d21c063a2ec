/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <segl/handle.h>

#include "settings/settings.h"

/*
 * What the processes of segld say on standard error, a line each, begun with
 * the name of the program: the journal adds the time.
 */

/* Remarks of SEGL go there, as SETTINGS ask, which must outlive it. */
void log_notes(struct segl *segl, const struct settings *settings);

/* Tell the failure in SEGL; returns the exit code. */
int log_failure(const struct segl *segl);

#endif
