/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static void
bad(const char *line)
{
	fprintf(stderr, "bench driver: not a plan: %s\n", line);
	exit(1);
}

static void *
allocate(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		bad("out of memory");
	return p;
}

void
series_add(struct series *series, double value)
{
	if (series->values == NULL)
		series->values = allocate(RUNS_MAX, sizeof(*series->values));
	if (series->len < RUNS_MAX)
		series->values[series->len++] = value;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sorts: the order of the rounds is of no interest afterwards. */
static double
quantile(const struct series *series, size_t of, size_t parts)
{
	if (series->len == 0)
		return 0;
	qsort(series->values, series->len, sizeof(*series->values), compare);
	return series->values[(series->len - 1) * of / parts];
}

double
series_min(const struct series *series)
{
	return quantile(series, 0, 2);
}

double
series_median(const struct series *series)
{
	return quantile(series, 1, 2);
}

static void
contender_add(struct plan *plan, char **fields, size_t n)
{
	struct contender *c = &plan->contenders[plan->len];
	size_t i;

	if (n < 5 || n - 4 >= ARGV_MAX || plan->len == CONTENDERS_MAX)
		bad(fields[0]);
	plan->len++;
	c->group = fields[1];
	c->name = fields[2];
	c->every = atoi(fields[3]);
	c->has_phases = strcmp(fields[0], "phases") == 0;
	c->is_bare = strcmp(fields[0], "bare") == 0;
	c->is_judge = strcmp(fields[0], "judge") == 0;
	if (c->every < 1)
		bad(fields[3]);
	for (i = 4; i < n; i++)
		c->argv[i - 4] = fields[i];
}

static void
reach_add(struct plan *plan, char **fields, size_t n)
{
	int is_ratio = strcmp(fields[0], "ratio") == 0;
	struct reach *reach = &plan->reaches[plan->reach_len];

	if (n != (is_ratio ? 4 : 3) || plan->reach_len == CONTENDERS_MAX)
		bad(fields[0]);
	plan->reach_len++;
	reach->name = fields[1];
	reach->rival = is_ratio ? fields[2] : NULL;
	reach->is_time = strcmp(fields[0], "time") == 0;
	reach->limit = atof(fields[n - 1]);
}

static void
line_take(struct plan *plan, char *line)
{
	char *fields[ARGV_MAX + 4], *save = NULL, *field;
	size_t n = 0;

	for (field = strtok_r(line, "\t", &save);
	     field != NULL && n < ARGV_MAX + 4;
	     field = strtok_r(NULL, "\t", &save))
		fields[n++] = field;
	if (n == 0)
		return;
	if (strcmp(fields[0], "run") == 0 || strcmp(fields[0], "bare") == 0 ||
	    strcmp(fields[0], "judge") == 0 || strcmp(fields[0], "phases") == 0)
		contender_add(plan, fields, n);
	else if (strcmp(fields[0], "ratio") == 0 ||
	    strcmp(fields[0], "memory") == 0 || strcmp(fields[0], "time") == 0)
		reach_add(plan, fields, n);
	else
		bad(fields[0]);
}

/* The lines stay allocated: the plan points into them. */
void
plan_load(struct plan *plan, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (f == NULL)
		bad(path);
	while ((len = getline(&line, &size, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		line_take(plan, line);
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(f);
}
