/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/program.h"
#include "net/helper.h"

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

static enum segl_status
start(struct segl *segl, int fd, pid_t *pid)
{
	/* Debian's libcurl pulls GnuTLS in; its start-up is of no use here */
	static char gnutls[] = "GNUTLS_NO_IMPLICIT_INIT=1";
	char name[] = "segl-net", *argv[] = { name, NULL };
	char *env[COUNT(allowed) + 2];
	const struct program program = { .name = name,
		.argv = argv,
		.env = env,
		.in = fd,
		.out = -1,
		.more = -1 };
	size_t n = program_environment(allowed, COUNT(allowed), env);

	env[n++] = gnutls;
	env[n] = NULL;
	return program_start(segl, &program, pid);
}

enum segl_status
net_helper_start(struct segl *segl, struct net_helper *out)
{
	enum segl_status status;
	int sockets[2];

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "no socket pair: %s", strerror(errno));
	/* its socket is descriptor 0; of ours it gets standard error alone */
	status = start(segl, sockets[1], &out->pid);
	close(sockets[1]);
	if (status == SEGL_OK)
		out->fd = sockets[0];
	else
		close(sockets[0]);
	return status;
}

void
net_helper_end(struct net_helper *helper)
{
	if (helper->fd >= 0)
		close(helper->fd);
	/* it has nothing to put away, and an answer that nobody waits for
	 * must not hold us up */
	if (helper->pid > 0) {
		kill(helper->pid, SIGKILL);
		while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	helper->fd = -1;
	helper->pid = 0;
}
