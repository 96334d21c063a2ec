/* SPDX-License-Identifier: ISC */
/* The same HTTP without thread and listener; see httpd/httpd.h. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "httpd/inside.h"

#define NOBODY    ((uid_t)-1)
#define ELSEWHERE ((uid_t)-2)

/*
 * Turbo is to read before waiting: what connects asks at once, so most are
 * answered and closed without a word to epoll. Their close-on-exec is ours to
 * see to (accept4(2)).
 */
enum segl_status
httpd_new(
    struct segl *segl, const struct httpd_config *config, struct httpd **out)
{
	struct httpd *httpd = calloc(1, sizeof(*httpd));

	*out = NULL;
	if (httpd == NULL)
		return error_nomem(segl);
	httpd->config = *config;
	httpd->fd = -1;
	httpd->daemon = httpd_start_daemon(httpd,
	    MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
		MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO,
	    -1);
	if (httpd->daemon == NULL) {
		free(httpd);
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "libmicrohttpd %s does not start", MHD_get_version());
	}
	*out = httpd;
	return SEGL_OK;
}

/* ---- who is there ---------------------------------------------------------
 */

static int
is_loopback(const struct sockaddr *from, socklen_t len)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (from->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, from, sizeof(v4));
		return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (from->sa_family != AF_INET6 || len < sizeof(v6))
		return 0;
	memcpy(&v6, from, sizeof(v6));
	/* ::1, and 127.0.0.1 as a socket for both families sees it */
	return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
	    (memcmp(&v6.sin6_addr, mapped, sizeof(mapped)) == 0 &&
		v6.sin6_addr.s6_addr[12] == 127);
}

static struct httpd_peer
peer_of(int fd, const struct sockaddr *from, socklen_t from_len)
{
	struct httpd_peer peer = {
		.is_local = 0, .uid = NOBODY, .gid = (gid_t)-1, .pid = -1
	};
	struct ucred cred = { .pid = -1 };
	socklen_t len = sizeof(cred);

	if (from_len < sizeof(from->sa_family))
		return peer; /* from nowhere: nobody, who has no rights */
	if (from->sa_family != AF_UNIX) {
		peer.is_loopback = is_loopback(from, from_len);
		return peer;
	}
	/* so is a peer that cannot be told */
	peer.is_local = 1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
		peer.uid = cred.uid;
		peer.gid = cred.gid;
		peer.pid = cred.pid;
	}
	return peer;
}

static unsigned int
user_has(const struct user *user)
{
	return user->connections + user->arriving;
}

/*
 * The row of PEER: its own, a free one, or the last. Of TCP, whoever asks from
 * elsewhere leaves room for this host.
 */
static struct user *
user_of(struct httpd *httpd, const struct httpd_peer *peer)
{
	uid_t uid = peer->is_local || peer->is_loopback ? peer->uid : ELSEWHERE;
	struct user *vacant = NULL;

	for (size_t i = 0; i < USERS_MAX; i++) {
		struct user *user = &httpd->users[i];

		if (user_has(user) > 0 && user->uid == uid)
			return user;
		if (user_has(user) == 0 && vacant == NULL)
			vacant = user;
	}
	if (vacant == NULL)
		return &httpd->users[USERS_MAX - 1];
	vacant->uid = uid;
	return vacant;
}

/* ---- slow ones ------------------------------------------------------------
 *
 * What the library limits is silence; who says a letter now and then would have
 * a connection for ever.
 */

static long long
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
httpd_request_is_here(struct adopted *adopted)
{
	struct httpd *httpd = adopted->httpd;

	if (!adopted->is_due)
		return;
	adopted->is_due = 0;
	if (adopted->previous == NULL)
		httpd->due = adopted->next;
	else
		adopted->previous->next = adopted->next;
	if (adopted->next == NULL)
		httpd->due_last = adopted->previous;
	else
		adopted->next->previous = adopted->previous;
}

void
httpd_request_is_due(struct adopted *adopted)
{
	struct httpd *httpd = adopted->httpd;

	if (httpd->config.request_s == 0)
		return;
	httpd_request_is_here(adopted);
	adopted->due_ms = now_ms() + httpd->config.request_s * 1000LL;
	adopted->is_due = 1;
	adopted->next = NULL;
	adopted->previous = httpd->due_last;
	if (httpd->due_last == NULL)
		httpd->due = adopted;
	else
		httpd->due_last->next = adopted;
	httpd->due_last = adopted;
}

/* The library sees their end, and closes them. */
static void
end_slow_ones(struct httpd *httpd)
{
	long long at_ms = httpd->due == NULL ? 0 : now_ms();

	while (httpd->due != NULL && httpd->due->due_ms <= at_ms) {
		(void)shutdown(httpd->due->fd, SHUT_RDWR);
		httpd_request_is_here(httpd->due);
	}
}

/* ---- connections ----------------------------------------------------------
 */

/* Room for what is known of connection FD until it is announced. */
static int
make_room(struct httpd *httpd, int fd)
{
	size_t n = httpd->n_arriving == 0 ? 64 : httpd->n_arriving;
	struct httpd_peer *more;

	if ((size_t)fd < httpd->n_arriving)
		return 0;
	while (n <= (size_t)fd)
		n *= 2;
	more = realloc(httpd->arriving, n * sizeof(*more));
	if (more == NULL)
		return -1;
	httpd->arriving = more;
	httpd->n_arriving = n;
	return 0;
}

static struct adopted *
adopted_new(struct httpd *httpd, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct adopted *adopted;

	if (info == NULL || info->connect_fd < 0 ||
	    (size_t)info->connect_fd >= httpd->n_arriving)
		return NULL;
	adopted = calloc(1, sizeof(*adopted));
	if (adopted == NULL)
		return NULL;
	adopted->httpd = httpd;
	adopted->peer = httpd->arriving[info->connect_fd];
	adopted->user = user_of(httpd, &adopted->peer);
	if (adopted->user->arriving > 0)
		adopted->user->arriving--;
	adopted->user->connections++;
	adopted->fd = info->connect_fd;
	httpd->connections++;
	httpd_request_is_due(adopted);
	return adopted;
}

void
httpd_notice_connection(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_ConnectionNotificationCode code)
{
	struct httpd *httpd = cls;
	struct adopted *adopted;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		/* without one its requests are refused */
		*context = adopted_new(httpd, connection);
		return;
	}
	adopted = *context;
	*context = NULL;
	if (adopted != NULL) {
		httpd_request_is_here(adopted);
		adopted->user->connections--;
		httpd->connections--;
	}
	free(adopted);
}

int
httpd_adopt(struct httpd *httpd, int fd, const struct sockaddr *peer_address,
    socklen_t len)
{
	unsigned int most = httpd->config.connections_per_user;
	struct httpd_peer peer = peer_of(fd, peer_address, len);
	struct user *user = user_of(httpd, &peer);

	if ((most > 0 && user_has(user) >= most) || make_room(httpd, fd) != 0) {
		close(fd);
		return -1;
	}
	httpd->arriving[fd] = peer;
	user->arriving++;
	/* it closes the socket in any case */
	return MHD_add_connection(httpd->daemon, fd, peer_address, len) ==
		MHD_YES
	    ? 0
	    : -1;
}

unsigned int
httpd_connections(const struct httpd *httpd)
{
	return httpd->connections;
}

/* ---- the event loop -------------------------------------------------------
 */

int
httpd_descriptor(const struct httpd *httpd)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	return info == NULL ? -1 : info->epoll_fd;
}

void
httpd_run(struct httpd *httpd)
{
	httpd->resumed = 0;
	end_slow_ones(httpd);
	(void)MHD_run(httpd->daemon);
	/* what it has not announced now, it closed */
	for (size_t i = 0; i < USERS_MAX; i++)
		httpd->users[i].arriving = 0;
}

long
httpd_due_ms(const struct httpd *httpd)
{
	MHD_UNSIGNED_LONG_LONG of_library;
	long long ms = -1, left;

	if (httpd->resumed)
		return 0;
	if (MHD_get_timeout(httpd->daemon, &of_library) == MHD_YES)
		ms = of_library > 60000 ? 60000 : (long long)of_library;
	if (httpd->due != NULL) {
		left = httpd->due->due_ms - now_ms();
		if (ms < 0 || left < ms)
			ms = left < 0 ? 0 : left;
	}
	return (long)ms;
}

/* ---- later ----------------------------------------------------------------
 */

struct httpd_waiting *
httpd_wait(const struct httpd_request *request)
{
	request->waiting->asked_for = 1;
	return request->waiting;
}

struct httpd_answer *
httpd_waiting_answer(struct httpd_waiting *waiting)
{
	return &waiting->exchange->answer;
}

void
httpd_resume(struct httpd_waiting *waiting)
{
	waiting->asked_for = 0;
	waiting->httpd->resumed = 1;
	MHD_resume_connection(waiting->connection);
}
