/* SPDX-License-Identifier: ISC */
/*
 * segld-front: answers requests; see daemon/front.h. Its standard input is the
 * socket to the keeper, from which it has everything else.
 */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "cache/directory.h"
#include "cache/lock.h"
#include "daemon/audit.h"
#include "daemon/flight.h"
#include "daemon/fresh.h"
#include "daemon/front.h"
#include "daemon/inspect.h"
#include "daemon/log.h"
#include "daemon/memo.h"
#include "daemon/net_pool.h"
#include "daemon/route.h"
#include "daemon/row.h"
#include "daemon/suitability.h"
#include "sys/sandbox.h"

/* Limits of what is asked: nothing of ours comes near them. */
#define HEAD_MAX             16384
#define BODY_MAX             65536
#define CONNECTIONS          1000
#define CONNECTIONS_PER_USER 400
#define TIMEOUT_S            30
#define REQUEST_S            60
/* Of who asks whether we live: supervisors, and who gathers figures. */
#define PROBES          64
#define PROBE_TIMEOUT_S 10
/* Between accept(2)s of one listener, others get their turn. */
#define ACCEPT_AT_ONCE 64
/* How long a front that was told to finish takes at most. */
#define DRAIN_MS 20000
/*
 * The memory of some connections stays when they end, in bytes: to give it back
 * and take it again with each turn of the loop costs more than the requests.
 */
#define KEEP_FREE (1 << 20)
#define EVENTS    64
/* While tokens are looked after, a clock that was set is seen after this. */
#define LOOK_MS 10000

void
front_due(struct front *front, long long at_ms)
{
	if (front->due_ms < 0 || at_ms < front->due_ms)
		front->due_ms = at_ms;
}

int
front_watch(struct front *front, int fd, void *what)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = what };

	return epoll_ctl(front->epoll, EPOLL_CTL_ADD, fd, &event);
}

struct face *
front_face(struct front *front, const struct profile *profile)
{
	return &front->faces[profile - front->profiles.all];
}

int
front_tell_keeper(struct front *front, const char *what)
{
	struct buffer message;
	int ok = message_begin(&message, what) == SEGL_OK &&
	    message_send(front->control, &message, NULL, 0) == 0;

	buffer_clear(&message);
	return ok ? 0 : -1;
}

/* ---- what the keeper says -------------------------------------------------
 */

static void
stop_accepting(struct front *front)
{
	for (size_t i = 0; i < front->n_listeners; i++)
		close(front->listeners[i]);
	front->n_listeners = 0;
	if (front->probe_listener >= 0)
		close(front->probe_listener);
	front->probe_listener = -1;
}

static void
drain(struct front *front)
{
	if (front->draining)
		return;
	front->draining = 1;
	front->drain_until_ms = lock_now_ms() + DRAIN_MS;
	front_due(front, front->drain_until_ms);
	stop_accepting(front);
}

static char *
copy_field(const struct buffer *message, const char *name, unsigned int i)
{
	const char *value = wire_field(message, name, i);

	return value == NULL || value[0] == '\0' ? NULL : strdup(value);
}

/* The signer's own account of its keys, in the order of the profiles. */
static void
take_faces(struct front *front, const struct buffer *message)
{
	for (unsigned int i = 0; i < front->profiles.n; i++) {
		struct face *face = &front->faces[i];
		const char *since = wire_field(message, "not-before", i);
		const char *until = wire_field(message, "not-after", i);

		free(face->identity);
		free(face->subject);
		free(face->serial);
		free(face->report);
		face->identity = copy_field(message, "identity", i);
		face->subject = copy_field(message, "subject", i);
		face->serial = copy_field(message, "serial", i);
		face->report = copy_field(message, "report", i);
		face->not_before = since == NULL ? 0 : strtoll(since, NULL, 10);
		face->not_after = until == NULL ? 0 : strtoll(until, NULL, 10);
	}
}

static void
take_signer(struct front *front, const struct buffer *message, int fd)
{
	if (front->signer >= 0)
		close(front->signer);
	front->signer = -1;
	if (front_watch(front, fd, &front->signer) != 0) {
		close(fd);
		return;
	}
	front->signer = fd;
	take_faces(front, message);
	suitability_take_lists(front, message);
	flight_new_signer(front);
	fresh_begin(front);
}

static void
take_listeners(struct front *front, const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int *slot = front->n_listeners < MESSAGE_FDS
		    ? &front->listeners[front->n_listeners]
		    : NULL;

		if (slot == NULL || front_watch(front, fds[i], slot) != 0) {
			close(fds[i]);
			continue;
		}
		*slot = fds[i];
		front->n_listeners++;
	}
}

/*
 * What --probe-listen names has connections of its own, and answers nothing
 * that anybody could want: Host may be any address there.
 */
static void
take_probes(struct front *front, int fd)
{
	struct httpd_config config = { .hosts = front->hosts,
		.head_max = HEAD_MAX,
		.connections = PROBES,
		.timeout_s = PROBE_TIMEOUT_S,
		.request_s = PROBE_TIMEOUT_S,
		.numeric_hosts = 1,
		.handle = route_probe,
		.arg = front };

	if (front->probes != NULL ||
	    httpd_new(front->segl, &config, &front->probes) != SEGL_OK ||
	    front_watch(
		front, httpd_descriptor(front->probes), &front->probes) != 0 ||
	    front_watch(front, fd, &front->probe_listener) != 0) {
		note_warning(front->segl, "--probe-listen is not answered");
		close(fd);
		return;
	}
	front->probe_listener = fd;
}

/* Takes the descriptors. */
static void
obey(struct front *front, const struct buffer *message, int *fds, size_t n)
{
	if (message_is(message, "signer") && n == 1)
		take_signer(front, message, fds[0]);
	else if (message_is(message, "listen"))
		take_listeners(front, fds, n);
	else if (message_is(message, "probes") && n == 1)
		take_probes(front, fds[0]);
	else if (message_is(message, "audit") && n == 1)
		front->audit = fds[0];
	else if (message_is(message, "net"))
		net_arrived(front, n == 1 ? fds[0] : -1);
	else if (message_is(message, "verifier"))
		inspect_arrived(front, n == 1 ? fds[0] : -1);
	else if (message_is(message, "judged"))
		take_faces(front, message);
	else if (message_is(message, "lists"))
		suitability_take_update(front, message);
	else if (message_is(message, "drain"))
		drain(front);
}

static void
hear_keeper(struct front *front)
{
	int fds[MESSAGE_FDS], error;
	struct buffer message;
	size_t n;

	buffer_init(&message, MESSAGE_MAX);
	do {
		error = message_receive(front->control, &message, fds, &n);
		if (error == 0)
			obey(front, &message, fds, n);
	} while (error == 0);
	buffer_clear(&message);
	if (error == EAGAIN)
		return;
	/* nobody would start anything for us any more */
	(void)epoll_ctl(front->epoll, EPOLL_CTL_DEL, front->control, NULL);
	drain(front);
}

static void
hear_signer(struct front *front)
{
	int fds[MESSAGE_FDS], error;
	struct buffer message;
	size_t n;

	buffer_init(&message, MESSAGE_MAX);
	error = message_receive(front->signer, &message, fds, &n);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	if (error == 0 && flight_signer_said(front, &message) != 0)
		error = EPROTO;
	buffer_clear(&message);
	if (error == 0 || error == EAGAIN)
		return;
	close(front->signer); /* the keeper brings another one */
	front->signer = -1;
}

/* ---- the loop -------------------------------------------------------------
 */

static void
accept_some(struct front *front, struct httpd *httpd, int listener)
{
	struct sockaddr_storage from;

	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		socklen_t len = sizeof(from);
		int fd = accept4(listener, (struct sockaddr *)&from, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		if (httpd_adopt(
			httpd, fd, (const struct sockaddr *)&from, len) != 0)
			front->counts.refused_peers++;
	}
}

static void
on_event(struct front *front, void *what)
{
	if (what == &front->control)
		hear_keeper(front);
	else if (what == &front->signer)
		hear_signer(front);
	else if (what == &front->verifier)
		inspect_readable(front);
	else if (net_is(front, what))
		net_readable(front, what);
	else if (what == &front->probe_listener)
		accept_some(front, front->probes, front->probe_listener);
	else
		for (size_t i = 0; i < front->n_listeners; i++)
			if (what == &front->listeners[i])
				accept_some(
				    front, front->httpd, front->listeners[i]);
}

static long long
ahead_s(void)
{
	return (long long)time(NULL) - lock_now_ms() / 1000;
}

/*
 * The wall clock may be set while we wait, and a machine that was held comes
 * back with one that was. How far the server's is from it changes as well.
 */
static void
see_clock(struct front *front)
{
	long long step_s = ahead_s() - front->ahead_s;

	if (step_s >= -1 && step_s <= 1)
		return; /* both are cut to seconds */
	front->ahead_s += step_s;
	for (size_t i = 0; i < front->profiles.n; i++)
		front->faces[i].clock_offset_s -= (long)step_s;
	row_clock_set(front);
}

static void
tick(struct front *front)
{
	long long now_ms = lock_now_ms();

	if (front->due_ms < 0 || front->due_ms > now_ms)
		return;
	front->due_ms = -1;
	flight_tick(front, now_ms);
	net_tick(front, now_ms);
	inspect_tick(front, now_ms);
	row_tick(front, now_ms);
	audit_tick(front);
	if (front->draining)
		front_due(front, front->drain_until_ms);
}

static int
wait_ms(const struct front *front)
{
	long ms = httpd_due_ms(front->httpd), probes_ms = -1;

	if (front->probes != NULL)
		probes_ms = httpd_due_ms(front->probes);
	if (probes_ms >= 0 && (ms < 0 || probes_ms < ms))
		ms = probes_ms;
	if (front->due_ms >= 0) {
		long long left = front->due_ms - lock_now_ms();

		if (left < 0)
			left = 0;
		if (ms < 0 || left < ms)
			ms = left > LOOK_MS ? LOOK_MS : (long)left;
	}
	if (front->draining && (ms < 0 || ms > 100))
		ms = 100;
	return (int)ms;
}

static int
is_done(const struct front *front)
{
	return front->draining &&
	    ((httpd_connections(front->httpd) == 0 && !flight_any(front)) ||
		lock_now_ms() >= front->drain_until_ms);
}

static void
serve(struct front *front)
{
	struct epoll_event events[EVENTS];

	while (!is_done(front)) {
		int n =
		    epoll_wait(front->epoll, events, EVENTS, wait_ms(front));

		see_clock(front);
		for (int i = 0; i < n; i++)
			on_event(front, events[i].data.ptr);
		tick(front);
		httpd_run(front->httpd);
		if (front->probes != NULL)
			httpd_run(front->probes);
		audit_flush(front);
	}
	audit_tick(front);
	audit_flush(front);
}

/* ---- the start ------------------------------------------------------------
 */

static enum segl_status
name_hosts(struct front *front)
{
	static const char *const always[] = { "localhost", "127.0.0.1",
		"[::1]" };
	const struct setting_list *more = &front->profiles.all[0].settings.host;
	size_t n = 0;

	front->hosts = calloc(more->n + 4, sizeof(*front->hosts));
	if (front->hosts == NULL)
		return error_nomem(front->segl);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		front->hosts[n++] = always[i];
	for (size_t i = 0; i < more->n; i++)
		front->hosts[n++] = more->values[i];
	return SEGL_OK;
}

static enum segl_status
open_httpd(struct front *front)
{
	struct httpd_config config = { .hosts = front->hosts,
		.head_max = HEAD_MAX,
		.body_max = BODY_MAX,
		.connections = CONNECTIONS,
		.connections_per_user = CONNECTIONS_PER_USER,
		.timeout_s = TIMEOUT_S,
		.request_s = REQUEST_S,
		.handle = route_request,
		.arg = front };
	enum segl_status status =
	    httpd_new(front->segl, &config, &front->httpd);

	front->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (status == SEGL_OK &&
	    (front->epoll < 0 ||
		front_watch(front, front->control, &front->control) != 0 ||
		front_watch(
		    front, httpd_descriptor(front->httpd), &front->httpd) != 0))
		status = error_set(front->segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "epoll does not work: %s", strerror(errno));
	return status;
}

static enum segl_status
start(struct front *front, int argc, char **argv)
{
	const struct settings *settings;
	enum segl_status status;

	status = profiles_load(front->segl, argc, argv, &front->profiles);
	if (status != SEGL_OK)
		return status;
	settings = &front->profiles.all[0].settings;
	log_notes(front->segl, settings);
	front->faces = calloc(front->profiles.n, sizeof(*front->faces));
	if (front->faces == NULL)
		return error_nomem(front->segl);
	status = policy_new(front->segl, settings, 1, &front->policy);
	if (status == SEGL_OK)
		status = fresh_load(front);
	if (status == SEGL_OK)
		status = name_hosts(front);
	if (status == SEGL_OK)
		status = open_httpd(front);
	if (status != SEGL_OK)
		return status;
	front->dirfd = cache_directory_open();
	for (size_t i = 0; i < front->profiles.n; i++)
		endpoints_load(front->dirfd,
		    front->profiles.all[i].server.issuer,
		    &front->faces[i].endpoints);
	return SEGL_OK;
}

static void
ignore_pipes(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGPIPE, &ignore, NULL);
}

int
main(int argc, char **argv)
{
	struct front front = { .segl = segl_new(),
		.asked = segl_new(),
		.memo = memo_new(),
		.control = STDIN_FILENO,
		.signer = -1,
		.verifier = -1,
		.audit = -1,
		.dirfd = -1,
		.probe_listener = -1,
		.due_ms = -1 };
	struct instant now;
	struct stat st;

	secret_harden_process();
	front.ahead_s = ahead_s();
	if (front.segl == NULL || front.asked == NULL || front.memo == NULL)
		return segl_status_exit_code(SEGL_ENOMEM);
	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		fputs("segld-front: a part of segld, not to be started by "
		      "hand; see segld(8)\n",
		    stderr);
		segl_free(front.segl);
		segl_free(front.asked);
		memo_free(front.memo);
		return segl_status_exit_code(SEGL_EUSAGE);
	}
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_FREE);
	audit_init(&front);
	ignore_pipes();
	instant_now(&now); /* while the boot can be told */
	if (start(&front, argc, argv) != SEGL_OK)
		_exit(log_failure(front.segl));
	(void)sandbox_enter(SANDBOX_FRONT, &front.dirfd, 1);
	hear_keeper(&front);
	if (front_tell_keeper(&front, "ready") != 0)
		_exit(segl_status_exit_code(SEGL_EINTERNAL));
	serve(&front);
	_exit(0); /* tokens go with the process */
}
