/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "cache/lock.h"
#include "daemon/flight.h"
#include "daemon/net_pool.h"
#include "daemon/row.h"

unsigned int
net_count(const struct front *front)
{
	unsigned int n = 0;

	for (size_t i = 0; i < NETS_MAX; i++)
		n += front->nets[i] != NULL;
	return n;
}

int
net_is(const struct front *front, const void *what)
{
	for (size_t i = 0; i < NETS_MAX; i++)
		if (front->nets[i] == what && what != NULL)
			return 1;
	return 0;
}

static void
drop(struct front *front, struct net *net)
{
	for (size_t i = 0; i < NETS_MAX; i++)
		if (front->nets[i] == net)
			front->nets[i] = NULL;
	close(net->fd); /* it ends by itself then */
	buffer_clear(&net->in);
	free(net);
}

struct net *
net_take(struct front *front, struct row *row)
{
	for (size_t i = 0; i < NETS_MAX; i++) {
		struct net *net = front->nets[i];

		if (net != NULL && net->user == NULL) {
			net->user = row;
			return net;
		}
	}
	if (net_count(front) + (unsigned int)front->nets_asked < NETS_MAX &&
	    front_tell_keeper(front, "net") == 0)
		front->nets_asked++;
	return NULL;
}

void
net_release(struct front *front, struct net *net, int broken)
{
	struct row *next;

	net->user = NULL;
	net->idle_since_ms = lock_now_ms();
	if (broken) {
		drop(front, net);
		net = NULL;
	}
	next = flight_waiting_for_net(front);
	if (next != NULL && (net = net_take(front, next)) != NULL)
		flight_net(front, next, net);
	else
		front_due(front, lock_now_ms() + NET_IDLE_MS);
}

void
net_arrived(struct front *front, int fd)
{
	struct net *net = fd < 0 ? NULL : calloc(1, sizeof(*net));
	struct row *next;
	size_t i = 0;

	if (front->nets_asked > 0)
		front->nets_asked--;
	while (i < NETS_MAX && front->nets[i] != NULL)
		i++;
	if (net == NULL || i == NETS_MAX || front_watch(front, fd, net) != 0) {
		if (fd >= 0)
			close(fd);
		free(net);
		next = flight_waiting_for_net(front);
		if (next != NULL && fd < 0)
			flight_no_net(front, next);
		return;
	}
	net->fd = fd;
	buffer_init(&net->in, WIRE_FRAME_MAX);
	front->nets[i] = net;
	net_release(front, net, 0);
}

/* What can be read now; 0, or -1 where it ended. */
static int
receive(struct net *net)
{
	static char chunk[16384];
	ssize_t n;
	int failed = 0;

	while ((n = recv(net->fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0)
		if (buffer_add(&net->in, chunk, (size_t)n) != SEGL_OK)
			failed = 1;
	secret_wipe(chunk, sizeof(chunk));
	return failed || n == 0 || (errno != EAGAIN && errno != EINTR) ? -1 : 0;
}

void
net_readable(struct front *front, struct net *net)
{
	int ended = receive(net) != 0, taken = 0;
	struct row *user = net->user;
	struct buffer payload;
	enum wire_type type;

	buffer_init(&payload, WIRE_MAX);
	if (user != NULL)
		taken = wire_take(&net->in, &type, &payload);
	if (taken == 1)
		flight_answered(front, user, type, &payload);
	else if (user != NULL && (ended || taken < 0))
		flight_net_lost(front, user);
	else if (user == NULL && (ended || net->in.len > 0))
		drop(front, net); /* killed, or it speaks unasked */
	buffer_clear(&payload);
}

void
net_tick(struct front *front, long long now_ms)
{
	for (size_t i = 0; i < NETS_MAX; i++) {
		struct net *net = front->nets[i];

		if (net == NULL || net->user != NULL)
			continue;
		if (net->idle_since_ms + NET_IDLE_MS <= now_ms)
			drop(front, net);
		else
			front_due(front, net->idle_since_ms + NET_IDLE_MS);
	}
}
