/* SPDX-License-Identifier: ISC */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <segl/softtoken.h>

#include "settings/settings.h"

/*
 * Complete the path of TOKEN with what is at the addresses that its
 * certificates give (RFC 5280, 4.2.2.1). What cannot be had, or does not
 * belong to the path, draws a warning; the path may well stay incomplete.
 *
 * Errors: SEGL_EINTERNAL segl-net cannot be started, SEGL_ENOMEM. Does I/O.
 */
enum segl_status complete_path(struct segl *segl,
    const struct settings *settings,
    struct segl_softtoken *token) SEGL_MUST_USE;

#endif
