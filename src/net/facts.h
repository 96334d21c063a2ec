/* SPDX-License-Identifier: ISC */
#ifndef NET_FACTS_H
#define NET_FACTS_H

#include "net/easy.h"

/*
 * What a request tells besides its answer, where the field "facts" asks for
 * it: which address, by way of a proxy or not, how long each part took, and
 * the certificates that the other side showed.
 *
 * With "peek" nothing is sent but the TLS handshake, and nothing is verified:
 * so one sees who stands there when verifying failed.
 */

/* Prepare EASY as FRAME asks; 0, or -1. */
int facts_prepare(struct easy *easy, const struct buffer *frame);

/* Add the fields to ANSWER where FRAME asks for them. Errors: SEGL_ENOMEM. */
enum segl_status facts_add(const struct easy *easy, const struct buffer *frame,
    struct buffer *answer) SEGL_MUST_USE;

#endif
