/* SPDX-License-Identifier: ISC */
#ifndef FRONT_SIDECAR_H
#define FRONT_SIDECAR_H

#include "settings/settings.h"

/*
 * Serve the request from a running segld: the one that --agent names, else the
 * one in the usual place (agent/place.h), if nobody named a key: whose token it
 * is must not depend on what happens to run.
 *
 * Returns 1 where the request is done, with the exit code in *EXIT_CODE; 0
 * where it is to be done here.
 */
int sidecar_serve(
    struct segl *segl, const struct settings *settings, int *exit_code);

#endif
