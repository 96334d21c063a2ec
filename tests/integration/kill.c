/* SPDX-License-Identifier: ISC */
/*
 * Loaded before the C library (LD_PRELOAD): ends the process at its KILL_AT-th
 * call that touches the disk.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
BEFORE(int, close, (int fd), (fd))
BEFORE(int, unlink, (const char *a), (a))
BEFORE(int, unlinkat, (int a, const char *b, int c), (a, b, c))
BEFORE(int, renameat, (int a, const char *b, int c, const char *d),
    (a, b, c, d))
BEFORE(int, renameat2,
    (int a, const char *b, int c, const char *d, unsigned int e),
    (a, b, c, d, e))
BEFORE(int, linkat, (int a, const char *b, int c, const char *d, int e),
    (a, b, c, d, e))
