/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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
	if (error != 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is not a numeric address: %s", address,
		    gai_strerror(error));
		error_remedy(segl, "write it as 127.0.0.1 or ::1");
		return SEGL_EUSAGE;
	}
	*fd = open_listener(ai);
	freeaddrinfo(ai);
	if (*fd < 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot listen on %s port %hu: %s", address, *port,
		    strerror(errno));
		error_remedy(segl,
		    "choose an address of this host, and a port that is free "
		    "and not below 1024");
		return SEGL_EUSAGE;
	}
	if (getsockname(*fd, (struct sockaddr *)&bound, &len) < 0) {
		close(*fd);
		*fd = -1;
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "cannot tell the port listened on: %s", strerror(errno));
	}
	*port = port_of(&bound);
	return SEGL_OK;
}

int
listen_is_loopback(const char *address)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &v6) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&v6);
}

/* ---- unix sockets ---------------------------------------------------------
 */

/* Whether somebody answers at TO. */
static int
is_answered(const struct sockaddr_un *to)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int answered;

	if (fd < 0)
		return 0;
	answered = connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0 ||
	    errno == EAGAIN;
	close(fd);
	return answered;
}

/* A socket left behind, and only a socket, makes room. */
static void
remove_stale(const struct sockaddr_un *at)
{
	struct stat st;

	if (lstat(at->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    !is_answered(at))
		(void)unlink(at->sun_path);
}

/* The socket, or -1 with errno. */
static int
open_unix(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 &&
	    chmod(at->sun_path, 0666) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

enum segl_status
listen_unix(struct segl *segl, const char *path, int *fd)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	*fd = -1;
	if (len >= sizeof(at.sun_path))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the path of the socket is longer than %zu characters: %s",
		    sizeof(at.sun_path) - 1, path);
	memcpy(at.sun_path, path, len);
	remove_stale(&at);
	*fd = open_unix(&at);
	if (*fd >= 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "cannot listen on %s: %s",
	    path,
	    errno == EADDRINUSE ? "another program answers there"
				: strerror(errno));
	error_remedy(segl,
	    "check that no other one runs, and that the directory is there "
	    "and ours; or choose another place with --listen");
	return SEGL_EUSAGE;
}
