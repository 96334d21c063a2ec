/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_REPLY_H
#define OAUTH_REPLY_H

#include <jansson.h>

#include <segl/exchange.h>

/* What answers with tokens have in common (RFC 6749, 5.1). */

/* Non-zero where TEXT can go into a header: b68token of RFC 6750, 2.1. */
int reply_is_b68token(const char *text);

/*
 * The token in the members of JSON. OUT is new, NULL when the call fails.
 * Errors: SEGL_EREPLY a member is missing or malformed, SEGL_ENOMEM.
 */
enum segl_status reply_token(struct segl *segl, const json_t *json,
    long long now, struct segl_token **out) SEGL_MUST_USE;

/* TOKEN was asked for MS milliseconds ago: it lives since then at most. */
void reply_token_aged(struct segl_token *token, long long ms);

/*
 * The failure that HTTP status 429 (RFC 6585, 4) is: WHO, at the start of a
 * sentence, is asked too often, and to wait is the turn of whoever asks.
 */
enum segl_status reply_too_often(struct segl *segl, const char *who,
    const struct segl_response *response) SEGL_MUST_USE;

/* Drop JSON, and wipe the token in it. */
void reply_forget(json_t *json);

#endif
