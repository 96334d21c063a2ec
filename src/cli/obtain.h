/* SPDX-License-Identifier: ISC */
#ifndef CLI_OBTAIN_H
#define CLI_OBTAIN_H

#include <segl/exchange.h>

#include "cache/entry.h"
#include "cli/server.h"
#include "settings/settings.h"

/* Digdir's scope to try an eSeal with; no API takes it. */
#define OBTAIN_TRIAL_SCOPE "digdir:verksemd.eu"

/*
 * A new token as SETTINGS ask for it, exchanged where they say so. SERVER is
 * open. OUT is new, NULL when the call fails.
 *
 * Errors: those of segl_exchange_through() and what makes a grant.
 */
enum segl_status obtain_new(struct segl *segl, const struct settings *settings,
    struct server *server, struct segl_token **out) SEGL_MUST_USE;

/* The same with SOFTTOKEN, which is loaded and judged already. */
enum segl_status obtain_with(struct segl *segl, const struct settings *settings,
    struct server *server, const struct segl_softtoken *softtoken,
    struct segl_token **out) SEGL_MUST_USE;

/* Who is to exchange it, and where: URL is borrowed; NULL where nobody is. */
enum segl_status obtain_exchanger(struct segl *segl,
    const struct settings *settings, const struct settings_server *named,
    enum segl_exchanger *by, const char **url) SEGL_MUST_USE;

/* The failure where no scope is given. */
enum segl_status obtain_need_scope(struct segl *segl);

/* A token to use now. */
struct obtained {
	struct entry entry; /* of it, kept or not */
	long remaining_s;   /* -1 unknown */
	int from_cache;
};

/*
 * A token as SETTINGS ask for it: a kept one that is good, else a new one,
 * which is kept. FORCE_NEW: a new one in any case, unless another run got one
 * meanwhile that is not REJECTED (the token that a server did not take, or
 * NULL). OUT is for obtained_clear(), also when the call fails.
 */
enum segl_status obtain(struct segl *segl, const struct settings *settings,
    int force_new, const char *rejected, struct obtained *out) SEGL_MUST_USE;
void obtained_clear(struct obtained *obtained);

#endif
