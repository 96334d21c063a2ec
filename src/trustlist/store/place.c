/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/error.h"
#include "trustlist/store/place.h"
#include "trustlist/store/store.h"

#define PLACE_OF_ROOT "/var/lib/segl/trust"

int
place_of_root(char path[TL_STORE_PATH_MAX])
{
	return snprintf(path, TL_STORE_PATH_MAX, "%s", PLACE_OF_ROOT) > 0 ? 0
									  : -1;
}

int
place_of_user(char path[TL_STORE_PATH_MAX])
{
	const char *xdg = secure_getenv("XDG_DATA_HOME");
	const char *home = secure_getenv("HOME");
	int n = -1;

	if (xdg != NULL && xdg[0] == '/')
		n = snprintf(path, TL_STORE_PATH_MAX, "%s/segl/trust", xdg);
	else if (home != NULL && home[0] == '/')
		n = snprintf(path, TL_STORE_PATH_MAX,
		    "%s/.local/share/segl/trust", home);
	return n > 0 && n < TL_STORE_PATH_MAX ? 0 : -1;
}

enum segl_status
tl_store_default(struct segl *segl, char path[TL_STORE_PATH_MAX])
{
	if ((geteuid() == 0 ? place_of_root(path) : place_of_user(path)) == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is no place for the trusted lists: neither XDG_DATA_HOME "
	    "nor HOME is a directory");
	error_remedy(segl, "name one by --trust");
	return SEGL_EUSAGE;
}

/* ---- to change it -------------------------------------------------------- */

/* Readable for all, whatever the umask: the lists are public. 0 or errno. */
static int
make_directory(const char *path)
{
	if (mkdir(path, 0755) < 0)
		return errno == EEXIST ? 0 : errno;
	return chmod(path, 0755) < 0 ? errno : 0;
}

/* What failed first is what keeps the rest from being there. */
static int
make_directories(char *path)
{
	int error = 0;

	for (char *p = path + 1; *p != '\0' && error == 0; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		error = make_directory(path);
		*p = '/';
	}
	return error == 0 ? make_directory(path) : error;
}

static int
open_directory(int dirfd, const char *name)
{
	return openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
take_lock(int fd, void (*waiting)(void))
{
	int result;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK && waiting != NULL)
		waiting();
	do
		result = flock(fd, LOCK_EX);
	while (result < 0 && errno == EINTR);
	return result;
}

static int
begin(const char *dir, void (*waiting)(void), struct tl_store_writer *out)
{
	char path[TL_STORE_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s", dir), made, error;

	if (n <= 0 || n >= TL_STORE_PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	error = make_directories(path);
	out->dirfd = open_directory(AT_FDCWD, dir);
	if (out->dirfd < 0) {
		if (error != 0)
			errno = error;
		return -1;
	}
	made = mkdirat(out->dirfd, TL_STORE_LISTS, 0755) == 0;
	out->listsfd = open_directory(out->dirfd, TL_STORE_LISTS);
	if (out->listsfd < 0 || (made && fchmod(out->listsfd, 0755) < 0))
		return -1;
	out->lockfd = openat(out->dirfd, TL_STORE_LOCK,
	    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out->lockfd < 0 || take_lock(out->lockfd, waiting) < 0)
		return -1;
	draft_sweep(out->listsfd, NULL);
	draft_sweep(out->dirfd, TL_STORE_FILE);
	return 0;
}

enum segl_status
tl_store_begin(struct segl *segl, const char *dir, void (*waiting)(void),
    struct tl_store_writer *out)
{
	*out = (struct tl_store_writer){ -1, -1, -1 };
	if (begin(dir, waiting, out) == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the trusted lists cannot be kept in %s: %s", dir, strerror(errno));
	error_remedy(
	    segl, "name a directory that you may write to, by --trust");
	tl_store_end(out);
	return SEGL_EUSAGE;
}

void
tl_store_end(struct tl_store_writer *writer)
{
	/* closing the lock lets it go */
	if (writer->lockfd >= 0)
		close(writer->lockfd);
	if (writer->listsfd >= 0)
		close(writer->listsfd);
	if (writer->dirfd >= 0)
		close(writer->dirfd);
	*writer = (struct tl_store_writer){ -1, -1, -1 };
}
