/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_USAGE_H
#define SETTINGS_USAGE_H

#include <stdio.h>

#include "settings/settings.h"

/* Print help for COMMAND, or for all of segl where it is COMMAND_NONE. */
void usage_print(FILE *to, enum command command);

#endif
