/* SPDX-License-Identifier: ISC */
/*
 * segl-net: the only process of segl that talks to the network. It has no key,
 * no PIN and no file of the user's but CA certificates. Requests come over the
 * socket on descriptor 0 (net/wire.h), one at a time; it ends with the socket.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/secret.h"
#include "net/request.h"
#include "net/stream.h"

/*
 * How long a connection that is ready waits for its assertion. Servers close
 * idle connections; a key that takes longer to open (a PIN that is typed) is
 * cheaper to connect anew for.
 */
#define HOLD_MS 5000

enum post_state {
	POST_WAITING,
	POST_HAS_BODY,
	POST_HELD_TOO_LONG,
	POST_DROPPED
};

struct session {
	int fd;
	enum post_state state;
	enum wire_type next_type; /* of the frame in next, 0 none */
	struct buffer next;       /* a frame read while waiting for a body */
};

/* The assertion, when it comes; anything else is for the main loop. */
static int
await_body(void *arg, struct buffer *to)
{
	struct session *session = arg;
	const char *raw;
	size_t len;
	int error;

	if (session->state != POST_HAS_BODY) {
		error = wire_receive(session->fd, &session->next_type,
		    &session->next, wire_now_ms() + HOLD_MS);
		if (error != 0) {
			session->next_type = 0;
			session->state = error == ETIMEDOUT ? POST_HELD_TOO_LONG
							    : POST_DROPPED;
			return 0;
		}
		if (session->next_type != WIRE_BODY) {
			session->state = POST_DROPPED;
			return 0;
		}
		session->state = POST_HAS_BODY;
	}
	session->next_type = 0;
	raw = wire_raw(&session->next, &len);
	return buffer_add(to, raw, len) == SEGL_OK;
}

/* The next frame: one kept aside, or from the socket. 0 at the end. */
static int
next_frame(struct session *session, enum wire_type *type, struct buffer *frame)
{
	int error;

	if (session->next_type != 0) {
		*type = session->next_type;
		session->next_type = 0;
		buffer_clear(frame);
		return buffer_add(frame, session->next.data,
			   session->next.len) == SEGL_OK;
	}
	error = wire_receive(session->fd, type, frame, -1);
	return error == 0;
}

/* A request that needs nothing more than FRAME, of type WHAT. */
static int
get(struct session *session, enum wire_type what, const struct buffer *frame,
    struct buffer *answer)
{
	struct request *request;
	enum wire_type type;
	int ok;

	request = request_perform(what, frame, NULL, NULL, &type, answer);
	ok = wire_send(session->fd, type, answer) == 0;
	request_free(request);
	return ok;
}

/* Keep FRAME of TYPE aside; it is cleared. */
static int
keep_frame(struct session *session, enum wire_type type, struct buffer *frame)
{
	int ok;

	session->next_type = type;
	buffer_clear(&session->next);
	ok = buffer_add(&session->next, frame->data, frame->len) == SEGL_OK;
	buffer_clear(frame);
	return ok;
}

/*
 * The connection failed, or was held too long, before the body was here: wait
 * for the body. 1 it came, 0 something else was asked for instead and is kept
 * aside, -1 at the end.
 */
static int
await_late_body(struct session *session)
{
	enum wire_type type;
	struct buffer late;
	int ok;

	buffer_init(&late, WIRE_MAX);
	ok = next_frame(session, &type, &late);
	if (ok)
		ok = keep_frame(session, type, &late);
	buffer_clear(&late);
	if (!ok)
		return -1;
	if (type != WIRE_BODY)
		return 0;
	session->next_type = 0;
	return 1;
}

/*
 * Connect, wait for the body, post, answer. Where connecting fails first, the
 * failure is told when the body comes and not before; where the body was slow,
 * the connection is made anew.
 */
static int
post(struct session *session, const struct buffer *frame, struct buffer *answer)
{
	struct request *request;
	enum wire_type type;
	int late = 1, ok = 1;

	session->state = POST_WAITING;
	request = request_perform(
	    WIRE_POST, frame, await_body, session, &type, answer);
	if (session->state == POST_WAITING ||
	    session->state == POST_HELD_TOO_LONG)
		late = await_late_body(session);
	if (late == 1 && session->state == POST_HELD_TOO_LONG) {
		session->state = POST_HAS_BODY;
		request_free(request);
		request = request_perform(
		    WIRE_POST, frame, await_body, session, &type, answer);
	}
	/* a dropped post is not answered: the main loop sees why */
	if (late == 1 && session->state != POST_DROPPED)
		ok = wire_send(session->fd, type, answer) == 0;
	if (session->next_type == 0)
		buffer_clear(&session->next);
	request_free(request);
	return ok && late >= 0;
}

static void
serve(struct session *session)
{
	struct buffer frame, answer;
	enum wire_type type;
	int ok = 1;

	buffer_init(&frame, WIRE_MAX);
	buffer_init(&answer, WIRE_MAX);
	while (ok && next_frame(session, &type, &frame)) {
		if (type == WIRE_GET || type == WIRE_FETCH)
			ok = get(session, type, &frame, &answer);
		else if (type == WIRE_POST)
			ok = post(session, &frame, &answer);
		else if (type == WIRE_CALL)
			ok = stream_perform(session->fd, &frame);
		else
			ok = 0; /* nobody of ours sends that */
	}
	buffer_clear(&frame);
	buffer_clear(&answer);
	buffer_clear(&session->next);
}

int
main(void)
{
	struct session session = { .fd = 0 };
	struct stat st;

	if (fstat(0, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		fputs("segl-net: a part of segl, not to be started by hand; "
		      "see segl(1)\n",
		    stderr);
		return 2;
	}
	secret_harden_process();
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* a request under way must not outlive whoever asked for it */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 1;
	buffer_init(&session.next, WIRE_MAX);
	serve(&session);
	_exit(0); /* nothing of it outlives the process */
}
