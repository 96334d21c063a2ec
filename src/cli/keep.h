/* SPDX-License-Identifier: ISC */
#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include <segl/exchange.h>

#include "cli/server.h"
#include "settings/settings.h"

/*
 * Keep TOKEN for the next run, or, where it is NULL, tell the failure in SEGL
 * to those who wait for the same token; then let the lock go that the front
 * took. Failing to is no error.
 */
void keep_outcome(struct segl *segl, const struct settings *settings,
    const struct server *server, const struct segl_token *token);

/* The same without lock, in the directory DIRFD (-1: nowhere). */
void keep_token(struct segl *segl, const struct settings *settings, int dirfd,
    const struct segl_token *token);

#endif
