/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/lock.h"

#define VARIABLE "SEGL_LOCK"

/* Largest failure text, in bytes. */
#define FAILURE_MAX 16384

long long
lock_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
on_alarm(int signal_number)
{
	(void)signal_number; /* it only has to interrupt flock */
}

/* flock, interrupted once after a second to say that we wait. */
static int
wait_for(int fd, void (*waiting)(void))
{
	struct sigaction alarm_action, before;
	int result;

	memset(&alarm_action, 0, sizeof(alarm_action));
	alarm_action.sa_handler = on_alarm; /* no SA_RESTART */
	sigaction(SIGALRM, &alarm_action, &before);
	alarm(1);
	result = flock(fd, LOCK_EX);
	if (result < 0 && errno == EINTR) {
		waiting();
		do
			result = flock(fd, LOCK_EX);
		while (result < 0 && errno == EINTR);
	}
	alarm(0);
	sigaction(SIGALRM, &before, NULL);
	return result;
}

int
lock_take(int dirfd, const char *name, void (*waiting)(void), int *waited)
{
	char file[96];
	int fd;

	*waited = 0;
	snprintf(file, sizeof(file), "%s.lock", name);
	fd = openat(
	    dirfd, file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	*waited = errno == EWOULDBLOCK;
	if (*waited && wait_for(fd, waiting) == 0)
		return fd;
	close(fd);
	return -1;
}

void
lock_tell_failure(int fd, const char *text, size_t len)
{
	char stamp[32];
	int n = snprintf(stamp, sizeof(stamp), "%lld\n", lock_now_ms());

	/* read only by who holds the lock after us: no half text is seen */
	if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
	    file_write_all(fd, stamp, (size_t)n) == 0)
		(void)file_write_all(fd, text, len);
}

int
lock_failure(int fd, long long since_ms, struct buffer *out)
{
	struct buffer file;
	char *end;
	int found = 0;

	buffer_init(&file, FAILURE_MAX);
	if (lseek(fd, 0, SEEK_SET) == 0 && file_read_fd(fd, &file) == 0 &&
	    file.len > 0 && strtoll(file.data, &end, 10) >= since_ms &&
	    *end == '\n')
		found = buffer_add_str(out, end + 1) == SEGL_OK;
	buffer_clear(&file);
	return found;
}

int
lock_give(int fd)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", fd);
	if (fcntl(fd, F_SETFD, 0) < 0)
		return -1;
	return setenv(VARIABLE, text, 1);
}

int
lock_inherit(void)
{
	const char *text = getenv(VARIABLE);
	struct stat st;
	char *end;
	long fd;

	if (text == NULL)
		return -1;
	fd = strtol(text, &end, 10);
	if (*end != '\0')
		fd = -1;
	unsetenv(VARIABLE);
	if (fd < 3 || fd > INT_MAX || fstat((int)fd, &st) < 0 ||
	    !S_ISREG(st.st_mode) || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	return (int)fd;
}
