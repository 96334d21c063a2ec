/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_LISTENERS_H
#define DAEMON_LISTENERS_H

#include "daemon/message.h"
#include "daemon/policy.h"

/* What segld is asked on; the keeper holds it, so that no restart loses it. */
struct listeners {
	int fds[MESSAGE_FDS];
	size_t n;
	char *paths[MESSAGE_FDS]; /* of unix sockets of ours; NULL else */
	int probes;               /* of --probe-listen; -1 none */
	char *probes_path;        /* of it, as above */
};

/* None. */
void listeners_init(struct listeners *listeners);

/*
 * Open what SETTINGS name: the sockets that init passed, if any; else those of
 * --listen; else the usual place (agent/place.h).
 *
 * An address that others can reach wants --unsafe-listen, and TCP a rule of
 * POLICY that is for somebody there; --probe-listen, where no token is had,
 * wants no rule.
 *
 * Errors: SEGL_EUSAGE. listeners_close() is right also then.
 */
enum segl_status listeners_open(struct segl *segl,
    const struct settings *settings, const struct policy *policy,
    struct listeners *out) SEGL_MUST_USE;

/*
 * The first unix socket that SETTINGS say, opened or not, in PATH of SIZE
 * bytes; 0 where they say none.
 */
int listeners_first_path(
    const struct settings *settings, char *path, size_t size);

/* Close them; sockets of ours leave the file system. */
void listeners_close(struct listeners *listeners);

#endif
