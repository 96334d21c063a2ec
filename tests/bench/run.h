/* SPDX-License-Identifier: ISC */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stddef.h>

/*
 * One run of a contender, with everything that it started: from the exec until
 * its stdout is closed and it is gone.
 */
struct run {
	double wall_ms;
	double cpu_ms; /* user and system, of all its processes */
	long rss_kb;   /* peak of its largest process */
	int has_token; /* it printed as much as a token */
	int status;    /* with which it ended */
};

/*
 * Run ARGV (leading NAME=VALUE words are its environment, besides PATH) with
 * stdout read and stderr in the file LOG. TIMED: BENCH_T0 tells the program
 * the instant of its start. Returns 0, or -1 where it did not end by itself.
 */
int run_once(char **argv, const char *log, int timed, struct run *run);

#endif
