/* SPDX-License-Identifier: ISC */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stddef.h>

/* One run of a contender, with everything that it started. */
struct run {
	double
	    wall_ms;   /* from the exec until stdout is closed and it is gone */
	double cpu_ms; /* user and system, of all its processes */
	long rss_kb;   /* peak of its largest process */
};

/*
 * Run ARGV (leading NAME=VALUE words are its environment, besides PATH) with
 * stdout read and stderr in the file LOG. TIMED: BENCH_T0 tells the program
 * the instant of its start. Returns 0, or -1 where it failed or printed less
 * than a token.
 */
int run_once(char **argv, const char *log, int timed, struct run *run);

#endif
