/* SPDX-License-Identifier: ISC */
/*
 * What comes over a connection of segld, from its first byte to its last, as
 * whoever may have tokens sends it. The front is whole but for its loop; it has
 * one token, and neither signer nor network.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "daemon/audit.h"
#include "daemon/memo.h"
#include "daemon/net_pool.h"
#include "daemon/route.h"
#include "daemon/row.h"
#include "seeds.h"

#define SECRET "the-token-that-is-kept"
/* More than any request takes; then it hangs. */
#define TURNS 64

static struct front front;

/* ---- what the program has, for a front without a loop ------------------- */

void
front_due(struct front *of, long long at_ms)
{
	(void)of;
	(void)at_ms;
}

int
front_watch(struct front *of, int fd, void *what)
{
	(void)of;
	(void)fd;
	(void)what;
	return 0;
}

struct face *
front_face(struct front *of, const struct profile *profile)
{
	return &of->faces[profile - of->profiles.all];
}

int
front_tell_keeper(struct front *of, const char *what)
{
	(void)of;
	(void)what;
	return 0;
}

/* ---- the front ---------------------------------------------------------- */

static void
keep_a_token(void)
{
	struct want want;
	struct row *row;

	want_init(&want);
	want.profile = front.profiles.all;
	if (want_end(front.asked, &want) != SEGL_OK)
		abort();
	row = row_of(&front, &want);
	if (row == NULL)
		abort();
	instant_now(&row->token.obtained);
	row->token.expires_in_s = 1000000;
	row->token.token = strdup(SECRET);
	row->token.type = strdup("Bearer");
	row->json = strdup("\"access_token\":\"" SECRET "\"");
	row->refresh_at_ms = INT64_MAX;
	want_clear(&want);
}

static void
start(void)
{
	static char *argv[] = { (char *)"segld", (char *)"--scope",
		(char *)"a:b", (char *)"--no-cache", (char *)"--env",
		(char *)"https://127.0.0.1:1/", NULL };
	static const char *const hosts[] = { "localhost", NULL };
	struct httpd_config config = { .hosts = hosts,
		.head_max = 16384,
		.body_max = 65536,
		.connections = 10,
		.timeout_s = 30,
		.request_s = 60,
		.handle = route_request,
		.arg = &front };

	/* nobody's settings but these */
	(void)setenv("HOME", "/nonexistent", 1);
	(void)unsetenv("XDG_CONFIG_HOME");
	front.segl = segl_new();
	front.asked = segl_new();
	front.memo = memo_new();
	front.signer = front.dirfd = -1;
	front.audit = open("/dev/null", O_WRONLY | O_CLOEXEC);
	audit_init(&front);
	if (profiles_load(front.segl, 6, argv, &front.profiles) != SEGL_OK ||
	    policy_new(front.segl, &front.profiles.all[0].settings, 1,
		&front.policy) != SEGL_OK ||
	    httpd_new(front.segl, &config, &front.httpd) != SEGL_OK)
		abort();
	front.faces = calloc(front.profiles.n, sizeof(*front.faces));
	if (front.faces == NULL)
		abort();
	keep_a_token();
}

/* How often TEXT of LEN bytes says WORD, whatever the case. */
static size_t
count(const char *text, size_t len, const char *word)
{
	size_t word_len = strlen(word), n = 0;

	for (size_t i = 0; i + word_len <= len; i++)
		n += strncasecmp(text + i, word, word_len) == 0;
	return n;
}

/* What any answer has to keep to, whatever was asked. */
static void
check_answer(const char *asked, size_t asked_len, const char *got, size_t len)
{
	if (len > 0 && (len < 13 || memcmp(got, "HTTP/1.1 ", 9) != 0))
		abort();
	/* one answer to one request, of which each names its version */
	if (count(got, len, "HTTP/1.1 200") >
	    count(asked, asked_len, "HTTP/1."))
		abort();
	/* who knows it already may read it in a refusal */
	if (count(got, len, SECRET) == 0 || count(asked, asked_len, SECRET) > 0)
		return;
	/* a token only for who calls us by our name, and with the field that
	 * browsers do not send or over the path that wants another type */
	if (count(asked, asked_len, "localhost") == 0 ||
	    (count(asked, asked_len, "segl-request") == 0 &&
		count(asked, asked_len, "/api/v1/token") == 0))
		abort();
}

static void
take_turns(int end, const uint8_t *data, size_t size)
{
	static char got[1 << 20];
	size_t len = 0;
	int turns = 0;

	while (httpd_connections(front.httpd) > 0) {
		ssize_t n;

		/* the library does not see that no more comes in the moment
		 * that it reads what came last: see that we are gone */
		if (++turns == TURNS / 2)
			(void)shutdown(end, SHUT_RDWR);
		if (turns > TURNS)
			abort(); /* a connection that nobody ends */
		httpd_run(front.httpd);
		/* no network: whoever waits for it is told so */
		net_arrived(&front, -1);
		n = recv(end, got + len, sizeof(got) - len, MSG_DONTWAIT);
		if (n > 0)
			len += (size_t)n;
	}
	check_answer((const char *)data, size, got, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sockaddr address = { .sa_family = AF_UNIX };
	int ends[2];

	if (front.httpd == NULL)
		start();
	if (size > 100000 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		ends) < 0)
		return 0;
	/* as much as the socket takes, which no request passes */
	if (send(ends[0], data, size, MSG_NOSIGNAL) < 0)
		size = 0;
	(void)shutdown(ends[0], SHUT_WR);
	if (httpd_adopt(
		front.httpd, ends[1], &address, sizeof(address.sa_family)) != 0)
		abort();
	take_turns(ends[0], data, size);
	audit_flush(&front);
	close(ends[0]);
	return 0;
}

/* ---- requests as they should be, and nearly ----------------------------- */

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
#define HOST "Host: localhost\r\n"
#define ASK  "Segl-Request: 1\r\n"
	static const char *const texts[] = {
		"GET /v1/token HTTP/1.1\r\n" HOST ASK "\r\n",
		"GET /v1/token?scope=c:d&resource=x&min_validity=5&force=true"
		" HTTP/1.1\r\n" HOST ASK "Accept: text/plain\r\n\r\n",
		"GET /v1/header HTTP/1.1\r\n" HOST ASK
		"Authorization: Bearer 0123456789abcdef\r\n\r\n",
		"GET /v1/token HTTP/1.1\r\n" HOST ASK
		"Accept: text/x-segl\r\n\r\n",
		"GET /v1/token HTTP/1.1\r\n" HOST ASK
		"Origin: http://localhost\r\n\r\n",
		"GET /v1/token HTTP/1.1\r\n" HOST ASK
		"Content-Length: 4\r\n\r\nabcd",
		"POST /api/v1/token HTTP/1.1\r\n" HOST
		"Content-Type: application/json\r\nContent-Length: 53\r\n\r\n"
		"{\"identity_provider\":\"maskinporten\",\"target\":\"a:b "
		"c:d\"}",
		"POST /api/v1/token HTTP/1.1\r\n" HOST
		"Content-Type: application/x-www-form-urlencoded\r\n"
		"Transfer-Encoding: chunked\r\n\r\n"
		"2e\r\nidentity_provider=maskinporten&target=a%3Ab+c:d\r\n"
		"0\r\n\r\n",
		"POST /api/v1/introspect HTTP/1.1\r\n" HOST
		"Content-Type: application/x-www-form-urlencoded\r\n"
		"Content-Length: 44\r\n\r\n"
		"identity_provider=maskinporten&token=a.b.c.d",
		"POST /api/v1/token/exchange HTTP/1.1\r\n" HOST
		"Content-Type: application/json\r\nContent-Length: 68\r\n\r\n"
		"{\"identity_provider\":\"tokenx\",\"target\":\"a\","
		"\"user_token\":\"a.b.c.d\"}",
		"GET /metrics HTTP/1.1\r\n" HOST
		"\r\nGET /readyz HTTP/1.1\r\n" HOST
		"\r\nGET /healthz HTTP/1.0\r\n" HOST "\r\n",
		"PUT /v1/token/profile%00 HTTP/1.1\r\n" HOST HOST ASK "\r\n",
	};
	size_t n = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < n; i++) {
		seeds[i].bytes = (unsigned char *)strdup(texts[i]);
		seeds[i].len = strlen(texts[i]);
		if (seeds[i].bytes == NULL)
			return i;
	}
	return n;
}
