/* SPDX-License-Identifier: ISC */
#ifndef FRONT_AHEAD_H
#define FRONT_AHEAD_H

#include "settings/settings.h"

/*
 * Start segl-net, let it connect to where the token will come from, and hand
 * it over to the program exec'd next. What goes wrong here goes wrong again
 * there, and is told there.
 */
void ahead_connect(struct segl *segl, const struct settings *settings);

#endif
