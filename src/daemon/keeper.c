/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "cache/lock.h"
#include "daemon/child.h"
#include "daemon/hook.h"
#include "daemon/keeper.h"
#include "daemon/lists.h"
#include "daemon/log.h"
#include "daemon/rejudge.h"
#include "net/helper.h"
#include "net/wire.h"
#include "sys/activation.h"

/* What dies is started again after 0.1 s, then later and later. */
#define AGAIN_FIRST_MS 100
#define AGAIN_MOST_MS  5000

/* Tell and forget what SEGL has: segld goes on. */
static void
complain(struct keeper *keeper, const char *and)
{
	note_warning(
	    keeper->segl, "%s%s", segl_error_message(keeper->segl), and);
	segl_error_clear(keeper->segl);
}

static long long
soonest(long long a, long long b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* ---- starting -------------------------------------------------------------
 */

static void
start_next(struct keeper *keeper)
{
	keeper->start_at_ms = -1;
	if (keeper->next.signer_fd >= 0 || keeper->next.front_fd >= 0)
		return; /* one is on its way */
	if (pair_start_signer(keeper, &keeper->next) != SEGL_OK)
		complain(keeper, "");
}

static void
again_later(struct keeper *keeper)
{
	long long ms = AGAIN_FIRST_MS;

	for (int i = 0; i < keeper->failures && ms < AGAIN_MOST_MS; i++)
		ms *= 2;
	keeper->failures++;
	keeper->start_at_ms = lock_now_ms() + ms;
}

/* The first start failed: its exit code is ours. */
static void
take_exit_code(struct keeper *keeper)
{
	pid_t pid =
	    keeper->next.front > 0 ? keeper->next.front : keeper->next.signer;
	int status;

	keeper->stopping = 1;
	keeper->exit_code = 1;
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) != 0)
		keeper->exit_code = WEXITSTATUS(status);
}

/* What was to serve does not: go on with what does, or try again. */
static void
next_failed(struct keeper *keeper, const char *why)
{
	if (!keeper->announced)
		take_exit_code(keeper);
	if (keeper->next.front > 0)
		(void)kill(keeper->next.front, SIGTERM);
	pair_drop(&keeper->next);
	if (keeper->now.front_fd >= 0 && keeper->now.signer > 0) {
		note_warning(keeper->segl, "%s; going on as before", why);
		keeper->reloading = 0;
		activation_notify("READY=1\nSTATUS=the last reload failed");
		return;
	}
	if (!keeper->stopping)
		again_later(keeper);
}

static void
announce(struct keeper *keeper)
{
	activation_notify("READY=1\nSTATUS=serving");
	keeper->announced = 1;
	keeper->failures = 0;
	keeper->reloading = 0;
	lists_tell(keeper, &keeper->now);
	lists_plan(keeper);
	rejudge_plan(keeper);
}

/*
 * The seals that are served will not do any more, says the signer that was to
 * go on with them; its end follows, and is told as a failure.
 */
static void
tell_judgement(struct keeper *keeper)
{
	if (!keeper->reloading && keeper->now.front_fd >= 0 &&
	    pair_identity_changed(&keeper->now, &keeper->next) == NULL)
		(void)message_send(
		    keeper->now.front_fd, &keeper->next.ready, NULL, 0);
}

static void
on_signer(struct keeper *keeper)
{
	int heard = pair_hear_signer(&keeper->next);
	const char *changed;

	if (heard == 0)
		return;
	if (heard == 2) {
		tell_judgement(keeper);
		return;
	}
	if (heard < 0) {
		/* it has said why, and its exit code comes with SIGCHLD */
		close(keeper->next.signer_fd);
		keeper->next.signer_fd = -1;
		next_failed(keeper, "the keys could not be loaded");
		return;
	}
	keeper->next.is_ready = 1;
	changed = pair_identity_changed(&keeper->now, &keeper->next);
	if (changed != NULL) {
		note_warning(keeper->segl,
		    "ALARM: the certificate of profile '%s' is another "
		    "organisation's now",
		    changed);
		next_failed(
		    keeper, "it is not taken; if that is meant, restart segld");
		return;
	}
	if (!keeper->reloading && keeper->now.front_fd >= 0) {
		if (pair_replace_signer(&keeper->now, &keeper->next) == 0)
			announce(keeper);
		else
			next_failed(keeper, "the front takes no signer");
		return;
	}
	if (pair_start_front(keeper, &keeper->next) != SEGL_OK) {
		complain(keeper, "");
		next_failed(keeper, "the front could not be started");
	}
}

/* ---- the front ------------------------------------------------------------
 */

/* Where one more is noted; NULL where a front wants more than it can use. */
static pid_t *
vacancy(struct keeper *keeper)
{
	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (keeper->helpers[i] == 0)
			return &keeper->helpers[i];
	return NULL;
}

static void
start_net(struct keeper *keeper, int to)
{
	struct net_helper helper = { .fd = -1 };
	pid_t *place = vacancy(keeper);
	struct buffer message;
	int ok =
	    place != NULL && net_helper_start(keeper->segl, &helper) == SEGL_OK;

	if (ok)
		*place = helper.pid;
	else if (place != NULL)
		complain(keeper, "");
	if (message_begin(&message, "net") == SEGL_OK)
		(void)message_send(to, &message, &helper.fd, ok ? 1 : 0);
	buffer_clear(&message);
	if (helper.fd >= 0)
		close(helper.fd);
}

/*
 * Start who judges the tokens of others; it needs to know nothing of us. Our
 * end of the socket to it, or -1.
 */
static int
start_judge(struct keeper *keeper)
{
	char *none[] = { keeper->argv[0], NULL };
	pid_t *place = vacancy(keeper), pid;
	int ends[2];

	if (place == NULL || message_pair(ends) != 0)
		return -1;
	if (child_start(keeper->segl, "segld-verifier", none, &keeper->profiles,
		0, ends[1], &pid) == SEGL_OK) {
		*place = pid;
	} else {
		complain(keeper, "");
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

static void
start_verifier(struct keeper *keeper, int to)
{
	int fd = start_judge(keeper);
	struct buffer message;

	if (message_begin(&message, "verifier") == SEGL_OK)
		(void)message_send(to, &message, &fd, fd >= 0 ? 1 : 0);
	buffer_clear(&message);
	if (fd >= 0)
		close(fd);
}

static void
let_finish(const struct pair *pair)
{
	struct buffer message;

	if (pair->front_fd < 0)
		return;
	if (message_begin(&message, "drain") == SEGL_OK)
		(void)message_send(pair->front_fd, &message, NULL, 0);
	buffer_clear(&message);
}

/* The new pair serves: the old one may finish. */
static void
swap(struct keeper *keeper)
{
	let_finish(&keeper->now);
	pair_drop(&keeper->old); /* it had its time */
	keeper->old = keeper->now;
	keeper->now = keeper->next;
	pair_init(&keeper->next);
	announce(keeper);
}

static void
on_front(struct keeper *keeper, struct pair *pair)
{
	int fds[MESSAGE_FDS], error;
	struct buffer message;
	size_t n = 0;

	buffer_init(&message, MESSAGE_MAX);
	error = message_receive(pair->front_fd, &message, fds, &n);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	if (error == 0 && message_is(&message, "net"))
		start_net(keeper, pair->front_fd);
	else if (error == 0 && message_is(&message, "verifier"))
		start_verifier(keeper, pair->front_fd);
	else if (error == 0 && message_is(&message, "file"))
		hook_file(keeper, &message);
	else if (error == 0 && message_is(&message, "ready")) {
		if (pair == &keeper->next)
			swap(keeper);
	} else if (error != EAGAIN) {
		close(pair->front_fd);
		pair->front_fd = -1;
		if (pair == &keeper->old)
			pair_drop(pair);
		if (pair == &keeper->next)
			next_failed(keeper, "the front did not start");
	}
	buffer_clear(&message);
}

/* ---- processes ------------------------------------------------------------
 */

static void
front_died(struct keeper *keeper)
{
	note_warning(keeper->segl, "segld-front ended; starting it again");
	pair_drop(&keeper->now); /* its signer ends with it */
	keeper->reloading = 0;
	if (keeper->next.signer <= 0)
		again_later(keeper);
}

/* Look at the settings and load all anew, beside what serves. */
static void
reload(struct keeper *keeper)
{
	struct profiles profiles;
	struct policy *policy = NULL;
	struct sinks sinks = { .n = 0 };
	enum segl_status status;

	activation_notify("RELOADING=1");
	status =
	    profiles_load(keeper->segl, keeper->argc, keeper->argv, &profiles);
	if (status == SEGL_OK)
		status = policy_new(
		    keeper->segl, &profiles.all[0].settings, 1, &policy);
	if (status == SEGL_OK)
		status =
		    sinks_load(keeper->segl, &profiles.all[0].settings, &sinks);
	watch_accept(&keeper->watch, &keeper->profiles, keeper->policy);
	if (status != SEGL_OK) {
		sinks_clear(&sinks);
		policy_free(policy);
		profiles_clear(&profiles);
		complain(keeper, "; going on as before");
		return;
	}
	activation_notify("RELOADING=1");
	profiles_clear(&keeper->profiles);
	policy_free(keeper->policy);
	keeper->profiles = profiles;
	keeper->policy = policy;
	sinks_clear(&keeper->sinks);
	keeper->sinks = sinks;
	log_notes(keeper->segl, &keeper->profiles.all[0].settings);
	watch_accept(&keeper->watch, &keeper->profiles, keeper->policy);
	if (keeper->next.signer_fd >= 0 || keeper->next.front_fd >= 0)
		pair_drop(&keeper->next);
	keeper->reloading = 1;
	start_next(keeper);
}

/* New lists are there; a signer on its way may have read the old ones. */
static void
read_lists(struct keeper *keeper)
{
	if (keeper->next.signer_fd >= 0 || keeper->next.front_fd >= 0)
		reload(keeper);
	else
		rejudge_soon(keeper);
}

static void
reap(struct keeper *keeper)
{
	int status, brought;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < HELPERS_MAX; i++)
			if (keeper->helpers[i] == pid)
				keeper->helpers[i] = 0;
		if (hook_ended(keeper, pid, status))
			continue;
		brought = lists_ended(keeper, pid, status);
		if (brought == 1 && !keeper->stopping)
			read_lists(keeper);
		if (brought >= 0)
			continue;
		if (pid == keeper->next.signer)
			keeper->next.signer = 0;
		if (pid == keeper->next.front)
			keeper->next.front = 0;
		if (pid == keeper->now.front) {
			keeper->now.front = 0;
			front_died(keeper);
		} else if (pid == keeper->now.signer) {
			keeper->now.signer = 0;
			note_warning(keeper->segl,
			    "segld-signer ended; starting it again");
			again_later(keeper);
		}
	}
}

static void
on_signal(struct keeper *keeper)
{
	struct signalfd_siginfo info;

	while (read(keeper->signals, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(keeper);
		else if (info.ssi_signo == SIGHUP)
			reload(keeper);
		else
			keeper->stopping = 1;
	}
}

/* ---- the loop -------------------------------------------------------------
 */

static void
on_time(struct keeper *keeper)
{
	long long now_ms = lock_now_ms();

	if (keeper->start_at_ms >= 0 && keeper->start_at_ms <= now_ms)
		start_next(keeper);
	lists_tick(keeper, now_ms);
	if (keeper->look_at_ms > now_ms)
		return;
	keeper->look_at_ms = now_ms + WATCH_EVERY_MS;
	if (!keeper->announced)
		return;
	if (watch_look(&keeper->watch, &keeper->profiles, keeper->policy)) {
		note_info(keeper->segl, "files have changed: loading them");
		reload(keeper);
	} else if (rejudge_is_due(keeper) && keeper->now.front_fd >= 0) {
		note_info(keeper->segl, "judging the certificates anew");
		rejudge_later(keeper);
		start_next(keeper);
	}
}

static void
wait_and_act(struct keeper *keeper)
{
	struct pollfd in[] = {
		{ .fd = keeper->signals, .events = POLLIN },
		{ .fd = keeper->now.front_fd, .events = POLLIN },
		{ .fd = keeper->next.front_fd, .events = POLLIN },
		{ .fd = keeper->next.is_ready ? -1 : keeper->next.signer_fd,
		    .events = POLLIN },
		{ .fd = keeper->old.front_fd, .events = POLLIN },
	};
	long long until_ms = soonest(keeper->start_at_ms, keeper->look_at_ms);
	long long left_ms = until_ms - lock_now_ms();

	if (poll(in, sizeof(in) / sizeof(in[0]),
		left_ms < 0 ? 0 : (int)left_ms) > 0) {
		if (in[1].revents != 0)
			on_front(keeper, &keeper->now);
		if (in[2].revents != 0 && keeper->next.front_fd == in[2].fd)
			on_front(keeper, &keeper->next);
		if (in[3].revents != 0 && keeper->next.signer_fd == in[3].fd)
			on_signer(keeper);
		if (in[4].revents != 0 && keeper->old.front_fd == in[4].fd)
			on_front(keeper, &keeper->old);
		if (in[0].revents != 0)
			on_signal(keeper);
	}
	on_time(keeper);
}

static int
take_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -1;
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
stop(struct keeper *keeper)
{
	activation_notify("STOPPING=1");
	let_finish(&keeper->now);
	pair_drop(&keeper->next);
	pair_drop(&keeper->old);
	pair_drop(&keeper->now);
	listeners_close(&keeper->listeners);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

int
keeper_run(struct keeper *keeper)
{
	keeper->signals = take_signals();
	if (keeper->signals < 0) {
		error_set(keeper->segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "no descriptor for signals: %s", strerror(errno));
		return segl_status_exit_code(SEGL_EINTERNAL);
	}
	pair_init(&keeper->now);
	pair_init(&keeper->next);
	pair_init(&keeper->old);
	watch_init(&keeper->watch);
	watch_accept(&keeper->watch, &keeper->profiles, keeper->policy);
	keeper->look_at_ms = lock_now_ms() + WATCH_EVERY_MS;
	start_next(keeper);
	while (!keeper->stopping)
		wait_and_act(keeper);
	stop(keeper);
	watch_clear(&keeper->watch);
	close(keeper->signals);
	return keeper->exit_code;
}
