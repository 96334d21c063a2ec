/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_LISTEN_H
#define HTTPD_LISTEN_H

#include <segl/handle.h>

/*
 * A socket that listens on the numeric ADDRESS and *PORT (0: any free one,
 * which PORT then receives), close-on-exec, in FD (-1 when the call fails).
 */
enum segl_status listen_tcp(struct segl *segl, const char *address,
    unsigned short *port, int *fd) SEGL_MUST_USE;

/*
 * A unix socket that listens at PATH, in FD (-1 when the call fails), open to
 * everybody who reaches it: who may have what is decided by who asks. One that
 * nobody answers any more is replaced; one that somebody answers is not.
 */
enum segl_status listen_unix(
    struct segl *segl, const char *path, int *fd) SEGL_MUST_USE;

/* Non-zero where ADDRESS, numeric, is one that only this host reaches. */
int listen_is_loopback(const char *address);

#endif
