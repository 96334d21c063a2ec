/* SPDX-License-Identifier: ISC */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <segl/exchange.h>
#include <segl/softtoken.h>

#include "settings/settings.h"

/* From settings to the objects of the library, the same for every command. */

/*
 * Load the soft token that SETTINGS name and check that its path is one to
 * send: an eSeal's path without any issuer is refused, the missing issuer
 * named.
 *
 * Errors: those of segl_softtoken_load_file(), SEGL_EUSAGE, SEGL_ECERT.
 */
enum segl_status session_softtoken(struct segl *segl,
    const struct settings *settings, struct segl_softtoken **out) SEGL_MUST_USE;

/*
 * A grant as SETTINGS ask for it, by the holder of TOKEN, for the server
 * ISSUER that offers ALGS (names joined by blanks, "" not known).
 */
enum segl_status session_grant(struct segl *segl,
    const struct settings *settings, const struct segl_softtoken *token,
    const char *issuer, const char *algs,
    struct segl_grant **out) SEGL_MUST_USE;

#endif
