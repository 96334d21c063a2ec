/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "net/call.h"
#include "net/easy.h"
#include "net/stream.h"

/* Largest head of an answer, in bytes: far more than servers send. */
#define HEAD_MAX 65536

/* What a download may take in all, in seconds, however steadily it comes. */
#define DOWNLOAD_MAX_S         600L
#define DOWNLOAD_REDIRECTS_MAX 5L

struct stream {
	struct easy easy;
	int fd;
	int broken;         /* nobody listens at FD */
	int told;           /* the head was told */
	struct buffer head; /* of the answer, line by line */
	struct buffer body; /* what was read and is not sent yet */
	size_t sent;        /* of body, in bytes */
	int body_over;
	long long left; /* bytes of the answer still taken; -1 any number */
};

static void
tell(struct stream *stream, enum wire_type type, const struct buffer *payload)
{
	if (wire_send(stream->fd, type, payload) != 0)
		stream->broken = 1;
}

/* The head, before the first byte of the body or at the end. */
static void
tell_head(struct stream *stream)
{
	struct buffer payload;
	long http_status = 0;

	if (stream->told)
		return;
	stream->told = 1;
	curl_easy_getinfo(
	    stream->easy.curl, CURLINFO_RESPONSE_CODE, &http_status);
	buffer_init(&payload, WIRE_MAX);
	if (wire_add_number(&payload, "status", http_status) != SEGL_OK ||
	    wire_end_fields(&payload) != SEGL_OK ||
	    buffer_add(&payload, stream->head.data, stream->head.len) !=
		SEGL_OK)
		stream->broken = 1;
	else
		tell(stream, WIRE_HEAD, &payload);
	buffer_clear(&payload);
}

static size_t
on_head(char *data, size_t size, size_t n, void *arg)
{
	struct stream *stream = arg;

	/* after 100 Continue and the like comes another head */
	if (size * n > 5 && memcmp(data, "HTTP/", 5) == 0)
		buffer_clear(&stream->head);
	if (buffer_add(&stream->head, data, size * n) != SEGL_OK) {
		stream->easy.too_large = 1;
		return 0;
	}
	return size * n;
}

static size_t
on_data(char *data, size_t size, size_t n, void *arg)
{
	struct stream *stream = arg;
	struct buffer payload;

	if (stream->left >= 0 && (long long)(size * n) > stream->left) {
		stream->easy.too_large = 1;
		return 0;
	}
	if (stream->left >= 0)
		stream->left -= (long long)(size * n);
	tell_head(stream);
	buffer_init(&payload, WIRE_MAX);
	if (buffer_add(&payload, data, size * n) != SEGL_OK)
		stream->broken = 1;
	else if (!stream->broken)
		tell(stream, WIRE_DATA, &payload);
	buffer_clear(&payload);
	return stream->broken ? 0 : size * n;
}

/* Ask for the next piece of the body and wait for it. */
static int
fetch_piece(struct stream *stream)
{
	struct buffer want, payload;
	enum wire_type type;
	const char *raw;
	size_t len;
	int ok;

	buffer_init(&want, WIRE_MAX);
	buffer_init(&payload, WIRE_MAX);
	tell(stream, WIRE_WANT, &want);
	ok = !stream->broken &&
	    wire_receive(stream->fd, &type, &payload, -1) == 0 &&
	    type == WIRE_BODY;
	raw = wire_raw(&payload, &len);
	buffer_clear(&stream->body);
	stream->sent = 0;
	stream->body_over = ok && len == 0;
	if (!ok || buffer_add(&stream->body, raw, len) != SEGL_OK)
		stream->broken = 1;
	buffer_clear(&payload);
	return stream->broken ? -1 : 0;
}

static size_t
on_read(char *to, size_t size, size_t n, void *arg)
{
	struct stream *stream = arg;
	size_t len, left;

	if (stream->sent == stream->body.len && !stream->body_over &&
	    fetch_piece(stream) < 0)
		return CURL_READFUNC_ABORT;
	left = stream->body.len - stream->sent;
	len = size * n < left ? size * n : left;
	if (len > 0)
		memcpy(to, stream->body.data + stream->sent, len);
	stream->sent += len;
	return len;
}

static int
set_body(struct stream *stream, const struct buffer *frame)
{
	long long len = wire_number(frame, "body", NET_CALL_NO_BODY);
	CURL *curl = stream->easy.curl;

	if (len == NET_CALL_NO_BODY)
		return 0;
	/* no waiting for 100 Continue, which few servers send */
	if (easy_add_header(&stream->easy, "Expect:") < 0 ||
	    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
		(curl_off_t)(len < 0 ? -1 : len)) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_READDATA, stream) != CURLE_OK)
		return -1;
	return 0;
}

static int
set_method(CURL *curl, const char *method)
{
	if (method == NULL)
		return -1;
	/* after HEAD comes no body, whatever its headers announce */
	if (strcmp(method, "HEAD") == 0)
		return curl_easy_setopt(curl, CURLOPT_NOBODY, 1L) == CURLE_OK
		    ? 0
		    : -1;
	return curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK
	    ? 0
	    : -1;
}

/*
 * A download of what a signature protects: any scheme, compressed, where it
 * is asked for over some redirects and past a certificate error. What is
 * counted is what comes out of the decompression.
 */
static int
set_download(struct stream *stream, const struct buffer *frame)
{
	long verify = wire_number(frame, "insecure-tls", 0) == 0;
	long redirects = wire_number(frame, "redirects", 0) != 0;
	CURL *curl = stream->easy.curl;

	stream->left = -1;
	if (wire_number(frame, "download", 0) == 0)
		return 0;
	stream->left = wire_number(frame, "body-max", 0);
#define SET(option, value)                                                     \
	(curl_easy_setopt(curl, CURLOPT_##option, (value)) == CURLE_OK)
	if (!SET(PROTOCOLS_STR, "http,https") ||
	    !SET(REDIR_PROTOCOLS_STR, "http,https") ||
	    !SET(FOLLOWLOCATION, redirects) ||
	    !SET(MAXREDIRS, DOWNLOAD_REDIRECTS_MAX) ||
	    !SET(ACCEPT_ENCODING, "gzip, deflate") ||
	    !SET(TIMEOUT, DOWNLOAD_MAX_S) || !SET(SSL_VERIFYPEER, verify) ||
	    !SET(SSL_VERIFYHOST, verify ? 2L : 0L))
		return -1;
#undef SET
	return 0;
}

static int
prepare(struct stream *stream, const struct buffer *frame)
{
	long still_s = (long)wire_number(frame, "timeout", NET_TIMEOUT_S);
	CURL *curl = stream->easy.curl;
	const char *header;

#define SET(option, value)                                                     \
	(curl_easy_setopt(curl, CURLOPT_##option, (value)) == CURLE_OK)
	if (!SET(TIMEOUT, 0L) || !SET(LOW_SPEED_LIMIT, 1L) ||
	    !SET(LOW_SPEED_TIME, still_s) || !SET(HEADERFUNCTION, on_head) ||
	    !SET(HEADERDATA, stream) || !SET(WRITEFUNCTION, on_data) ||
	    !SET(WRITEDATA, stream) || set_download(stream, frame) < 0 ||
	    set_method(curl, wire_field(frame, "method", 0)) < 0 ||
	    set_body(stream, frame) < 0)
		return -1;
	for (unsigned int i = 0;
	     (header = wire_field(frame, "header", i)) != NULL; i++)
		if (easy_add_header(&stream->easy, header) < 0)
			return -1;
	return SET(HTTPHEADER, stream->easy.headers) ? 0 : -1;
#undef SET
}

int
stream_perform(int fd, const struct buffer *frame)
{
	struct stream stream = { .fd = fd };
	struct buffer answer;
	CURLcode code;

	buffer_init(&stream.head, HEAD_MAX);
	buffer_init(&stream.body, WIRE_MAX);
	buffer_init(&answer, WIRE_MAX);
	if (easy_open(&stream.easy, frame, &answer) < 0) {
		tell(&stream, WIRE_FAILURE, &answer);
		goto out;
	}
	if (prepare(&stream, frame) < 0) {
		request_failure(&answer, "url", "libcurl does not take it");
		tell(&stream, WIRE_FAILURE, &answer);
		goto out;
	}
	code = curl_easy_perform(stream.easy.curl);
	if (code != CURLE_OK && !stream.broken) {
		easy_failure(&stream.easy, code, &answer);
		tell(&stream, WIRE_FAILURE, &answer);
	} else if (!stream.broken) {
		tell_head(&stream);
		tell(&stream, WIRE_END, &answer);
	}
out:
	easy_close(&stream.easy);
	buffer_clear(&stream.head);
	buffer_clear(&stream.body);
	buffer_clear(&answer);
	return !stream.broken;
}
