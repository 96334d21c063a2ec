/* SPDX-License-Identifier: ISC */
#ifndef NET_PROBE_H
#define NET_PROBE_H

#include "base/buffer.h"
#include "net/helper.h"

#define NET_PROBE_KIND_MAX    16
#define NET_PROBE_ADDRESS_MAX 64

/* Certificates in PEM, all together, in bytes. */
#define NET_PROBE_PEM_MAX (256u << 10)

/* How a request went, whatever its answer. */
struct net_probe {
	char kind[NET_PROBE_KIND_MAX]; /* of the failure, net/pipe.c; "" none */
	char address[NET_PROBE_ADDRESS_MAX]; /* of the server or the proxy */
	int port;
	int proxied; /* a proxy was asked to connect, and answered */
	/* from the start on, in milliseconds; -1 it did not get there */
	long long dns_ms, connect_ms, tls_ms, total_ms;
	struct buffer pem; /* what the other side showed, its own first */
};

/*
 * Get URL with a segl-net of its own, and tell how that went, also where it
 * failed. PEEK: shake hands and no more, and believe whoever is there; nothing
 * is sent, and RESPONSE is empty.
 *
 * PROBE is for net_probe_clear(), RESPONSE for segl_response_clear(), also
 * when the call fails. Errors: those of a transport.
 */
enum segl_status net_probe(struct segl *segl, const struct net_options *options,
    const char *url, int peek, struct net_probe *probe,
    struct segl_response *response) SEGL_MUST_USE;
void net_probe_clear(struct net_probe *probe);

#endif
