/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/jwks.h"

/* First line of the file; another format gets another number. */
#define MAGIC "segl-jwks 1\n"

/* A file name for URL: FNV-1a, 64 bit; the URL inside decides. */
static void
file_name(const char *url, char name[40])
{
	uint64_t hash = 14695981039346656037u;

	for (const char *p = url; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	snprintf(name, 40, "jwks-%016llx", (unsigned long long)hash);
}

/* MAGIC, "url URL", "fetched N", then the text. */
static int
parse(const char *file, const char *url, struct jwks *out)
{
	size_t len = strlen(url);
	char *end;

	if (strncmp(file, MAGIC "url ", sizeof(MAGIC) + 3) != 0)
		return 0;
	file += sizeof(MAGIC) + 3;
	if (strncmp(file, url, len) != 0 ||
	    strncmp(file + len, "\nfetched ", 9) != 0)
		return 0;
	errno = 0;
	out->fetched = strtoll(file + len + 9, &end, 10);
	if (errno != 0 || *end != '\n' || out->fetched <= 0)
		return 0;
	return buffer_add_str(&out->text, end + 1) == SEGL_OK;
}

void
jwks_load(int dirfd, const char *url, struct jwks *out)
{
	struct buffer file;
	char name[40];
	int fd;

	memset(out, 0, sizeof(*out));
	buffer_init(&out->text, JWKS_FILE_MAX);
	if (dirfd < 0)
		return;
	file_name(url, name);
	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	buffer_init(&file, JWKS_FILE_MAX);
	if (file_read_fd(fd, &file) != 0 || file.len == 0 ||
	    strlen(file.data) != file.len || !parse(file.data, url, out)) {
		out->fetched = 0;
		buffer_clear(&out->text);
	}
	buffer_clear(&file);
	close(fd);
}

void
jwks_clear(struct jwks *jwks)
{
	buffer_clear(&jwks->text);
}

void
jwks_store(
    int dirfd, const char *url, long long now, const char *text, size_t len)
{
	struct buffer file;
	char name[40];

	if (dirfd < 0 || strchr(url, '\n') != NULL)
		return;
	file_name(url, name);
	buffer_init(&file, JWKS_FILE_MAX);
	if (buffer_printf(&file, MAGIC "url %s\nfetched %lld\n", url, now) ==
		SEGL_OK &&
	    buffer_add(&file, text, len) == SEGL_OK)
		(void)file_replace_at(dirfd, name, file.data, file.len, 0600);
	buffer_clear(&file);
}

int
jwks_must_fetch(const struct jwks *jwks, long long now, int unknown_kid)
{
	/* a time in the future is a clock that was wrong: ask again */
	if (jwks->fetched == 0 || jwks->fetched > now ||
	    now - jwks->fetched >= JWKS_FRESH_S)
		return 1;
	return unknown_kid && now - jwks->fetched >= JWKS_PAUSE_S;
}
