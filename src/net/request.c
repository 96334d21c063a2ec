/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "net/easy.h"
#include "net/facts.h"
#include "net/request.h"

struct request {
	struct easy easy;
	struct buffer body;     /* what is posted */
	size_t sent;            /* of body, in bytes */
	struct buffer response; /* what came back */
	int (*ask)(void *arg, struct buffer *to);
	void *arg;
	int is_post;  /* of a grant, whose body comes late */
	int is_fetch; /* of a public document */
};

static size_t
on_data(char *data, size_t size, size_t n, void *arg)
{
	struct request *request = arg;

	if (buffer_add(&request->response, data, size * n) != SEGL_OK) {
		request->easy.too_large = 1;
		return 0;
	}
	return size * n;
}

static size_t
on_read(char *to, size_t size, size_t n, void *arg)
{
	struct request *request = arg;
	size_t left = request->body.len - request->sent;
	size_t len = size * n < left ? size * n : left;

	if (len > 0)
		memcpy(to, request->body.data + request->sent, len);
	request->sent += len;
	return len;
}

/*
 * The connection stands and TLS is done: now wait for the assertion. libcurl
 * looked at the size of what is posted before it connected, and POSTFIELDS set
 * here go out with that size; the headers it reads only now. So the body comes
 * from a read callback and its length as a header of ours. (That also keeps
 * libcurl from ever sending it twice: it cannot go back to the beginning.)
 */
static int
on_connected(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct request *request = arg;
	char header[48];

	(void)peer;
	(void)local;
	(void)peer_port;
	(void)local_port;
	if (request->ask(request->arg, &request->body) != 1)
		return CURL_PREREQFUNC_ABORT;
	snprintf(
	    header, sizeof(header), "Content-Length: %zu", request->body.len);
	if (easy_add_header(&request->easy, header) < 0 ||
	    curl_easy_setopt(request->easy.curl, CURLOPT_HTTPHEADER,
		request->easy.headers) != CURLE_OK)
		return CURL_PREREQFUNC_ABORT;
	return CURL_PREREQFUNC_OK;
}

static int
set_post(struct request *request, const struct buffer *frame)
{
	const char *type = wire_field(frame, "content-type", 0);
	CURL *easy = request->easy.curl;
	char header[160];

	snprintf(header, sizeof(header), "Content-Type: %.120s",
	    type == NULL ? "application/octet-stream" : type);
	if (easy_add_header(&request->easy, header) < 0 ||
	    easy_add_header(&request->easy, "Expect:") < 0 ||
	    easy_add_header(&request->easy, "Transfer-Encoding:") < 0 ||
	    curl_easy_setopt(easy, CURLOPT_POST, 1L) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_READDATA, request) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected) !=
		CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_PREREQDATA, request) != CURLE_OK)
		return -1;
	return 0;
}

/* A header of ours, where the frame has the field. */
static int
add_field(struct request *request, const struct buffer *frame,
    const char *field, const char *name)
{
	const char *value = wire_field(frame, field, 0);
	char header[256];

	if (value == NULL)
		return 0;
	snprintf(header, sizeof(header), "%s: %.200s", name, value);
	return easy_add_header(&request->easy, header);
}

/*
 * A public document: plain HTTP and redirects will do, and what is posted is
 * here already. A redirect that would change the method must not: an OCSP
 * question is a POST wherever it goes.
 */
static int
set_fetch(struct request *request, const struct buffer *frame)
{
	long redirects = (long)wire_number(frame, "redirects", 0);
	CURL *easy = request->easy.curl;
	const char *raw;
	size_t len;

	raw = wire_raw(frame, &len);
	if (redirects < 0 || redirects > SEGL_FETCH_REDIRECTS_MAX ||
	    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") !=
		CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") !=
		CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION,
		redirects > 0 ? 1L : 0L) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, redirects) != CURLE_OK ||
	    add_field(request, frame, "accept", "Accept") < 0)
		return -1;
	if (wire_field(frame, "content-type", 0) == NULL)
		return 0;
	if (add_field(request, frame, "content-type", "Content-Type") < 0 ||
	    easy_add_header(&request->easy, "Expect:") < 0 ||
	    curl_easy_setopt(easy, CURLOPT_POSTREDIR,
		(long)CURL_REDIR_POST_ALL) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)len) !=
		CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, raw) != CURLE_OK)
		return -1;
	return 0;
}

/* Everything of FRAME into the handle; 0, or -1 with a failure in ANSWER. */
static int
prepare(
    struct request *request, const struct buffer *frame, struct buffer *answer)
{
	struct easy *easy = &request->easy;

	if (easy_open(easy, frame, answer) < 0)
		return -1;
	if ((!request->is_fetch &&
		easy_add_header(easy, "Accept: application/json") < 0) ||
	    curl_easy_setopt(easy->curl, CURLOPT_WRITEFUNCTION, on_data) !=
		CURLE_OK ||
	    curl_easy_setopt(easy->curl, CURLOPT_WRITEDATA, request) !=
		CURLE_OK ||
	    (request->is_post && set_post(request, frame) < 0) ||
	    (request->is_fetch && set_fetch(request, frame) < 0) ||
	    facts_prepare(easy, frame) < 0 ||
	    curl_easy_setopt(easy->curl, CURLOPT_HTTPHEADER, easy->headers) !=
		CURLE_OK) {
		request_failure(answer, "url", "libcurl does not take it");
		return -1;
	}
	return 0;
}

static enum segl_status
describe(
    struct request *request, const struct buffer *frame, struct buffer *answer)
{
	const char *type = easy_header(&request->easy, "Content-Type");
	const char *date = easy_header(&request->easy, "Date");
	curl_off_t retry_after = 0;
	long http_status = 0;
	enum segl_status status;

	curl_easy_getinfo(
	    request->easy.curl, CURLINFO_RESPONSE_CODE, &http_status);
	status = wire_add_number(answer, "status", http_status);
	if (status == SEGL_OK && type != NULL)
		status = wire_add(answer, "content-type", type);
	if (status == SEGL_OK && date != NULL)
		status = wire_add_number(
		    answer, "date", (long long)curl_getdate(date, NULL));
	if (easy_header(&request->easy, "Retry-After") != NULL) {
		curl_easy_getinfo(
		    request->easy.curl, CURLINFO_RETRY_AFTER, &retry_after);
		if (status == SEGL_OK)
			status = wire_add_number(
			    answer, "retry-after", (long long)retry_after);
	}
	if (status == SEGL_OK)
		status = facts_add(&request->easy, frame, answer);
	if (status == SEGL_OK)
		status = wire_end_fields(answer);
	if (status == SEGL_OK)
		status = buffer_add(
		    answer, request->response.data, request->response.len);
	return status;
}

struct request *
request_perform(enum wire_type type, const struct buffer *frame,
    int (*body)(void *arg, struct buffer *to), void *arg,
    enum wire_type *answer_type, struct buffer *answer)
{
	struct request *request = calloc(1, sizeof(*request));
	CURLcode code;

	buffer_clear(answer);
	*answer_type = WIRE_FAILURE;
	if (request == NULL) {
		request_failure(answer, "memory", "out of memory");
		return NULL;
	}
	request->ask = body;
	request->arg = arg;
	request->is_post = type == WIRE_POST;
	request->is_fetch = type == WIRE_FETCH;
	buffer_init(&request->body, WIRE_MAX);
	buffer_init(&request->response,
	    (size_t)wire_number(frame, "response-max", 65536));
	if (prepare(request, frame, answer) < 0)
		return request;
	code = curl_easy_perform(request->easy.curl);
	if (request->easy.too_large)
		snprintf(request->easy.text, sizeof(request->easy.text),
		    "more than %zu bytes", request->response.max);
	if (code != CURLE_OK) {
		easy_failure(&request->easy, code, answer);
		if (facts_add(&request->easy, frame, answer) != SEGL_OK)
			easy_failure(&request->easy, code, answer);
	} else if (describe(request, frame, answer) != SEGL_OK)
		request_failure(answer, "too-large", "");
	else
		*answer_type = WIRE_RESPONSE;
	return request;
}

void
request_free(struct request *request)
{
	if (request == NULL)
		return;
	easy_close(&request->easy);
	buffer_clear(&request->body);
	buffer_clear(&request->response);
	free(request);
}
