/* SPDX-License-Identifier: ISC */
/*
 * The token endpoint that all contenders of the bench talk to: TLS 1.3, an EC
 * P-256 certificate, HTTP/1.1, a constant answer. Four processes take one
 * connection each, so that a client that connects early holds up nobody.
 *
 * A grant is judged after its answer has left, off the clients' path: its
 * signature with the public key of LEAF, the number of certificates in x5c,
 * aud and exp. On SIGTERM the program prints how many came and how many were
 * good, so that no contender gets away with less work.
 *
 * usage: server CERT KEY LEAF CERTIFICATES
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

enum { WORKERS = 4, TEXT_MAX = 65536, TOKEN_LEN = 1000 };

struct counts {
	_Atomic int posts;
	_Atomic int good;
};

struct server {
	SSL_CTX *ctx;
	EVP_PKEY *leaf_key;
	size_t certificates; /* that a grant has to carry */
	int listener;
	char issuer[64];
	char metadata[1024];
	char reply[TOKEN_LEN + 256];
	struct counts *counts; /* shared by the workers */
};

static void
fail(const char *what)
{
	fprintf(stderr, "bench server: %s failed\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

/* ---- judging a grant --------------------------------------------------- */

/* Bytes of base64url TEXT up to END, new; NULL where it is none. */
static unsigned char *
unbase64url(const char *text, const char *end, size_t *len)
{
	size_t n = (size_t)(end - text), padded = (n + 3) / 4 * 4, i;
	char *copy = malloc(padded + 1);
	unsigned char *out = malloc(padded + 1);
	int got;

	if (copy == NULL || out == NULL)
		fail("memory");
	memcpy(copy, text, n);
	memset(copy + n, '=', padded - n);
	for (i = 0; i < n; i++)
		if (copy[i] == '-')
			copy[i] = '+';
		else if (copy[i] == '_')
			copy[i] = '/';
	got = EVP_DecodeBlock(out, (unsigned char *)copy, (int)padded);
	free(copy);
	if (got < 0) {
		free(out);
		return NULL;
	}
	*len = (size_t)got - (padded - n);
	return out;
}

static json_t *
part_load(const char *text, const char *end)
{
	size_t len = 0;
	unsigned char *bytes = unbase64url(text, end, &len);
	json_t *json = NULL;

	if (bytes != NULL)
		json = json_loadb((char *)bytes, len, 0, NULL);
	free(bytes);
	return json;
}

static int
signature_is_good(
    const struct server *s, const char *jws, const char *dot, const char *end)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = 0;
	unsigned char *sig = unbase64url(dot + 1, end, &len);
	int good;

	good = ctx != NULL && sig != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, s->leaf_key) ==
		1 &&
	    EVP_DigestVerify(ctx, sig, len, (const unsigned char *)jws,
		(size_t)(dot - jws)) == 1;
	EVP_MD_CTX_free(ctx);
	free(sig);
	return good;
}

static int
contents_are_good(const struct server *s, json_t *header, json_t *claims)
{
	const char *alg = json_string_value(json_object_get(header, "alg"));
	const char *aud = json_string_value(json_object_get(claims, "aud"));
	json_t *exp = json_object_get(claims, "exp");

	return alg != NULL && strcmp(alg, "RS256") == 0 && aud != NULL &&
	    strcmp(aud, s->issuer) == 0 &&
	    json_integer_value(exp) > (json_int_t)time(NULL) &&
	    json_array_size(json_object_get(header, "x5c")) == s->certificates;
}

static int
grant_is_good(const struct server *s, const char *form)
{
	const char *jws = strstr(form, "assertion="), *dot, *last, *end;
	json_t *header, *claims;
	int good = 0;

	if (jws == NULL || strstr(form, "jwt-bearer") == NULL)
		return 0;
	jws += strlen("assertion=");
	end = jws + strcspn(jws, "&\r\n");
	dot = strchr(jws, '.');
	last = dot == NULL ? NULL : strchr(dot + 1, '.');
	if (last == NULL)
		return 0;
	header = part_load(jws, dot);
	claims = part_load(dot + 1, last);
	good = contents_are_good(s, header, claims) &&
	    signature_is_good(s, jws, last, end);
	json_decref(header);
	json_decref(claims);
	return good;
}

/* ---- HTTP -------------------------------------------------------------- */

/*
 * Read one request into TEXT (TEXT_MAX bytes); *BODY points into it. Returns 0
 * where the connection ended.
 */
static int
request_read(SSL *ssl, char *text, const char **body)
{
	size_t len = 0, want = TEXT_MAX - 1;
	const char *field;
	int n;

	*body = NULL;
	while (len < want) {
		n = SSL_read(ssl, text + len, (int)(want - len));
		if (n <= 0)
			return 0;
		len += (size_t)n;
		text[len] = '\0';
		if (*body != NULL || (*body = strstr(text, "\r\n\r\n")) == NULL)
			continue;
		*body += 4;
		want = (size_t)(*body - text);
		field = strcasestr(text, "\r\nContent-Length:");
		if (field != NULL && field < *body)
			want += strtoul(field + 17, NULL, 10);
		if (want >= TEXT_MAX)
			return 0;
	}
	return 1;
}

static int
reply_send(SSL *ssl, const char *status, const char *json)
{
	char text[TOKEN_LEN + 512];
	int len = snprintf(text, sizeof(text),
	    "HTTP/1.1 %s\r\nContent-Type: application/json;charset=UTF-8\r\n"
	    "Cache-Control: no-store\r\nContent-Length: %zu\r\n\r\n%s",
	    status, strlen(json), json);

	return SSL_write(ssl, text, len) == len;
}

/* Answer requests until the peer closes. */
static void
connection_serve(const struct server *s, SSL *ssl)
{
	static char text[TEXT_MAX];
	const char *body;
	int sent, is_post;

	if (SSL_accept(ssl) != 1)
		return;
	do {
		if (!request_read(ssl, text, &body))
			return;
		is_post = strncmp(text, "POST /token ", 12) == 0;
		if (is_post && strstr(body, "assertion=") != NULL)
			sent = reply_send(ssl, "200 OK", s->reply);
		else if (strncmp(text, "GET /.well-known/", 17) == 0)
			sent = reply_send(ssl, "200 OK", s->metadata);
		else
			sent = reply_send(ssl, "400 Bad Request", "{}");
		if (is_post) {
			s->counts->posts++;
			s->counts->good += grant_is_good(s, body);
		}
	} while (sent);
}

static void
work(const struct server *s)
{
	struct timeval limit = { .tv_sec = 10 };
	int on = 1, fd;
	SSL *ssl;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		fd = accept(s->listener, NULL, NULL);
		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		ssl = SSL_new(s->ctx);
		if (ssl == NULL || !SSL_set_fd(ssl, fd))
			fail("a connection");
		connection_serve(s, ssl);
		ERR_clear_error();
		SSL_free(ssl);
		close(fd);
	}
}

/* ---- setting up -------------------------------------------------------- */

static void
tls_init(struct server *s, char **argv)
{
	FILE *f = fopen(argv[3], "r");
	X509 *leaf = f == NULL ? NULL : PEM_read_X509(f, NULL, NULL, NULL);

	s->ctx = SSL_CTX_new(TLS_server_method());
	if (s->ctx == NULL || leaf == NULL ||
	    !SSL_CTX_use_certificate_chain_file(s->ctx, argv[1]) ||
	    !SSL_CTX_use_PrivateKey_file(s->ctx, argv[2], SSL_FILETYPE_PEM))
		fail("loading the certificates");
	SSL_CTX_set_min_proto_version(s->ctx, TLS1_3_VERSION);
	s->leaf_key = X509_get_pubkey(leaf);
	X509_free(leaf);
	fclose(f);
}

/* Listen on a free port of the loopback interface; returns the port. */
static int
listener_init(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(s->listener, 64) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&at, &len) != 0)
		fail("listening");
	return ntohs(at.sin_port);
}

static void
answers_init(struct server *s, int port)
{
	char token[TOKEN_LEN + 1];

	memset(token, 'x', TOKEN_LEN);
	token[TOKEN_LEN] = '\0';
	snprintf(s->issuer, sizeof(s->issuer), "https://127.0.0.1:%d/", port);
	snprintf(s->reply, sizeof(s->reply),
	    "{\"access_token\":\"%s\",\"token_type\":\"Bearer\","
	    "\"expires_in\":3600,\"scope\":\"bench:read\"}",
	    token);
	snprintf(s->metadata, sizeof(s->metadata),
	    "{\"issuer\":\"%s\",\"token_endpoint\":\"%stoken\","
	    "\"jwks_uri\":\"%sjwk\","
	    "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"],"
	    "\"token_endpoint_auth_signing_alg_values_supported\":"
	    "[\"RS256\",\"RS384\",\"RS512\"],\"grant_types_supported\":"
	    "[\"urn:ietf:params:oauth:grant-type:jwt-bearer\"]}",
	    s->issuer, s->issuer, s->issuer);
}

static void
serve_until_terminated(const struct server *s, int port)
{
	pid_t workers[WORKERS];
	sigset_t term;
	int i, sig;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	for (i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		if (workers[i] == 0)
			work(s);
	}
	printf("%d\n", port);
	fflush(stdout);
	sigwait(&term, &sig);
	for (i = 0; i < WORKERS; i++)
		kill(workers[i], SIGKILL);
	while (wait(NULL) > 0)
		continue;
	printf("%d %d\n", s->counts->posts, s->counts->good);
}

int
main(int argc, char **argv)
{
	static struct server s;
	int port;

	if (argc != 5)
		fail("reading the arguments");
	signal(SIGPIPE, SIG_IGN);
	s.certificates = strtoul(argv[4], NULL, 10);
	s.counts = mmap(NULL, sizeof(*s.counts), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.counts == MAP_FAILED)
		fail("memory");
	tls_init(&s, argv);
	port = listener_init(&s);
	answers_init(&s, port);
	serve_until_terminated(&s, port);
	return 0;
}
