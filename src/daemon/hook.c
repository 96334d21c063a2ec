/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/error.h"
#include "daemon/child.h"
#include "daemon/hook.h"
#include "net/wire.h"

struct hook {
	struct hook *next;
	char *path; /* of the file: rules change with a reload */
	pid_t pid;  /* 0: it does not run */
	int again;
};

static struct hook *
hook_of(struct keeper *keeper, const char *path)
{
	struct hook *hook = keeper->hooks;

	while (hook != NULL && strcmp(hook->path, path) != 0)
		hook = hook->next;
	if (hook != NULL)
		return hook;
	hook = calloc(1, sizeof(*hook));
	if (hook != NULL)
		hook->path = strdup(path);
	if (hook == NULL || hook->path == NULL) {
		free(hook);
		return NULL;
	}
	hook->next = keeper->hooks;
	keeper->hooks = hook;
	return hook;
}

static void
run(struct keeper *keeper, struct hook *hook)
{
	const struct sink *sink = sinks_find(&keeper->sinks, hook->path);

	hook->again = 0;
	if (sink == NULL || sink->hook[0] == NULL)
		return;
	if (child_run(keeper->segl, sink->hook[0], sink->hook,
		&keeper->profiles, &hook->pid) == SEGL_OK)
		return;
	hook->pid = 0;
	note_warning(keeper->segl, "the hook of %s: %s", hook->path,
	    segl_error_message(keeper->segl));
	segl_error_clear(keeper->segl);
}

void
hook_file(struct keeper *keeper, const struct buffer *message)
{
	const char *path = wire_field(message, "path", 0);
	const char *text = wire_field(message, "text", 0);
	const struct sink *sink;
	struct hook *hook;
	int written;

	/* one that is not asked for any more: the front is an old one */
	sink = path == NULL ? NULL : sinks_find(&keeper->sinks, path);
	if (sink == NULL || text == NULL)
		return;
	written = sink_write(sink, text);
	if (written < 0)
		note_warning(keeper->segl,
		    "the token cannot be written to %s: %s; check its "
		    "directory, and owner and group of --token-file",
		    path, strerror(errno));
	if (written <= 0 || sink->hook[0] == NULL)
		return;
	hook = hook_of(keeper, path);
	if (hook == NULL)
		return;
	if (hook->pid > 0)
		hook->again = 1;
	else
		run(keeper, hook);
}

int
hook_ended(struct keeper *keeper, pid_t pid, int status)
{
	struct hook *hook = keeper->hooks;

	while (hook != NULL && hook->pid != pid)
		hook = hook->next;
	if (hook == NULL)
		return 0;
	hook->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		note_warning(keeper->segl, "the hook of %s failed: %s %d",
		    hook->path, WIFEXITED(status) ? "exit status" : "signal",
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	if (hook->again && !keeper->stopping)
		run(keeper, hook);
	return 1;
}

void
hook_clear(struct keeper *keeper)
{
	while (keeper->hooks != NULL) {
		struct hook *next = keeper->hooks->next;

		free(keeper->hooks->path);
		free(keeper->hooks);
		keeper->hooks = next;
	}
}
