/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/program.h"
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

enum segl_status
child_start(struct segl *segl, const char *name, char **argv,
    const struct profiles *profiles, int with_secrets, int fd, pid_t *pid)
{
	char own[32], **env, **arg;
	enum segl_status status;

	*pid = -1;
	snprintf(own, sizeof(own), "%s", name);
	env = environment(profiles, with_secrets);
	arg = arguments(argv, own);
	if (env == NULL || arg == NULL) {
		status = error_nomem(segl);
	} else {
		const struct program program = { .name = name,
			.argv = arg,
			.env = env,
			.in = fd,
			.out = -1,
			.more = -1 };

		status = program_start(segl, &program, pid);
	}
	free(env);
	free(arg);
	return status;
}

enum segl_status
child_run(struct segl *segl, const char *name, char *const *argv,
    const struct profiles *profiles, pid_t *pid)
{
	char **env = environment(profiles, 0);
	struct program program = {
		.name = name, .argv = argv, .env = env, .out = 2, .more = -1
	};
	enum segl_status status;

	*pid = -1;
	if (env == NULL)
		return error_nomem(segl);
	program.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	status = program.in < 0
	    ? error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		  "there is no /dev/null: %s", strerror(errno))
	    : program_start(segl, &program, pid);
	if (program.in >= 0)
		close(program.in);
	free(env);
	return status;
}
