/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/answers.h"

/* First line; another format gets another number. */
#define MAGIC "segl-answer 1\n"

#define PREFIX "answer-"

/* Half-written files of a run that died begin like this. */
#define PREFIX_NEW "." PREFIX

/* Magic, key and two numbers before the bytes. */
#define HEAD_MAX (ANSWERS_KEY_MAX + 128)

/* At most so many names are looked at in one run. */
#define LOOK_MAX 4096

#define NAME_MAX_LEN 48

/* The time until which it is good is the file's own, so that what is over can
 * be told without reading; the key inside decides. FNV-1a, 64 bit, twice. */
static void
file_name(const char *key, char name[NAME_MAX_LEN])
{
	uint64_t a = 14695981039346656037u, b = 0x9e3779b97f4a7c15u;
	size_t len = strlen(key);

	for (size_t i = 0; i < len; i++) {
		a = (a ^ (unsigned char)key[i]) * 1099511628211u;
		b = (b ^ (unsigned char)key[len - 1 - i]) * 1099511628211u;
	}
	snprintf(name, NAME_MAX_LEN, PREFIX "%016llx%016llx",
	    (unsigned long long)a, (unsigned long long)b);
}

static int
is_private(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

/* The number behind NAME at *TEXT, which moves past the line; -1 none. */
static long long
number(const char **text, const char *name)
{
	size_t len = strlen(name);
	long long value;
	char *end;

	if (strncmp(*text, name, len) != 0 || (*text)[len] < '0' ||
	    (*text)[len] > '9')
		return -1;
	errno = 0;
	value = strtoll(*text + len, &end, 10);
	if (errno != 0 || *end != '\n')
		return -1;
	*text = end + 1;
	return value;
}

/* The bytes in FILE, or NULL where it is not KEY's, over, or cut short. */
static const char *
parse(const struct buffer *file, const char *key, long long now, size_t *len)
{
	const char *text = file->data;
	long long until, n;

	if (strncmp(text, MAGIC, sizeof(MAGIC) - 1) != 0)
		return NULL;
	text += sizeof(MAGIC) - 1;
	if (strncmp(text, key, strlen(key)) != 0 || text[strlen(key)] != '\n')
		return NULL;
	text += strlen(key) + 1;
	until = number(&text, "until ");
	n = until < 0 ? -1 : number(&text, "bytes ");
	if (n <= 0 || now > until ||
	    n != (long long)(file->data + file->len - text))
		return NULL;
	*len = (size_t)n;
	return text;
}

unsigned char *
answers_load(int dirfd, const char *key, long long now, size_t *len)
{
	unsigned char *copy = NULL;
	char name[NAME_MAX_LEN];
	const char *bytes = NULL;
	struct buffer file;
	int fd;

	*len = 0;
	if (dirfd < 0)
		return NULL;
	file_name(key, name);
	fd =
	    openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	buffer_init(&file, HEAD_MAX + ANSWERS_ONE_MAX);
	if (is_private(fd) && file_read_fd(fd, &file) == 0 && file.len > 0)
		bytes = parse(&file, key, now, len);
	if (bytes != NULL)
		copy = malloc(*len);
	if (copy != NULL)
		memcpy(copy, bytes, *len);
	else
		*len = 0;
	buffer_clear(&file);
	close(fd);
	return copy;
}

/* ---- room ------------------------------------------------------------------
 */

struct kept {
	char name[NAME_MAX_LEN];
	long long until;
	long long size;
};

static int
by_until(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->until < y->until ? 1 : x->until > y->until ? -1 : 0;
}

/* A file whose time is over, or that nobody finished, goes; 1 it stays. */
static int
look(int dirfd, const char *name, long long now, struct kept *out)
{
	struct stat st;

	if (strncmp(name, PREFIX_NEW, sizeof(PREFIX_NEW) - 1) != 0 &&
	    strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0)
		return 0;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (name[0] == '.') {
		/* somebody may be writing it right now */
		if ((long long)st.st_mtim.tv_sec < now - 3600)
			(void)unlinkat(dirfd, name, 0);
		return 0;
	}
	if (strlen(name) >= NAME_MAX_LEN ||
	    (long long)st.st_mtim.tv_sec < now) {
		(void)unlinkat(dirfd, name, 0);
		return 0;
	}
	memcpy(out->name, name, strlen(name) + 1);
	out->until = (long long)st.st_mtim.tv_sec;
	out->size = (long long)st.st_size;
	return 1;
}

/* Keep what lasts longest, as far as there is room. */
static void
prune(int dirfd, long long now)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct kept kept[2 * ANSWERS_COUNT_MAX];
	struct dirent *item;
	long long size = 0;
	size_t n = 0;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int i = 0; i < LOOK_MAX && n < 2 * ANSWERS_COUNT_MAX &&
	     (item = readdir(dir)) != NULL;
	     i++)
		n += (size_t)look(dirfd, item->d_name, now, &kept[n]);
	closedir(dir);
	qsort(kept, n, sizeof(kept[0]), by_until);
	for (size_t i = 0; i < n; i++) {
		size += kept[i].size;
		if (i >= ANSWERS_COUNT_MAX || size > ANSWERS_ALL_MAX)
			(void)unlinkat(dirfd, kept[i].name, 0);
	}
}

/* The file's time says until when it is good. */
static void
stamp(int dirfd, const char *name, long long until)
{
	struct timespec times[2] = { { .tv_sec = (time_t)until },
		{ .tv_sec = (time_t)until } };

	(void)utimensat(dirfd, name, times, AT_SYMLINK_NOFOLLOW);
}

void
answers_store(int dirfd, const char *key, const void *bytes, size_t len,
    long long now, long long until)
{
	char name[NAME_MAX_LEN];
	enum segl_status status;
	struct buffer file;

	if (dirfd < 0 || len == 0 || len > ANSWERS_ONE_MAX || until <= now ||
	    strlen(key) > ANSWERS_KEY_MAX || strchr(key, '\n') != NULL)
		return;
	file_name(key, name);
	buffer_init(&file, HEAD_MAX + ANSWERS_ONE_MAX);
	status = buffer_printf(
	    &file, MAGIC "%s\nuntil %lld\nbytes %zu\n", key, until, len);
	if (status == SEGL_OK)
		status = buffer_add(&file, bytes, len);
	if (status == SEGL_OK &&
	    file_replace_at(dirfd, name, file.data, file.len, 0600) == 0)
		stamp(dirfd, name, until);
	buffer_clear(&file);
	prune(dirfd, now);
}
