/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/directory.h"

#define PATH_MAX_LEN 4096

/* NAME below PARENT, made when missing; -1 unless it is ours alone. */
static int
open_private(int parent, const char *name)
{
	struct stat st;
	int fd;

	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
		return -1;
	fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & 077) == 0 && faccessat(fd, ".", W_OK, 0) == 0)
		return fd;
	close(fd);
	return -1;
}

/* segl in the directory PATH, which must be absolute and ours. */
static int
open_below(const char *path)
{
	struct stat st;
	int parent, fd = -1;

	if (path == NULL || path[0] != '/')
		return -1;
	parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return -1;
	/* a directory that others may write to could be swapped under us */
	if (fstat(parent, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & 022) == 0)
		fd = open_private(parent, SEGL_CACHEDIR_NAME);
	close(parent);
	return fd;
}

static int
open_runtime(void)
{
	char path[64];
	int fd;

	/* systemd may name several, the first is ours */
	fd = open_below(getenv("RUNTIME_DIRECTORY"));
	if (fd < 0)
		fd = open_below(getenv("XDG_RUNTIME_DIR"));
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/run/user/%lu", (unsigned long)geteuid());
	return open_below(path);
}

static int
open_home(void)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char path[PATH_MAX_LEN];

	if (cache != NULL && cache[0] == '/')
		return open_below(cache);
	if (home == NULL || home[0] != '/' ||
	    (size_t)snprintf(path, sizeof(path), "%s/.cache", home) >=
		sizeof(path))
		return -1;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -1;
	return open_below(path);
}

int
cache_directory_open(void)
{
	int fd = open_runtime();

	return fd >= 0 ? fd : open_home();
}
