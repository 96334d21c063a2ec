/* SPDX-License-Identifier: ISC */
/* The same HTTP without thread and listener; see httpd/httpd.h. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "httpd/inside.h"

#define NOBODY ((uid_t)-1)

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
	    MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME,
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
is_loopback(int fd)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&from;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&from;
	socklen_t len = sizeof(from);

	if (getpeername(fd, (struct sockaddr *)&from, &len) < 0)
		return 0;
	if (from.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	if (from.ss_family != AF_INET6)
		return 0;
	/* ::1, and 127.0.0.1 as a socket for both families sees it */
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
	    (memcmp(&v6->sin6_addr, mapped, sizeof(mapped)) == 0 &&
		v6->sin6_addr.s6_addr[12] == 127);
}

static struct httpd_peer
peer_of(int fd)
{
	struct httpd_peer peer = {
		.is_local = 0, .uid = NOBODY, .gid = (gid_t)-1, .pid = -1
	};
	struct ucred cred = { .pid = -1 };
	socklen_t len = sizeof(int);
	int family = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0 ||
	    family != AF_UNIX) {
		peer.is_loopback = is_loopback(fd);
		return peer;
	}
	len = sizeof(cred);
	/* a peer that cannot be told is nobody, who has no rights */
	peer.is_local = 1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
		peer.uid = cred.uid;
		peer.gid = cred.gid;
		peer.pid = cred.pid;
	}
	return peer;
}

/* The row of UID: its own, a free one, or the last. */
static struct user *
user_of(struct httpd *httpd, uid_t uid)
{
	struct user *vacant = NULL;

	for (size_t i = 0; i < USERS_MAX; i++) {
		struct user *user = &httpd->users[i];

		if (user->connections > 0 && user->uid == uid)
			return user;
		if (user->connections == 0 && vacant == NULL)
			vacant = user;
	}
	if (vacant == NULL)
		return &httpd->users[USERS_MAX - 1];
	vacant->uid = uid;
	return vacant;
}

/* ---- connections ----------------------------------------------------------
 */

void
httpd_notice_connection(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_ConnectionNotificationCode code)
{
	struct httpd *httpd = cls;
	const union MHD_ConnectionInfo *info;
	struct adopted *adopted;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		adopted = calloc(1, sizeof(*adopted));
		info = MHD_get_connection_info(
		    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = adopted;
		if (adopted == NULL || info == NULL)
			return; /* its requests are refused */
		adopted->httpd = httpd;
		adopted->peer = peer_of(info->connect_fd);
		adopted->user = user_of(httpd, adopted->peer.uid);
		adopted->user->connections++;
		httpd->connections++;
		return;
	}
	adopted = *context;
	*context = NULL;
	if (adopted != NULL && adopted->user != NULL) {
		adopted->user->connections--;
		httpd->connections--;
	}
	free(adopted);
}

int
httpd_adopt(struct httpd *httpd, int fd)
{
	unsigned int most = httpd->config.connections_per_user;
	struct httpd_peer peer = peer_of(fd);
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(address);

	if (most > 0 && user_of(httpd, peer.uid)->connections >= most) {
		close(fd);
		return -1;
	}
	if (getpeername(fd, (struct sockaddr *)&address, &len) < 0)
		len = sizeof(address.ss_family);
	/* it closes the socket in any case */
	return MHD_add_connection(httpd->daemon, fd,
		   (const struct sockaddr *)&address, len) == MHD_YES
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
	(void)MHD_run(httpd->daemon);
}

long
httpd_due_ms(const struct httpd *httpd)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (httpd->resumed)
		return 0;
	if (MHD_get_timeout(httpd->daemon, &ms) != MHD_YES)
		return -1;
	return ms > 60000 ? 60000 : (long)ms;
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
