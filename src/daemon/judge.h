/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_JUDGE_H
#define DAEMON_JUDGE_H

#include "daemon/sign.h"

/*
 * What the signer tells of a certificate and of the trusted lists when it has
 * loaded: nothing of the key. Later it could read neither.
 */

/* Largest report of one profile, in bytes: what is past it is left out. */
#define JUDGE_REPORT_MAX (12u << 10)

/*
 * Whether the certificate of SEAL will do, into OUT, which is initialised here:
 * a JSON object with the verdict and each rule that is broken or undecided; the
 * verdict is null for a key without certificate.
 * Errors: those of segl_suitability_check().
 */
enum segl_status judge_report(struct segl *segl, const struct seal *seal,
    struct buffer *out) SEGL_MUST_USE;

/*
 * Add to MESSAGE a field "list" for each trusted list that is there: territory,
 * when it was issued, when the next is due (-1 never), when it was fetched,
 * seconds since the Epoch. None where there is no store.
 */
enum segl_status judge_lists(struct segl *segl, const struct settings *settings,
    struct buffer *message) SEGL_MUST_USE;

#endif
