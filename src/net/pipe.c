/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/helper.h"
#include "net/pipe.h"

struct pipe_transport {
	struct segl_transport transport; /* first: it is cast back */
	struct net_helper helper;
	struct net_options options;
	int owns_ca; /* options.ca is ours */
};

static long
timeout_of(const struct net_options *options)
{
	return options->timeout_s > 0 ? options->timeout_s : NET_TIMEOUT_S;
}

/* TIMEOUT_S and RESPONSE_MAX of 0 are those of every request. */
static enum segl_status
add_limited(struct buffer *payload, const struct net_options *options,
    const char *url, const char *content_type, long timeout_s,
    size_t response_max)
{
	long connect_s = options->connect_timeout_s > 0
	    ? options->connect_timeout_s
	    : NET_CONNECT_TIMEOUT_S;
	long total_s = timeout_s > 0 ? timeout_s : timeout_of(options);
	enum segl_status status = wire_add(payload, "url", url);

	if (response_max == 0)
		response_max = SEGL_RESPONSE_MAX;
	if (connect_s > total_s)
		connect_s = total_s;
	if (status == SEGL_OK && content_type != NULL)
		status = wire_add(payload, "content-type", content_type);
	if (status == SEGL_OK)
		status = wire_add_number(payload, "connect-timeout", connect_s);
	if (status == SEGL_OK)
		status = wire_add_number(payload, "timeout", total_s);
	if (status == SEGL_OK)
		status = wire_add_number(
		    payload, "response-max", (long long)response_max);
	if (status == SEGL_OK)
		status = wire_add_number(payload, "ca-only", options->ca_only);
	for (size_t i = 0;
	     status == SEGL_OK && options->ca != NULL && options->ca[i] != NULL;
	     i++)
		status = wire_add(payload, "ca", options->ca[i]);
	return status;
}

enum segl_status
pipe_add_request(struct buffer *payload, const struct net_options *options,
    const char *url, const char *content_type)
{
	return add_limited(payload, options, url, content_type, 0, 0);
}

enum segl_status
pipe_lost(struct segl *segl, int error)
{
	if (error == ENOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
	    "the network helper segl-net %s",
	    error == EPIPE           ? "ended unexpectedly"
		: error == ETIMEDOUT ? "does not answer"
				     : strerror(error));
	error_remedy(segl, "report this with the words above it");
	return SEGL_EINTERNAL;
}

enum segl_status
pipe_send(struct segl *segl, int fd, enum wire_type type,
    struct buffer *payload, enum segl_status composed)
{
	enum segl_status status;
	int error;

	if (composed == SEGL_OK) {
		error = wire_send(fd, type, payload);
		status = error == 0 ? SEGL_OK : pipe_lost(segl, error);
	} else {
		status = error_nomem(segl);
	}
	buffer_clear(payload);
	return status;
}

enum segl_status
pipe_receive(struct segl *segl, int fd, long total_s, enum wire_type *type,
    struct buffer *payload)
{
	int error = wire_receive(fd, type, payload,
	    wire_now_ms() + total_s * 2000LL + PIPE_GRACE_MS);

	return error == 0 ? SEGL_OK : pipe_lost(segl, error);
}

enum segl_status
net_helper_ask(struct segl *segl, struct net_helper *helper,
    const struct net_options *options, enum wire_type what, const char *url)
{
	struct buffer payload;
	enum segl_status status;

	buffer_init(&payload, WIRE_MAX);
	status = pipe_add_request(&payload, options, url,
	    what == WIRE_POST ? "application/x-www-form-urlencoded" : NULL);
	status = pipe_send(segl, helper->fd, what, &payload, status);
	if (status == SEGL_OK) {
		helper->asked = what;
		helper->asked_url = url;
	}
	return status;
}

/* ---- failures in words ------------------------------------------------ */

static const struct {
	const char *kind;
	enum segl_status status;
	enum segl_turn turn;
	const char *what;
	const char *remedy;
} failures[] = {
	{ "dns", SEGL_ENETWORK, SEGL_TURN_NETWORK, "its name does not resolve",
	    "check the network and its name servers; behind a proxy, set "
	    "HTTPS_PROXY" },
	{ "proxy-dns", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "the name of the proxy does not resolve",
	    "check HTTPS_PROXY and the name servers" },
	{ "proxy-url", SEGL_ECONNECT, SEGL_TURN_YOU,
	    "HTTPS_PROXY is not the address of a proxy",
	    "write it as http://host:port; what is no letter or digit in a "
	    "name or password as %40 and the like" },
	{ "proxy-auth", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the proxy wants another name and password, or any (HTTP 407)",
	    "put them into HTTPS_PROXY as http://name:password@host:port, or "
	    "ask for an exemption for this host" },
	{ "proxy-negotiate", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the proxy wants a login of a kind that segl does not have (HTTP "
	    "407), NTLM or Kerberos as a rule",
	    "ask for an exemption for this host, or for a proxy that takes a "
	    "name and a password (Basic), or none" },
	{ "proxy-login", SEGL_ECONNECT, SEGL_TURN_YOU,
	    "the proxy points to another page, as where one has to log in",
	    "log in to the network with a browser, then try again; or ask "
	    "whoever runs the proxy to allow this host" },
	{ "proxy-gateway", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "the proxy could not connect there",
	    "try again; then ask whoever runs the proxy" },
	{ "proxy-tls", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the TLS certificate of the proxy is not trusted",
	    "give the CA certificate of the proxy with --ca; or check "
	    "HTTPS_PROXY: most proxies are spoken to with http://" },
	{ "proxy", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the proxy refuses to connect there",
	    "ask whoever runs the proxy to allow this host" },
	{ "proxy-connect", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "no connection could be made to the proxy",
	    "check HTTPS_PROXY, and ask whoever runs the proxy" },
	{ "connect", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "no connection could be made",
	    "check the address, the firewall, and whether a proxy is needed "
	    "(HTTPS_PROXY)" },
	{ "tls-expired", SEGL_ECONNECT, SEGL_TURN_YOU,
	    "the TLS certificate that came is over, or not valid yet",
	    "check the clock of this host; where that is right, whoever runs "
	    "the server has to renew it" },
	{ "tls-name", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the TLS certificate that came is not for this host",
	    "check the address, and whether a gateway or a wrong name server "
	    "leads elsewhere; where the network wants a login, log in with a "
	    "browser first" },
	{ "tls-verify", SEGL_ECONNECT, SEGL_TURN_NETWORK,
	    "the TLS certificate that came is not trusted",
	    "where the network wants a login, log in with a browser first; if "
	    "a proxy inspects TLS here, give its CA certificate with --ca, "
	    "and for the simulator its ca.pem" },
	{ "tls", SEGL_ENETWORK, SEGL_TURN_NETWORK, "the TLS handshake failed",
	    "check that the address and port speak TLS 1.2 or newer, and that "
	    "no firewall cuts the connection" },
	{ "ca", SEGL_ECONNECT, SEGL_TURN_YOU,
	    "the CA certificates to trust cannot be read",
	    "install the package ca-certificates, or check --ca, "
	    "SSL_CERT_FILE and SSL_CERT_DIR" },
	{ "timeout", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "no complete answer came in time",
	    "try again; then check the network, and --timeout" },
	{ "too-large", SEGL_EREPLY, SEGL_TURN_NETWORK,
	    "what it sends is larger than it may be",
	    "check --env, and whether something else answers there" },
	{ "redirects", SEGL_EREPLY, SEGL_TURN_NETWORK, "it redirects too often",
	    "try again later; whoever runs the server has to mend it" },
	{ "closed", SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "the connection ended before a complete answer came",
	    "try again; then check what stands between here and the server" },
	{ "url", SEGL_EUSAGE, SEGL_TURN_YOU, "the address cannot be used",
	    "an address begins with https:// and names a host" },
	{ "http", SEGL_EREPLY, SEGL_TURN_NETWORK,
	    "the answer is not HTTP as it should be",
	    "check --env, and whether something else answers there" },
};

enum segl_status
pipe_failed(struct segl *segl, const char *url, const struct buffer *payload)
{
	const char *kind = wire_field(payload, "kind", 0);
	const char *text = wire_field(payload, "text", 0);
	char *safe;
	size_t i;

	if (kind == NULL || text == NULL)
		return pipe_lost(segl, EPROTO);
	safe = text_foreign(text, strlen(text));
	for (i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (strcmp(failures[i].kind, kind) == 0)
			break;
	if (i == sizeof(failures) / sizeof(failures[0])) {
		error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "%s could not be reached: %s", url,
		    safe == NULL ? "" : safe);
		free(safe);
		return SEGL_EINTERNAL;
	}
	error_set(segl, failures[i].status, failures[i].turn,
	    "%s could not be reached: %s (%s)", url, failures[i].what,
	    safe == NULL ? "" : safe);
	error_remedy(segl, "%s", failures[i].remedy);
	free(safe);
	return failures[i].status;
}

static void
response_init(struct segl_response *response)
{
	memset(response, 0, sizeof(*response));
	response->date = response->retry_after_s = -1;
}

void
segl_response_clear(struct segl_response *response)
{
	if (response->body != NULL)
		secret_wipe(response->body, response->len);
	free(response->body);
	free(response->content_type);
	response_init(response);
}

/* ---- the transport ---------------------------------------------------- */

static enum segl_status
take_response(struct segl *segl, const struct buffer *payload,
    struct segl_response *response)
{
	const char *type = wire_field(payload, "content-type", 0);
	const char *raw = wire_raw(payload, &response->len);

	response->http_status = (int)wire_number(payload, "status", 0);
	response->date = wire_number(payload, "date", -1);
	response->retry_after_s = (long)wire_number(payload, "retry-after", -1);
	response->body = malloc(response->len + 1);
	if (type != NULL)
		response->content_type = strdup(type);
	if (response->body == NULL ||
	    (type != NULL && response->content_type == NULL)) {
		response->len = 0;
		segl_response_clear(response);
		return error_nomem(segl);
	}
	memcpy(response->body, raw, response->len);
	response->body[response->len] = '\0';
	return SEGL_OK;
}

enum segl_status
net_answer_take(struct segl *segl, const char *url, enum wire_type type,
    const struct buffer *payload, struct segl_response *response)
{
	response_init(response);
	if (type == WIRE_RESPONSE)
		return take_response(segl, payload, response);
	if (type == WIRE_FAILURE)
		return pipe_failed(segl, url, payload);
	return pipe_lost(segl, EPROTO);
}

static enum segl_status
await(struct pipe_transport *self, struct segl *segl, const char *url,
    long total_s, struct segl_response *response)
{
	enum segl_status status;
	struct buffer payload;
	enum wire_type type;

	buffer_init(&payload, WIRE_MAX);
	status = pipe_receive(segl, self->helper.fd, total_s, &type, &payload);
	if (status == SEGL_OK)
		status = net_answer_take(segl, url, type, &payload, response);
	buffer_clear(&payload);
	return status;
}

/*
 * What was asked ahead and is not wanted yet is asked again when it is: a
 * connection that waits for its body ends with the next frame, an answer that
 * is on its way is taken off the socket, or it would pass for the next one's.
 */
static void
forget_asked(struct pipe_transport *self)
{
	struct buffer answer;
	enum wire_type type;

	buffer_init(&answer, WIRE_MAX);
	if (self->helper.asked == WIRE_GET)
		(void)wire_receive(self->helper.fd, &type, &answer,
		    wire_now_ms() + timeout_of(&self->options) * 2000LL +
			PIPE_GRACE_MS);
	buffer_clear(&answer);
	self->helper.asked = 0;
}

/* Ask for WHAT of URL, unless just that is already under way. */
static enum segl_status
ask(struct pipe_transport *self, struct segl *segl, enum wire_type what,
    const char *url)
{
	enum segl_status status = SEGL_OK;

	if (self->helper.asked != what ||
	    strcmp(self->helper.asked_url, url) != 0) {
		forget_asked(self);
		status = net_helper_ask(
		    segl, &self->helper, &self->options, what, url);
	}
	self->helper.asked = 0;
	return status;
}

static enum segl_status
pipe_get(struct segl_transport *transport, struct segl *segl, const char *url,
    struct segl_response *response)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	enum segl_status status;

	response_init(response);
	status = ask(self, segl, WIRE_GET, url);
	if (status == SEGL_OK)
		status = await(
		    self, segl, url, timeout_of(&self->options), response);
	return status;
}

/* Never asked ahead: the token is not known then. */
static enum segl_status
pipe_get_as(struct segl_transport *transport, struct segl *segl,
    const char *url, const char *token, struct segl_response *response)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	enum segl_status status;
	struct buffer payload;

	response_init(response);
	forget_asked(self);
	buffer_init(&payload, WIRE_MAX);
	status = pipe_add_request(&payload, &self->options, url, NULL);
	if (status == SEGL_OK)
		status = wire_add(&payload, "bearer", token);
	status = pipe_send(segl, self->helper.fd, WIRE_GET, &payload, status);
	if (status == SEGL_OK)
		status = await(
		    self, segl, url, timeout_of(&self->options), response);
	return status;
}

static void
pipe_prepare(struct segl_transport *transport, const char *url)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	struct segl *quiet = segl_new();

	/* only ahead of time: the post itself will tell what is wrong */
	if (quiet != NULL && self->helper.asked == 0 &&
	    net_helper_ask(quiet, &self->helper, &self->options, WIRE_POST,
		url) != SEGL_OK)
		self->helper.asked = 0;
	segl_free(quiet);
}

static enum segl_status
pipe_post(struct segl_transport *transport, struct segl *segl, const char *url,
    const char *content_type, const char *body, size_t len,
    struct segl_response *response)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	enum segl_status status;
	struct buffer payload;

	(void)content_type; /* forms are all that a token endpoint takes */
	response_init(response);
	status = ask(self, segl, WIRE_POST, url);
	if (status != SEGL_OK)
		return status;
	buffer_init(&payload, WIRE_MAX);
	status = wire_end_fields(&payload);
	if (status == SEGL_OK)
		status = buffer_add(&payload, body, len);
	status = pipe_send(segl, self->helper.fd, WIRE_BODY, &payload, status);
	if (status == SEGL_OK)
		status = await(
		    self, segl, url, timeout_of(&self->options), response);
	return status;
}

/* A whole frame: what is asked, and what is posted for it. */
static enum segl_status
add_fetch(struct buffer *payload, const struct net_options *options,
    const struct segl_fetch *what, long total_s)
{
	size_t most = what->response_max;
	enum segl_status status;

	if (most == 0 || most > SEGL_FETCH_MAX)
		most = SEGL_FETCH_MAX;
	status = add_limited(
	    payload, options, what->url, what->content_type, total_s, most);
	if (status == SEGL_OK && what->accept != NULL)
		status = wire_add(payload, "accept", what->accept);
	if (status == SEGL_OK)
		status =
		    wire_add_number(payload, "redirects", what->redirects_max);
	if (status == SEGL_OK)
		status = wire_end_fields(payload);
	if (status == SEGL_OK && what->len > 0)
		status = buffer_add(payload, what->body, what->len);
	return status;
}

static enum segl_status
pipe_fetch(struct segl_transport *transport, struct segl *segl,
    const struct segl_fetch *what, struct segl_response *response)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	long total_s =
	    what->timeout_s > 0 ? what->timeout_s : timeout_of(&self->options);
	enum segl_status status;
	struct buffer payload;

	response_init(response);
	forget_asked(self);
	buffer_init(&payload, WIRE_MAX);
	status = add_fetch(&payload, &self->options, what, total_s);
	status = pipe_send(segl, self->helper.fd, WIRE_FETCH, &payload, status);
	if (status == SEGL_OK)
		status = await(self, segl, what->url, total_s, response);
	return status;
}

static void
free_ca(const char *const *ca)
{
	for (size_t i = 0; ca != NULL && ca[i] != NULL; i++)
		free((char *)(uintptr_t)ca[i]);
	free((void *)(uintptr_t)ca);
}

pid_t
net_transport_dismiss(struct segl_transport *transport)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;
	pid_t pid = self->helper.pid;

	/* it ends by itself when the socket closes; a request under way that
	 * nobody waits for any more must not hold us up */
	if (self->helper.fd >= 0)
		close(self->helper.fd);
	self->helper.fd = -1;
	if (pid > 0)
		kill(pid, SIGKILL); /* it has nothing to put away */
	self->helper.pid = 0;
	return pid;
}

static void
pipe_free(struct segl_transport *transport)
{
	struct pipe_transport *self = (struct pipe_transport *)transport;

	if (self == NULL)
		return;
	net_helper_end(&self->helper);
	if (self->owns_ca)
		free_ca(self->options.ca);
	free(self);
}

enum segl_status
net_transport_adopt(struct segl *segl, const struct net_helper *helper,
    const struct net_options *options, struct segl_transport **out)
{
	struct pipe_transport *self = calloc(1, sizeof(*self));

	*out = NULL;
	if (self == NULL)
		return error_nomem(segl);
	self->transport.get = pipe_get;
	self->transport.get_as = pipe_get_as;
	self->transport.prepare = pipe_prepare;
	self->transport.post = pipe_post;
	self->transport.fetch = pipe_fetch;
	self->transport.free = pipe_free;
	self->helper = *helper;
	self->options = *options;
	*out = &self->transport;
	return SEGL_OK;
}

/* New copy of the list CA, NULL out of memory. */
static const char **
copy_ca(const char *const *ca)
{
	const char **copy;
	size_t n = 0;

	while (ca != NULL && ca[n] != NULL)
		n++;
	copy = calloc(n + 1, sizeof(*copy));
	for (size_t i = 0; copy != NULL && i < n; i++) {
		copy[i] = strdup(ca[i]);
		if (copy[i] == NULL) {
			free_ca(copy);
			return NULL;
		}
	}
	return copy;
}

enum segl_status
segl_transport_net(struct segl *segl, const char *const *ca, int ca_only,
    long connect_timeout_s, long timeout_s, struct segl_transport **out)
{
	struct net_options options = { .ca = copy_ca(ca),
		.ca_only = ca_only,
		.connect_timeout_s = connect_timeout_s,
		.timeout_s = timeout_s };
	struct net_helper helper;
	enum segl_status status;

	*out = NULL;
	if (options.ca == NULL)
		return error_nomem(segl);
	status = net_helper_start(segl, &helper);
	if (status == SEGL_OK) {
		status = net_transport_adopt(segl, &helper, &options, out);
		if (status != SEGL_OK)
			close(helper.fd);
	}
	if (status != SEGL_OK)
		free_ca(options.ca);
	else
		((struct pipe_transport *)*out)->owns_ca = 1;
	return status;
}
