/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/child.h"

extern char **environ;

static size_t
count(char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

/* Whether ENTRY of the environment is replaced by one of VARIABLES. */
static int
is_replaced(const char *entry, char *const *variables)
{
	size_t len = strcspn(entry, "=");

	for (; *variables != NULL; variables++)
		if (strncmp(*variables, entry, len) == 0 &&
		    (*variables)[len] == '=')
			return 1;
	return 0;
}

/* The environment with VARIABLES in it; the list is new, the texts are not. */
static char **
environment(char *const *variables)
{
	char **list =
	    calloc(count(environ) + count(variables) + 1, sizeof(*list));
	size_t n = 0;

	if (list == NULL)
		return NULL;
	for (size_t i = 0; environ[i] != NULL; i++)
		if (!is_replaced(environ[i], variables))
			list[n++] = environ[i];
	for (; *variables != NULL; variables++)
		list[n++] = *variables;
	return list;
}

/* posix_spawnp() with a signal mask and actions; 0 or an errno value. */
static int
spawn(const char *path, char *const *argv, char *const *env, short flags,
    const sigset_t *mask, const posix_spawn_file_actions_t *actions, pid_t *pid)
{
	posix_spawnattr_t attributes;
	int error;

	error = posix_spawnattr_init(&attributes);
	if (error != 0)
		return error;
	error = posix_spawnattr_setflags(
	    &attributes, (short)(POSIX_SPAWN_SETSIGMASK | flags));
	if (error == 0)
		error = posix_spawnattr_setsigmask(&attributes, mask);
	if (error == 0)
		error =
		    posix_spawnp(pid, path, actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	return error;
}

enum segl_status
child_start(struct segl *segl, char *const *program, char *const *variables,
    const sigset_t *mask, pid_t *pid)
{
	char **env = environment(variables);
	int error;

	*pid = -1;
	if (env == NULL)
		return error_nomem(segl);
	error = spawn(program[0], program, env, 0, mask, NULL, pid);
	free(env);
	if (error == 0)
		return SEGL_OK;
	*pid = -1;
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "cannot run %s: %s",
	    program[0], strerror(error));
}

static int
exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return 128 + WTERMSIG(status);
}

int
child_wait(pid_t pid, const sigset_t *signals)
{
	siginfo_t info;
	int sig, status;

	for (;;) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return exit_code(status);
		sig = sigwaitinfo(signals, &info);
		/* what a terminal sends has reached the command already */
		if (sig > 0 && sig != SIGCHLD && info.si_code != SI_KERNEL)
			(void)kill(pid, sig);
	}
}

/* Copy what comes until the other end closes; non-zero where any came. */
static int
copy_output(int fd)
{
	char chunk[1024];
	int any = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 ||
		    file_write_all(STDOUT_FILENO, chunk, (size_t)n) != 0)
			return any;
		any = 1;
	}
}

static int
spawn_again(char *const *argv, int out, pid_t *pid)
{
	static char mark[] = CHILD_BACKGROUND "=1";
	char *const variables[] = { mark, NULL };
	posix_spawn_file_actions_t actions;
	char **env = environment(variables);
	sigset_t mask;
	int error;

	if (env == NULL)
		return ENOMEM;
	sigemptyset(&mask);
	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		goto out;
	error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(
		    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = spawn("/proc/self/exe", argv, env, POSIX_SPAWN_SETSID,
		    &mask, &actions, pid);
	posix_spawn_file_actions_destroy(&actions);
out:
	free(env);
	return error;
}

int
child_background(struct segl *segl, char *const *argv)
{
	int fd[2], error, status, ready = 0;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0) {
		error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL, "no pipe: %s",
		    strerror(errno));
		return -1;
	}
	error = spawn_again(argv, fd[1], &pid);
	close(fd[1]);
	if (error == 0)
		ready = copy_output(fd[0]);
	close(fd[0]);
	if (error != 0) {
		error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "cannot start in the background: %s", strerror(error));
		return -1;
	}
	if (ready)
		return 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return segl_status_exit_code(SEGL_EINTERNAL);
	return exit_code(status);
}
