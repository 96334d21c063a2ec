/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "daemon/message.h"
#include "net/wire.h"

#define FDS_SPACE CMSG_SPACE(MESSAGE_FDS * sizeof(int))

/* Room for descriptors, aligned as the macros of cmsg(3) want it. */
union control {
	struct cmsghdr header;
	char bytes[FDS_SPACE];
};

int
message_pair(int ends[2])
{
	return socketpair(AF_UNIX,
		   SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0
	    ? errno
	    : 0;
}

enum segl_status
message_begin(struct buffer *fields, const char *what)
{
	buffer_init(fields, MESSAGE_MAX);
	return wire_add(fields, "what", what);
}

int
message_is(const struct buffer *fields, const char *what)
{
	const char *is = wire_field(fields, "what", 0);

	return is != NULL && strcmp(is, what) == 0;
}

int
message_send(int fd, const struct buffer *fields, const int *fds, size_t n)
{
	struct iovec part = { fields->data, fields->len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	union control control;
	struct cmsghdr *header;
	ssize_t sent;

	memset(&control, 0, sizeof(control));
	if (n > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(n * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(header), fds, n * sizeof(int));
	}
	do {
		sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? errno : 0;
}

static void
take_descriptors(struct msghdr *message, int *fds, size_t *n)
{
	struct cmsghdr *header;

	for (header = CMSG_FIRSTHDR(message); header != NULL;
	     header = CMSG_NXTHDR(message, header)) {
		size_t bytes = header->cmsg_len - CMSG_LEN(0);

		if (header->cmsg_level != SOL_SOCKET ||
		    header->cmsg_type != SCM_RIGHTS ||
		    bytes > (MESSAGE_FDS - *n) * sizeof(int))
			continue;
		memcpy(fds + *n, CMSG_DATA(header), bytes);
		*n += bytes / sizeof(int);
	}
}

int
message_receive(int fd, struct buffer *fields, int *fds, size_t *n)
{
	static char bytes[MESSAGE_MAX];
	struct iovec part = { bytes, sizeof(bytes) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t got;
	int error = 0;

	*n = 0;
	buffer_clear(fields);
	do {
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? EPIPE : errno;
	take_descriptors(&message, fds, n);
	if (got == 0)
		error = EPIPE;
	else if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
		error = EPROTO;
	else if (buffer_add(fields, bytes, (size_t)got) != SEGL_OK)
		error = ENOMEM;
	if (got > 0)
		secret_wipe(bytes, (size_t)got);
	for (size_t i = 0; error != 0 && i < *n; i++)
		close(fds[i]);
	if (error != 0)
		*n = 0;
	return error;
}
