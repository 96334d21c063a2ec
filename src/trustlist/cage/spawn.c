/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trustlist/cage/spawn.h"

extern char **environ;

/* All that a parser may know of its surroundings: where libraries are. */
static const char *const allowed[] = {
	"ASAN_OPTIONS=",
	"LD_LIBRARY_PATH=",
	"LSAN_OPTIONS=",
	"UBSAN_OPTIONS=",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
scrub_environment(const char *env[COUNT(allowed) + 1])
{
	size_t n = 0;

	for (char **p = environ; *p != NULL && n < COUNT(allowed); p++)
		for (size_t i = 0; i < COUNT(allowed); i++)
			if (strncmp(*p, allowed[i], strlen(allowed[i])) == 0) {
				env[n++] = *p;
				break;
			}
	env[n] = NULL;
}

static int
set_descriptors(posix_spawn_file_actions_t *actions, int in, int out)
{
	int error = posix_spawn_file_actions_adddup2(actions, in, 0);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(actions, out, 1);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
	return error;
}

static int
set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXCPU);
	error = posix_spawnattr_setflags(
	    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &defaults);
	return error;
}

int
spawn_reader(const char *path, const char *ask, int in, int out, pid_t *pid)
{
	const char *env[COUNT(allowed) + 1];
	char name[] = "segl-tlread";
	char *argv[] = { name, (char *)(uintptr_t)ask, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return error;
	}
	scrub_environment(env);
	error = set_descriptors(&actions, in, out);
	if (error == 0)
		error = set_signals(&attributes);
	if (error == 0)
		error = posix_spawn(pid, path, &actions, &attributes, argv,
		    (char *const *)(uintptr_t)env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}
