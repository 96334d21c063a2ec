/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_MESSAGE_H
#define DAEMON_MESSAGE_H

#include "base/buffer.h"

/*
 * How the processes of segld talk:
 *
 *   segld         the keeper: reads the settings, opens what is listened on,
 *                 starts the others and starts them again; parses nothing
 *                 foreign, holds no key
 *   segld-signer  holds the keys; no network, no files, no programs; signs
 *                 only what it has composed itself from the settings
 *   segld-verifier judges tokens of others, while there are any; owns nothing
 *   segld-front   talks to the world: requests, answers of the server; holds
 *                 tokens and no key
 *
 * Between two of them is a SOCK_SEQPACKET socket, so a message comes whole or
 * not at all. A message is fields "name\0value\0" (net/wire.h reads and writes
 * them), the first of which is "what"; descriptors may come along.
 *
 *   keeper to front   signer     1 descriptor: a signer that is ready; the
 *                                fields of its "ready" too
 *                     listen     descriptors to accept on
 *                     probes     1 descriptor to accept on, --probe-listen
 *                     audit      1 descriptor, the log
 *                     net        1 descriptor, a segl-net; none: not started
 *                     verifier   1 descriptor, a segld-verifier; none: as above
 *                     lists      updates, failures, at, code: how trusted
 *                                lists were updated
 *                     judged     of the signer that was to take the place of
 *                                its own: what became of the same seals
 *                     drain      finish, accept no more
 *   front to keeper   ready      it answers
 *                     net        start a segl-net
 *                     verifier   start a segld-verifier
 *                     file       path, text: a file of --token-file
 *   signer to keeper  ready      profile, identity, subject, serial,
 *                                not-before, not-after, report; for each
 *                                profile, in order; list, for each trusted
 *                                list
 *                     judged     the same, where a seal will not do: it ends
 *   front to signer   sign       id, profile, algs, clock-offset; scope,
 *                                resource, consumer-org and so on
 *   signer to front   signed     id, jti, assertion
 *                     refused    id, status, turn, message, remedy
 *   front to verifier verify     id, now, issuer, token, keys
 *   verifier to front verdict    id, unknown-key, json (RFC 7662, 2.2)
 *
 * Whatever does not look like that ends the connection, and the keeper starts
 * anew.
 */

/* Largest message: an assertion (SEGL_JWS_MAX) and its fields, in bytes. */
#define MESSAGE_MAX (96u << 10)
/* Most descriptors in one. */
#define MESSAGE_FDS 16

/* Two ends, close-on-exec; 0 or errno. */
int message_pair(int ends[2]);

/*
 * Begin a message called WHAT in FIELDS, which is initialised here.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status message_begin(
    struct buffer *fields, const char *what) SEGL_MUST_USE;

/* Non-zero where FIELDS is a message called WHAT. */
int message_is(const struct buffer *fields, const char *what);

/*
 * Send FIELDS and N descriptors, which stay open here; 0 or errno. Never waits
 * long: EAGAIN where the other side does not read.
 */
int message_send(int fd, const struct buffer *fields, const int *fds, size_t n);

/*
 * Receive into FIELDS, which is cleared first, and FDS (MESSAGE_FDS places, N
 * of them used, close-on-exec, the caller's). 0, or errno: EAGAIN nothing is
 * there, EPIPE the other side is gone, EPROTO not a message.
 */
int message_receive(int fd, struct buffer *fields, int *fds, size_t *n);

#endif
