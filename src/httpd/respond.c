/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "httpd/respond.h"

#define DATE_LEN sizeof("Sun, 06 Nov 1994 08:49:37 GMT")

/* A body on its way out. */
struct outgoing {
	struct buffer body;
	struct MHD_Connection *connection;
	struct delay *delay;
	unsigned int stall_ms; /* still to come */
	int truncate;
};

static void
free_outgoing(void *cls)
{
	struct outgoing *out = cls;

	buffer_clear(&out->body);
	free(out);
}

/* At the middle: silence, or the end of the connection, or both. */
static ssize_t
pause_half_way(struct outgoing *out)
{
	unsigned int stall_ms = out->stall_ms;

	out->stall_ms = 0;
	if (stall_ms > 0 &&
	    delay_add(out->delay, out->connection, stall_ms) == 0)
		return 0; /* asked again when the time is over */
	return out->truncate ? MHD_CONTENT_READER_END_WITH_ERROR : 1;
}

static ssize_t
read_haltingly(void *cls, uint64_t at, char *bytes, size_t max)
{
	struct outgoing *out = cls;
	size_t half = out->body.len / 2;
	size_t n = at < half ? half - (size_t)at : out->body.len - (size_t)at;
	ssize_t go_on;

	if (at == half) {
		go_on = pause_half_way(out);
		if (go_on != 1)
			return go_on;
	}
	if (n > max)
		n = max;
	memcpy(bytes, out->body.data + at, n);
	return (ssize_t)n;
}

/* Takes what ANSWER's body holds. */
static struct MHD_Response *
response_new(struct MHD_Connection *connection, struct delay *delay,
    struct httpd_answer *answer)
{
	static char empty[1];
	struct outgoing *out = calloc(1, sizeof(*out));
	struct MHD_Response *response;
	size_t len;

	if (out == NULL)
		return NULL;
	out->body = answer->body;
	out->connection = connection;
	out->delay = delay;
	out->stall_ms = delay == NULL ? 0 : answer->stall_ms;
	out->truncate = answer->truncate;
	buffer_init(&answer->body, HTTPD_BODY_OUT_MAX);
	len = out->body.len;
	if ((out->truncate || out->stall_ms > 0) && len > 0)
		response = MHD_create_response_from_callback(
		    len, 4096, read_haltingly, out, free_outgoing);
	else
		response =
		    MHD_create_response_from_buffer_with_free_callback_cls(len,
			out->body.data == NULL ? empty : out->body.data,
			free_outgoing, out);
	if (response == NULL)
		free_outgoing(out);
	return response;
}

/* IMF-fixdate (RFC 9110, 5.6.7), of another time than this one. */
static enum MHD_Result
add_date(struct MHD_Response *response, long offset_s)
{
	time_t at = time(NULL) + offset_s;
	char date[DATE_LEN];
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		return MHD_NO;
	return MHD_add_response_header(response, "Date", date);
}

static enum MHD_Result
add_fields(struct MHD_Response *response, const struct httpd_answer *answer)
{
	enum MHD_Result ok = MHD_YES;
	char seconds[24];

	if (answer->content_type != NULL)
		ok = MHD_add_response_header(
		    response, "Content-Type", answer->content_type);
	for (size_t i = 0; ok == MHD_YES && i < answer->field_count; i++)
		ok = MHD_add_response_header(
		    response, answer->fields[i].name, answer->fields[i].value);
	if (ok == MHD_YES && answer->close)
		ok = MHD_add_response_header(response, "Connection", "close");
	if (ok == MHD_YES && answer->retry_after_s != 0) {
		snprintf(
		    seconds, sizeof(seconds), "%ld", answer->retry_after_s);
		ok = MHD_add_response_header(response, "Retry-After", seconds);
	}
	if (ok == MHD_YES && answer->clock_offset_s != 0)
		ok = add_date(response, answer->clock_offset_s);
	return ok;
}

/* The other side sees the connection end where an answer was to come. */
static enum MHD_Result
reset(struct MHD_Connection *connection)
{
	const struct linger at_once = { .l_onoff = 1 };
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (info != NULL)
		(void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER,
		    &at_once, sizeof(at_once));
	return MHD_NO;
}

struct httpd_prepared {
	struct MHD_Response *response;
};

struct httpd_prepared *
httpd_prepare(struct httpd_answer *answer)
{
	struct httpd_prepared *prepared = calloc(1, sizeof(*prepared));

	if (prepared == NULL)
		return NULL;
	prepared->response = response_new(NULL, NULL, answer);
	if (prepared->response == NULL ||
	    add_fields(prepared->response, answer) != MHD_YES) {
		httpd_prepared_free(prepared);
		return NULL;
	}
	return prepared;
}

void
httpd_prepared_free(struct httpd_prepared *prepared)
{
	if (prepared != NULL && prepared->response != NULL)
		MHD_destroy_response(prepared->response);
	free(prepared);
}

enum MHD_Result
httpd_respond(struct MHD_Connection *connection, struct delay *delay,
    struct httpd_answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result ok;

	if (answer->reset)
		return reset(connection);
	if (answer->prepared != NULL)
		return MHD_queue_response(connection,
		    (unsigned int)answer->status, answer->prepared->response);
	response = response_new(connection, delay, answer);
	if (response == NULL)
		return MHD_NO;
	ok = add_fields(response, answer);
	if (ok == MHD_YES)
		ok = MHD_queue_response(
		    connection, (unsigned int)answer->status, response);
	MHD_destroy_response(response);
	return ok;
}
