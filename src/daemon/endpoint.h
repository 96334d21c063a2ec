/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ENDPOINT_H
#define DAEMON_ENDPOINT_H

#include <segl/transport.h>

#include "daemon/front.h"
#include "daemon/row.h"

/*
 * Where a profile's tokens come from: the server's metadata (RFC 8414), asked
 * for once a day; where that cannot be had, what it was, or what is built in.
 */

/* Whether the metadata is to be asked for before ROW's next grant. */
int endpoint_is_to_be_asked(struct front *front, const struct row *row);

/*
 * The answer to that: take it up, and keep it.
 * Errors, in the flight's handle: SEGL_ESERVER; those of
 * segl_metadata_parse().
 */
enum segl_status endpoint_take(struct front *front, struct row *row,
    const struct segl_response *response) SEGL_MUST_USE;

/*
 * It failed with STATUS. Whether it is possible to go on without; the failure
 * is forgotten then.
 */
int endpoint_fall_back(
    struct front *front, struct row *row, enum segl_status status);

/*
 * Where the keys of ROW's server are, NULL where only its metadata tells;
 * borrowed from the profile's face, or static.
 */
const char *endpoint_keys_url(struct front *front, const struct row *row);

/* The server's clock, off any answer. */
void endpoint_see_clock(
    struct face *face, const struct segl_response *response);

#endif
