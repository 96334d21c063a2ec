/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
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

/* The number at *TEXT and the blank behind it, which *TEXT then stands after.
 */
static long
take_number(const char **text)
{
	char *end;
	long number = strtol(*text, &end, 10);

	if (end == *text || *end != ' ')
		return -1;
	*text = end + 1;
	return number;
}

int
net_handover_take(struct net_helper *helper)
{
	const char *text = getenv(VARIABLE);
	long fd, pid;
	char type;

	memset(helper, 0, sizeof(*helper));
	if (text == NULL)
		return 0;
	fd = take_number(&text);
	pid = fd < 0 ? -1 : take_number(&text);
	if (pid < 1 || fd < 3 || fd > INT_MAX || !is_socket((int)fd)) {
		unsetenv(VARIABLE);
		return 0;
	}
	type = text[0];
	if (type != '\0' && text[1] == ' ')
		snprintf(handed_url, sizeof(handed_url), "%s", text + 2);
	unsetenv(VARIABLE);
	(void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	helper->fd = (int)fd;
	helper->pid = (pid_t)pid;
	if (type == WIRE_GET || type == WIRE_POST) {
		helper->asked = (enum wire_type)type;
		helper->asked_url = handed_url;
	}
	return 1;
}
