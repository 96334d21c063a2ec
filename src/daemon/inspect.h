/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_INSPECT_H
#define DAEMON_INSPECT_H

#include "daemon/front.h"
#include "daemon/row.h"

/*
 * Tokens of others that are to be judged (POST /api/v1/introspect). The keys of
 * the server are a row like a token is: fetched once however many wait, kept
 * for a day, fetched anew where a token names one that is not there. Signatures
 * are verified by segld-verifier, which the keeper starts when it is needed and
 * which goes after VERIFIER_IDLE_MS: the front has no cryptography, and the
 * signer, which has, shall see nothing foreign.
 */
#define VERIFIER_IDLE_MS 30000

/* Largest token that is looked at, and set of keys, in bytes. */
#define INSPECT_TOKEN_MAX (32u << 10)
#define INSPECT_KEYS_MAX  (48u << 10)

/*
 * Judge TOKEN by the server of PROFILE and answer REQUEST, now or later, as
 * Texas does.
 */
void inspect_begin(struct front *front, const struct httpd_request *request,
    const struct profile *profile, const char *token,
    struct httpd_answer *answer);

/* {"active":false,"error":WHY}. */
void inspect_refuse(
    struct front *front, const char *why, struct httpd_answer *answer);

/* The flight of ROW, which is of keys, is over. */
void inspect_landed(struct front *front, struct row *row, int success);

/* FD is a new verifier, -1: none could be started; ours is readable. */
void inspect_arrived(struct front *front, int fd);
void inspect_readable(struct front *front);

void inspect_tick(struct front *front, long long now_ms);

#endif
