/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run.h"

/* Shortest output that can be the token of the bench's server, in bytes. */
enum { TOKEN_MIN = 1000, ENVIRONMENT_MAX = 32 };

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Fill ENV from the leading NAME=VALUE words of ARGV; returns the rest. */
static char **
environment_take(char **argv, char **env, char *start)
{
	size_t n = 0;

	for (; *argv != NULL && strchr(*argv, '=') != NULL; argv++)
		if (n < ENVIRONMENT_MAX)
			env[n++] = *argv;
	if (start != NULL)
		env[n++] = start;
	env[n] = NULL;
	return argv;
}

static int
spawn(pid_t *pid, char **argv, char **env, int out, const char *log)
{
	posix_spawn_file_actions_t actions;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(
	    &actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	error = posix_spawn(pid, argv[0], &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static size_t
drain(int fd)
{
	char text[16384];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) != 0)
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR)
			break;
	return len;
}

static double
ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1000 + (double)t.tv_usec / 1000;
}

static void
usage_add(struct run *run, const struct rusage *usage)
{
	run->cpu_ms += ms_of(usage->ru_utime) + ms_of(usage->ru_stime);
	if (usage->ru_maxrss > run->rss_kb)
		run->rss_kb = usage->ru_maxrss;
}

int
run_once(char **argv, const char *log, int timed, struct run *run)
{
	char *env[ENVIRONMENT_MAX + 2], start[64];
	struct rusage usage;
	size_t len;
	pid_t pid;
	int fds[2], status = -1;
	long long t0;

	memset(run, 0, sizeof(*run));
	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	argv = environment_take(argv, env, timed ? start : NULL);
	t0 = now_ns();
	snprintf(start, sizeof(start), "BENCH_T0=%lld", t0);
	if (spawn(&pid, argv, env, fds[1], log) != 0) {
		close(fds[0]);
		close(fds[1]);
		return -1;
	}
	close(fds[1]);
	len = drain(fds[0]);
	wait4(pid, &status, 0, &usage);
	run->wall_ms = (double)(now_ns() - t0) / 1e6;
	close(fds[0]);
	usage_add(run, &usage);
	/* what it left behind comes to us: the driver is its subreaper */
	while (wait4(-1, NULL, 0, &usage) > 0)
		usage_add(run, &usage);
	run->has_token = len >= TOKEN_MIN;
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return run->status < 0 ? -1 : 0;
}
