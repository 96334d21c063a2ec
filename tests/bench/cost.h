/* SPDX-License-Identifier: ISC */
#ifndef BENCH_COST_H
#define BENCH_COST_H

/*
 * What the processes PIDS (texts, NULL-terminated) have used of the processors
 * so far, all their threads, in nanoseconds. Ends the program where one of them
 * cannot be asked.
 */
long long cost_cpu_ns(char **pids);

#endif
