/* SPDX-License-Identifier: ISC */
#ifndef CLI_REVOKED_H
#define CLI_REVOKED_H

#include <segl/revocation.h>

#include "settings/settings.h"

/*
 * Ask whether a certificate of TOKEN's path is revoked, as --revocation says;
 * answers are kept in the cache directory. segl-net is started when the first
 * answer has to be fetched.
 *
 * OUT    new; NULL where nobody is to be asked, and when the call fails.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status revoked_ask(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token,
    struct segl_revocations **out) SEGL_MUST_USE;

/* Non-zero where no answer is to be taken for a bad one. */
int revoked_is_strict(const struct settings *settings);

#endif
