/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "net/request.h"
#include "net/trust.h"

struct request {
	CURL *easy;
	struct curl_slist *headers;
	struct trust trust;
	struct buffer body;     /* what is posted */
	size_t sent;            /* of body, in bytes */
	struct buffer response; /* what came back */
	int (*ask)(void *arg, struct buffer *to);
	void *arg;
	int is_post;
	int too_large;
	char text[CURL_ERROR_SIZE];
};

void
request_failure(struct buffer *answer, const char *kind, const char *text)
{
	buffer_clear(answer);
	if (wire_add(answer, "kind", kind) != SEGL_OK ||
	    wire_add(answer, "text", text) != SEGL_OK)
		abort(); /* nothing can be told any more */
}

static size_t
on_data(char *data, size_t size, size_t n, void *arg)
{
	struct request *request = arg;

	if (buffer_add(&request->response, data, size * n) != SEGL_OK) {
		request->too_large = 1;
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

static int
add_header(struct request *request, const char *header)
{
	struct curl_slist *longer = curl_slist_append(request->headers, header);

	if (longer == NULL)
		return -1;
	request->headers = longer;
	return 0;
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
	if (add_header(request, header) < 0 ||
	    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER,
		request->headers) != CURLE_OK)
		return CURL_PREREQFUNC_ABORT;
	return CURL_PREREQFUNC_OK;
}

static int
set_trust(struct request *request)
{
	struct trust *trust = &request->trust;
	struct curl_blob blob = { .data = trust->pem.data,
		.len = trust->pem.len,
		.flags = CURL_BLOB_NOCOPY };
	CURL *easy = request->easy;
	CURLcode code;

	/* NULL too: libcurl would read its built-in bundle otherwise */
	code = curl_easy_setopt(easy, CURLOPT_CAINFO, trust->bundle);
	if (code == CURLE_OK)
		code =
		    curl_easy_setopt(easy, CURLOPT_CAPATH, trust->directories);
	if (code == CURLE_OK && trust->pem.len > 0)
		code = curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
	/* a proxy that is spoken to over TLS is trusted by the same */
	if (code == CURLE_OK)
		code =
		    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, trust->bundle);
	if (code == CURLE_OK)
		code = curl_easy_setopt(
		    easy, CURLOPT_PROXY_CAPATH, trust->directories);
	if (code == CURLE_OK && trust->pem.len > 0)
		code = curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO_BLOB, &blob);
	return code == CURLE_OK ? 0 : -1;
}

static int
set_post(struct request *request, const struct buffer *frame)
{
	const char *type = wire_field(frame, "content-type", 0);
	CURL *easy = request->easy;
	char header[160];

	snprintf(header, sizeof(header), "Content-Type: %.120s",
	    type == NULL ? "application/octet-stream" : type);
	if (add_header(request, header) < 0 ||
	    add_header(request, "Expect:") < 0 ||
	    add_header(request, "Transfer-Encoding:") < 0 ||
	    curl_easy_setopt(easy, CURLOPT_POST, 1L) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_READDATA, request) != CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected) !=
		CURLE_OK ||
	    curl_easy_setopt(easy, CURLOPT_PREREQDATA, request) != CURLE_OK)
		return -1;
	return 0;
}

static int
set_common(struct request *request, const struct buffer *frame)
{
	CURL *easy = request->easy;
	long connect_s = (long)wire_number(frame, "connect-timeout", 10);
	long total_s = (long)wire_number(frame, "timeout", 30);
	const char *url = wire_field(frame, "url", 0);

#define SET(option, value)                                                     \
	(curl_easy_setopt(easy, CURLOPT_##option, (value)) == CURLE_OK)
	if (url != NULL && SET(URL, url) && SET(PROTOCOLS_STR, "https") &&
	    SET(FOLLOWLOCATION, 0L) &&
	    SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
	    SET(CONNECTTIMEOUT, connect_s) && SET(TIMEOUT, total_s) &&
	    SET(NOSIGNAL, 1L) && SET(FRESH_CONNECT, 1L) &&
	    SET(FORBID_REUSE, 1L) && SET(USERAGENT, "segl/" PACKAGE_VERSION) &&
	    SET(SUPPRESS_CONNECT_HEADERS, 1L) &&
	    SET(ERRORBUFFER, request->text) && SET(WRITEFUNCTION, on_data) &&
	    SET(WRITEDATA, request) &&
	    add_header(request, "Accept: application/json") == 0)
		return 0;
#undef SET
	return -1;
}

/* Everything of FRAME into the handle; 0, or -1 with a failure in ANSWER. */
static int
prepare(
    struct request *request, const struct buffer *frame, struct buffer *answer)
{
	const char *ca[64];
	char error[256];
	size_t n = 0;

	while (n < sizeof(ca) / sizeof(ca[0]) &&
	    (ca[n] = wire_field(frame, "ca", (unsigned int)n)) != NULL)
		n++;
	if (trust_find(&request->trust, ca, n,
		(int)wire_number(frame, "ca-only", 0), error) < 0) {
		request_failure(answer, "ca", error);
		return -1;
	}
	request->easy = curl_easy_init();
	if (request->easy == NULL || set_common(request, frame) < 0 ||
	    set_trust(request) < 0 ||
	    (request->is_post && set_post(request, frame) < 0) ||
	    curl_easy_setopt(request->easy, CURLOPT_HTTPHEADER,
		request->headers) != CURLE_OK) {
		request_failure(answer, "url", "libcurl does not take it");
		return -1;
	}
	return 0;
}

static const char *
kind_of(const struct request *request, CURLcode code)
{
	long connect_code = 0;

	curl_easy_getinfo(
	    request->easy, CURLINFO_HTTP_CONNECTCODE, &connect_code);
	if (connect_code == 407)
		return "proxy-auth";
	if (connect_code >= 300)
		return "proxy";
	if (request->too_large)
		return "too-large";
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "dns";
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "proxy-dns";
	case CURLE_COULDNT_CONNECT:
		return "connect";
	case CURLE_PROXY:
		return "proxy";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return "tls-verify";
	case CURLE_SSL_CACERT_BADFILE:
		return "ca";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return "tls";
	case CURLE_OPERATION_TIMEDOUT:
		return "timeout";
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return "url";
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_HTTP2:
		return "http";
	default:
		return "closed";
	}
}

static const char *
header_value(struct request *request, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(
		request->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return NULL;
	return header->value;
}

static enum segl_status
describe(struct request *request, struct buffer *answer)
{
	const char *type = header_value(request, "Content-Type");
	const char *date = header_value(request, "Date");
	curl_off_t retry_after = 0;
	long http_status = 0;
	enum segl_status status;

	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &http_status);
	status = wire_add_number(answer, "status", http_status);
	if (status == SEGL_OK && type != NULL)
		status = wire_add(answer, "content-type", type);
	if (status == SEGL_OK && date != NULL)
		status = wire_add_number(
		    answer, "date", (long long)curl_getdate(date, NULL));
	if (header_value(request, "Retry-After") != NULL) {
		curl_easy_getinfo(
		    request->easy, CURLINFO_RETRY_AFTER, &retry_after);
		if (status == SEGL_OK)
			status = wire_add_number(
			    answer, "retry-after", (long long)retry_after);
	}
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
	buffer_init(&request->body, WIRE_MAX);
	buffer_init(&request->response,
	    (size_t)wire_number(frame, "response-max", 65536));
	if (prepare(request, frame, answer) < 0)
		return request;
	code = curl_easy_perform(request->easy);
	if (code != CURLE_OK)
		request_failure(answer, kind_of(request, code),
		    request->text[0] != '\0' ? request->text
					     : curl_easy_strerror(code));
	else if (describe(request, answer) != SEGL_OK)
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
	curl_easy_cleanup(request->easy);
	curl_slist_free_all(request->headers);
	buffer_clear(&request->body);
	buffer_clear(&request->response);
	trust_clear(&request->trust);
	free(request);
}
