/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/program.h"

/* The first descriptor that no program of ours is started with. */
#define FD_END 4

extern char **environ;

size_t
program_environment(const char *const *allowed, size_t n, char **env)
{
	size_t count = 0;

	for (char **p = environ; *p != NULL && count < n; p++)
		for (size_t i = 0; i < n; i++)
			if (strncmp(*p, allowed[i], strlen(allowed[i])) == 0) {
				env[count++] = *p;
				break;
			}
	env[count] = NULL;
	return count;
}

/*
 * A copy of FD that none of the places is: one that stood on another's place
 * (a caller without standard input has such) would be overwritten.
 */
static int
move_away(int fd, int *out)
{
	*out = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_END);
	return fd >= 0 && *out < 0 ? errno : 0;
}

static int
put(posix_spawn_file_actions_t *actions, int fd, int place, int or_nothing)
{
	if (fd >= 0)
		return posix_spawn_file_actions_adddup2(actions, fd, place);
	return or_nothing ? posix_spawn_file_actions_addopen(
				actions, place, "/dev/null", O_WRONLY, 0)
			  : 0;
}

static int
set_descriptors(posix_spawn_file_actions_t *actions, const int fds[3])
{
	int error = put(actions, fds[0], 0, 0);

	if (error == 0)
		error = put(actions, fds[1], 1, 1);
	if (error == 0)
		error = put(actions, fds[2], 3, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(
		    actions, fds[2] < 0 ? 3 : FD_END);
	return error;
}

static int
set_signals(posix_spawnattr_t *attributes)
{
	/* SIGINT and SIGHUP stay ignored where a shell or nohup wants it */
	static const int needed[] = { SIGPIPE, SIGCHLD, SIGXCPU, SIGXFSZ };
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		sigaddset(&defaults, needed[i]);
	error = posix_spawnattr_setflags(
	    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &defaults);
	return error;
}

static int
spawn_with(const char *path, const struct program *program, const int fds[3],
    pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_descriptors(&actions, fds);
		if (error == 0)
			error = set_signals(&attributes);
		if (error == 0)
			error = posix_spawn(pid, path, &actions, &attributes,
			    program->argv, program->env);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int
spawn(const char *path, const struct program *program, pid_t *pid)
{
	const int given[3] = { program->in, program->out, program->more };
	int fds[3] = { -1, -1, -1 }, error = 0;

	for (size_t i = 0; error == 0 && i < 3; i++)
		error = move_away(given[i], &fds[i]);
	if (error == 0)
		error = spawn_with(path, program, fds, pid);
	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return error;
}

enum segl_status
program_start(struct segl *segl, const struct program *program, pid_t *pid)
{
	const char *dir = secure_getenv("SEGL_LIBEXECDIR");
	char path[4096];
	int error = ENAMETOOLONG;

	*pid = -1;
	if (dir == NULL)
		dir = SEGL_LIBEXECDIR;
	if (program->name[0] == '/')
		error = spawn(program->name, program, pid);
	else if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir,
		     program->name) < sizeof(path))
		error = spawn(path, program, pid);
	if (error == 0)
		return SEGL_OK;
	*pid = -1;
	if (error == ENOMEM)
		return error_nomem(segl);
	if (program->name[0] == '/')
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "%s cannot be started: %s", program->name, strerror(error));
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "%s, a part of segl, cannot be started: %s", path, strerror(error));
	error_remedy(segl, "install segl again");
	return SEGL_EINTERNAL;
}
