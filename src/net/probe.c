/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "net/pipe.h"
#include "net/probe.h"

static enum segl_status
ask(struct segl *segl, int fd, const struct net_options *options,
    const char *url, int peek)
{
	enum segl_status status;
	struct buffer payload;

	buffer_init(&payload, WIRE_MAX);
	status = pipe_add_request(&payload, options, url, NULL);
	if (status == SEGL_OK)
		status = wire_add_number(&payload, "facts", 1);
	if (status == SEGL_OK)
		status = wire_add_number(&payload, "peek", peek);
	return pipe_send(segl, fd, WIRE_GET, &payload, status);
}

/* TEXT into TO of SIZE bytes, "" where there is none. */
static void
take_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text == NULL ? "" : text);
}

static enum segl_status
take_facts(const struct buffer *payload, struct net_probe *probe)
{
	enum segl_status status = SEGL_OK;
	const char *pem;

	take_text(
	    probe->kind, sizeof(probe->kind), wire_field(payload, "kind", 0));
	take_text(probe->address, sizeof(probe->address),
	    wire_field(payload, "address", 0));
	probe->port = (int)wire_number(payload, "port", 0);
	probe->proxied = (int)wire_number(payload, "proxied", 0);
	probe->dns_ms = wire_number(payload, "dns-ms", -1);
	probe->connect_ms = wire_number(payload, "connect-ms", -1);
	probe->tls_ms = wire_number(payload, "tls-ms", -1);
	probe->total_ms = wire_number(payload, "total-ms", -1);
	for (unsigned int i = 0; status == SEGL_OK &&
	     (pem = wire_field(payload, "cert", i)) != NULL;
	     i++) {
		status = buffer_add_str(&probe->pem, pem);
		if (status == SEGL_OK)
			status = buffer_add(&probe->pem, "\n", 1);
	}
	return status == SEGL_EREPLY ? SEGL_OK : status;
}

static enum segl_status
await(struct segl *segl, int fd, long total_s, const char *url,
    struct net_probe *probe, struct segl_response *response)
{
	enum segl_status status;
	struct buffer payload;
	enum wire_type type;

	buffer_init(&payload, WIRE_MAX);
	status = pipe_receive(segl, fd, total_s, &type, &payload);
	if (status == SEGL_OK) {
		status = take_facts(&payload, probe);
		if (status == SEGL_OK)
			status = net_answer_take(
			    segl, url, type, &payload, response);
		else
			error_nomem(segl);
	}
	buffer_clear(&payload);
	return status;
}

enum segl_status
net_probe(struct segl *segl, const struct net_options *options, const char *url,
    int peek, struct net_probe *probe, struct segl_response *response)
{
	long total_s =
	    options->timeout_s > 0 ? options->timeout_s : NET_TIMEOUT_S;
	struct net_helper helper;
	enum segl_status status;

	memset(probe, 0, sizeof(*probe));
	buffer_init(&probe->pem, NET_PROBE_PEM_MAX);
	memset(response, 0, sizeof(*response));
	response->date = response->retry_after_s = -1;
	status = net_helper_start(segl, &helper);
	if (status != SEGL_OK)
		return status;
	status = ask(segl, helper.fd, options, url, peek);
	if (status == SEGL_OK)
		status = await(segl, helper.fd, total_s, url, probe, response);
	net_helper_end(&helper);
	return status;
}

void
net_probe_clear(struct net_probe *probe)
{
	buffer_clear(&probe->pem);
	memset(probe, 0, sizeof(*probe));
}
