/* SPDX-License-Identifier: ISC */
#ifndef CLI_TOKEN_H
#define CLI_TOKEN_H

#include <segl/exchange.h>

#include "settings/settings.h"

/*
 * Print TOKEN on standard output in the form that SETTINGS ask for.
 * Errors: SEGL_EINTERNAL it could not be written whole, SEGL_ENOMEM.
 */
enum segl_status token_print(struct segl *segl, const struct settings *settings,
    const struct segl_token *token) SEGL_MUST_USE;

#endif
