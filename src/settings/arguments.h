/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_ARGUMENTS_H
#define SETTINGS_ARGUMENTS_H

#include "settings/settings.h"

/*
 * Take the command, its options and operands from ARGV; where the command of
 * SETTINGS is COMMAND_DAEMON already, options alone.
 * Errors: SEGL_EUSAGE, with what was probably meant; SEGL_ENOMEM.
 */
enum segl_status arguments_take(struct segl *segl, struct settings *settings,
    int argc, char **argv) SEGL_MUST_USE;

#endif
