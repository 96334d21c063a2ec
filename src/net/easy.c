/* SPDX-License-Identifier: ISC */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdlib.h>
#include <string.h>

#include "net/easy.h"

void
request_failure(struct buffer *answer, const char *kind, const char *text)
{
	buffer_clear(answer);
	if (wire_add(answer, "kind", kind) != SEGL_OK ||
	    wire_add(answer, "text", text) != SEGL_OK)
		abort(); /* nothing can be told any more */
}

int
easy_add_header(struct easy *self, const char *header)
{
	struct curl_slist *longer = curl_slist_append(self->headers, header);

	if (longer == NULL)
		return -1;
	self->headers = longer;
	return 0;
}

static int
set_trust(struct easy *self)
{
	struct trust *trust = &self->trust;
	struct curl_blob blob = { .data = trust->pem.data,
		.len = trust->pem.len,
		.flags = CURL_BLOB_NOCOPY };
	CURL *easy = self->curl;
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

/* http to this very host only: no proxy may see the token. */
static int
set_scheme(CURL *curl, int plain)
{
	if (curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
		plain ? "http" : "https") != CURLE_OK)
		return -1;
	if (plain && curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") != CURLE_OK)
		return -1;
	return 0;
}

/* Not among the headers: a proxy that is spoken to never gets it. */
static int
set_bearer(CURL *curl, const char *token)
{
	if (token == NULL)
		return 0;
	if (curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER) !=
		CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token) != CURLE_OK)
		return -1;
	return 0;
}

static int
set_common(struct easy *self, const struct buffer *frame)
{
	CURL *easy = self->curl;
	long connect_s = (long)wire_number(frame, "connect-timeout", 10);
	long total_s = (long)wire_number(frame, "timeout", 30);
	const char *url = wire_field(frame, "url", 0);

#define SET(option, value)                                                     \
	(curl_easy_setopt(easy, CURLOPT_##option, (value)) == CURLE_OK)
	if (url != NULL && SET(URL, url) && SET(FOLLOWLOCATION, 0L) &&
	    SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
	    SET(CONNECTTIMEOUT, connect_s) && SET(TIMEOUT, total_s) &&
	    SET(NOSIGNAL, 1L) && SET(FRESH_CONNECT, 1L) &&
	    SET(FORBID_REUSE, 1L) && SET(USERAGENT, "segl/" PACKAGE_VERSION) &&
	    SET(SUPPRESS_CONNECT_HEADERS, 1L) && SET(ERRORBUFFER, self->text) &&
	    set_scheme(easy, (int)wire_number(frame, "plain", 0)) == 0 &&
	    set_bearer(easy, wire_field(frame, "bearer", 0)) == 0)
		return 0;
#undef SET
	return -1;
}

int
easy_open(struct easy *self, const struct buffer *frame, struct buffer *answer)
{
	const char *ca[64];
	char error[256];
	size_t n = 0;

	memset(self, 0, sizeof(*self));
	while (n < sizeof(ca) / sizeof(ca[0]) &&
	    (ca[n] = wire_field(frame, "ca", (unsigned int)n)) != NULL)
		n++;
	if (trust_find(&self->trust, ca, n,
		(int)wire_number(frame, "ca-only", 0), error) < 0) {
		request_failure(answer, "ca", error);
		return -1;
	}
	self->curl = curl_easy_init();
	if (self->curl == NULL || set_common(self, frame) < 0 ||
	    set_trust(self) < 0) {
		request_failure(answer, "url", "libcurl does not take it");
		return -1;
	}
	return 0;
}

void
easy_close(struct easy *self)
{
	if (self->curl != NULL)
		curl_easy_cleanup(self->curl);
	curl_slist_free_all(self->headers);
	trust_clear(&self->trust);
}

const char *
easy_header(const struct easy *self, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(self->curl, name, 0, CURLH_HEADER, -1, &header) !=
	    CURLHE_OK)
		return NULL;
	return header->value;
}

/*
 * What OpenSSL finds wrong with a certificate, as x509_vfy.h numbers it;
 * libcurl begins with "nothing" and compares the name first.
 */
#define VERIFY_OK      0
#define VERIFY_NOTHING 1
#define VERIFY_NOT_YET 9
#define VERIFY_EXPIRED 10

/* What is wrong with the certificate of the other end. */
static const char *
kind_of_certificate(const struct easy *self)
{
	long verified = -1;

	curl_easy_getinfo(self->curl, CURLINFO_SSL_VERIFYRESULT, &verified);
	if (verified == VERIFY_NOT_YET || verified == VERIFY_EXPIRED)
		return "tls-expired";
	return verified == VERIFY_OK || verified == VERIFY_NOTHING
	    ? "tls-name"
	    : "tls-verify";
}

/* Whether that of a proxy is why; the server's was not looked at then. */
static int
is_of_proxy(const struct easy *self)
{
	long verified = VERIFY_OK, server = VERIFY_OK;

	curl_easy_getinfo(
	    self->curl, CURLINFO_PROXY_SSL_VERIFYRESULT, &verified);
	curl_easy_getinfo(self->curl, CURLINFO_SSL_VERIFYRESULT, &server);
	return verified > VERIFY_NOTHING && server <= VERIFY_NOTHING;
}

/* The port of URL, which is of http or https. */
static long
port_of(const char *url)
{
	const char *at = strstr(url, "://");
	size_t len;

	if (at == NULL)
		return 0;
	at += 3;
	len = strcspn(at, "/?#");
	while (len > 0 && at[len - 1] != ':' && at[len - 1] != ']')
		len--;
	if (len > 0 && at[len - 1] == ':')
		return strtol(at + len, NULL, 10);
	return strncmp(url, "https:", 6) == 0 ? 443 : 80;
}

/*
 * Nobody answered: the server, or a proxy on the way to it. Only libcurl's text
 * tells: that of 8 says over which proxy, that of 7 the port that it tried.
 */
static const char *
kind_of_silence(const struct easy *self)
{
	const char *port = strstr(self->text, " port ");
	const char *url = NULL;

	curl_easy_getinfo(self->curl, CURLINFO_EFFECTIVE_URL, &url);
	if (strstr(self->text, " over ") != NULL)
		return "proxy-connect";
	return port != NULL && url != NULL &&
		strtol(port + 6, NULL, 10) != port_of(url)
	    ? "proxy-connect"
	    : "connect";
}

/* Both a scheme and a syntax that it does not know it tells only so. */
static int
is_unusable_proxy(const struct easy *self)
{
	static const char begins[] = "Unsupported proxy";

	return strncmp(self->text, begins, sizeof(begins) - 1) == 0;
}

/* What the proxy said to CONNECT; NULL: it is not why. */
static const char *
kind_of_proxy(const struct easy *self)
{
	long said = 0, ways = 0;

	curl_easy_getinfo(self->curl, CURLINFO_HTTP_CONNECTCODE, &said);
	curl_easy_getinfo(self->curl, CURLINFO_PROXYAUTH_AVAIL, &ways);
	if (said == 407)
		return ways == 0 || (ways & (long)CURLAUTH_BASIC) != 0
		    ? "proxy-auth"
		    : "proxy-negotiate";
	if (said >= 500)
		return "proxy-gateway";
	if (said >= 300)
		return said < 400 ? "proxy-login" : "proxy";
	return is_unusable_proxy(self) ? "proxy-url" : NULL;
}

static const char *
kind_of(const struct easy *self, CURLcode code)
{
	const char *of_proxy = kind_of_proxy(self);

	if (of_proxy != NULL)
		return of_proxy;
	if (self->too_large)
		return "too-large";
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "dns";
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "proxy-dns";
	case CURLE_TOO_MANY_REDIRECTS:
		return "redirects";
	case CURLE_COULDNT_CONNECT:
		return kind_of_silence(self);
	case CURLE_PROXY:
		return "proxy";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return is_of_proxy(self) ? "proxy-tls"
					 : kind_of_certificate(self);
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

void
easy_failure(const struct easy *self, CURLcode code, struct buffer *answer)
{
	/* libcurl repeats the address of a proxy, and a password in it */
	int is_safe = self->text[0] != '\0' && strchr(self->text, '@') == NULL;

	request_failure(answer, kind_of(self, code),
	    is_safe ? self->text : curl_easy_strerror(code));
}
