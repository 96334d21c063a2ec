/* SPDX-License-Identifier: ISC */
#ifndef CLI_URL_H
#define CLI_URL_H

#include <stddef.h>

/* An absolute http or https URL in parts (RFC 3986, 3). All borrowed. */
struct url {
	int https;
	const char *host; /* in brackets where it is IPv6 */
	size_t host_len;
	unsigned int port; /* the scheme's where none is written */
	const char *path;  /* from the slash on; "" none */
};

/*
 * Take TEXT apart. Returns 0, or -1 where it is no such URL, names a user, or
 * has blanks, control characters or what is not ASCII in it.
 */
int url_split(const char *text, struct url *out);

/* Non-zero where the host is this one, by name or by number. */
int url_is_loopback(const struct url *url);

/*
 * Non-zero where PATTERN, HOST[:PORT][/PATH], covers URL: the same host
 * (*.DOMAIN: any below it), the same port (where none is written: that of
 * https), and a path that is PATH or lies below it.
 */
int url_matches(const struct url *url, const char *pattern);

#endif
