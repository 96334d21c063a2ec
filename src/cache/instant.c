/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cache/instant.h"

/* Once: it is the same as long as a process lives, who may lose the right. */
static void
read_boot_id(char out[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, 39);

	if (fd >= 0)
		close(fd);
	out[n < 0 ? 0 : n] = '\0';
	out[strcspn(out, " \n")] = '\0';
}

void
instant_now(struct instant *out)
{
	static char boot_id[40];
	struct timespec ts;

	memset(out, 0, sizeof(*out));
	clock_gettime(CLOCK_REALTIME, &ts);
	out->wall = (long long)ts.tv_sec;
	clock_gettime(CLOCK_BOOTTIME, &ts);
	out->boot = (long long)ts.tv_sec;
	if (boot_id[0] == '\0')
		read_boot_id(boot_id);
	memcpy(out->boot_id, boot_id, sizeof(boot_id));
}

long long
instant_elapsed(const struct instant *then, const struct instant *now)
{
	long long wall = now->wall - then->wall, boot = now->boot - then->boot;

	if (then->boot_id[0] == '\0' ||
	    strcmp(then->boot_id, now->boot_id) != 0)
		return wall < 0 ? -1 : wall;
	if (boot < 0)
		return -1;
	/* a second is what cutting both of them makes */
	return wall > boot + 1 ? wall : boot;
}
