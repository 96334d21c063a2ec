/* SPDX-License-Identifier: ISC */
/*
 * Loaded before the C library (LD_PRELOAD): ends the process at its KILL_AT-th
 * call that changes something on the disk.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
step(void)
{
	static int count;
	const char *at = getenv("KILL_AT");

	if (at != NULL && ++count == atoi(at))
		raise(SIGKILL);
}

#define BEFORE(type, name, parameters, arguments)                              \
	type name parameters                                                   \
	{                                                                      \
		type(*next) parameters = dlsym(RTLD_NEXT, #name);              \
		step();                                                        \
		return next arguments;                                         \
	}

BEFORE(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
BEFORE(int, fsync, (int fd), (fd))
BEFORE(int, fdatasync, (int fd), (fd))
BEFORE(int, ftruncate, (int fd, off_t len), (fd, len))
BEFORE(int, fchmod, (int fd, mode_t mode), (fd, mode))
BEFORE(int, mkdir, (const char *a, mode_t mode), (a, mode))
BEFORE(int, mkdirat, (int a, const char *b, mode_t mode), (a, b, mode))
BEFORE(int, unlink, (const char *a), (a))
BEFORE(int, unlinkat, (int a, const char *b, int c), (a, b, c))
BEFORE(
    int, renameat, (int a, const char *b, int c, const char *d), (a, b, c, d))
BEFORE(int, renameat2,
    (int a, const char *b, int c, const char *d, unsigned int e),
    (a, b, c, d, e))
BEFORE(int, linkat, (int a, const char *b, int c, const char *d, int e),
    (a, b, c, d, e))

/* Opening changes something where it makes a name. */
int
openat(int dirfd, const char *path, int flags, ...)
{
	int (*next)(int, const char *, int, ...) = dlsym(RTLD_NEXT, "openat");
	mode_t mode = 0;
	va_list rest;

	if ((flags & O_CREAT) != 0)
		step();
	va_start(rest, flags);
	if ((flags & (O_CREAT | O_TMPFILE)) != 0)
		mode = va_arg(rest, mode_t);
	va_end(rest);
	return next(dirfd, path, flags, mode);
}
