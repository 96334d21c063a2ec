/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "base/error.h"
#include "daemon/listeners.h"
#include "daemon/probe.h"

static enum segl_status
connect_there(struct segl *segl, const struct settings *settings, int *fd)
{
	char path[256];

	*fd = -1;
	if (!listeners_first_path(settings, path, sizeof(path)))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--probe asks over a unix socket, and --listen names none");
	*fd = agent_connect(path);
	if (*fd >= 0)
		return SEGL_OK;
	error_set(segl, SEGL_ENETWORK, SEGL_TURN_YOU,
	    "no segld answers at %s: %s", path, strerror(errno));
	error_remedy(segl, "see its log");
	return SEGL_ENETWORK;
}

enum segl_status
probe(struct segl *segl, const struct settings *settings)
{
	int ready = strcmp(settings->probe, "ready") == 0;
	struct agent_reply reply;
	enum segl_status status;
	int fd;

	status = connect_there(segl, settings, &fd);
	if (status != SEGL_OK)
		return status;
	agent_reply_init(&reply);
	status = agent_get(segl, fd, ready ? "/readyz" : "/healthz", &reply);
	if (status == SEGL_OK)
		fputs(reply.body.data == NULL ? "" : reply.body.data, stdout);
	if (status == SEGL_OK && reply.http_status != 200)
		status = error_set(segl, SEGL_ESERVER, SEGL_TURN_YOU,
		    "segld is not %s", ready ? "ready" : "well");
	agent_reply_clear(&reply);
	return status;
}
