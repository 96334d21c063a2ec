/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_PROBE_H
#define DAEMON_PROBE_H

#include "settings/settings.h"

/*
 * Ask the segld that answers where SETTINGS say, over its unix socket, how it
 * is: for supervisors that cannot do HTTP over one. Prints its answer.
 *
 * Errors: SEGL_EUSAGE    no unix socket is among --listen
 *         SEGL_ENETWORK  it does not answer
 *         SEGL_ESERVER   it says that it is not (ready)
 */
enum segl_status probe(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;

#endif
