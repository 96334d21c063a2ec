/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_FRESH_H
#define DAEMON_FRESH_H

#include "daemon/front.h"
#include "daemon/row.h"

/*
 * The front's part of files with a token (daemon/sink.h): it looks after their
 * tokens as if somebody asked for them all the time, and has the keeper write
 * each that comes.
 */

/* What is wanted for a file, and its row once there is one. */
struct fresh {
	struct want want;
	struct row *row;
};

/*
 * Read what is asked for. Errors, in FRONT's handle: SEGL_EUSAGE a rule that
 * cannot be, SEGL_ENOMEM.
 */
enum segl_status fresh_load(struct front *front) SEGL_MUST_USE;

/* There is a signer: begin, where that was not done. */
void fresh_begin(struct front *front);

/* ROW, which is wanted for a file, has a token. */
void fresh_came(struct front *front, const struct row *row);

#endif
