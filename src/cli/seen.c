/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/seen.h"

/* Largest file, in bytes: some hundred organisations. */
#define SEEN_FILE_MAX 65536

/* The directory's name in PATH; 0, or -1 where there is none. */
static int
directory_name(char path[4096])
{
	const char *state = secure_getenv("STATE_DIRECTORY");
	const char *xdg = secure_getenv("XDG_STATE_HOME");
	const char *home = secure_getenv("HOME");
	int n = -1;

	if (state != NULL && state[0] == '/')
		n = snprintf(path, 4096, "%s", state);
	else if (xdg != NULL && xdg[0] == '/')
		n = snprintf(path, 4096, "%s/segl", xdg);
	else if (home != NULL && home[0] == '/')
		n = snprintf(path, 4096, "%s/.local/state/segl", home);
	return n > 0 && n < 4096 ? 0 : -1;
}

/* PATH and what is above it. */
static void
make_directories(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
	(void)mkdir(path, 0700);
}

/* The directory, opened, ours and closed to others; -1 where it is not. */
static int
open_directory(int make)
{
	char path[4096];
	struct stat st;
	int fd;

	if (directory_name(path) < 0)
		return -1;
	if (make)
		make_directories(path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 &&
	    (fstat(fd, &st) < 0 || st.st_uid != geteuid() ||
		(st.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* All that was remembered; empty where nothing was. */
static void
load(int dirfd, struct buffer *out)
{
	int fd = openat(dirfd, "seen", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (file_read_fd(fd, out) != 0)
		buffer_clear(out);
	close(fd);
}

static int
fits(const char *text)
{
	return text[0] != '\0' && strlen(text) < SEEN_TEXT_MAX &&
	    strpbrk(text, "\t\n") == NULL;
}

/* The line of ORGANIZATION, "name TAB identifier", in TEXT, or NULL. */
static const char *
find(const char *text, const char *organization)
{
	size_t n = strlen(organization);

	while (text != NULL && *text != '\0') {
		if (strncmp(text, organization, n) == 0 && text[n] == '\t')
			return text;
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return NULL;
}

const char *
seen_last(const char *organization, char text[SEEN_TEXT_MAX])
{
	const char *line, *id = NULL;
	struct buffer all;
	int dirfd = open_directory(0);

	if (dirfd < 0)
		return NULL;
	buffer_init(&all, SEEN_FILE_MAX);
	load(dirfd, &all);
	line = all.len == 0 ? NULL : find(all.data, organization);
	if (line != NULL) {
		const char *from = line + strlen(organization) + 1;
		size_t n = strcspn(from, "\n");

		if (n > 0 && n < SEEN_TEXT_MAX) {
			memcpy(text, from, n);
			text[n] = '\0';
			id = text;
		}
	}
	buffer_clear(&all);
	close(dirfd);
	return id;
}

void
seen_remember(const char *organization, const char *id)
{
	enum segl_status status;
	struct buffer all, more;
	const char *line;
	int dirfd;

	if (!fits(organization) || !fits(id))
		return;
	dirfd = open_directory(1);
	if (dirfd < 0)
		return;
	buffer_init(&all, SEEN_FILE_MAX);
	buffer_init(&more, SEEN_FILE_MAX);
	load(dirfd, &all);
	line = all.len == 0 ? NULL : find(all.data, organization);
	/* the newest first; what was there before goes */
	status = buffer_printf(&more, "%s\t%s\n", organization, id);
	if (status == SEGL_OK && all.len > 0)
		status = buffer_add(&more, all.data,
		    line == NULL ? all.len : (size_t)(line - all.data));
	if (status == SEGL_OK && line != NULL) {
		line += strcspn(line, "\n");
		status = buffer_add_str(&more, *line == '\0' ? line : line + 1);
	}
	if (status == SEGL_OK)
		(void)file_replace_at(dirfd, "seen", more.data, more.len, 0600);
	buffer_clear(&all);
	buffer_clear(&more);
	close(dirfd);
}
