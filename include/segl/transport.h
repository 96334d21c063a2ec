/* SPDX-License-Identifier: ISC */
#ifndef SEGL_TRANSPORT_H
#define SEGL_TRANSPORT_H

#include <stddef.h>

#include <segl/handle.h>

SEGL_BEGIN_DECLS

/*
 * The library opens no connection. It hands requests to a transport; the
 * default one talks to the helper process segl-net, which has no key.
 */

/* Largest body of an answer that is taken, in bytes. */
#define SEGL_RESPONSE_MAX 262144

/* Largest answer and most redirects that a fetch may ask for. */
#define SEGL_FETCH_MAX           (16u << 20) /* bytes: a large CRL */
#define SEGL_FETCH_REDIRECTS_MAX 5

/*
 * A public document whose signature somebody else verifies, an OCSP answer or
 * a CRL for instance: it may come over plain HTTP and by way of redirects,
 * which nothing else may. What is posted for it is no secret. All borrowed.
 */
struct segl_fetch {
	const char *url;          /* http: or https: */
	const char *accept;       /* media types; NULL: any */
	const char *content_type; /* of BODY; NULL: GET */
	const void *body;
	size_t len;          /* of BODY, in bytes */
	size_t response_max; /* bytes, at most SEGL_FETCH_MAX */
	int redirects_max;   /* at most SEGL_FETCH_REDIRECTS_MAX; 0 none */
	long timeout_s;      /* 0: that of the transport */
};

struct segl_response {
	int http_status;
	char *body;         /* new, NUL-terminated */
	size_t len;         /* of body, in bytes */
	char *content_type; /* new; NULL where absent */
	long long date; /* Date header, seconds since the Epoch; -1 absent */
	long retry_after_s; /* -1 absent */
};

/* Free what RESPONSE holds, wiped, and clear it. */
void segl_response_clear(struct segl_response *response);

/*
 * A transport performs one bounded request at a time. SELF is the transport
 * itself. A call that returns SEGL_OK has filled RESPONSE, whatever the HTTP
 * status; any other status means that no complete answer came.
 *
 * get      GET URL.
 * get_as   the same with TOKEN as bearer (RFC 6750, 2.1), over a connection
 *          that has carried no request before, and never send it twice.
 * prepare  may connect to the host of URL ahead of a post; may be NULL. URL
 *          is borrowed until that post.
 * post     POST LEN bytes of BODY as CONTENT_TYPE over a connection that has
 *          carried no request before, and never send it twice.
 * fetch    get, or post for, a public document; redirects are followed.
 */
struct segl_transport {
	enum segl_status (*get)(struct segl_transport *self, struct segl *segl,
	    const char *url, struct segl_response *response);
	enum segl_status (*get_as)(struct segl_transport *self,
	    struct segl *segl, const char *url, const char *token,
	    struct segl_response *response);
	void (*prepare)(struct segl_transport *self, const char *url);
	enum segl_status (*post)(struct segl_transport *self, struct segl *segl,
	    const char *url, const char *content_type, const char *body,
	    size_t len, struct segl_response *response);
	/* may be NULL: this transport fetches no public documents */
	enum segl_status (*fetch)(struct segl_transport *self,
	    struct segl *segl, const struct segl_fetch *what,
	    struct segl_response *response);
	void (*free)(struct segl_transport *self);
};

/*
 * Start segl-net. CA, where not NULL, is a NULL-terminated list of files and
 * directories of certificates to trust besides the system's; with CA_ONLY
 * instead of them. Copies CA.
 *
 * CONNECT_TIMEOUT_S and TIMEOUT_S bound one request, in seconds; 0 means the
 * defaults of 10 and 30.
 *
 * OUT    new, freed through its free member.
 * Errors: SEGL_EINTERNAL the helper cannot be started, SEGL_ENOMEM.
 */
enum segl_status segl_transport_net(struct segl *segl, const char *const *ca,
    int ca_only, long connect_timeout_s, long timeout_s,
    struct segl_transport **out) SEGL_MUST_USE;

SEGL_END_DECLS

#endif
