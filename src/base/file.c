/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"

/* What may be read to where it will be; a NUL comes behind it. */
static size_t
room_in(const struct buffer *out)
{
	size_t room = out->cap - out->len, most = out->max - out->len;

	if (room > 0)
		room--;
	return room < most ? room : most;
}

int
file_read_fd(int fd, struct buffer *out)
{
	char chunk[16384];
	enum segl_status status = SEGL_OK;
	struct stat st;
	ssize_t n = 0;

	/* what is said of the size is a hint: files grow */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (unsigned long long)st.st_size <= out->max - out->len)
		status = buffer_reserve(out, (size_t)st.st_size);
	while (status == SEGL_OK) {
		size_t room = room_in(out);
		int direct = room >= sizeof(chunk);

		n = direct ? read(fd, out->data + out->len, room)
			   : read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (direct)
			buffer_extend(out, (size_t)n);
		else
			status = buffer_add(out, chunk, (size_t)n);
	}
	secret_wipe(chunk, sizeof(chunk));
	if (status == SEGL_ENOMEM)
		return ENOMEM;
	if (status != SEGL_OK)
		return EFBIG;
	return n < 0 ? errno : 0;
}

int
file_read(const char *path, struct buffer *out, struct stat *about)
{
	struct stat st;
	int fd, error;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno;
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	else
		error = file_read_fd(fd, out);
	if (error == 0 && about != NULL)
		*about = st;
	close(fd);
	return error;
}

int
file_is_open(const struct stat *st)
{
	mode_t others = S_IRWXG | S_IRWXO;

	if (st->st_uid != geteuid())
		others &= (mode_t)~S_IRGRP;
	return S_ISREG(st->st_mode) && (st->st_mode & others) != 0;
}

int
file_write_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
file_replace_at(
    int dirfd, const char *name, const void *bytes, size_t len, mode_t mode)
{
	unsigned char r[8];
	char temporary[256];
	int fd, n, error;

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return EIO;
	n = snprintf(temporary, sizeof(temporary),
	    ".%s.%02x%02x%02x%02x%02x%02x%02x%02x", name, r[0], r[1], r[2],
	    r[3], r[4], r[5], r[6], r[7]);
	if (n < 0 || (size_t)n >= sizeof(temporary))
		return ENAMETOOLONG;
	fd = openat(dirfd, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return errno;
	error = file_write_all(fd, bytes, len);
	if (error == 0 && fsync(fd) < 0)
		error = errno;
	if (close(fd) < 0 && error == 0)
		error = errno;
	if (error == 0 && renameat(dirfd, temporary, dirfd, name) < 0)
		error = errno;
	if (error != 0)
		(void)unlinkat(dirfd, temporary, 0);
	return error;
}

int
file_open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		/* the wrong way round: reading 0 or writing 1 and 2 fails */
		int flags = fd == 0 ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", flags) != fd)
			return errno == 0 ? EBADF : errno;
	}
	return 0;
}
