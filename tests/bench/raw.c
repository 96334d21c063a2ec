/* SPDX-License-Identifier: ISC */
/*
 * What the kernel costs: raw PATH PORT BODY answers whatever ends a head with
 * the bytes of the file BODY, over epoll, and reads nothing of it but whether
 * the connection is to be closed.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BODY_MAX = 16384, BACKLOG = 511, REQUEST_MAX = 16384 };

static char answer[BODY_MAX + 512];
static size_t answer_len;
static int in_epoll;

static int
listen_on(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(
	    address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, address, len) < 0 || listen(fd, BACKLOG) < 0 ||
	    epoll_ctl(in_epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
		perror("raw");
		exit(1);
	}
	return fd;
}

static void
take(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (fd >= 0)
		(void)epoll_ctl(in_epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
serve(int fd)
{
	char request[REQUEST_MAX + 1];
	ssize_t n = recv(fd, request, REQUEST_MAX, 0);

	if (n > 0) {
		request[n] = '\0';
		if (send(fd, answer, answer_len, MSG_NOSIGNAL) > 0 &&
		    strstr(request, "\r\nConnection: close\r\n") == NULL)
			return;
	}
	close(fd);
}

static void
compose(const char *path)
{
	static char body[BODY_MAX];
	FILE *in = fopen(path, "re");
	size_t len;

	if (in == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(body, 1, sizeof(body), in);
	(void)fclose(in);
	answer_len = (size_t)snprintf(answer, sizeof(answer),
	    "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "Content-Type: application/json\r\nCache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\nContent-Length: %zu\r\n\r\n",
	    len);
	memcpy(answer + answer_len, body, len);
	answer_len += len;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in tcp = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event events[64];
	int of_local, of_tcp;

	if (argc != 4)
		return 2;
	compose(argv[3]);
	in_epoll = epoll_create1(EPOLL_CLOEXEC);
	snprintf(local.sun_path, sizeof(local.sun_path), "%s", argv[1]);
	tcp.sin_port = htons((unsigned short)strtoul(argv[2], NULL, 10));
	of_local = listen_on((const struct sockaddr *)&local, sizeof(local));
	of_tcp = listen_on((const struct sockaddr *)&tcp, sizeof(tcp));
	for (;;) {
		int n = epoll_wait(in_epoll, events, 64, -1);

		for (int i = 0; i < n; i++)
			if (events[i].data.fd == of_local ||
			    events[i].data.fd == of_tcp)
				take(events[i].data.fd);
			else
				serve(events[i].data.fd);
	}
}
