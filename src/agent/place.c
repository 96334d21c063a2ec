/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/place.h"

#define NAME "segl/segld.sock"

static int
of_user(char *path, size_t size)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	int n;

	if (dir != NULL && dir[0] == '/')
		n = snprintf(path, size, "%s/" NAME, dir);
	else
		n = snprintf(path, size, "/run/user/%lu/" NAME,
		    (unsigned long)geteuid());
	return n > 0 && (size_t)n < size;
}

int
place_at(unsigned int i, char *path, size_t size)
{
	if (i == 0)
		return of_user(path, size);
	if (i == 1)
		return snprintf(path, size, "/run/" NAME) < (int)size;
	return 0;
}
