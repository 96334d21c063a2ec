/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "httpd/listen.h"

static unsigned short
port_of(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

/* The socket, or -1 with errno. */
static int
open_listener(const struct addrinfo *ai)
{
	int fd, on = 1, error;

	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    ai->ai_protocol);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* accepted sockets inherit it: no answer waits for an acknowledgement
	 */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

enum segl_status
listen_tcp(
    struct segl *segl, const char *address, unsigned short *port, int *fd)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct sockaddr_storage bound = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(bound);
	struct addrinfo *ai = NULL;
	char service[8];
	int error;

	*fd = -1;
	snprintf(service, sizeof(service), "%hu", *port);
	error = getaddrinfo(address, service, &hints, &ai);
	if (error != 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is not a numeric address: %s", address,
		    gai_strerror(error));
	*fd = open_listener(ai);
	freeaddrinfo(ai);
	if (*fd < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot listen on %s port %hu: %s", address, *port,
		    strerror(errno));
	if (getsockname(*fd, (struct sockaddr *)&bound, &len) < 0) {
		close(*fd);
		*fd = -1;
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "cannot tell the port listened on: %s", strerror(errno));
	}
	*port = port_of(&bound);
	return SEGL_OK;
}
