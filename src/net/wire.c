/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "net/wire.h"

#define HEADER_LEN 5

long long
wire_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum segl_status
wire_add(struct buffer *payload, const char *name, const char *value)
{
	enum segl_status status = buffer_add(payload, name, strlen(name) + 1);

	if (status == SEGL_OK)
		status = buffer_add(payload, value, strlen(value) + 1);
	return status;
}

enum segl_status
wire_add_number(struct buffer *payload, const char *name, long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", value);
	return wire_add(payload, name, text);
}

enum segl_status
wire_end_fields(struct buffer *payload)
{
	return buffer_add(payload, "", 1); /* an empty name */
}

/* The text at *OFFSET, which moves behind it; NULL at the end. */
static const char *
next_text(const struct buffer *payload, size_t *offset)
{
	const char *text, *end;

	if (*offset >= payload->len)
		return NULL;
	text = payload->data + *offset;
	end = memchr(text, '\0', payload->len - *offset);
	if (end == NULL)
		return NULL;
	*offset = (size_t)(end + 1 - payload->data);
	return text;
}

const char *
wire_field(const struct buffer *payload, const char *name, unsigned int i)
{
	const char *key, *value;
	size_t offset = 0;

	while ((key = next_text(payload, &offset)) != NULL && key[0] != '\0') {
		value = next_text(payload, &offset);
		if (value == NULL)
			return NULL;
		if (strcmp(key, name) == 0 && i-- == 0)
			return value;
	}
	return NULL;
}

long long
wire_number(const struct buffer *payload, const char *name, long long fallback)
{
	const char *text = wire_field(payload, name, 0);
	char *end;
	long long value;

	if (text == NULL || text[0] == '\0')
		return fallback;
	errno = 0;
	value = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' ? value : fallback;
}

const char *
wire_raw(const struct buffer *payload, size_t *len)
{
	const char *key;
	size_t offset = 0;

	*len = 0;
	while ((key = next_text(payload, &offset)) != NULL && key[0] != '\0')
		if (next_text(payload, &offset) == NULL)
			return "";
	if (key == NULL)
		return "";
	*len = payload->len - offset;
	return payload->data + offset;
}

/* Take N sent bytes off the front of the two PARTS. */
static void
advance(struct iovec parts[2], size_t n)
{
	for (size_t i = 0; i < 2; i++) {
		size_t taken = n < parts[i].iov_len ? n : parts[i].iov_len;

		parts[i].iov_base = (char *)parts[i].iov_base + taken;
		parts[i].iov_len -= taken;
		n -= taken;
	}
}

/* Header and payload at once, so that the other side wakes up once. */
int
wire_send(int fd, enum wire_type type, const struct buffer *payload)
{
	size_t len = payload->len;
	unsigned char header[HEADER_LEN] = { (unsigned char)type,
		(unsigned char)(len >> 24), (unsigned char)(len >> 16),
		(unsigned char)(len >> 8), (unsigned char)len };
	struct iovec parts[2] = { { header, sizeof(header) },
		{ payload->data, len } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	if (len > WIRE_MAX)
		return EMSGSIZE;
	while (parts[0].iov_len + parts[1].iov_len > 0) {
		ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			advance(parts, (size_t)n);
	}
	return 0;
}

static int
wait_readable(int fd, long long deadline_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int n;

	if (deadline_ms < 0)
		return 0; /* recv blocks by itself */
	do {
		long long left = deadline_ms - wire_now_ms();

		if (left > INT_MAX)
			left = INT_MAX;
		n = poll(&pfd, 1, left < 0 ? 0 : (int)left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	return n == 0 ? ETIMEDOUT : 0;
}

static int
receive_all(int fd, void *bytes, size_t len, long long deadline_ms)
{
	char *p = bytes;

	while (len > 0) {
		int error = wait_readable(fd, deadline_ms);
		ssize_t n;

		if (error != 0)
			return error;
		n = recv(fd, p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == ECONNRESET ? EPIPE : errno;
		if (n == 0)
			return EPIPE;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
is_known(unsigned char type)
{
	return type != 0 && strchr("GPBCURFWHDE", type) != NULL;
}

int
wire_receive(
    int fd, enum wire_type *type, struct buffer *payload, long long deadline_ms)
{
	unsigned char header[HEADER_LEN];
	char chunk[16384];
	size_t len;
	int error;

	buffer_clear(payload);
	error = receive_all(fd, header, sizeof(header), deadline_ms);
	if (error != 0)
		return error;
	len = (size_t)header[1] << 24 | (size_t)header[2] << 16 |
	    (size_t)header[3] << 8 | header[4];
	if (len > WIRE_MAX || !is_known(header[0]))
		return EPROTO;
	while (error == 0 && len > 0) {
		size_t n = len < sizeof(chunk) ? len : sizeof(chunk);

		error = receive_all(fd, chunk, n, deadline_ms);
		if (error == 0 && buffer_add(payload, chunk, n) != SEGL_OK)
			error = ENOMEM;
		len -= n;
	}
	explicit_bzero(chunk, sizeof(chunk));
	*type = (enum wire_type)header[0];
	return error;
}

int
wire_take(struct buffer *in, enum wire_type *type, struct buffer *payload)
{
	const unsigned char *header = (const unsigned char *)in->data;
	size_t len, rest;

	buffer_clear(payload);
	if (in->len < HEADER_LEN)
		return 0;
	len = (size_t)header[1] << 24 | (size_t)header[2] << 16 |
	    (size_t)header[3] << 8 | header[4];
	if (len > WIRE_MAX || !is_known(header[0]))
		return -1;
	if (in->len < HEADER_LEN + len)
		return 0;
	*type = (enum wire_type)header[0];
	if (buffer_add(payload, in->data + HEADER_LEN, len) != SEGL_OK)
		return -1;
	rest = in->len - HEADER_LEN - len;
	memmove(in->data, in->data + HEADER_LEN + len, rest);
	in->len = rest;
	in->data[rest] = '\0';
	return 1;
}
