/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/agent.h"
#include "base/error.h"
#include "base/secret.h"

/* An answer: a token and some. */
#define ANSWER_MAX (256u << 10)
/* segld tries for a while itself; nothing comes after this. */
#define WAIT_MS 120000

void
agent_reply_init(struct agent_reply *reply)
{
	memset(reply, 0, sizeof(*reply));
	buffer_init(&reply->body, ANSWER_MAX);
}

void
agent_reply_clear(struct agent_reply *reply)
{
	buffer_clear(&reply->body);
}

static int
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == ':' || c == '/';
}

enum segl_status
agent_query_add(struct buffer *query, const char *name, const char *value)
{
	enum segl_status status =
	    buffer_printf(query, "%s%s=", query->len == 0 ? "" : "&", name);

	for (; status == SEGL_OK && *value != '\0'; value++) {
		if (is_plain(*value))
			status = buffer_add(query, value, 1);
		else
			status = buffer_printf(
			    query, "%%%02X", (unsigned char)*value);
	}
	return status;
}

int
agent_connect(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd, error;

	if (len >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* 0 or errno. */
static int
send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* All that comes, to the end; 0 or errno. */
static int
receive_all(int fd, struct buffer *to)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	char chunk[16384];
	ssize_t n = 0;
	int ready, error = 0;

	do {
		do {
			ready = poll(&in, 1, WAIT_MS);
		} while (ready < 0 && errno == EINTR);
		if (ready == 0)
			error = ETIMEDOUT;
		n = ready > 0 ? recv(fd, chunk, sizeof(chunk), 0) : -1;
		if (n < 0 && error == 0)
			error = errno;
		if (n > 0 && buffer_add(to, chunk, (size_t)n) != SEGL_OK)
			error = EFBIG;
	} while (n > 0 && error == 0);
	secret_wipe(chunk, sizeof(chunk));
	return error;
}

/* The length that the head of LEN bytes announces, -1 none. */
static long
content_length(const char *head, size_t len)
{
	static const char name[] = "\r\nContent-Length: ";
	const char *at = head;

	for (; (size_t)(at - head) + sizeof(name) < len; at++)
		if (strncasecmp(at, name, sizeof(name) - 1) == 0)
			return strtol(at + sizeof(name) - 1, NULL, 10);
	return -1;
}

/* Leave the body in REPLY; 0, or -1 where it is no whole answer. */
static int
take_apart(struct agent_reply *reply)
{
	struct buffer *all = &reply->body;
	char *end = all->data == NULL ? NULL : strstr(all->data, "\r\n\r\n");
	size_t head;

	if (end == NULL || strncmp(all->data, "HTTP/1.1 ", 9) != 0)
		return -1;
	head = (size_t)(end - all->data) + 4;
	reply->http_status = (int)strtol(all->data + 9, NULL, 10);
	if (content_length(all->data, head) != (long)(all->len - head))
		return -1;
	memmove(all->data, all->data + head, all->len - head + 1);
	all->len -= head;
	return 0;
}

static enum segl_status
no_answer(struct segl *segl, int error)
{
	error_set(segl, SEGL_ENETWORK, SEGL_TURN_YOU,
	    "segld does not answer: %s", strerror(error));
	error_remedy(segl,
	    "see its log; --agent none does without it where a key is "
	    "named");
	return SEGL_ENETWORK;
}

enum segl_status
agent_get(
    struct segl *segl, int fd, const char *target, struct agent_reply *reply)
{
	enum segl_status status;
	struct buffer request;
	int error = ENOMEM;

	buffer_clear(&reply->body);
	buffer_init(&request, AGENT_QUERY_MAX + 512);
	status = buffer_printf(&request,
	    "GET %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Segl-Request: 1\r\nAccept: text/x-segl\r\n"
	    "Connection: close\r\n\r\n",
	    target);
	if (status == SEGL_OK)
		error = send_all(fd, request.data, request.len);
	if (error == 0)
		error = receive_all(fd, &reply->body);
	buffer_clear(&request);
	close(fd);
	if (status != SEGL_OK)
		return error_nomem(segl);
	if (error != 0)
		return no_answer(segl, error);
	if (take_apart(reply) == 0)
		return SEGL_OK;
	buffer_clear(&reply->body);
	error_set(segl, SEGL_EREPLY, SEGL_TURN_YOU,
	    "what answers on the socket is not segld, or broke off");
	error_remedy(segl, "check --agent and SEGL_AGENT");
	return SEGL_EREPLY;
}

enum segl_status
agent_ask(
    struct segl *segl, int fd, const char *query, struct agent_reply *reply)
{
	enum segl_status status;
	struct buffer target;

	buffer_clear(&reply->body);
	buffer_init(&target, AGENT_QUERY_MAX + 64);
	status = buffer_printf(
	    &target, "/v1/token%s%s", query[0] == '\0' ? "" : "?", query);
	if (status == SEGL_OK) {
		status = agent_get(segl, fd, target.data, reply);
	} else {
		close(fd);
		status = error_nomem(segl);
	}
	buffer_clear(&target);
	return status;
}

const char *
agent_line(struct buffer *body, const char *name)
{
	size_t len = strlen(name);
	char *at = body->data;

	while (at != NULL && *at != '\0') {
		size_t n = strcspn(at, "\n");

		if (n > len && strncmp(at, name, len) == 0 && at[len] == ' ') {
			at[n] = '\0';
			return at + len + 1;
		}
		at += n + 1;
		if (at >= body->data + body->len)
			break;
	}
	return NULL;
}
