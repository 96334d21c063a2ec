/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "cache/entry.h"

/* First line; another format gets another number. */
#define MAGIC "segl-token 1"

/* What nobody touched for this long goes, in seconds. */
#define PRUNE_AFTER_S 86400
/* At most so many names are looked at in one run. */
#define PRUNE_LOOK_MAX 4096

/* A token is not handed out with less than this, in seconds. */
#define MIN_VALIDITY_S 30
/* toll.github.io, "Technical integration": renew about a minute before. */
#define EXCHANGED_MIN_VALIDITY_S 60

void
entry_clear(struct entry *entry)
{
	secret_free_text(entry->token);
	free(entry->type);
	free(entry->scope);
	memset(entry, 0, sizeof(*entry));
}

void
entry_name(const char *key, size_t len, char name[ENTRY_NAME_MAX])
{
	/* FNV-1a, 64 bit, from two starting points; the text inside decides */
	uint64_t a = 14695981039346656037u, b = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < len; i++) {
		a = (a ^ (unsigned char)key[i]) * 1099511628211u;
		b = (b ^ (unsigned char)key[len - 1 - i]) * 1099511628211u;
	}
	snprintf(name, ENTRY_NAME_MAX, "token-%016llx%016llx",
	    (unsigned long long)a, (unsigned long long)b);
}

/* ---- reading ---------------------------------------------------------- */

/* The next line of *TEXT, without its end; NULL where it has none. */
static char *
next_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

/* What follows "NAME " on the next line. */
static char *
next_value(char **text, const char *name)
{
	char *line = next_line(text);
	size_t len = strlen(name);

	if (line == NULL || strncmp(line, name, len) != 0 || line[len] != ' ')
		return NULL;
	return line + len + 1;
}

static int
next_number(char **text, const char *name, long long *out)
{
	char *value = next_value(text, name), *end;

	if (value == NULL || value[0] < '0' || value[0] > '9')
		return 0;
	errno = 0;
	*out = strtoll(value, &end, 10);
	return errno == 0 && *end == '\0';
}

/* The key text, told by its length since it has lines of its own. */
static int
is_key(char **text, const char *end, const char *key, size_t len)
{
	long long n;

	if (!next_number(text, "key", &n) || n < 0 || (size_t)n != len ||
	    (size_t)(end - *text) < len + 1 || memcmp(*text, key, len) != 0 ||
	    (*text)[len] != '\n')
		return 0;
	*text += len + 1;
	return 1;
}

static int
parse(struct buffer *file, const char *key, size_t len, struct entry *out)
{
	char *text = file->data, *value, *line;
	long long expires_in;

	line = next_line(&text);
	if (line == NULL || strcmp(line, MAGIC) != 0 ||
	    !is_key(&text, file->data + file->len, key, len) ||
	    !next_number(&text, "wall", &out->obtained.wall) ||
	    !next_number(&text, "boot", &out->obtained.boot))
		return 0;
	value = next_value(&text, "boot_id");
	if (value == NULL || strlen(value) >= sizeof(out->obtained.boot_id))
		return 0;
	memcpy(out->obtained.boot_id, value, strlen(value) + 1);
	if (!next_number(&text, "expires_in", &expires_in))
		return 0;
	out->expires_in_s = (long)expires_in;
	value = next_value(&text, "type");
	if (value == NULL || (out->type = strdup(value)) == NULL)
		return 0;
	value = next_value(&text, "scope");
	if (value == NULL ||
	    (value[0] != '\0' && (out->scope = strdup(value)) == NULL))
		return 0;
	value = next_value(&text, "token");
	if (value == NULL || value[0] == '\0' ||
	    (out->token = strdup(value)) == NULL)
		return 0;
	line = next_line(&text); /* nothing was cut off */
	return line != NULL && strcmp(line, "end") == 0;
}

static int
is_private(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

int
entry_load(int dirfd, const char *key, size_t len, struct entry *out)
{
	char name[ENTRY_NAME_MAX];
	struct buffer file;
	int fd, found = 0;

	memset(out, 0, sizeof(*out));
	if (dirfd < 0)
		return 0;
	entry_name(key, len, name);
	fd =
	    openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return 0;
	buffer_init(&file, ENTRY_MAX);
	if (is_private(fd) && file_read_fd(fd, &file) == 0 && file.len > 0)
		found = parse(&file, key, len, out);
	buffer_clear(&file);
	close(fd);
	if (!found)
		entry_clear(out);
	return found;
}

/* ---- writing ---------------------------------------------------------- */

static int
has_line_end(const char *text)
{
	return text != NULL && strchr(text, '\n') != NULL;
}

int
entry_store(int dirfd, const char *key, size_t len, const struct entry *entry)
{
	const char *scope = entry->scope == NULL ? "" : entry->scope;
	char name[ENTRY_NAME_MAX];
	enum segl_status status;
	struct buffer file;
	int error = EINVAL;

	if (dirfd < 0 || has_line_end(entry->token) ||
	    has_line_end(entry->type) || has_line_end(scope))
		return EINVAL;
	entry_name(key, len, name);
	buffer_init(&file, ENTRY_MAX);
	status = buffer_printf(&file, MAGIC "\nkey %zu\n", len);
	if (status == SEGL_OK)
		status = buffer_add(&file, key, len);
	if (status == SEGL_OK)
		status = buffer_printf(&file,
		    "\nwall %lld\nboot %lld\nboot_id %s\nexpires_in %ld\n"
		    "type %s\nscope %s\ntoken %s\nend\n",
		    entry->obtained.wall, entry->obtained.boot,
		    entry->obtained.boot_id, entry->expires_in_s, entry->type,
		    scope, entry->token);
	if (status == SEGL_OK)
		error = file_replace_at(dirfd, name, file.data, file.len, 0600);
	buffer_clear(&file);
	return error;
}

void
entry_prune(int dirfd)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *item;
	time_t now = time(NULL);
	struct stat st;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int i = 0; i < PRUNE_LOOK_MAX && (item = readdir(dir)) != NULL;
	     i++) {
		const char *name = item->d_name;

		if (strncmp(name, "token-", 6) != 0 &&
		    strncmp(name, ".token-", 7) != 0)
			continue;
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_mtim.tv_sec < now - PRUNE_AFTER_S)
			(void)unlinkat(dirfd, name, 0);
	}
	closedir(dir);
}

/* ---- age -------------------------------------------------------------- */

long
entry_remaining_s(const struct entry *entry, const struct instant *now)
{
	long long elapsed = instant_elapsed(&entry->obtained, now);

	if (elapsed < 0 || elapsed >= entry->expires_in_s)
		return 0;
	return entry->expires_in_s - (long)elapsed;
}

long
entry_default_min_validity_s(const struct entry *entry, int exchanged)
{
	long most = exchanged ? EXCHANGED_MIN_VALIDITY_S : MIN_VALIDITY_S;
	long quarter = entry->expires_in_s / 4;

	return quarter < most ? quarter : most;
}

int
entry_load_good(int dirfd, const char *key, size_t len, long min_validity_s,
    int exchanged, struct entry *out, long *remaining_s)
{
	struct instant now;

	*remaining_s = 0;
	if (!entry_load(dirfd, key, len, out))
		return 0;
	instant_now(&now);
	*remaining_s = entry_remaining_s(out, &now);
	if (min_validity_s < 0)
		min_validity_s = entry_default_min_validity_s(out, exchanged);
	if (*remaining_s > 0 && *remaining_s >= min_validity_s)
		return 1;
	entry_clear(out);
	return 0;
}
