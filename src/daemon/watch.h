/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_WATCH_H
#define DAEMON_WATCH_H

#include "base/buffer.h"
#include "daemon/policy.h"
#include "daemon/profiles.h"

/*
 * What the files are like that segld works with: keys, certificates, PINs,
 * secrets, configuration; for each its device, inode, size and times, so that
 * also what stands behind a symbolic link is seen to change, as Kubernetes
 * swaps it. By looking, not by being told: it works for every file system.
 */
struct watch {
	struct buffer accepted; /* as they were when they were last loaded */
	struct buffer seen;     /* as they were at the last look */
};

/* How often to look, in milliseconds. */
#define WATCH_EVERY_MS 1000

void watch_init(struct watch *watch);
void watch_clear(struct watch *watch);

/* What is there now counts as loaded. */
void watch_accept(struct watch *watch, const struct profiles *profiles,
    const struct policy *policy);

/*
 * Look. Non-zero where the files are not as they were accepted, and have not
 * changed since the look before: whoever writes them is done.
 */
int watch_look(struct watch *watch, const struct profiles *profiles,
    const struct policy *policy);

#endif
