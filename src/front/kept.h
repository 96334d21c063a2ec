/* SPDX-License-Identifier: ISC */
#ifndef FRONT_KEPT_H
#define FRONT_KEPT_H

#include "settings/settings.h"

/*
 * Serve the request from a kept token, where there is a good one; else take
 * the lock of its entry, which is handed on to the program exec'd next.
 *
 * Returns 1 where the request is done, with the exit code in *EXIT_CODE; 0
 * where a token has to be got.
 */
int kept_serve(const struct settings *settings, int *exit_code);

#endif
