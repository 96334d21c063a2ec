/* SPDX-License-Identifier: ISC */
#ifndef CLI_LISTED_H
#define CLI_LISTED_H

#include <segl/trust_store.h>

#include "settings/settings.h"

/*
 * The store that SETTINGS name, or the usual one. NULL where there is none, or
 * none is wanted (--trust none).
 *
 * Errors: those of segl_trust_store_open(). Where nobody named a store, one
 * that cannot be used is a warning, and OUT is NULL.
 */
enum segl_status listed_open(struct segl *segl, const struct settings *settings,
    struct segl_trust_store **out) SEGL_MUST_USE;

/*
 * What the trusted lists say of TOKEN's path at the time AT; OUT is new, NULL
 * where there is no store. Errors: as above.
 */
enum segl_status listed_ask(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, long long at,
    struct segl_trust_answer **out) SEGL_MUST_USE;

/*
 * Lengthen TOKEN's path with what the lists have, where it ends early, and of
 * several paths take the one over a listed CA. Whether
 * that may be sent is not decided here: cli/suitable.h. A store that cannot be
 * used changes nothing, and is not told: who asks it next will.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status listed_complete(struct segl *segl,
    const struct settings *settings,
    struct segl_softtoken *token) SEGL_MUST_USE;

#endif
