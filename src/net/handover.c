/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/handover.h"

#define VARIABLE "SEGL_NET"

/* "FD PID TYPE URL"; the url is kept for the life of the process. */
static char handed_url[4096];

int
net_handover_give(const struct net_helper *helper)
{
	char text[4200];
	int n = snprintf(text, sizeof(text), "%d %ld %c %s", helper->fd,
	    (long)helper->pid, helper->asked == 0 ? '-' : (char)helper->asked,
	    helper->asked == 0 ? "" : helper->asked_url);

	if (n < 0 || (size_t)n >= sizeof(text))
		return -1;
	if (fcntl(helper->fd, F_SETFD, 0) < 0)
		return -1;
	return setenv(VARIABLE, text, 1);
}

static int
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

int
net_handover_take(struct net_helper *helper)
{
	const char *text = getenv(VARIABLE);
	char type;
	long pid;
	int fd;

	memset(helper, 0, sizeof(*helper));
	if (text == NULL ||
	    sscanf(text, "%d %ld %c %4095s", &fd, &pid, &type, handed_url) < 3)
		return 0;
	unsetenv(VARIABLE);
	if (fd < 3 || pid < 1 || !is_socket(fd))
		return 0;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	helper->fd = fd;
	helper->pid = (pid_t)pid;
	if (type == WIRE_GET || type == WIRE_POST) {
		helper->asked = (enum wire_type)type;
		helper->asked_url = handed_url;
	}
	return 1;
}
