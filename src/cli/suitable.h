/* SPDX-License-Identifier: ISC */
#ifndef CLI_SUITABLE_H
#define CLI_SUITABLE_H

#include <segl/revocation.h>
#include <segl/suitability.h>

#include "settings/settings.h"

/*
 * Judge TOKEN on the terms of SETTINGS at the time AT, RFC 7518's ALGS being
 * those that the server takes (0: what Maskinporten documents) and REVOKED
 * what was answered about revocation (NULL: nobody was asked).
 *
 * OUT    new, NULL when the call fails.
 * Errors: those of segl_suitability_check().
 */
enum segl_status suitable_report(struct segl *segl,
    const struct settings *settings, const struct segl_softtoken *token,
    long long at, unsigned int algs, const struct segl_revocations *revoked,
    struct segl_report **out) SEGL_MUST_USE;

/*
 * Judge TOKEN before anything is sent, as --require-suitable says: a broken
 * rule that blocks is refused, what else may be refused is warned of in one
 * line.
 *
 * Errors: SEGL_ECERT it cannot work, or is not suitable and must be;
 * SEGL_EUNDECIDED it is not known to be and must be; SEGL_ENOMEM.
 */
enum segl_status suitable_to_send(struct segl *segl,
    const struct settings *settings, const struct segl_softtoken *token,
    long long at) SEGL_MUST_USE;

/* Remember the identifier of TOKEN for the next time (cli/seen.h). */
void suitable_remember(
    const struct settings *settings, const struct segl_softtoken *token);

#endif
