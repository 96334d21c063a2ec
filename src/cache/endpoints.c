/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/endpoints.h"

/* First line of the file; another format gets another number. */
#define MAGIC "segl-endpoints 1\n"

#define FILE_MAX 16384

/* A file name for ISSUER: FNV-1a, 64 bit; the issuer inside decides. */
static void
file_name(const char *issuer, char name[40])
{
	uint64_t hash = 14695981039346656037u;

	for (const char *p = issuer; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	snprintf(name, 40, "endpoints-%016llx", (unsigned long long)hash);
}

/* The value of the line "KEY value" in TEXT into OUT of SIZE bytes. */
static int
take(const char *text, const char *key, char *out, size_t size)
{
	size_t key_len = strlen(key);

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		if (line[len] != '\n')
			return 0; /* the last line was cut */
		if (len > key_len && strncmp(line, key, key_len) == 0 &&
		    line[key_len] == ' ') {
			len -= key_len + 1;
			if (len >= size)
				return 0;
			memcpy(out, line + key_len + 1, len);
			out[len] = '\0';
			return 1;
		}
		line += len + 1;
	}
	return 0;
}

static int
take_time(const char *text, const char *key, long long *out)
{
	char value[32], *end;

	if (!take(text, key, value, sizeof(value)))
		return 0;
	errno = 0;
	*out = strtoll(value, &end, 10);
	return errno == 0 && *end == '\0' && *out >= 0;
}

static int
parse(const char *text, const char *issuer, struct endpoints *out)
{
	char found[ENDPOINTS_URL_MAX + 1], last[8];

	if (strncmp(text, MAGIC, sizeof(MAGIC) - 1) != 0)
		return 0;
	text += sizeof(MAGIC) - 1;
	if (!take(text, "issuer", found, sizeof(found)) ||
	    strcmp(found, issuer) != 0 ||
	    !take_time(text, "fetched", &out->fetched) ||
	    !take_time(text, "tried", &out->tried) ||
	    !take(text, "end", last, sizeof(last)))
		return 0;
	(void)take(text, "token_endpoint", out->token_endpoint,
	    sizeof(out->token_endpoint));
	(void)take(text, "jwks_uri", out->jwks_uri, sizeof(out->jwks_uri));
	(void)take(text, "algs", out->algs, sizeof(out->algs));
	return out->fetched == 0 ||
	    strncmp(out->token_endpoint, "https://", 8) == 0;
}

void
endpoints_load(int dirfd, const char *issuer, struct endpoints *out)
{
	struct buffer text;
	char name[40];
	int fd;

	memset(out, 0, sizeof(*out));
	if (dirfd < 0)
		return;
	file_name(issuer, name);
	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	buffer_init(&text, FILE_MAX);
	if (file_read_fd(fd, &text) != 0 || text.len == 0 ||
	    strlen(text.data) != text.len || !parse(text.data, issuer, out))
		memset(out, 0, sizeof(*out));
	buffer_clear(&text);
	close(fd);
}

void
endpoints_store(
    int dirfd, const char *issuer, const struct endpoints *endpoints)
{
	struct buffer text;
	enum segl_status status;
	char name[40];

	if (dirfd < 0 || strchr(issuer, '\n') != NULL)
		return;
	file_name(issuer, name);
	buffer_init(&text, FILE_MAX);
	status = buffer_printf(&text,
	    MAGIC "issuer %s\nfetched %lld\ntried "
		  "%lld\n",
	    issuer, endpoints->fetched, endpoints->tried);
	if (status == SEGL_OK && endpoints->token_endpoint[0] != '\0')
		status = buffer_printf(
		    &text, "token_endpoint %s\n", endpoints->token_endpoint);
	if (status == SEGL_OK && endpoints->jwks_uri[0] != '\0')
		status =
		    buffer_printf(&text, "jwks_uri %s\n", endpoints->jwks_uri);
	if (status == SEGL_OK && endpoints->algs[0] != '\0')
		status = buffer_printf(&text, "algs %s\n", endpoints->algs);
	if (status == SEGL_OK)
		status = buffer_add_str(&text, "end .\n");
	if (status == SEGL_OK)
		(void)file_replace_at(dirfd, name, text.data, text.len, 0600);
	buffer_clear(&text);
}

enum endpoints_plan
endpoints_plan(const struct endpoints *endpoints, int has_builtin, int dirfd,
    long long now)
{
	int known = endpoints->token_endpoint[0] != '\0';

	/* a time in the future is a clock that was wrong: ask again */
	if (known && endpoints->fetched <= now &&
	    now - endpoints->fetched < ENDPOINTS_FRESH_S)
		return ENDPOINTS_USE;
	if (endpoints->tried > 0 && endpoints->tried <= now &&
	    now - endpoints->tried < ENDPOINTS_PAUSE_S) {
		if (known)
			return ENDPOINTS_USE;
		if (has_builtin)
			return ENDPOINTS_BUILTIN;
	}
	/* where nothing can be kept, a request each time would be too many */
	if (dirfd < 0 && has_builtin)
		return ENDPOINTS_BUILTIN;
	return ENDPOINTS_FETCH;
}
