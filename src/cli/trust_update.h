/* SPDX-License-Identifier: ISC */
#ifndef CLI_TRUST_UPDATE_H
#define CLI_TRUST_UPDATE_H

#include <segl/softtoken.h>

#include "settings/settings.h"

/* segl trust import, update and check: what stands behind that word. */
enum segl_status trust_import(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status trust_update(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;
enum segl_status trust_check(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;

/*
 * Bring only the lists that TOKEN's path needs: of its issuer's country, and
 * all where that does not have it. Says nothing of what it did.
 *
 * Errors: those of segl_trust_update().
 */
enum segl_status trust_update_for(struct segl *segl,
    const struct settings *settings,
    struct segl_softtoken *token) SEGL_MUST_USE;

#endif
