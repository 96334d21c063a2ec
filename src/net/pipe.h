/* SPDX-License-Identifier: ISC */
#ifndef NET_PIPE_H
#define NET_PIPE_H

#include "net/helper.h"

/* What all who speak to segl-net share. */

/* What segl-net may take beyond its own limits before it is given up. */
#define PIPE_GRACE_MS 10000

/* The fields of every request; CONTENT_TYPE may be NULL. SEGL_ENOMEM. */
enum segl_status pipe_add_request(struct buffer *payload,
    const struct net_options *options, const char *url,
    const char *content_type) SEGL_MUST_USE;

/* segl-net is gone or breaks the protocol: ERROR is what the wire said. */
enum segl_status pipe_lost(struct segl *segl, int error);

/*
 * Send PAYLOAD, which is cleared, as a frame of TYPE; COMPOSED is how putting
 * it together went, which only memory stops. Errors: SEGL_ENOMEM,
 * SEGL_EINTERNAL.
 */
enum segl_status pipe_send(struct segl *segl, int fd, enum wire_type type,
    struct buffer *payload, enum segl_status composed) SEGL_MUST_USE;

/*
 * The next frame into PAYLOAD, from a request that may take TOTAL_S seconds.
 * Errors: those of pipe_lost().
 */
enum segl_status pipe_receive(struct segl *segl, int fd, long total_s,
    enum wire_type *type, struct buffer *payload) SEGL_MUST_USE;

/* The failure that segl-net told in PAYLOAD, in words. */
enum segl_status pipe_failed(
    struct segl *segl, const char *url, const struct buffer *payload);

#endif
