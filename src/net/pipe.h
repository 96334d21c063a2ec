/* SPDX-License-Identifier: ISC */
#ifndef NET_PIPE_H
#define NET_PIPE_H

#include "net/helper.h"

/* What all who speak to segl-net share. */

/* The fields of every request; CONTENT_TYPE may be NULL. SEGL_ENOMEM. */
enum segl_status pipe_add_request(struct buffer *payload,
    const struct net_options *options, const char *url,
    const char *content_type) SEGL_MUST_USE;

/* segl-net is gone or breaks the protocol: ERROR is what the wire said. */
enum segl_status pipe_lost(struct segl *segl, int error);

/* The failure that segl-net told in PAYLOAD, in words. */
enum segl_status pipe_failed(
    struct segl *segl, const char *url, const struct buffer *payload);

#endif
