/* SPDX-License-Identifier: ISC */
/*
 * libmicrohttpd and nothing else: bare PATH PORT BODY answers every request
 * with the bytes of the file BODY, in one thread. What segld costs above it is
 * ours.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <microhttpd.h>

enum { BODY_MAX = 16384, BACKLOG = 511, HEAD_MAX = 16384 };

static char body[BODY_MAX];
static size_t body_len;

static enum MHD_Result
answer(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **con_cls)
{
	static int seen;
	struct MHD_Response *response;
	enum MHD_Result ok;

	(void)cls, (void)url, (void)method, (void)version, (void)upload;
	(void)upload_len;
	if (*con_cls == NULL) {
		*con_cls = &seen;
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(
	    body_len, body, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, "Content-Type", "application/json");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	ok = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return ok;
}

static int
listen_on(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(
	    address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, address, len) < 0 || listen(fd, BACKLOG) < 0) {
		perror("bare");
		exit(1);
	}
	return fd;
}

static struct MHD_Daemon *
serve(int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL,
	    answer, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, 1000u, MHD_OPTION_CONNECTION_TIMEOUT,
	    30u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX,
	    MHD_OPTION_END);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in tcp = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	FILE *in = argc == 4 ? fopen(argv[3], "re") : NULL;

	if (in == NULL)
		return 2;
	body_len = fread(body, 1, sizeof(body), in);
	(void)fclose(in);
	snprintf(local.sun_path, sizeof(local.sun_path), "%s", argv[1]);
	tcp.sin_port = htons((unsigned short)strtoul(argv[2], NULL, 10));
	(void)signal(SIGPIPE, SIG_IGN);
	if (serve(listen_on((const struct sockaddr *)&local, sizeof(local))) ==
		NULL ||
	    serve(listen_on((const struct sockaddr *)&tcp, sizeof(tcp))) ==
		NULL)
		return 1;
	for (;;)
		(void)pause();
}
