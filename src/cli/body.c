/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/body.h"

static long
read_some(int fd, char *to, size_t max)
{
	ssize_t n;

	do
		n = read(fd, to, max);
	while (n < 0 && errno == EINTR);
	return (long)n;
}

/* The beginning of what is no file, all of it where it is short. */
static int
hold(struct body *body)
{
	char piece[16384];
	long n;

	buffer_init(&body->held, BODY_HELD_MAX);
	while (body->held.len + sizeof(piece) <= BODY_HELD_MAX) {
		n = read_some(body->fd, piece, sizeof(piece));
		if (n == 0)
			body->all_held = 1;
		if (n == 0)
			break;
		if (n < 0)
			return errno;
		if (buffer_add(&body->held, piece, (size_t)n) != SEGL_OK)
			return ENOMEM;
	}
	body->len =
	    body->all_held ? (long long)body->held.len : NET_CALL_STREAM;
	return 0;
}

static int
look_at(struct body *body)
{
	struct stat st;
	off_t start;

	if (fstat(body->fd, &st) < 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	start = lseek(body->fd, 0, SEEK_CUR);
	body->is_file = S_ISREG(st.st_mode) && start >= 0;
	if (!body->is_file)
		return hold(body);
	body->start = (long long)start;
	body->len = st.st_size > start ? (long long)(st.st_size - start) : 0;
	return 0;
}

enum segl_status
body_open(struct segl *segl, const char *path, struct body *out)
{
	int error;
	char *safe;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->len = NET_CALL_NO_BODY;
	if (path == NULL)
		return SEGL_OK;
	out->fd = strcmp(path, "-") == 0 ? STDIN_FILENO
					 : open(path, O_RDONLY | O_CLOEXEC);
	error = out->fd < 0 ? errno : look_at(out);
	if (error == 0)
		return SEGL_OK;
	safe = text_foreign(path, strlen(path));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the body of the request cannot be read from %s: %s",
	    safe == NULL ? "" : safe, strerror(error));
	free(safe);
	return SEGL_EUSAGE;
}

void
body_close(struct body *body)
{
	if (body->fd > STDERR_FILENO)
		close(body->fd);
	buffer_clear(&body->held);
	body->fd = -1;
}

long
body_read(struct body *body, char *to, size_t max)
{
	size_t left = body->held.len - body->at;

	if (left > 0) {
		if (max > left)
			max = left;
		memcpy(to, body->held.data + body->at, max);
		body->at += max;
		return (long)max;
	}
	if (body->all_held || body->fd < 0)
		return 0;
	return read_some(body->fd, to, max);
}

int
body_rewind(struct body *body)
{
	body->at = 0;
	if (body->fd < 0 || body->all_held)
		return 0;
	if (!body->is_file)
		return -1;
	return lseek(body->fd, (off_t)body->start, SEEK_SET) < 0 ? -1 : 0;
}
