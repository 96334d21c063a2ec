/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/url.h"

#define PORT_HTTP  80
#define PORT_HTTPS 443
#define PORT_MAX   65535

/* The number behind a colon at TEXT, up to LEN; -1 where it is none. */
static long
port_at(const char *text, size_t len)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits != len || digits > 5 ||
	    strtol(text, NULL, 10) > PORT_MAX)
		return -1;
	return strtol(text, NULL, 10);
}

/* Host and port of the LEN bytes at TEXT; 0, or -1. */
static int
split_authority(const char *text, size_t len, size_t *host_len, long *port)
{
	const char *end = text[0] == '[' ? memchr(text, ']', len) : NULL;
	const char *colon;

	if (memchr(text, '@', len) != NULL || (text[0] == '[' && end == NULL))
		return -1;
	colon = end != NULL ? end + 1 : memchr(text, ':', len);
	if (colon == NULL || colon == text + len) {
		*host_len = len;
		return len > 0 ? 0 : -1;
	}
	*host_len = (size_t)(colon - text);
	*port = port_at(colon + 1, len - *host_len - 1);
	return *colon == ':' && *port >= 0 && *host_len > 0 ? 0 : -1;
}

int
url_split(const char *text, struct url *out)
{
	size_t len;
	long port;

	memset(out, 0, sizeof(*out));
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '\\')
			return -1;
	out->https = strncasecmp(text, "https://", 8) == 0;
	if (!out->https && strncasecmp(text, "http://", 7) != 0)
		return -1;
	out->host = text + (out->https ? 8 : 7);
	len = strcspn(out->host, "/?#");
	port = out->https ? PORT_HTTPS : PORT_HTTP;
	if (split_authority(out->host, len, &out->host_len, &port) < 0)
		return -1;
	out->port = (unsigned int)port;
	out->path = out->host + len;
	return 0;
}

int
url_is_loopback(const struct url *url)
{
	const char *host = url->host;
	size_t len = url->host_len;

	if ((len == 9 && strncasecmp(host, "localhost", 9) == 0) ||
	    (len == 5 && memcmp(host, "[::1]", 5) == 0))
		return 1;
	/* digits and dots alone: 127.0.0.1.example.org is a name */
	return len > 4 && memcmp(host, "127.", 4) == 0 &&
	    strspn(host, "0123456789.") >= len;
}

static int
host_matches(const struct url *url, const char *pattern, size_t len)
{
	if (len > 2 && pattern[0] == '*' && pattern[1] == '.') {
		size_t tail = len - 1; /* with the dot */

		return url->host_len > tail &&
		    strncasecmp(url->host + url->host_len - tail, pattern + 1,
			tail) == 0;
	}
	return url->host_len == len &&
	    strncasecmp(url->host, pattern, len) == 0;
}

/* A path with dots in it could climb out of any other: none is covered. */
static int
path_matches(const char *path, const char *pattern)
{
	size_t n = strlen(pattern);
	size_t len = strcspn(path, "?#");

	while (n > 0 && pattern[n - 1] == '/')
		n--;
	if (n == 0)
		return 1;
	if (strstr(path, "/.") != NULL || strchr(path, '%') != NULL)
		return 0;
	return len >= n && strncmp(path, pattern, n) == 0 &&
	    (len == n || path[n] == '/');
}

int
url_matches(const struct url *url, const char *pattern)
{
	size_t len = strcspn(pattern, "/");
	size_t host_len;
	long port = PORT_HTTPS;

	if (split_authority(pattern, len, &host_len, &port) < 0)
		return 0;
	return (unsigned int)port == url->port &&
	    host_matches(url, pattern, host_len) &&
	    path_matches(url->path, pattern + len);
}
