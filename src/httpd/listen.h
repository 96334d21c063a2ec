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

#endif
