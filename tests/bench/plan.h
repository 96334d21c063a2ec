/* SPDX-License-Identifier: ISC */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stddef.h>

/*
 * What to run and what to say about it, one line each, fields separated by
 * tabs:
 *
 *   run     GROUP NAME EVERY ARGV...  time it in every EVERY-th round
 *   bare    GROUP NAME EVERY ARGV...  likewise, but it prints no token
 *   judge   GROUP NAME EVERY ARGV...  likewise, but it prints what it finds,
 *                                     and may end undecided (14)
 *   phases  GROUP NAME EVERY ARGV...  collect the phases that it prints
 *   ratio   NAME RIVAL LIMIT          medians of each group
 *   memory  NAME LIMIT                MB of the largest process
 *   time    NAME LIMIT                ms, of medians
 */
enum { RUNS_MAX = 2000, CONTENDERS_MAX = 32, ARGV_MAX = 48, PHASES_MAX = 24 };

struct series {
	char *name;
	double *values;
	size_t len;
};

struct contender {
	const char *group;
	const char *name;
	int every;
	int has_phases; /* run for its phases, not for its time */
	int is_bare;    /* not expected to print a token */
	int is_judge;   /* it prints something else */
	char *argv[ARGV_MAX];
	struct series wall_ms, cpu_ms;
	long rss_kb;
	struct series phases[PHASES_MAX];
	size_t phase_count;
};

struct reach {
	const char *name;
	const char *rival; /* NULL: memory, or time */
	int is_time;
	double limit;
};

struct plan {
	struct contender contenders[CONTENDERS_MAX];
	size_t len;
	struct reach reaches[CONTENDERS_MAX];
	size_t reach_len;
};

/* Ends the program where PATH is no plan. */
void plan_load(struct plan *plan, const char *path);

void series_add(struct series *series, double value);
double series_min(const struct series *series);
double series_median(const struct series *series);

/* Tables in Markdown, to stdout. */
void report_print(const struct plan *plan);

#endif
