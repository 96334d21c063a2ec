/* SPDX-License-Identifier: ISC */
/*
 * Load for one HTTP server, over TCP or a unix socket:
 *
 *   load keep|close CONNECTIONS SECONDS RATE ADDRESS REQUEST PID ...
 *
 * ADDRESS is a path or a port of 127.0.0.1, REQUEST a file. RATE 0: as fast as
 * answers come, one request under way on each connection; else so many a
 * second, each timed from when it was due, so that a server that stalls pays
 * for all who would have asked meanwhile. Prints, parted by blanks: requests a
 * second, CPU of the processes PID (their threads) in microseconds a request,
 * median and 99th percentile in milliseconds, failures, bytes of an answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "cost.h"

enum { CONNECTIONS_MAX = 512, ANSWER_MAX = 16384, TIMES_MAX = 4000000 };

struct conn {
	int fd; /* -1: none */
	int busy;
	size_t got, whole; /* bytes; whole 0: not known yet */
	long long due_ns;
	char answer[ANSWER_MAX + 1];
};

static struct {
	int keep, epoll;
	size_t n;
	double rate;
	long long end_ns;
	struct sockaddr_storage address;
	socklen_t address_len;
	char request[4096];
	size_t request_len;
	struct conn *conns;
	float *times_ms;
	size_t done, failed, sent, bytes;
} load;

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- one connection -------------------------------------------------------
 */

static void
hang_up(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->busy = 0;
}

/* Waits until the other side takes it: on loopback that is at once. */
static int
dial(struct conn *c)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;

	c->fd = socket(load.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("socket");
	if (connect(c->fd, (const struct sockaddr *)&load.address,
		load.address_len) < 0) {
		hang_up(c);
		return -1;
	}
	if (load.address.ss_family == AF_INET)
		(void)setsockopt(
		    c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0 ||
	    epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
		die("epoll_ctl");
	return 0;
}

static void
ask(struct conn *c, long long due_ns)
{
	load.sent++;
	c->busy = 1;
	c->got = c->whole = 0;
	c->due_ns = due_ns;
	if ((c->fd < 0 && dial(c) < 0) ||
	    send(c->fd, load.request, load.request_len, MSG_NOSIGNAL) !=
		(ssize_t)load.request_len) {
		load.failed++;
		hang_up(c);
	}
}

/* How long the answer is, once its head is here. */
static size_t
whole(const struct conn *c)
{
	const char *end = strstr(c->answer, "\r\n\r\n");
	const char *length;

	if (end == NULL)
		return 0;
	length = strcasestr(c->answer, "\r\nContent-Length: ");
	if (length == NULL || length > end)
		return 0;
	return (size_t)(end + 4 - c->answer) +
	    strtoul(length + strlen("\r\nContent-Length: "), NULL, 10);
}

static void
answered(struct conn *c)
{
	long long now = now_ns();
	int good = strncmp(c->answer, "HTTP/1.1 200", 12) == 0;

	if (!good)
		load.failed++;
	else if (load.done < TIMES_MAX)
		load.times_ms[load.done++] = (float)(now - c->due_ns) / 1e6f;
	load.bytes = c->got;
	c->busy = 0;
	if (!load.keep || !good)
		hang_up(c);
	if (load.rate <= 0 && now < load.end_ns)
		ask(c, now_ns());
}

static void
readable(struct conn *c)
{
	ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_MAX - c->got, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		/* a server may end a connection that nobody waits on */
		load.failed += (size_t)c->busy;
		hang_up(c);
		if (load.rate <= 0 && now_ns() < load.end_ns)
			ask(c, now_ns());
		return;
	}
	c->got += (size_t)n;
	c->answer[c->got] = '\0';
	if (c->whole == 0)
		c->whole = whole(c);
	if (c->whole > 0 && c->got >= c->whole)
		answered(c);
}

/* ---- the run --------------------------------------------------------------
 */

static struct conn *
idle(void)
{
	static size_t next;

	for (size_t i = 0; i < load.n; i++) {
		struct conn *c = &load.conns[(next + i) % load.n];

		if (!c->busy) {
			next = (next + i + 1) % load.n;
			return c;
		}
	}
	return NULL;
}

/* With a rate: what is due, and a connection is free for. */
static void
ask_what_is_due(long long begin_ns)
{
	for (;;) {
		long long due =
		    begin_ns + (long long)((double)load.sent * 1e9 / load.rate);
		struct conn *c;

		if (due > now_ns() || due >= load.end_ns)
			return;
		c = idle();
		if (c == NULL)
			return;
		ask(c, due);
	}
}

static int
any_busy(void)
{
	for (size_t i = 0; i < load.n; i++)
		if (load.conns[i].busy)
			return 1;
	return 0;
}

/* Until the next request is due; a tenth of a second without a rate. */
static struct timespec
until_due(long long begin_ns)
{
	long long ns = 100000000LL;

	if (load.rate > 0)
		ns = begin_ns +
		    (long long)((double)load.sent * 1e9 / load.rate) - now_ns();
	/* no connection is free: an answer comes first */
	if (ns < 0)
		ns = idle() == NULL ? 1000000 : 0;
	if (ns > 100000000LL)
		ns = 100000000LL;
	return (struct timespec){ .tv_nsec = (long)ns };
}

static void
run(long long begin_ns)
{
	struct epoll_event events[64];

	for (size_t i = 0; load.rate <= 0 && i < load.n; i++)
		ask(&load.conns[i], now_ns());
	while (now_ns() < load.end_ns ||
	    (any_busy() && now_ns() < load.end_ns + 2000000000LL)) {
		struct timespec left = until_due(begin_ns);
		int n = epoll_pwait2(load.epoll, events, 64, &left, NULL);

		for (int i = 0; i < n; i++)
			readable(events[i].data.ptr);
		if (load.rate > 0)
			ask_what_is_due(begin_ns);
	}
}

static int
by_size(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static double
percentile(double part)
{
	if (load.done == 0)
		return 0;
	return load.times_ms[(size_t)((double)(load.done - 1) * part)];
}

static void
take_address(const char *text)
{
	struct sockaddr_un *local = (struct sockaddr_un *)&load.address;
	struct sockaddr_in *tcp = (struct sockaddr_in *)&load.address;

	if (text[0] == '/') {
		local->sun_family = AF_UNIX;
		snprintf(local->sun_path, sizeof(local->sun_path), "%s", text);
		load.address_len = sizeof(*local);
		return;
	}
	tcp->sin_family = AF_INET;
	tcp->sin_port = htons((unsigned short)strtoul(text, NULL, 10));
	tcp->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	load.address_len = sizeof(*tcp);
}

static void
take_request(const char *path)
{
	FILE *in = fopen(path, "re");

	if (in == NULL)
		die(path);
	load.request_len = fread(load.request, 1, sizeof(load.request), in);
	(void)fclose(in);
}

int
main(int argc, char **argv)
{
	long long begin, cpu_ns;

	if (argc < 8) {
		fputs("load keep|close CONNECTIONS SECONDS RATE ADDRESS "
		      "REQUEST PID ...\n",
		    stderr);
		return 2;
	}
	load.keep = strcmp(argv[1], "keep") == 0;
	load.n = strtoul(argv[2], NULL, 10);
	if (load.n < 1 || load.n > CONNECTIONS_MAX)
		return 2;
	load.rate = strtod(argv[4], NULL);
	take_address(argv[5]);
	take_request(argv[6]);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.conns = calloc(load.n, sizeof(*load.conns));
	load.times_ms = calloc(TIMES_MAX, sizeof(*load.times_ms));
	if (load.epoll < 0 || load.conns == NULL || load.times_ms == NULL)
		die("load");
	for (size_t i = 0; i < load.n; i++)
		load.conns[i].fd = -1;
	cpu_ns = cost_cpu_ns(argv + 7);
	begin = now_ns();
	load.end_ns = begin + (long long)(strtod(argv[3], NULL) * 1e9);
	run(begin);
	begin = now_ns() - begin;
	cpu_ns = cost_cpu_ns(argv + 7) - cpu_ns;
	qsort(load.times_ms, load.done, sizeof(*load.times_ms), by_size);
	printf("%.0f %.2f %.3f %.3f %zu %zu\n",
	    (double)load.done * 1e9 / (double)begin,
	    load.done == 0 ? 0 : (double)cpu_ns / 1e3 / (double)load.done,
	    percentile(0.5), percentile(0.99), load.failed, load.bytes);
	return load.done == 0;
}
