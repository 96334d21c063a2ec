/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/error.h"
#include "cache/lock.h"
#include "daemon/child.h"
#include "daemon/lists.h"
#include "net/wire.h"

/* So often where nothing is said, and after a failure, in seconds. */
#define EVERY_S 86400
#define AGAIN_S 3600

/* Room for the arguments of an update: every CA, and what is fixed. */
#define ARGUMENTS_MAX 96

static long
every_s(const struct keeper *keeper)
{
	long s = keeper->profiles.all[0].settings.trust_update_s;

	return s < 0 ? EVERY_S : s;
}

/* MS, a tenth more or less: hosts that started together part. */
static long long
with_jitter(const struct keeper *keeper, long long ms)
{
	unsigned long long state =
	    (unsigned long long)lock_now_ms() * 6364136223846793005ull +
	    (unsigned long long)keeper->list_updates;

	return ms * 9 / 10 + (long long)((state >> 33) % 1024) * ms / 5120;
}

/* When the newest list was fetched, seconds since the Epoch; -1 no lists. */
static long long
newest(const struct keeper *keeper)
{
	long long found = -1;
	const char *list;

	for (unsigned int i = 0;
	     (list = wire_field(&keeper->now.ready, "list", i)) != NULL; i++) {
		const char *last = strrchr(list, ' ');
		long long at = last == NULL ? -1 : strtoll(last, NULL, 10);

		if (at > found)
			found = at;
	}
	return found;
}

void
lists_plan(struct keeper *keeper)
{
	const struct settings *settings = &keeper->profiles.all[0].settings;
	long long at = newest(keeper), now = (long long)time(NULL), left_s;
	int off =
	    settings->trust != NULL && strcmp(settings->trust, "none") == 0;

	keeper->lists_at_ms = -1;
	if (off || every_s(keeper) == 0 || keeper->lists_pid > 0 ||
	    (settings->trust_update_s < 0 && at < 0))
		return;
	left_s = at < 0 || at > now ? 0 : every_s(keeper) - (now - at);
	if (keeper->lists_code != 0 && left_s < AGAIN_S)
		left_s = every_s(keeper) < AGAIN_S ? every_s(keeper) : AGAIN_S;
	if (left_s < 1)
		left_s = 1;
	keeper->lists_at_ms =
	    lock_now_ms() + with_jitter(keeper, left_s * 1000LL);
}

/* ---- one update -----------------------------------------------------------
 */

struct arguments {
	char *values[ARGUMENTS_MAX];
	size_t n;
	int failed;
};

/* "NAME=VALUE"; nothing where VALUE is NULL. */
static void
add(struct arguments *to, const char *name, const char *value)
{
	char *text = NULL;

	if (value == NULL || to->failed)
		return;
	if (to->n + 1 >= ARGUMENTS_MAX ||
	    asprintf(&text, "%s%s%s", name, value[0] == '\0' ? "" : "=",
		value) < 0) {
		to->failed = 1;
		return;
	}
	to->values[to->n++] = text;
}

static void
add_time(struct arguments *to, const char *name, long s)
{
	char text[32];

	snprintf(text, sizeof(text), "%lds", s);
	add(to, name, s < 0 ? NULL : text);
}

/* The settings that segld was started with, as far as they concern lists. */
static void
compose(const struct settings *s, struct arguments *to)
{
	memset(to, 0, sizeof(*to));
	add(to, "segl", "");
	add(to, "trust", "");
	add(to, "update", "");
	add(to, "--quiet", "");
	add(to, "--config", s->config);
	add(to, "--trust", s->trust);
	add(to, "--anchors", s->anchors);
	add(to, "--lotl", s->lotl);
	for (size_t i = 0; i < s->ca.n; i++)
		add(to, "--ca", s->ca.values[i]);
	add(to, "--ca-only", s->ca_only ? "" : NULL);
	add_time(to, "--connect-timeout", s->connect_timeout_s);
	add_time(to, "--timeout", s->timeout_s);
}

static void
start(struct keeper *keeper)
{
	struct arguments arguments;

	compose(&keeper->profiles.all[0].settings, &arguments);
	if (arguments.failed)
		note_warning(keeper->segl,
		    "the trusted lists cannot be updated: too many arguments");
	else if (child_run(keeper->segl, "segl-main", arguments.values,
		     &keeper->profiles, &keeper->lists_pid) != SEGL_OK) {
		keeper->lists_pid = 0;
		note_warning(
		    keeper->segl, "%s", segl_error_message(keeper->segl));
		segl_error_clear(keeper->segl);
	}
	for (size_t i = 0; i < arguments.n; i++)
		free(arguments.values[i]);
	if (keeper->lists_pid == 0) {
		keeper->lists_code = segl_status_exit_code(SEGL_EINTERNAL);
		lists_plan(keeper);
	}
}

void
lists_tick(struct keeper *keeper, long long now_ms)
{
	if (keeper->lists_at_ms < 0 || keeper->lists_at_ms > now_ms)
		return;
	keeper->lists_at_ms = -1;
	keeper->lists_began = (long long)time(NULL);
	start(keeper);
}

void
lists_tell(const struct keeper *keeper, const struct pair *pair)
{
	struct buffer message;

	if (pair->front_fd < 0 || keeper->list_updates == 0)
		return;
	if (message_begin(&message, "lists") == SEGL_OK &&
	    wire_add_number(&message, "updates", keeper->list_updates) ==
		SEGL_OK &&
	    wire_add_number(&message, "failures", keeper->list_failures) ==
		SEGL_OK &&
	    wire_add_number(&message, "at", keeper->lists_began) == SEGL_OK &&
	    wire_add_number(&message, "code", keeper->lists_code) == SEGL_OK)
		(void)message_send(pair->front_fd, &message, NULL, 0);
	buffer_clear(&message);
}

int
lists_ended(struct keeper *keeper, pid_t pid, int status)
{
	if (pid != keeper->lists_pid || pid <= 0)
		return -1;
	keeper->lists_pid = 0;
	keeper->list_updates++;
	keeper->lists_code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	if (keeper->lists_code != 0) {
		keeper->list_failures++;
		note_warning(keeper->segl,
		    "the trusted lists could not be updated (exit status %d); "
		    "going on with those that are there",
		    keeper->lists_code);
	}
	lists_tell(keeper, &keeper->now);
	if (keeper->lists_code != 0)
		lists_plan(keeper);
	else /* until the next signer has read them */
		keeper->lists_at_ms = lock_now_ms() +
		    with_jitter(keeper, every_s(keeper) * 1000LL);
	return keeper->lists_code == 0;
}
