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
#include "daemon/child.h"

extern char **environ;

static int
names(const char *variable, const char *name, size_t len)
{
	return strncmp(variable, name, len) == 0 && variable[len] == '=';
}

/* Whether VARIABLE ("NAME=value") is nobody's but the signer's. */
static int
is_secret(const char *variable, const struct profiles *profiles)
{
	static const char *const known[] = { "MASKINPORTEN_CLIENT_JWK",
		"MASKINPORTEN_KEYSTORE_PASSWORD", "CREDENTIALS_DIRECTORY" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (names(variable, known[i], strlen(known[i])))
			return 1;
	for (size_t i = 0; i < profiles->n; i++) {
		const char *pin = profiles->all[i].settings.pin;

		if (pin != NULL && strncmp(pin, "env:", 4) == 0 &&
		    names(variable, pin + 4, strlen(pin + 4)))
			return 1;
	}
	return 0;
}

/* New; NULL out of memory. */
static char **
environment(const struct profiles *profiles, int with_secrets)
{
	/* of no use to them but to libmicrohttpd's GnuTLS, which no TLS of
	 * ours needs: it saves a megabyte */
	static char gnutls[] = "GNUTLS_NO_IMPLICIT_INIT=1";
	size_t n = 0, count = 0;
	char **env;

	while (environ[count] != NULL)
		count++;
	env = calloc(count + 2, sizeof(*env));
	if (env == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!names(environ[i], "NOTIFY_SOCKET", 13) &&
		    (with_secrets || !is_secret(environ[i], profiles)))
			env[n++] = environ[i];
	env[n] = gnutls;
	return env;
}

static int
set_descriptors(posix_spawn_file_actions_t *actions, int fd)
{
	int error = posix_spawn_file_actions_adddup2(actions, fd, 0);

	if (error == 0)
		error = posix_spawn_file_actions_addopen(
		    actions, 1, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
	return error;
}

static int
set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none;
	int error;

	sigemptyset(&none);
	error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &none);
	return error;
}

/* ARGV as the program's own; new. */
static char **
arguments(char **argv, char *name)
{
	size_t n = 0;
	char **out;

	while (argv[n] != NULL)
		n++;
	out = calloc(n + 1, sizeof(*out));
	if (out == NULL)
		return NULL;
	memcpy(out, argv, n * sizeof(*out));
	out[0] = name;
	return out;
}

static int
spawn(const char *path, char **argv, char **env, int fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_descriptors(&actions, fd);
		if (error == 0)
			error = set_signals(&attributes);
		if (error == 0)
			error = posix_spawn(
			    pid, path, &actions, &attributes, argv, env);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

enum segl_status
child_start(struct segl *segl, const char *name, char **argv,
    const struct profiles *profiles, int with_secrets, int fd, pid_t *pid)
{
	const char *dir = secure_getenv("SEGL_LIBEXECDIR");
	char path[4096], own[32], **env, **arg;
	int error = ENAMETOOLONG;

	*pid = -1;
	if (dir == NULL)
		dir = SEGL_LIBEXECDIR;
	snprintf(own, sizeof(own), "%s", name);
	env = environment(profiles, with_secrets);
	arg = arguments(argv, own);
	if (env == NULL || arg == NULL) {
		free(env);
		free(arg);
		return error_nomem(segl);
	}
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) <
	    sizeof(path))
		error = spawn(path, arg, env, fd, pid);
	free(env);
	free(arg);
	if (error == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
	    "%s cannot be started: %s", path, strerror(error));
	error_remedy(segl, "install segl again");
	return SEGL_EINTERNAL;
}
