/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_NET_POOL_H
#define DAEMON_NET_POOL_H

#include "daemon/front.h"

/*
 * Running segl-net, each for one flight at a time. They come from the keeper,
 * since the front can start nothing, and go when nobody needed them for
 * NET_IDLE_MS.
 */
#define NET_IDLE_MS 30000

struct net {
	int fd;
	struct row *user; /* NULL: idle */
	long long idle_since_ms;
	struct buffer in; /* what came of the next frame */
};

/*
 * An idle one for ROW, or NULL: then one is on its way, or all are in use, and
 * flight_net() is called for a row that waits when there is one.
 */
struct net *net_take(struct front *front, struct row *row);

/* The flight of NET's user needs it no more. BROKEN: nor does anybody. */
void net_release(struct front *front, struct net *net, int broken);

/* FD is a new one; -1: none could be started. */
void net_arrived(struct front *front, int fd);

/* NET is readable. */
void net_readable(struct front *front, struct net *net);

/* Let go of those that were idle too long. */
void net_tick(struct front *front, long long now_ms);

/* Non-zero where WHAT, from epoll, is one of them. */
int net_is(const struct front *front, const void *what);

unsigned int net_count(const struct front *front);

#endif
