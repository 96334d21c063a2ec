/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include <segl/exchange.h>

#include "base/buffer.h"
#include "base/error.h"
#include "oauth/exchanger.h"
#include "oauth/grant.h"
#include "oauth/reply.h"

/* RFC 7523, 4; the assertion needs no escaping: base64url and dots. */
#define FORM_PREFIX                                                            \
	"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"     \
	"&assertion="
#define FORM_TYPE "application/x-www-form-urlencoded"

/* Waits between attempts, in milliseconds: doubled each time, up to MOST. */
#define WAIT_FIRST_MS 250
#define WAIT_MOST_MS  8000

static long long
monotonic_ms(void)
{
	struct timespec ts;

	/* BOOTTIME: a suspended laptop must not spend its budget asleep */
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
sleep_ms(long long ms)
{
	struct timespec ts = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

/* Full jitter, but never nothing: 1/4 to all of MS. */
static long long
jitter(long long ms)
{
	unsigned int r = 0;

	(void)RAND_bytes((unsigned char *)&r, sizeof(r));
	return ms / 4 + (long long)(r % (unsigned int)(ms - ms / 4 + 1));
}

/* The way of one exchange, the same for each attempt. All borrowed. */
struct way {
	struct segl_transport *transport;
	struct segl_grant *grant;
	const struct segl_softtoken *softtoken;
	const char *endpoint;
	enum segl_exchanger by; /* SEGL_EXCHANGER_NONE: it ends before */
	const char *base_url;
};

/* One grant, one request, one answer. */
static enum segl_status
send_grant(struct segl *segl, const struct way *way, struct segl_token **out)
{
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	struct segl_assertion *assertion;
	enum segl_status status;
	struct buffer body;
	long long asked_ms;

	status = segl_grant_sign(way->grant, way->softtoken,
	    (long long)time(NULL) + grant_clock_offset_s(way->grant), NULL,
	    &assertion);
	if (status != SEGL_OK)
		return status;
	buffer_init(&body, sizeof(FORM_PREFIX) + SEGL_JWS_MAX);
	status = buffer_add_str(&body, FORM_PREFIX);
	if (status == SEGL_OK)
		status =
		    buffer_add_str(&body, segl_assertion_compact(assertion));
	if (status != SEGL_OK)
		error_nomem(segl);
	asked_ms = monotonic_ms();
	if (status == SEGL_OK)
		status = way->transport->post(way->transport, segl,
		    way->endpoint, FORM_TYPE, body.data, body.len, &response);
	buffer_clear(&body);
	segl_assertion_free(assertion);
	if (status == SEGL_OK)
		status = segl_reply_parse(
		    segl, &response, (long long)time(NULL), out);
	if (status == SEGL_OK)
		reply_token_aged(*out, monotonic_ms() - asked_ms);
	segl_response_clear(&response);
	return status;
}

/* The whole way once; the token in between is wiped behind it. */
static enum segl_status
attempt(struct segl *segl, const struct way *way, struct segl_token **out)
{
	struct segl_token *subject;
	enum segl_status status;

	if (way->by == SEGL_EXCHANGER_NONE)
		return send_grant(segl, way, out);
	status = send_grant(segl, way, &subject);
	if (status == SEGL_OK)
		status = segl_exchange_token(segl, way->transport, way->by,
		    way->base_url, segl_token_access_token(subject), out);
	segl_token_free(subject);
	return status;
}

/* How long to wait before the next attempt; -1 where there is no time left. */
static long long
wait_before_next(
    const struct segl *segl, unsigned int failures, long long left_ms)
{
	long asked_s = segl_error_retry_after_s(segl);
	long long ms = WAIT_FIRST_MS;

	/* it may be any number: compared before it is counted with */
	if (asked_s > left_ms / 1000)
		return -1;
	for (unsigned int i = 1; i < failures && ms < WAIT_MOST_MS; i++)
		ms *= 2;
	ms = jitter(ms > WAIT_MOST_MS ? WAIT_MOST_MS : ms);
	/* what the server asks for is the least, so jitter comes on top */
	if (asked_s >= 0)
		ms += (long long)asked_s * 1000;
	return ms < left_ms ? ms : -1;
}

static enum segl_status
go(struct segl *segl, const struct way *way, long budget_s,
    struct segl_token **out)
{
	long long end_ms = monotonic_ms() + (long long)budget_s * 1000;
	enum segl_status status;

	*out = NULL;
	for (unsigned int failures = 1;; failures++) {
		long long ms;

		status = attempt(segl, way, out);
		if (!segl_status_retryable(status))
			return status;
		ms = wait_before_next(segl, failures, end_ms - monotonic_ms());
		if (ms < 0)
			return status;
		note_info(segl,
		    "attempt %u failed (%s); trying again with a new grant in "
		    "%lld.%01lld s",
		    failures, segl_error_message(segl), ms / 1000,
		    ms % 1000 / 100);
		segl_error_clear(segl);
		sleep_ms(ms);
		/* connect and shake hands while the next grant is signed */
		if (way->transport->prepare != NULL)
			way->transport->prepare(way->transport, way->endpoint);
	}
}

enum segl_status
segl_exchange(struct segl *segl, struct segl_transport *transport,
    struct segl_grant *grant, const struct segl_softtoken *softtoken,
    const char *endpoint, long budget_s, struct segl_token **out)
{
	return segl_exchange_through(segl, transport, grant, softtoken,
	    endpoint, SEGL_EXCHANGER_NONE, NULL, budget_s, out);
}

enum segl_status
segl_exchange_through(struct segl *segl, struct segl_transport *transport,
    struct segl_grant *grant, const struct segl_softtoken *softtoken,
    const char *endpoint, enum segl_exchanger by, const char *base_url,
    long budget_s, struct segl_token **out)
{
	const struct way way = { .transport = transport,
		.grant = grant,
		.softtoken = softtoken,
		.endpoint = endpoint,
		.by = by,
		.base_url = base_url };

	return go(segl, &way, budget_s, out);
}

/* ---- Maskinporten's token for another ----------------------------------- */

enum segl_status
segl_exchange_token(struct segl *segl, struct segl_transport *transport,
    enum segl_exchanger by, const char *base_url, const char *subject_token,
    struct segl_token **out)
{
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	enum segl_status status;
	struct buffer form;
	long long asked_ms;
	char *url;

	*out = NULL;
	asked_ms = monotonic_ms();
	status =
	    exchanger_request(segl, by, base_url, subject_token, &url, &form);
	if (status == SEGL_OK)
		status = form.len > 0
		    ? transport->post(transport, segl, url, FORM_TYPE,
			  form.data, form.len, &response)
		    : transport->get_as(
			  transport, segl, url, subject_token, &response);
	if (status == SEGL_OK)
		status = segl_exchanged_parse(
		    segl, by, &response, (long long)time(NULL), out);
	if (status == SEGL_OK)
		reply_token_aged(*out, monotonic_ms() - asked_ms);
	segl_response_clear(&response);
	buffer_clear(&form);
	free(url);
	return status;
}
