/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_CERTIFICATES_H
#define HTTPD_CERTIFICATES_H

#include "httpd/httpd.h"

/*
 * Several TLS certificates for one listener, of which one is chosen at each
 * handshake: for who plays a server whose certificate goes wrong. A file of
 * its own, since it alone needs GnuTLS, which libmicrohttpd is built on.
 */
#define HTTPD_CERTIFICATES_MAX 4

/* A path, leaf first, and the key of the leaf, in PEM. */
struct httpd_pair {
	const char *certificate_pem;
	const char *key_pem;
};

/*
 * Take one of the COUNT PAIRS, which are copied, at each handshake of HTTPD:
 * the one whose number CHOOSE returns, which is asked once a handshake, in the
 * thread of the listener. Before httpd_start(), and for one listener of the
 * process at a time: the library hands the callback nothing of ours.
 *
 * Errors: SEGL_EINTERNAL  a pair cannot be read, or there is a listener already
 *         SEGL_ENOMEM
 */
enum segl_status httpd_certificates(struct segl *segl, struct httpd *httpd,
    const struct httpd_pair *pairs, size_t count, size_t (*choose)(void *arg),
    void *arg) SEGL_MUST_USE;

/* After httpd_stop(); nothing where there are none. */
void httpd_certificates_clear(void);

#endif
