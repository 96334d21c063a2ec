/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "cost.h"

/* The scheduler's own account: it is exact, that of times(2) is sampled. */
static long long
of_thread(const char *pid, const char *tid)
{
	char path[128];
	long long ns = 0;
	FILE *in;

	snprintf(
	    path, sizeof(path), "/proc/%.20s/task/%.20s/schedstat", pid, tid);
	in = fopen(path, "re");
	if (in == NULL || fscanf(in, "%lld", &ns) != 1) {
		fprintf(stderr, "load: %s cannot be read\n", path);
		exit(1);
	}
	(void)fclose(in);
	return ns;
}

long long
cost_cpu_ns(char **pids)
{
	long long sum = 0;

	for (; *pids != NULL; pids++) {
		char path[64];
		struct dirent *entry;
		DIR *dir;

		snprintf(path, sizeof(path), "/proc/%.20s/task", *pids);
		dir = opendir(path);
		if (dir == NULL) {
			fprintf(stderr, "load: no process %s\n", *pids);
			exit(1);
		}
		while ((entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				sum += of_thread(*pids, entry->d_name);
		(void)closedir(dir);
	}
	return sum;
}
