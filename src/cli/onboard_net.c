/* SPDX-License-Identifier: ISC */
/* segl onboard: the clock, the network and the server's metadata. */
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include <segl/certificate.h>
#include <segl/environment.h>

#include "base/base64.h"
#include "cli/check.h"
#include "cli/onboard.h"

/* ---- asking once ------------------------------------------------------- */

/* Non-zero where --env is a server that the world knows, under its name. */
static int
is_public(const struct settings *settings)
{
	return settings->env != NULL &&
	    segl_environment_find(settings->env) != NULL;
}

/* Once more, to learn what the first answer does not tell. */
static void
ask_again(const struct net_options *options, const char *url, int peek,
    struct net_probe *probe)
{
	struct segl_response response;
	struct segl *quiet = segl_new();

	if (quiet == NULL)
		return;
	/* whether it works is an answer, too */
	(void)!net_probe(quiet, options, url, peek, probe, &response);
	segl_response_clear(&response);
	segl_free(quiet);
}

static int
is_unverified(const struct net_probe *probe)
{
	return strncmp(probe->kind, "tls-", 4) == 0;
}

static enum segl_status
probe(struct onboard_run *run, struct onboard_asked *asked)
{
	const struct settings *settings = &run->with;
	struct net_options options = { .ca = settings->ca.values,
		.ca_only = settings->ca_only,
		.connect_timeout_s = settings->connect_timeout_s,
		.timeout_s = settings->timeout_s };
	struct net_probe without = { .dns_ms = -1 };
	enum segl_status status;

	status = net_probe(asked->segl, &options, asked->url, 0, &asked->probe,
	    &asked->response);
	if (is_unverified(&asked->probe))
		ask_again(&options, asked->url, 1, &asked->peek);
	if (status == SEGL_OK && is_public(settings) && settings->ca.n > 0) {
		options.ca = NULL;
		options.ca_only = 0;
		ask_again(&options, asked->url, 0, &without);
		asked->only_by_ca = is_unverified(&without);
		net_probe_clear(&without);
	}
	return status;
}

static enum segl_status
ask(struct onboard_run *run, struct onboard_asked *asked)
{
	struct server *server = &run->server;
	enum segl_status status;

	status = server_open(asked->segl, &run->with, server);
	run->server_is_open = 1;
	if (status == SEGL_OK && server->named.endpoint_is_fixed)
		asked->url = strdup(server->named.token_endpoint);
	else if (status == SEGL_OK)
		status = server_metadata_url(asked->segl, server, &asked->url);
	if (status == SEGL_OK && asked->url == NULL)
		status = SEGL_ENOMEM;
	if (status == SEGL_OK)
		status = probe(run, asked);
	if (status == SEGL_OK && asked->response.date >= 0)
		server->clock_offset_s =
		    (long)(asked->response.date - (long long)time(NULL));
	return status;
}

enum segl_status
onboard_ask(struct onboard_run *run)
{
	struct onboard_asked *asked = &run->asked;

	if (asked->is_done)
		return SEGL_OK;
	asked->is_done = 1;
	asked->response.date = asked->response.retry_after_s = -1;
	asked->segl = segl_new();
	if (asked->segl == NULL)
		return SEGL_ENOMEM;
	asked->status = ask(run, asked);
	return asked->status == SEGL_ENOMEM ? SEGL_ENOMEM : SEGL_OK;
}

/* ---- the clock --------------------------------------------------------- */

static int
kernel_says(void)
{
	struct timex timex;
	int state;

	memset(&timex, 0, sizeof(timex));
	state = adjtimex(&timex);
	if (state < 0)
		return -1;
	return state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
}

static int
by_server_clock(const struct settings *settings)
{
	return settings->clock != NULL &&
	    strcmp(settings->clock, "server") == 0;
}

enum segl_status
onboard_clock(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_clock clock = { .is_synchronised = kernel_says(),
		.by_server_clock = by_server_clock(run->settings) };
	enum segl_status status = SEGL_OK;

	if (!run->settings->offline)
		status = onboard_ask(run);
	if (status != SEGL_OK)
		return status;
	clock.has_server = run->asked.is_done && run->asked.status == SEGL_OK &&
	    run->asked.response.date >= 0;
	clock.ahead_s = -run->server.clock_offset_s;
	onboard_judge_clock(&clock, out);
	/* a wrong clock is told; what it would hide is looked at all the same
	 */
	if (out->result == ONBOARD_FAIL) {
		run->with.clock = "server";
		out->stops = 0;
	}
	return SEGL_OK;
}

/* ---- the network ------------------------------------------------------- */

/* Longest certificate that is looked at, in bytes. */
#define CERTIFICATE_MAX 32768

/* What the certificates say that came; texts are borrowed from them. */
struct shown {
	struct segl_certificate *leaf;
	struct segl_certificate *last;
	char from[32], to[32];
};

/* The first certificate of PEM in OUT; what follows it, NULL at the end. */
static const char *
next_certificate(const char *pem, struct buffer *out)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	const char *p = pem == NULL ? NULL : strstr(pem, begin);
	const char *end = p == NULL ? NULL : strstr(p, "-----END");
	unsigned char *der;
	struct buffer text;
	size_t len;

	buffer_clear(out);
	if (end == NULL)
		return NULL;
	buffer_init(&text, CERTIFICATE_MAX);
	for (p += strlen(begin); p < end; p++)
		if (*p > ' ' && buffer_add(&text, p, 1) != SEGL_OK)
			break;
	if (text.data != NULL &&
	    base64_decode(text.data, text.len, &der, &len) == 0) {
		if (buffer_add(out, der, len) != SEGL_OK)
			buffer_clear(out);
		free(der);
	}
	buffer_clear(&text);
	return end;
}

/* SignedCertificateTimestampList, 1.3.6.1.4.1.11129.2.4.2 (RFC 6962, 3.3). */
static int
has_sct(const struct buffer *der)
{
	static const unsigned char oid[] = { 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04,
		0x01, 0xd6, 0x79, 0x02, 0x04, 0x02 };

	return der->len > 0 &&
	    memmem(der->data, der->len, oid, sizeof(oid)) != NULL;
}

static void
read_shown(
    const char *pem, struct onboard_network *network, struct shown *shown)
{
	struct segl *quiet = segl_new();
	struct segl_certificate *one;
	struct buffer der;

	buffer_init(&der, CERTIFICATE_MAX);
	while (quiet != NULL && (pem = next_certificate(pem, &der)) != NULL) {
		if (segl_certificate_read(quiet,
			der.data == NULL ? "" : der.data, der.len,
			&one) != SEGL_OK)
			break;
		if (shown->leaf == NULL) {
			shown->leaf = one;
			network->has_sct = has_sct(&der);
		} else {
			segl_certificate_free(shown->last);
			shown->last = one;
		}
	}
	buffer_clear(&der);
	segl_free(quiet);
}

static void
tell_shown(
    const struct shown *shown, long long now, struct onboard_network *network)
{
	long long from, to;

	if (shown->leaf == NULL)
		return;
	network->subject = segl_certificate_subject(shown->leaf);
	network->issuer = segl_certificate_issuer(shown->leaf);
	if (shown->last != NULL)
		network->root = segl_certificate_issuer(shown->last);
	if (segl_certificate_validity(shown->leaf, &from, &to) < 0)
		return;
	network->not_before = check_time(from, (char *)shown->from);
	network->not_after = check_time(to, (char *)shown->to);
	network->validity = now > to ? 1 : now < from ? -1 : 0;
}

/* The proxy that the environment names for https, as libcurl looks. */
static const char *
configured_proxy(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return value;
	}
	return NULL;
}

/* Without the password that may stand in it; NULL where there is none. */
static const char *
named_proxy(void)
{
	const char *value = configured_proxy();
	const char *at = value == NULL ? NULL : strrchr(value, '@');

	return at == NULL ? value : at + 1;
}

static int
went_by_proxy(const struct net_probe *probe)
{
	return probe->proxied || strncmp(probe->kind, "proxy", 5) == 0;
}

enum segl_status
onboard_network(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = onboard_ask(run);
	const struct onboard_asked *asked = &run->asked;
	const struct net_probe *probe = &asked->probe;
	struct onboard_network network = { .url = asked->url,
		.failed = asked->status != SEGL_OK,
		.is_unverified = is_unverified(probe),
		.is_public = is_public(&run->with),
		.only_by_ca = asked->only_by_ca,
		.proxy = went_by_proxy(probe) ? named_proxy() : NULL,
		.named_proxy = named_proxy(),
		.address = probe->address,
		.port = probe->port,
		.dns_ms = probe->dns_ms,
		.connect_ms = probe->connect_ms,
		.tls_ms = probe->tls_ms,
		.total_ms = probe->total_ms };
	struct shown shown = { .leaf = NULL };

	if (status != SEGL_OK)
		return status;
	if (network.failed)
		onboard_take_failure(out, run->asked.segl);
	read_shown(
	    network.is_unverified ? asked->peek.pem.data : probe->pem.data,
	    &network, &shown);
	tell_shown(&shown, run->now, &network);
	if (asked->url != NULL)
		onboard_judge_network(&network, out);
	segl_certificate_free(shown.leaf);
	segl_certificate_free(shown.last);
	return SEGL_OK;
}

/* ---- the metadata ------------------------------------------------------ */

static void
tell_metadata(struct onboard_run *run, struct onboard_outcome *out)
{
	const struct endpoints *endpoints = &run->server.endpoints;

	onboard_set(out, ONBOARD_PASS, "the token endpoint is %s; it takes %s",
	    endpoints->token_endpoint,
	    endpoints->algs[0] == '\0' ? "no algorithm that segl knows"
				       : endpoints->algs);
	onboard_fact(&out->facts, "issuer", run->server.named.issuer);
	onboard_fact(&out->facts, "token_endpoint", endpoints->token_endpoint);
	onboard_fact(&out->facts, "algorithms", endpoints->algs);
}

enum segl_status
onboard_metadata(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status;
	enum segl_turn turn;

	if (run->server.named.endpoint_is_fixed) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "--token-endpoint says what it would say");
		return SEGL_OK;
	}
	status = server_take_metadata(
	    run->segl, &run->server, run->asked.url, &run->asked.response);
	if (status == SEGL_OK) {
		tell_metadata(run, out);
		return SEGL_OK;
	}
	turn = segl_error_turn(run->segl);
	/* where the address is known all the same, it goes on with that */
	if (status != SEGL_ENOMEM)
		status = server_fall_back(run->segl, &run->server, status);
	if (status != SEGL_OK)
		return onboard_failed(run, status, out);
	onboard_set(out, ONBOARD_WARN,
	    "the token endpoint is known without it: %s",
	    run->server.endpoints.token_endpoint);
	onboard_remedy(out, turn,
	    turn == SEGL_TURN_DIGDIR
		? "try again later; https://status.digdir.no/ tells about "
		  "outages"
		: "it works without; check --metadata-url, and whether a "
		  "proxy or gateway answers there");
	return SEGL_OK;
}
