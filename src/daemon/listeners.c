/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/place.h"
#include "base/error.h"
#include "base/text.h"
#include "cache/directory.h"
#include "daemon/listeners.h"
#include "httpd/listen.h"
#include "sys/activation.h"

void
listeners_init(struct listeners *listeners)
{
	memset(listeners, 0, sizeof(*listeners));
	listeners->probes = -1;
}

void
listeners_close(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->n; i++) {
		close(listeners->fds[i]);
		if (listeners->paths[i] != NULL)
			(void)unlink(listeners->paths[i]);
		free(listeners->paths[i]);
	}
	if (listeners->probes >= 0)
		close(listeners->probes);
	if (listeners->probes_path != NULL)
		(void)unlink(listeners->probes_path);
	free(listeners->probes_path);
	listeners_init(listeners);
}

/* Keep FD, of PATH where it is ours. */
static enum segl_status
keep(struct segl *segl, struct listeners *out, int fd, const char *path)
{
	if (out->n == MESSAGE_FDS) {
		close(fd);
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "more than %d addresses to listen on", MESSAGE_FDS);
	}
	out->paths[out->n] = path == NULL ? NULL : strdup(path);
	out->fds[out->n++] = fd;
	return SEGL_OK;
}

static int
is_path(const char *text)
{
	return text[0] == '/' || strncmp(text, "unix:/", 6) == 0;
}

static const char *
strip(const char *path)
{
	return strncmp(path, "unix:", 5) == 0 ? path + 5 : path;
}

static enum segl_status
open_path(struct segl *segl, const char *path, struct listeners *out)
{
	enum segl_status status;
	int fd;

	path = strip(path);
	status = listen_unix(segl, path, &fd);
	return status == SEGL_OK ? keep(segl, out, fd, path) : status;
}

/* ---- TCP ------------------------------------------------------------------
 */

/* "127.0.0.1:3000", "[::1]:3000" or "localhost:3000" in two; 0 if neither. */
static int
split(const char *text, char *host, size_t size, unsigned short *port)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);
	long n;
	char *end;

	if (len == 0 || len >= size || colon[1] < '0' || colon[1] > '9')
		return 0;
	if (text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len) != NULL) {
		return 0; /* an IPv6 address without its brackets */
	}
	memcpy(host, text, len);
	host[len] = '\0';
	if (strcmp(host, "localhost") == 0)
		snprintf(host, size, "127.0.0.1");
	errno = 0;
	n = strtol(colon + 1, &end, 10);
	*port = (unsigned short)n;
	return errno == 0 && *end == '\0' && n <= 65535;
}

static enum segl_status
check_reach(struct segl *segl, const char *address, int remote,
    const struct settings *settings, const char *what)
{
	if (!remote || settings->unsafe_listen)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s can be reached from other hosts", address);
	error_remedy(segl,
	    "listen on 127.0.0.1, [::1] or a unix socket; if others "
	    "are to %s, say so with --unsafe-listen",
	    what);
	return SEGL_EUSAGE;
}

/* Somebody has to be let in, and nobody by mistake. */
static enum segl_status
check_tcp(struct segl *segl, const char *address, int remote,
    const struct settings *settings, const struct policy *policy)
{
	enum segl_status status =
	    check_reach(segl, address, remote, settings, "have tokens");

	if (status != SEGL_OK)
		return status;
	if (policy_serves_tcp(policy, remote))
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "no rule says who may ask on %s", address);
	error_remedy(segl,
	    remote ? "give --allow 'secret=FILE scope=SCOPE': over the "
		     "network callers show that they know a secret"
		   : "give --allow 'secret=FILE scope=SCOPE', or, where every "
		     "user of this host may have the token, --allow "
		     "'loopback scope=SCOPE'");
	return SEGL_EUSAGE;
}

static enum segl_status
no_address(struct segl *segl, const char *text)
{
	char *safe = text_foreign(text, strlen(text));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "'%s' is no address to listen on", safe == NULL ? "" : safe);
	error_remedy(segl,
	    "write a path from the root, or a numeric address and a port: "
	    "127.0.0.1:3000, [::1]:3000");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
open_tcp(struct segl *segl, const char *text, const struct settings *settings,
    const struct policy *policy, struct listeners *out)
{
	enum segl_status status;
	unsigned short port;
	char host[64];
	int fd = -1;

	if (!split(text, host, sizeof(host), &port))
		return no_address(segl, text);
	status =
	    check_tcp(segl, text, !listen_is_loopback(host), settings, policy);
	if (status == SEGL_OK)
		status = listen_tcp(segl, host, &port, &fd);
	if (status == SEGL_OK) {
		note_info(segl, "listening on %s port %hu", host, port);
		status = keep(segl, out, fd, NULL);
	}
	return status;
}

/* ---- where nobody said ----------------------------------------------------
 */

/* FD as init passed it: what holds for --listen holds for it as well. */
static enum segl_status
check_activated(struct segl *segl, int fd, const struct settings *settings,
    const struct policy *policy)
{
	struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(at), flag_len = sizeof(int);
	int listening = 0, flags = fcntl(fd, F_GETFL);
	char host[NI_MAXHOST];

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &flag_len) <
		0 ||
	    !listening || getsockname(fd, (struct sockaddr *)&at, &len) < 0 ||
	    flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "descriptor %d, which init passed, is no socket that "
		    "listens",
		    fd);
		error_remedy(segl,
		    "a socket unit for segld has ListenStream= and "
		    "Accept=no");
		return SEGL_EUSAGE;
	}
	if (at.ss_family == AF_UNIX)
		return SEGL_OK;
	if (getnameinfo((const struct sockaddr *)&at, len, host, sizeof(host),
		NULL, 0, NI_NUMERICHOST) != 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "descriptor %d, which init passed, has no address", fd);
	return check_tcp(
	    segl, host, !listen_is_loopback(host), settings, policy);
}

static enum segl_status
take_activated(struct segl *segl, const struct settings *settings,
    const struct policy *policy, struct listeners *out)
{
	int n = activation_sockets();
	enum segl_status status = SEGL_OK;

	for (int i = 0; status == SEGL_OK && i < n; i++) {
		int fd = ACTIVATION_FIRST + i;

		status = check_activated(segl, fd, settings, policy);
		if (status == SEGL_OK)
			status = keep(segl, out, fd, NULL);
	}
	return status;
}

/* Whether there is no user whose own it would be. */
static int
is_hosts(void)
{
	return geteuid() == 0 && getenv("XDG_RUNTIME_DIR") == NULL;
}

/* The service's directory, which init made; else the user's, or the host's. */
static int
usual_path(char *path, size_t size)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY");

	if (runtime != NULL && runtime[0] == '/' &&
	    strchr(runtime, ':') == NULL &&
	    (size_t)snprintf(path, size, "%s/segld.sock", runtime) < size)
		return 1;
	return place_at(is_hosts() ? 1 : 0, path, size);
}

static enum segl_status
open_usual(struct segl *segl, struct listeners *out)
{
	char path[256];
	int fd;

	if (!usual_path(path, sizeof(path)))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "XDG_RUNTIME_DIR is too long");
	fd = cache_directory_open(); /* makes it where it is missing */
	if (fd >= 0)
		close(fd);
	if (is_hosts())
		(void)mkdir("/run/segl", 0755);
	return open_path(segl, path, out);
}

int
listeners_first_path(const struct settings *settings, char *path, size_t size)
{
	if (settings->listen.n == 0)
		return usual_path(path, size);
	for (size_t i = 0; i < settings->listen.n; i++) {
		const char *text = settings->listen.values[i];

		if (is_path(text))
			return (size_t)snprintf(path, size, "%s", strip(text)) <
			    size;
	}
	return 0;
}

/* Where who looks after us asks; no rule is for that. */
static enum segl_status
open_probes(
    struct segl *segl, const struct settings *settings, struct listeners *out)
{
	const char *text = settings->probe_listen;
	enum segl_status status;
	unsigned short port;
	char host[64];

	if (text == NULL)
		return SEGL_OK;
	if (is_path(text)) {
		status = listen_unix(segl, strip(text), &out->probes);
		if (status == SEGL_OK)
			out->probes_path = strdup(strip(text));
		return status;
	}
	if (!split(text, host, sizeof(host), &port))
		return no_address(segl, text);
	status = check_reach(
	    segl, text, !listen_is_loopback(host), settings, "see how it is");
	if (status == SEGL_OK)
		status = listen_tcp(segl, host, &port, &out->probes);
	if (status == SEGL_OK)
		note_info(segl, "answering probes on %s port %hu", host, port);
	return status;
}

enum segl_status
listeners_open(struct segl *segl, const struct settings *settings,
    const struct policy *policy, struct listeners *out)
{
	enum segl_status status;

	listeners_init(out);
	status = open_probes(segl, settings, out);
	if (status == SEGL_OK)
		status = take_activated(segl, settings, policy, out);
	if (status == SEGL_OK && out->n == 0 && settings->listen.n == 0)
		return open_usual(segl, out);
	for (size_t i = 0; status == SEGL_OK && i < settings->listen.n; i++) {
		const char *text = settings->listen.values[i];

		if (is_path(text))
			status = open_path(segl, text, out);
		else
			status = open_tcp(segl, text, settings, policy, out);
	}
	return status;
}
