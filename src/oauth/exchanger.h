/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_EXCHANGER_H
#define OAUTH_EXCHANGER_H

#include <segl/exchange.h>

#include "base/buffer.h"

/*
 * The request by which BY, whose API is at BASE_URL (no slash at the end),
 * exchanges SUBJECT_TOKEN, for those who send it in their own way:
 * segl_exchanged_parse() reads the answer.
 *
 * URL    new; NULL when the call fails.
 * FORM   initialised here, holds a secret: what is posted there, as
 *        application/x-www-form-urlencoded; empty where the token goes along
 *        as bearer with a GET.
 *
 * Errors: SEGL_EUSAGE SUBJECT_TOKEN is no token (RFC 6750, 2.1), or too long;
 *         SEGL_ENOMEM.
 * No I/O.
 */
enum segl_status exchanger_request(struct segl *segl, enum segl_exchanger by,
    const char *base_url, const char *subject_token, char **url,
    struct buffer *form) SEGL_MUST_USE;

#endif
