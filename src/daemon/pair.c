/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "daemon/child.h"
#include "daemon/keeper.h"
#include "net/wire.h"

void
pair_init(struct pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	pair->signer_fd = pair->front_fd = -1;
	buffer_init(&pair->ready, MESSAGE_MAX);
}

void
pair_drop(struct pair *pair)
{
	if (pair->signer_fd >= 0)
		close(pair->signer_fd);
	if (pair->front_fd >= 0)
		close(pair->front_fd);
	buffer_clear(&pair->ready);
	pair_init(pair);
}

/* Start NAME; our end of the socket to it in FD. */
static enum segl_status
start(struct keeper *keeper, const char *name, int with_secrets, int *fd,
    pid_t *pid)
{
	enum segl_status status;
	int ends[2], error = message_pair(ends);

	if (error != 0)
		return error_set(keeper->segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "no socket pair: %s", strerror(error));
	status = child_start(keeper->segl, name, keeper->argv,
	    &keeper->profiles, with_secrets, ends[1], pid);
	close(ends[1]);
	if (status == SEGL_OK)
		*fd = ends[0];
	else
		close(ends[0]);
	return status;
}

enum segl_status
pair_start_signer(struct keeper *keeper, struct pair *pair)
{
	pair_init(pair);
	return start(
	    keeper, "segld-signer", 1, &pair->signer_fd, &pair->signer);
}

int
pair_hear_signer(struct pair *pair)
{
	int fds[MESSAGE_FDS], error;
	size_t n = 0;

	error = message_receive(pair->signer_fd, &pair->ready, fds, &n);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	if (error == EAGAIN)
		return 0;
	if (error == 0 && message_is(&pair->ready, "ready"))
		return 1;
	if (error == 0 && message_is(&pair->ready, "judged"))
		return 2;
	buffer_clear(&pair->ready);
	return -1;
}

/* Send a message called WHAT with descriptors; 0, or -1. */
static int
hand(int to, const char *what, const int *fds, size_t n)
{
	struct buffer message;
	int ok = message_begin(&message, what) == SEGL_OK &&
	    message_send(to, &message, fds, n) == 0;

	buffer_clear(&message);
	return ok ? 0 : -1;
}

/* The signer's own words, under the name that the front expects. */
static int
hand_signer(int to, const struct pair *from)
{
	size_t skip = sizeof("what") + sizeof("ready");
	const char *raw = from->ready.data + skip;
	struct buffer message;
	int ok;

	ok = message_begin(&message, "signer") == SEGL_OK &&
	    buffer_add(&message, raw, from->ready.len - skip) == SEGL_OK &&
	    message_send(to, &message, &from->signer_fd, 1) == 0;
	buffer_clear(&message);
	return ok ? 0 : -1;
}

static void
forget_signer_fd(struct pair *pair)
{
	close(pair->signer_fd);
	pair->signer_fd = -1;
}

enum segl_status
pair_start_front(struct keeper *keeper, struct pair *pair)
{
	enum segl_status status;

	status = start(keeper, "segld-front", 0, &pair->front_fd, &pair->front);
	if (status != SEGL_OK)
		return status;
	if (hand(pair->front_fd, "listen", keeper->listeners.fds,
		keeper->listeners.n) != 0 ||
	    (keeper->listeners.probes >= 0 &&
		hand(pair->front_fd, "probes", &keeper->listeners.probes, 1) !=
		    0) ||
	    (keeper->audit >= 0 &&
		hand(pair->front_fd, "audit", &keeper->audit, 1) != 0) ||
	    hand_signer(pair->front_fd, pair) != 0)
		return error_set(keeper->segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "segld-front does not listen to us");
	forget_signer_fd(pair);
	return SEGL_OK;
}

int
pair_replace_signer(struct pair *pair, struct pair *from)
{
	if (pair->front_fd < 0 || hand_signer(pair->front_fd, from) != 0)
		return -1;
	pair->signer = from->signer;
	buffer_clear(&pair->ready);
	pair->ready = from->ready;
	buffer_init(&from->ready, MESSAGE_MAX);
	from->signer = 0;
	pair_drop(from);
	return 0;
}

const char *
pair_identity_changed(const struct pair *pair, const struct pair *next)
{
	const char *name, *before, *after;

	for (unsigned int i = 0;
	     (name = wire_field(&pair->ready, "profile", i)) != NULL; i++)
		for (unsigned int k = 0;; k++) {
			after = wire_field(&next->ready, "profile", k);
			if (after == NULL)
				break;
			if (strcmp(after, name) != 0)
				continue;
			before = wire_field(&pair->ready, "identity", i);
			after = wire_field(&next->ready, "identity", k);
			if (before != NULL && after != NULL &&
			    strcmp(before, after) != 0)
				return name;
		}
	return NULL;
}
