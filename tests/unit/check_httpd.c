/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "httpd/httpd.h"
#include "httpd/request.h"

#define BODY_MAX 1000

static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]", NULL };
static const struct httpd_config limits = { .hosts = hosts,
	.body_max = BODY_MAX };

/* ---- what may be believed */

struct request_case {
	const char *version, *method, *path, *query;
	const char *field[8]; /* name, value, ... */
	int status;
};

static const struct request_case cases[] = {
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "127.0.0.1" }, 0 },
	{ "HTTP/1.0", "GET", "/", NULL, { "host", "localhost:1" }, 0 },
	{ "HTTP/1.1", "GET", "/a", "x=1", { "Host", "[::1]:443" }, 0 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "[::1]" }, 0 },
	{ "HTTP/2.0", "GET", "/", NULL, { "Host", "localhost" }, 505 },
	{ "HTTP/1.1", "GET", "/", NULL, { NULL }, 400 },
	{ "HTTP/1.1", "GET", "/", NULL,
	    { "Host", "localhost", "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host ", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhost:" }, 0 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhost:80a" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhostx" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhos" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "[::1" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "[::1]x" }, 421 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "user@localhost" }, 421 },
	{ "HTTP/1.1", "G T", "/", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "", "/", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "a", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "*", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/\x7f", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/ ", NULL, { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/", "\xc3\xa5", { "Host", "localhost" }, 400 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhost", "X", "a\rb" },
	    400 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhost", "X", "a\tb" },
	    0 },
	{ "HTTP/1.1", "GET", "/", NULL, { "Host", "localhost", "X y", "a" },
	    400 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "1000" }, 0 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "1001" }, 413 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length",
		"99999999999999999999999999999" },
	    413 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "" }, 400 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "-1" }, 400 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "1, 1" }, 400 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Content-Length", "1", "content-length",
		"1" },
	    400 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Transfer-Encoding", "Chunked" }, 0 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Transfer-Encoding", "gzip, chunked" },
	    501 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Transfer-Encoding", "chunked",
		"Transfer-Encoding", "chunked" },
	    501 },
	{ "HTTP/1.1", "POST", "/", NULL,
	    { "Host", "localhost", "Transfer-Encoding", "chunked",
		"Content-Length", "1" },
	    400 },
};

static void
request_is_believed_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct httpd_field fields[4];
		struct httpd_request request = { .method = cases[i].method,
			.path = cases[i].path,
			.query = cases[i].query,
			.fields = fields };
		const char *why;

		for (size_t k = 0; k < 8 && cases[i].field[k] != NULL; k += 2) {
			struct httpd_field *f = &fields[request.field_count++];

			f->name = cases[i].field[k];
			f->name_len = strlen(f->name);
			f->value = cases[i].field[k + 1];
			f->value_len = strlen(f->value);
		}
		assert_int_equal(
		    request_check(&request, cases[i].version, &limits, &why),
		    cases[i].status);
		assert_int_equal(why == NULL, cases[i].status == 0);
	}
}

/* A probe knows an address, and no name can be rebound to be one. */
static void
an_address_may_be_a_host(void **state)
{
	static const struct {
		const char *host;
		int status;
	} named[] = { { "10.1.2.3", 0 }, { "10.1.2.3:8080", 0 },
		{ "[2001:db8::1]:80", 0 }, { "localhost", 0 },
		{ "10.1.2.3x", 421 }, { "10.1.2", 421 }, { "0x7f.1", 421 },
		{ "evil.example", 421 }, { "[2001:db8::1", 421 }, { "[]", 421 },
		{ "[evil]", 421 }, { "2001:db8::1", 421 }, { "", 421 } };
	struct httpd_config config = limits;
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		struct httpd_field field = { "Host", 4, named[i].host,
			strlen(named[i].host) };
		struct httpd_request request = { .method = "GET",
			.path = "/",
			.fields = &field,
			.field_count = 1 };

		config.numeric_hosts = 1;
		if (request_check(&request, "HTTP/1.1", &config, &why) !=
		    named[i].status)
			fail_msg("Host: %s", named[i].host);
		config.numeric_hosts = 0;
		assert_int_equal(
		    request_check(&request, "HTTP/1.1", &config, &why),
		    strcmp(named[i].host, "localhost") == 0 ? 0 : 421);
	}
}

static void
value_with_a_nul_is_not_believed(void **state)
{
	struct httpd_field fields[] = { { "Host", 4, "localhost", 9 },
		{ "X", 1, "a\0b", 3 } };
	struct httpd_request request = {
		.method = "GET", .path = "/", .fields = fields, .field_count = 2
	};
	const char *why;

	(void)state;
	assert_int_equal(
	    request_check(&request, "HTTP/1.1", &limits, &why), 400);
	fields[1] = (struct httpd_field){ "X\0Y", 3, "a", 1 };
	assert_int_equal(
	    request_check(&request, "HTTP/1.1", &limits, &why), 400);
	fields[1].name_len = 1;
	assert_int_equal(request_check(&request, "HTTP/1.1", &limits, &why), 0);
}

static void
fields_are_found_by_name(void **state)
{
	struct httpd_field fields[] = { { "A", 1, "1", 1 }, { "b", 1, "2", 1 },
		{ "B", 1, "3", 1 } };
	struct httpd_request request = { .fields = fields, .field_count = 3 };

	(void)state;
	assert_string_equal(httpd_request_field(&request, "a"), "1");
	assert_string_equal(httpd_request_field(&request, "B"), "2");
	assert_null(httpd_request_field(&request, "c"));
	assert_int_equal(httpd_request_field_count(&request, "b"), 2);
	assert_int_equal(httpd_request_field_count(&request, "c"), 0);
}

static void
answer_has_room_for_eight_fields(void **state)
{
	struct httpd_answer answer;

	(void)state;
	httpd_answer_init(&answer);
	assert_int_equal(answer.status, 500);
	for (int i = 0; i < HTTPD_ANSWER_FIELDS + 1; i++)
		httpd_answer_field(&answer, "X", "y");
	assert_int_equal(answer.field_count, HTTPD_ANSWER_FIELDS);
	httpd_answer_clear(&answer);
}

/* ---- over a socket */

/* A server in trouble, where PATH asks for it. */
static void
play(struct httpd_answer *answer, const char *path)
{
	answer->truncate = strcmp(path, "/truncate") == 0;
	answer->reset = strcmp(path, "/reset") == 0;
	answer->delay_ms = strcmp(path, "/slow") == 0 ? 700
	    : strcmp(path, "/never") == 0             ? 600000
						      : 0;
	answer->clock_offset_s = strcmp(path, "/clock") == 0 ? 86400 : 0;
	answer->retry_after_s = strcmp(path, "/later") == 0 ? 17 : 0;
}

/* Tells what came: method, path, query, length of the body, and the body. */
static enum segl_status
echo(
    void *arg, const struct httpd_request *request, struct httpd_answer *answer)
{
	int *calls = arg;

	++*calls;
	if (strcmp(request->path, "/fail") == 0)
		return SEGL_EINTERNAL;
	answer->status = strcmp(request->path, "/empty") == 0 ? 204 : 200;
	play(answer, request->path);
	if (answer->status == 204)
		return SEGL_OK;
	answer->content_type = "text/plain";
	httpd_answer_field(answer, "X-Echo", "yes");
	return buffer_printf(&answer->body, "%s|%s|%s|%zu|%s", request->method,
	    request->path, request->query == NULL ? "-" : request->query,
	    request->body_len, request->body);
}

struct server {
	struct segl *segl;
	struct httpd *httpd;
	int calls;
};

static int
start(void **state)
{
	struct server *server = calloc(1, sizeof(*server));
	const struct httpd_config config = { .address = "127.0.0.1",
		.hosts = hosts,
		.head_max = 8192,
		.body_max = BODY_MAX,
		.connections = 8,
		.timeout_s = 1,
		.handle = echo,
		.arg = &server->calls };

	server->segl = segl_new();
	*state = server;
	if (httpd_listen(server->segl, &config, &server->httpd) != SEGL_OK)
		return -1;
	return httpd_start(server->httpd, server->segl) == SEGL_OK ? 0 : -1;
}

static int
stop(void **state)
{
	struct server *server = *state;

	httpd_stop(server->httpd);
	segl_free(server->segl);
	free(server);
	return 0;
}

static int
connect_to(const struct server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(httpd_port(server->httpd)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Everything that comes back until the other side closes. */
static void
talk(const struct server *server, const char *text, size_t len, char *out,
    size_t size)
{
	int fd = connect_to(server);
	size_t n = 0;
	ssize_t got;

	/* the other side may have refused before all is written */
	(void)send(fd, text, len, MSG_NOSIGNAL);
	while (n < size - 1 && (got = recv(fd, out + n, size - 1 - n, 0)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(fd);
}

static const char *
ask(const struct server *server, const char *text)
{
	static char out[16384];

	talk(server, text, strlen(text), out, sizeof(out));
	return out;
}

#define HEAD         "Host: localhost\r\nConnection: close\r\n"
#define OK_LINE      "HTTP/1.1 200 "
#define has(a, b)    assert_non_null(strstr(a, b))
#define begins(a, b) assert_int_equal(strncmp(a, b, strlen(b)), 0)

static void
request_reaches_the_handler_as_it_came(void **state)
{
	struct server *server = *state;
	const char *out;

	out = ask(server, "GET /a%2fb%00?x=%20+ HTTP/1.1\r\n" HEAD "\r\n");
	begins(out, OK_LINE);
	has(out, "Content-Type: text/plain\r\n");
	has(out, "X-Echo: yes\r\n");
	has(out, "\r\n\r\nGET|/a%2fb%00|x=%20+|0|");
	out = ask(
	    server, "PUT /? HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc");
	has(out, "\r\n\r\nPUT|/||3|abc");
	out = ask(server,
	    "POST / HTTP/1.1\r\n" HEAD "Transfer-Encoding: chunked\r\n\r\n"
	    "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
	has(out, "\r\n\r\nPOST|/|-|3|abc");
	out = ask(server, "HEAD / HTTP/1.1\r\n" HEAD "\r\n");
	begins(out, OK_LINE);
	assert_string_equal(strstr(out, "\r\n\r\n"), "\r\n\r\n");
	begins(ask(server, "GET /empty HTTP/1.1\r\n" HEAD "\r\n"),
	    "HTTP/1.1 204 ");
	begins(
	    ask(server, "GET /fail HTTP/1.1\r\n" HEAD "\r\n"), "HTTP/1.1 500 ");
	assert_int_equal(server->calls, 6);
}

static void
connection_is_kept_for_the_next(void **state)
{
	struct server *server = *state;
	const char *out;

	out = ask(server,
	    "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
	    "GET /2 HTTP/1.1\r\n" HEAD "\r\n");
	has(out, "GET|/1|");
	has(out, "GET|/2|");
	assert_int_equal(server->calls, 2);
}

static void
doubtful_request_does_not_reach_the_handler(void **state)
{
	static const char *const requests[] = {
		"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
		"GET / HTTP/1.1\r\n" HEAD "Host: localhost\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n",
		"GET / HTTP/1.1\r\nHost : localhost\r\nConnection: "
		"close\r\n\r\n",
		"G@T / HTTP/1.1\r\n" HEAD "\r\n",
		"POST / HTTP/1.1\r\n" HEAD
		"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"POST / HTTP/1.1\r\n" HEAD "Content-Length: 4\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\n" HEAD "Content-Length: 1001\r\n\r\n",
		"POST / HTTP/1.1\r\n" HEAD "Content-Length: 0x1\r\n\r\na",
		"GET http://localhost/ HTTP/1.1\r\n" HEAD "\r\n",
		"GET / HTTP/1.1\r\n" HEAD "X: \x01\r\n\r\n",
		"GET /\r\n\r\n",
		"\r\n\r\n\r\n",
		"GET / HTTP/3.0\r\n" HEAD "\r\n",
	};
	struct server *server = *state;

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		assert_null(strstr(ask(server, requests[i]), OK_LINE));
	assert_int_equal(server->calls, 0);
	begins(ask(server, "GET / HTTP/1.1\r\n" HEAD "\r\n"), OK_LINE);
}

static void
body_is_bounded(void **state)
{
	struct server *server = *state;
	char text[4096], out[4096];
	int n;

	n = snprintf(text, sizeof(text),
	    "POST / HTTP/1.1\r\n" HEAD "Content-Length: 1000\r\n\r\n%01000d",
	    0);
	talk(server, text, (size_t)n, out, sizeof(out));
	has(out, "POST|/|-|1000|0000");
	n = snprintf(text, sizeof(text),
	    "POST / HTTP/1.1\r\n" HEAD
	    "Transfer-Encoding: chunked\r\n\r\n3e8\r\n%01000d\r\n"
	    "0\r\n\r\n",
	    0);
	talk(server, text, (size_t)n, out, sizeof(out));
	has(out, "POST|/|-|1000|0000");
	n = snprintf(text, sizeof(text),
	    "POST / HTTP/1.1\r\n" HEAD
	    "Transfer-Encoding: chunked\r\n\r\n3e9\r\n%01001d\r\n"
	    "0\r\n\r\n",
	    0);
	talk(server, text, (size_t)n, out, sizeof(out));
	assert_null(strstr(out, OK_LINE));
	assert_int_equal(server->calls, 2);
}

static void
head_is_bounded(void **state)
{
	struct server *server = *state;
	char text[32768], out[4096];
	size_t n;

	n = (size_t)snprintf(text, sizeof(text),
	    "GET / HTTP/1.1\r\n" HEAD "X: %020000d\r\n\r\n", 0);
	talk(server, text, n, out, sizeof(out));
	assert_null(strstr(out, OK_LINE));
	n = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n" HEAD);
	for (int i = 0; i < 120; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "X: %d\r\n", i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "\r\n");
	talk(server, text, n, out, sizeof(out));
	assert_null(strstr(out, OK_LINE));
	assert_int_equal(server->calls, 0);
}

/* A request that never ends is given up; recv() would wait for longer. */
static void
silence_is_bounded(void **state)
{
	struct server *server = *state;
	char out[4096];
	const char *half = "GET / HTTP/1.1\r\nHost: loc";
	struct timeval from, to;

	gettimeofday(&from, NULL);
	talk(server, half, strlen(half), out, sizeof(out));
	gettimeofday(&to, NULL);
	assert_null(strstr(out, OK_LINE));
	assert_in_range(to.tv_sec - from.tv_sec, 0, 4);
}

/* ---- a server in trouble */

static void
body_is_cut(void **state)
{
	struct server *server = *state;
	const char *out =
	    ask(server, "GET /truncate HTTP/1.1\r\nHost: localhost\r\n\r\n");

	/* "GET|/truncate|-|0|" has 18 bytes */
	begins(out, OK_LINE);
	has(out, "Content-Length: 18\r\n");
	assert_string_equal(strstr(out, "\r\n\r\n"), "\r\n\r\nGET|/trun");
}

static void
answer_is_left_out(void **state)
{
	struct server *server = *state;

	assert_string_equal(
	    ask(server, "GET /reset HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
	assert_int_equal(server->calls, 1);
	begins(ask(server, "GET / HTTP/1.1\r\n" HEAD "\r\n"), OK_LINE);
}

static void
fields_of_a_server_in_trouble(void **state)
{
	struct server *server = *state;
	time_t tomorrow = time(NULL) + 86400;
	char date[64];
	struct tm tm;
	const char *out;

	out = ask(server, "GET /clock HTTP/1.1\r\n" HEAD "\r\n");
	gmtime_r(&tomorrow, &tm);
	/* to the hour: the test may be slow */
	strftime(date, sizeof(date), "Date: %a, %d %b %Y %H:", &tm);
	tomorrow += 30;
	gmtime_r(&tomorrow, &tm);
	if (strstr(out, date) == NULL)
		strftime(date, sizeof(date), "Date: %a, %d %b %Y %H:", &tm);
	has(out, date);
	assert_null(strstr(strstr(out, "Date: ") + 1, "Date: "));
	out = ask(server, "GET /later HTTP/1.1\r\n" HEAD "\r\n");
	has(out, "Retry-After: 17\r\n");
	assert_null(strstr(
	    ask(server, "GET / HTTP/1.1\r\n" HEAD "\r\n"), "Retry-After"));
}

static long
since_ms(const struct timeval *from)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (now.tv_sec - from->tv_sec) * 1000 +
	    (now.tv_usec - from->tv_usec) / 1000;
}

/* The answer waits; those to others do not. */
static void
one_waits_and_others_do_not(void **state)
{
	static const char slow[] =
	    "POST /slow HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\nabc";
	struct server *server = *state;
	int fd = connect_to(server);
	struct timeval from;
	char out[1024];
	size_t n = 0;
	ssize_t got;

	gettimeofday(&from, NULL);
	assert_int_equal(send(fd, slow, strlen(slow), 0), strlen(slow));
	for (int i = 0; i < 5; i++)
		begins(ask(server, "GET / HTTP/1.1\r\n" HEAD "\r\n"), OK_LINE);
	assert_in_range(since_ms(&from), 0, 600);
	while ((got = recv(fd, out + n, sizeof(out) - 1 - n, 0)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	assert_in_range(since_ms(&from), 690, 3000);
	has(out, "POST|/slow|-|3|abc");
	close(fd);
	assert_int_equal(server->calls, 6);
}

/* An answer that waits for ten minutes does not hold up the end. */
static void
waiting_does_not_hold_up_the_end(void **state)
{
	static const char never[] = "GET /never HTTP/1.1\r\n" HEAD "\r\n";
	struct server *server = *state;
	int one = connect_to(server), two = connect_to(server);
	struct timeval from;

	assert_int_equal(send(one, never, strlen(never), 0), strlen(never));
	assert_int_equal(send(two, never, strlen(never), 0), strlen(never));
	begins(ask(server, "GET / HTTP/1.1\r\n" HEAD "\r\n"), OK_LINE);
	gettimeofday(&from, NULL);
	httpd_stop(server->httpd);
	server->httpd = NULL;
	assert_in_range(since_ms(&from), 0, 3000);
	close(one);
	close(two);
}

static void
address_must_be_free_and_numeric(void **state)
{
	struct server *server = *state;
	struct httpd_config config = { .address = "127.0.0.1",
		.port = httpd_port(server->httpd),
		.hosts = hosts,
		.handle = echo };
	struct httpd *httpd = (struct httpd *)1;
	struct segl *segl = segl_new();

	assert_int_equal(httpd_listen(segl, &config, &httpd), SEGL_EUSAGE);
	assert_null(httpd);
	has(segl_error_message(segl), "Address already in use");
	segl_error_clear(segl);
	config.address = "localhost";
	httpd = (struct httpd *)1;
	assert_int_equal(httpd_listen(segl, &config, &httpd), SEGL_EUSAGE);
	assert_null(httpd);
	segl_error_clear(segl);
	/* a key that is none: it listens, but does not start */
	config.address = "127.0.0.1";
	config.port = 0;
	config.certificate_pem = "junk";
	config.key_pem = "junk";
	assert_int_equal(httpd_listen(segl, &config, &httpd), SEGL_OK);
	assert_true(httpd_port(httpd) > 0);
	assert_int_equal(httpd_start(httpd, segl), SEGL_EINTERNAL);
	httpd_stop(httpd);
	httpd_stop(NULL);
	segl_free(segl);
}

/* ---- driven by a loop of our own */

static enum segl_status
hold(
    void *arg, const struct httpd_request *request, struct httpd_answer *answer)
{
	(void)answer;
	*(struct httpd_waiting **)arg = httpd_wait(request);
	return SEGL_OK;
}

/* One turn; at most some milliseconds. */
static void
turn(struct httpd *httpd)
{
	struct pollfd in = { .fd = httpd_descriptor(httpd), .events = POLLIN };
	long ms = httpd_due_ms(httpd);

	(void)poll(&in, 1, ms < 0 || ms > 50 ? 50 : (int)ms);
	httpd_run(httpd);
}

static int
adopt_one(struct httpd *httpd)
{
	const struct sockaddr from = { .sa_family = AF_UNIX };
	int ends[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	assert_int_equal(
	    httpd_adopt(httpd, ends[1], &from, sizeof(from.sa_family)), 0);
	return ends[0];
}

/* Whether one more from ADDRESS is taken; it stays open. */
static int
is_taken(struct httpd *httpd, const char *address)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	int ends[2];

	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	return httpd_adopt(httpd, ends[1], (const struct sockaddr *)&from,
		   sizeof(from)) == 0;
}

static void
others_leave_room_for_this_host(void **state)
{
	struct httpd_waiting *held = NULL;
	const struct httpd_config config = { .hosts = hosts,
		.head_max = 8192,
		.connections = 8,
		.connections_per_user = 2,
		.timeout_s = 60,
		.handle = hold,
		.arg = &held };
	struct segl *segl = segl_new();
	struct httpd *httpd;

	(void)state;
	assert_int_equal(httpd_new(segl, &config, &httpd), SEGL_OK);
	assert_true(is_taken(httpd, "192.0.2.1"));
	assert_true(is_taken(httpd, "192.0.2.2"));
	assert_false(is_taken(httpd, "192.0.2.3"));
	assert_true(is_taken(httpd, "127.0.0.1"));
	assert_true(is_taken(httpd, "127.0.0.2"));
	assert_false(is_taken(httpd, "127.0.0.1"));
	(void)adopt_one(httpd);
	turn(httpd);
	assert_int_equal(httpd_connections(httpd), 5);
	/* and no more when they are announced */
	assert_false(is_taken(httpd, "192.0.2.3"));
	assert_false(is_taken(httpd, "127.0.0.1"));
	httpd_stop(httpd);
	segl_free(segl);
}

/*
 * A byte with each turn is no silence, and no request in the end. Whom
 * we let wait stays, however long.
 */
static void
who_dribbles_is_let_go(void **state)
{
	struct httpd_waiting *held = NULL;
	const struct httpd_config config = { .hosts = hosts,
		.head_max = 8192,
		.connections = 8,
		.timeout_s = 60,
		.request_s = 1,
		.handle = hold,
		.arg = &held };
	static const char asked[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct segl *segl = segl_new();
	struct httpd *httpd;
	int slow, waits;
	char byte;

	(void)state;
	assert_int_equal(httpd_new(segl, &config, &httpd), SEGL_OK);
	waits = adopt_one(httpd);
	slow = adopt_one(httpd);
	assert_int_equal(write(waits, asked, strlen(asked)), strlen(asked));
	while (held == NULL)
		turn(httpd);
	assert_int_equal(write(slow, "GET /", 5), 5);
	while (httpd_connections(httpd) == 2) {
		(void)send(slow, "a", 1, MSG_NOSIGNAL);
		turn(httpd);
	}
	assert_int_equal(recv(waits, &byte, 1, MSG_DONTWAIT), -1);
	httpd_waiting_answer(held)->status = 204;
	httpd_resume(held);
	while (recv(waits, &byte, 1, MSG_DONTWAIT) != 1)
		turn(httpd);
	close(waits);
	close(slow);
	while (httpd_connections(httpd) > 0)
		turn(httpd);
	httpd_stop(httpd);
	segl_free(segl);
}

int
main(void)
{
#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_is_believed_or_not),
		cmocka_unit_test(an_address_may_be_a_host),
		cmocka_unit_test(value_with_a_nul_is_not_believed),
		cmocka_unit_test(who_dribbles_is_let_go),
		cmocka_unit_test(others_leave_room_for_this_host),
		cmocka_unit_test(fields_are_found_by_name),
		cmocka_unit_test(answer_has_room_for_eight_fields),
		WITH_SERVER(request_reaches_the_handler_as_it_came),
		WITH_SERVER(connection_is_kept_for_the_next),
		WITH_SERVER(doubtful_request_does_not_reach_the_handler),
		WITH_SERVER(body_is_bounded),
		WITH_SERVER(head_is_bounded),
		WITH_SERVER(silence_is_bounded),
		WITH_SERVER(body_is_cut),
		WITH_SERVER(answer_is_left_out),
		WITH_SERVER(fields_of_a_server_in_trouble),
		WITH_SERVER(one_waits_and_others_do_not),
		WITH_SERVER(waiting_does_not_hold_up_the_end),
		WITH_SERVER(address_must_be_free_and_numeric),
	};

	return cmocka_run_group_tests_name("httpd", tests, NULL, NULL);
}
