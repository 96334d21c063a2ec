/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/directory.h"

/* Descriptors that nftw() may hold while it walks: a level each. */
#define DEPTH_MAX 8

static enum segl_status
make_temporary(struct directory *directory, struct segl *segl)
{
	const char *parent = getenv("TMPDIR");
	char *path;

	if (parent == NULL || parent[0] == '\0')
		parent = "/tmp";
	if (asprintf(&path, "%s/segl-sim.XXXXXX", parent) < 0)
		return error_nomem(segl);
	if (mkdtemp(path) == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot make %s: %s", path, strerror(errno));
		free(path);
		return SEGL_EUSAGE;
	}
	directory->path = path;
	directory->temporary = 1;
	return SEGL_OK;
}

static enum segl_status
make_named(struct directory *directory, struct segl *segl, const char *path)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot make %s: %s", path, strerror(errno));
	/* the programs that are started with it may run elsewhere */
	directory->path = realpath(path, NULL);
	if (directory->path == NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot open %s: %s", path, strerror(errno));
	return SEGL_OK;
}

/* Private keys are written into it: nobody else may put a file in the way. */
static enum segl_status
check_owner(const struct directory *directory, struct segl *segl)
{
	struct stat st;

	if (fstat(directory->fd, &st) < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot look at %s: %s", directory->path, strerror(errno));
	if (st.st_uid == geteuid() && (st.st_mode & 022) == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s is not yours alone",
	    directory->path);
	error_remedy(
	    segl, "name a directory that you own and nobody else may write to");
	return SEGL_EUSAGE;
}

enum segl_status
directory_open(struct directory *directory, struct segl *segl, const char *path)
{
	enum segl_status status;

	memset(directory, 0, sizeof(*directory));
	directory->fd = -1;
	status = path == NULL ? make_temporary(directory, segl)
			      : make_named(directory, segl, path);
	if (status != SEGL_OK)
		return status;
	directory->fd =
	    open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory->fd < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot open %s: %s", directory->path, strerror(errno));
	status = check_owner(directory, segl);
	if (status != SEGL_OK)
		return status;
	while (flock(directory->fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
			    "cannot lock %s: %s", directory->path,
			    strerror(errno));
	return SEGL_OK;
}

void
directory_lock(struct directory *directory)
{
	while (flock(directory->fd, LOCK_EX) < 0 && errno == EINTR)
		;
}

void
directory_unlock(struct directory *directory)
{
	(void)flock(directory->fd, LOCK_UN);
}

enum segl_status
directory_make(
    const struct directory *directory, struct segl *segl, const char *name)
{
	if (mkdirat(directory->fd, name, 0700) < 0 && errno != EEXIST)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot make %s/%s: %s", directory->path, name,
		    strerror(errno));
	return SEGL_OK;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

static void
remove_below(const struct directory *directory, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory->path, name) < 0)
		return;
	(void)nftw(path, remove_one, DEPTH_MAX, FTW_DEPTH | FTW_PHYS);
	free(path);
}

void
directory_close(struct directory *directory, const char *const *names)
{
	if (directory->temporary && directory->fd >= 0)
		for (; *names != NULL; names++)
			if (unlinkat(directory->fd, *names, 0) < 0 &&
			    errno == EISDIR)
				remove_below(directory, *names);
	if (directory->fd >= 0)
		close(directory->fd);
	if (directory->temporary)
		(void)rmdir(directory->path);
	free(directory->path);
	memset(directory, 0, sizeof(*directory));
	directory->fd = -1;
}

int
directory_has(const struct directory *directory, const char *name)
{
	return faccessat(directory->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

enum segl_status
directory_read(const struct directory *directory, struct segl *segl,
    const char *name, struct buffer *out)
{
	int fd, error;

	fd = openat(directory->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	error = fd < 0 ? errno : file_read_fd(fd, out);
	if (fd >= 0)
		close(fd);
	if (error != 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read %s/%s: %s", directory->path, name,
		    strerror(error));
	return SEGL_OK;
}

enum segl_status
directory_write(const struct directory *directory, struct segl *segl,
    const char *name, const struct buffer *bytes, mode_t mode)
{
	int error =
	    file_replace_at(directory->fd, name, bytes->data, bytes->len, mode);

	if (error != 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot write %s/%s: %s", directory->path, name,
		    strerror(error));
	return SEGL_OK;
}
