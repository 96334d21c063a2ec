/* SPDX-License-Identifier: ISC */
/*
 * The floor: the same job with nothing around it. One static program, no
 * loader, no HTTP library, one thing after the other.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/ssl.h>

#include "work.h"

enum { TEXT_MAX = 65536 };

/* ,"BASE64" of one certificate; returns what was written. */
static int
add_certificate(char *to, size_t size, X509 *cert, int first)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	char *text;

	if (len < 0)
		fail("encoding a certificate");
	text = base64_of(der, (size_t)len);
	len = snprintf(to, size, "%s\"%s\"", first ? "" : ",", text);
	free(text);
	OPENSSL_free(der);
	return len;
}

static char *
compose(const struct identity *id, const struct task *task)
{
	static char header[TEXT_MAX], claims[1024];
	char jti[37], o[256], *head, *body, *tbs = NULL;
	size_t n;
	long long now = time(NULL);
	int i;

	n = (size_t)sprintf(header, "{\"alg\":\"RS256\",\"x5c\":[");
	n += (size_t)add_certificate(
	    header + n, sizeof(header) - n, id->leaf, 1);
	for (i = 0; i < sk_X509_num(id->others); i++)
		n += (size_t)add_certificate(header + n, sizeof(header) - n,
		    sk_X509_value(id->others, i), 0);
	n += (size_t)sprintf(header + n, "]}");
	uuid_make(jti);
	organization_of(id, o, sizeof(o));
	snprintf(claims, sizeof(claims),
	    "{\"aud\":\"%s\",\"exp\":%lld,\"iat\":%lld,\"iss\":\"%s\","
	    "\"jti\":\"%s\",\"scope\":\"%s\"}",
	    task->issuer, now + 100, now, o, jti, task->scope);
	head = base64url_of(header, n);
	body = base64url_of(claims, strlen(claims));
	if (asprintf(&tbs, "%s.%s", head, body) < 0)
		fail("memory");
	free(head);
	free(body);
	return tbs;
}

static SSL *
handshake(const struct task *task)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)task->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	SSL *ssl;

	if (ctx == NULL || !SSL_CTX_load_verify_dir(ctx, task->ca_dir))
		fail("the CA directory");
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		fail("connecting");
	phase("connect");
	ssl = SSL_new(ctx);
	if (ssl == NULL ||
	    !X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1") ||
	    !SSL_set_fd(ssl, fd) || SSL_connect(ssl) != 1)
		fail("the handshake");
	return ssl;
}

static void
post(SSL *ssl, const struct task *task, const char *tbs, const char *sig)
{
	static const char form[] =
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
	    "&assertion=";
	char *text = NULL;
	int len = asprintf(&text,
	    "POST /token HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %zu\r\nAccept: application/json\r\n\r\n%s%s.%s",
	    task->port, sizeof(form) - 1 + strlen(tbs) + 1 + strlen(sig), form,
	    tbs, sig);

	if (len < 0 || SSL_write(ssl, text, len) != len)
		fail("sending");
	free(text);
}

/* The body of the answer, borrowed; only what the bench's server sends. */
static const char *
receive(SSL *ssl)
{
	static char text[TEXT_MAX];
	size_t len = 0, want = sizeof(text) - 1;
	const char *field, *body = NULL;
	int n;

	while (len < want) {
		n = SSL_read(ssl, text + len, (int)(want - len));
		if (n <= 0)
			fail("receiving");
		len += (size_t)n;
		text[len] = '\0';
		if (body != NULL || (body = strstr(text, "\r\n\r\n")) == NULL)
			continue;
		field = strcasestr(text, "\r\nContent-Length:");
		if (strncmp(text, "HTTP/1.1 200", 12) != 0 || field == NULL)
			fail("the request");
		body += 4;
		want = (size_t)(body - text) + strtoul(field + 17, NULL, 10);
	}
	return body;
}

int
main(int argc, char **argv)
{
	struct task task;
	struct identity identity;
	char *tbs, *sig;
	SSL *ssl;
	json_t *reply;

	task_read(&task, argc, argv);
	phase("start");
	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	phase("OpenSSL");
	identity_load(&identity, &task);
	phase("soft token");
	tbs = compose(&identity, &task);
	phase("compose");
	sig = sign_rs256(identity.key, tbs);
	phase("sign");
	ssl = handshake(&task);
	phase("handshake");
	post(ssl, &task, tbs, sig);
	reply = json_loads(receive(ssl), JSON_REJECT_DUPLICATES, NULL);
	phase("POST and reply");
	if (puts(json_string_value(json_object_get(reply, "access_token"))) < 0)
		fail("printing");
	phase("parse and print");
	phases_print();
	fflush(stdout);
	_exit(0);
}
