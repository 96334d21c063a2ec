/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "net/helper.h"

extern char **environ;

/*
 * All of the environment that the network process may see: how to find its
 * libraries, the proxy, the trust anchors. Not SSLKEYLOGFILE, which would
 * write session keys to a file, and nothing that could be a PIN.
 */
static const char *const allowed[] = {
	"ALL_PROXY=",
	"ASAN_OPTIONS=",
	"HTTPS_PROXY=",
	"LD_LIBRARY_PATH=",
	"LOCALDOMAIN=",
	"LSAN_OPTIONS=",
	"NO_PROXY=",
	"OPENSSL_CONF=",
	"RES_OPTIONS=",
	"SSL_CERT_DIR=",
	"SSL_CERT_FILE=",
	"UBSAN_OPTIONS=",
	"all_proxy=",
	"http_proxy=",
	"https_proxy=",
	"no_proxy=",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
is_allowed(const char *variable)
{
	for (size_t i = 0; i < COUNT(allowed); i++)
		if (strncmp(variable, allowed[i], strlen(allowed[i])) == 0)
			return 1;
	return 0;
}

/* ENV has room for every allowed name, one more and the end. */
static void
scrub_environment(const char *env[COUNT(allowed) + 2])
{
	size_t n = 0;

	for (char **p = environ; *p != NULL && n < COUNT(allowed); p++)
		if (is_allowed(*p))
			env[n++] = *p;
	/* Debian's libcurl pulls GnuTLS in; its start-up is of no use here */
	env[n++] = "GNUTLS_NO_IMPLICIT_INIT=1";
	env[n] = NULL;
}

/* Its socket is descriptor 0; of ours it gets standard error alone. */
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
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGCHLD);
	error = posix_spawnattr_setflags(
	    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (error == 0)
		error = posix_spawnattr_setsigmask(attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(attributes, &defaults);
	return error;
}

static int
spawn(const char *path, int fd, pid_t *pid)
{
	const char *env[COUNT(allowed) + 2];
	char name[] = "segl-net", *argv[] = { name, NULL };
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
	error = set_descriptors(&actions, fd);
	if (error == 0)
		error = set_signals(&attributes);
	if (error == 0)
		error = posix_spawn(pid, path, &actions, &attributes, argv,
		    (char *const *)(uintptr_t)env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

enum segl_status
net_helper_start(struct segl *segl, struct net_helper *out)
{
	const char *dir = secure_getenv("SEGL_LIBEXECDIR");
	int sockets[2], error;
	char path[4096];

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	if (dir == NULL)
		dir = SEGL_LIBEXECDIR;
	if ((size_t)snprintf(path, sizeof(path), "%s/segl-net", dir) >=
	    sizeof(path))
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "SEGL_LIBEXECDIR is too long");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "no socket pair: %s", strerror(errno));
	error = spawn(path, sockets[1], &out->pid);
	close(sockets[1]);
	if (error != 0) {
		close(sockets[0]);
		error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "the helper %s cannot be started: %s", path,
		    strerror(error));
		error_remedy(segl, "install segl again");
		return SEGL_EINTERNAL;
	}
	out->fd = sockets[0];
	return SEGL_OK;
}
