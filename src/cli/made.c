/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/made.h"

int
made_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

enum segl_status
made_in_the_way(struct segl *segl, const char *path, const char *remedy)
{
	char *safe = text_foreign(path, strlen(path));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s is there already, and is not overwritten",
	    safe == NULL ? "the file" : safe);
	error_remedy(segl, "%s", remedy);
	free(safe);
	return SEGL_EUSAGE;
}

static const char *
what_to_do(int error)
{
	switch (error) {
	case ENOENT:
		return "make the directory first";
	case ENOSPC:
	case EDQUOT:
		return "make room there, or choose another directory";
	case EISDIR:
	case ENOTDIR:
		return "choose another name: a directory is no file";
	default:
		return "choose a directory that this user may write to";
	}
}

static enum segl_status
cannot_write(struct segl *segl, const struct made_file *file, int error)
{
	char *safe;

	if (error == ENOMEM)
		return error_nomem(segl);
	if (error == EEXIST)
		return made_in_the_way(segl, file->path, file->remedy);
	safe = text_foreign(file->path, strlen(file->path));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s cannot be written: %s",
	    safe == NULL ? "the file" : safe, strerror(error));
	error_remedy(segl, "%s", what_to_do(error));
	free(safe);
	return SEGL_EUSAGE;
}

/* What the disk has of FD, for the check. */
static enum segl_status
check_written(struct segl *segl, const struct made_file *file, int fd)
{
	enum segl_status status;
	struct buffer bytes;
	int error = 0;

	if (file->check == NULL)
		return SEGL_OK;
	buffer_init(&bytes, FILE_KEY_MAX);
	if (lseek(fd, 0, SEEK_SET) < 0)
		error = errno;
	if (error == 0)
		error = file_read_fd(fd, &bytes);
	status = error != 0
	    ? cannot_write(segl, file, error)
	    : file->check(file->arg,
		  (const unsigned char *)(bytes.len == 0 ? "" : bytes.data),
		  bytes.len);
	buffer_clear(&bytes);
	return status;
}

/* As private as the file that it replaces, and readable for the same user. */
static int
make_like(int fd, const struct stat *like)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errno;
	if ((st.st_uid != like->st_uid || st.st_gid != like->st_gid) &&
	    fchown(fd, like->st_uid, like->st_gid) < 0)
		return errno;
	return fchmod(fd, like->st_mode & 0777) < 0 ? errno : 0;
}

enum segl_status
made_write_made(struct segl *segl, const struct made_file *file,
    const struct segl_made *made)
{
	const unsigned char *bytes;
	size_t len;

	bytes = segl_made_bytes(made, &len);
	return made_write(segl, file, bytes, len);
}

/* A file called so would be found by nobody who meant standard output. */
static enum segl_status
no_name(struct segl *segl)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "what is made here goes into a file, and not to standard output");
	error_remedy(segl, "name the file");
	return SEGL_EUSAGE;
}

enum segl_status
made_write(struct segl *segl, const struct made_file *file, const void *bytes,
    size_t len)
{
	enum segl_status status = SEGL_OK;
	struct draft draft;
	int error;

	if (file->path[0] == '\0' || strcmp(file->path, "-") == 0)
		return no_name(segl);
	error = draft_open(&draft, file->path, file->mode);
	if (error == 0)
		error = file_write_all(draft.fd, bytes, len);
	if (error == 0 && file->like != NULL)
		error = make_like(draft.fd, file->like);
	if (error == 0 && fsync(draft.fd) < 0)
		error = errno;
	if (error != 0)
		status = cannot_write(segl, file, error);
	if (status == SEGL_OK)
		status = check_written(segl, file, draft.fd);
	if (status == SEGL_OK) {
		error = draft_commit(&draft, file->replace);
		if (error != 0)
			status = cannot_write(segl, file, error);
	}
	draft_drop(&draft);
	return status;
}

enum segl_status
made_iterations(
    struct segl *segl, const struct settings *settings, long usual, long *out)
{
	const char *text = settings->iterations;
	char *end;

	*out = usual;
	if (text == NULL)
		return SEGL_OK;
	errno = 0;
	*out = strtol(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0)
		return SEGL_OK;
	return error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "--iterations needs a number");
}
