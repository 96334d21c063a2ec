/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/draft.h"
#include "base/file.h"

/* Random bytes in a name that nobody looks for; twice as many digits. */
#define RANDOM_LEN 8

/* Where Linux shows the open descriptors of a process. */
#define DESCRIPTORS "/proc/self/fd"

/* ---- begin --------------------------------------------------------------- */

/* A name that nothing has, hidden, beside the one to be. */
static int
think_of_name(struct draft *draft)
{
	unsigned char r[RANDOM_LEN];
	int n;

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return EIO;
	n = snprintf(draft->temporary, sizeof(draft->temporary),
	    ".%.200s.%02x%02x%02x%02x%02x%02x%02x%02x", draft->name, r[0], r[1],
	    r[2], r[3], r[4], r[5], r[6], r[7]);
	return n > 0 && (size_t)n < sizeof(draft->temporary) ? 0 : ENAMETOOLONG;
}

static int
open_named(struct draft *draft, mode_t mode)
{
	int error = think_of_name(draft);

	if (error != 0)
		return error;
	draft->fd = openat(draft->dirfd, draft->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (draft->fd >= 0)
		return 0;
	error = errno;
	draft->temporary[0] = '\0';
	return error;
}

void
draft_init(struct draft *draft)
{
	memset(draft, 0, sizeof(*draft));
	draft->fd = draft->dirfd = -1;
}

int
draft_open_at(struct draft *draft, int dirfd, const char *name, mode_t mode)
{
	size_t len = strlen(name);

	draft_init(draft);
	if (len == 0 || len > NAME_MAX || strchr(name, '/') != NULL)
		return len > NAME_MAX ? ENAMETOOLONG : EINVAL;
	memcpy(draft->name, name, len + 1);
	draft->dirfd = fcntl(dirfd, F_DUPFD_CLOEXEC, 3);
	if (draft->dirfd < 0)
		return errno;
	/* a file without a name gets one through /proc alone */
	if (access(DESCRIPTORS, X_OK) == 0)
		draft->fd = openat(
		    draft->dirfd, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, mode);
	/* not every file system has such files */
	return draft->fd >= 0 ? 0 : open_named(draft, mode);
}

/* The directory of PATH and the last part of its name. */
static int
open_directory(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX];
	size_t len;
	int fd;

	*name = slash == NULL ? path : slash + 1;
	len = slash == NULL ? 0 : (size_t)(slash - path);
	if (len >= sizeof(directory)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (slash == NULL)
		memcpy(directory, ".", 2);
	else if (len == 0)
		memcpy(directory, "/", 2);
	else
		memcpy(directory, path, len);
	if (len > 0)
		directory[len] = '\0';
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd;
}

int
draft_open(struct draft *draft, const char *path, mode_t mode)
{
	const char *name;
	int fd = open_directory(path, &name), error;

	if (fd < 0) {
		error = errno;
		draft_init(draft);
		return error;
	}
	error = draft_open_at(draft, fd, name, mode);
	close(fd);
	return error;
}

int
draft_write(struct draft *draft, const void *bytes, size_t len)
{
	int error = file_write_all(draft->fd, bytes, len);

	if (error == 0)
		(void)sync_file_range(draft->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return error;
}

/* ---- end ----------------------------------------------------------------- */

/* Name what has no name. */
static int
link_nameless(const struct draft *draft, const char *name)
{
	char path[sizeof(DESCRIPTORS) + 16];

	snprintf(path, sizeof(path), DESCRIPTORS "/%d", draft->fd);
	return linkat(AT_FDCWD, path, draft->dirfd, name, AT_SYMLINK_FOLLOW) < 0
	    ? errno
	    : 0;
}

static int
commit_new(struct draft *draft)
{
	if (draft->temporary[0] == '\0')
		return link_nameless(draft, draft->name);
	if (renameat2(draft->dirfd, draft->temporary, draft->dirfd, draft->name,
		RENAME_NOREPLACE) == 0) {
		draft->temporary[0] = '\0';
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* a file system that cannot promise it: the temporary name goes later
	 */
	return linkat(draft->dirfd, draft->temporary, draft->dirfd, draft->name,
		   0) < 0
	    ? errno
	    : 0;
}

static int
commit_over(struct draft *draft)
{
	int error = 0;

	if (draft->temporary[0] == '\0') {
		error = think_of_name(draft);
		if (error == 0)
			error = link_nameless(draft, draft->temporary);
		if (error != 0)
			draft->temporary[0] = '\0';
	}
	if (error == 0 &&
	    renameat(
		draft->dirfd, draft->temporary, draft->dirfd, draft->name) < 0)
		error = errno;
	if (error == 0)
		draft->temporary[0] = '\0';
	return error;
}

int
draft_name(struct draft *draft, int replace)
{
	return replace ? commit_over(draft) : commit_new(draft);
}

int
draft_commit(struct draft *draft, int replace)
{
	int error = fsync(draft->fd) < 0 ? errno : draft_name(draft, replace);

	/* some file systems sync no directories: the name is there all the same
	 */
	if (error == 0)
		(void)fsync(draft->dirfd);
	return error;
}

void
draft_drop(struct draft *draft)
{
	if (draft->temporary[0] != '\0')
		(void)unlinkat(draft->dirfd, draft->temporary, 0);
	if (draft->fd >= 0)
		close(draft->fd);
	if (draft->dirfd >= 0)
		close(draft->dirfd);
	draft_init(draft);
}

/* ---- what was left behind ------------------------------------------------ */

/* Whether FILE is a name that think_of_name() made, of NAME or of any. */
static int
is_temporary(const char *file, const char *name)
{
	size_t len = strlen(file), tail = 2 * RANDOM_LEN + 1;

	return file[0] == '.' && len > tail + 1 && file[len - tail] == '.' &&
	    strspn(file + len - tail + 1, "0123456789abcdef") == tail - 1 &&
	    (name == NULL ||
		(strlen(name) == len - tail - 1 &&
		    memcmp(file + 1, name, len - tail - 1) == 0));
}

void
draft_sweep(int dirfd, const char *name)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (directory == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(directory)) != NULL)
		if (is_temporary(entry->d_name, name))
			(void)unlinkat(dirfd, entry->d_name, 0);
	closedir(directory);
}

/* ---- what was there before ----------------------------------------------- */

static int
copy_old(int dirfd, const char *name, const char *backup)
{
	struct draft draft;
	struct buffer bytes;
	struct stat st;
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int error;

	if (fd < 0)
		return errno;
	buffer_init(&bytes, FILE_KEY_MAX);
	error = fstat(fd, &st) < 0 ? errno : file_read_fd(fd, &bytes);
	if (error == 0)
		error = draft_open_at(&draft, dirfd, backup, st.st_mode & 0777);
	if (error == 0) {
		error = file_write_all(draft.fd, bytes.data, bytes.len);
		if (error == 0)
			error = draft_commit(&draft, 0);
		draft_drop(&draft);
	}
	buffer_clear(&bytes);
	close(fd);
	return error;
}

int
draft_keep_old(const char *path, const char *backup)
{
	const char *name;
	int dirfd = open_directory(path, &name), error = 0;

	if (dirfd < 0)
		return errno;
	if (linkat(dirfd, name, dirfd, backup, 0) < 0)
		error = errno;
	if (error == EPERM || error == EMLINK || error == EOPNOTSUPP)
		error = copy_old(dirfd, name, backup);
	if (error == 0)
		(void)fsync(dirfd);
	close(dirfd);
	return error;
}
