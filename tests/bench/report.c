/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "plan.h"

static const struct contender *
find(const struct plan *plan, const char *group, const char *name)
{
	const struct contender *c;

	for (c = plan->contenders; c < plan->contenders + plan->len; c++)
		if (!c->has_phases && strcmp(c->group, group) == 0 &&
		    strcmp(c->name, name) == 0 && c->wall_ms.len > 0)
			return c;
	return NULL;
}

/* Non-zero where no contender before C is of its group and kind. */
static int
opens_group(const struct plan *plan, const struct contender *c)
{
	const struct contender *p;

	for (p = plan->contenders; p < c; p++)
		if (p->has_phases == c->has_phases &&
		    strcmp(p->group, c->group) == 0)
			return 0;
	return 1;
}

static void
row_print(const struct contender *c, const struct contender *floor)
{
	double min = series_min(&c->wall_ms);
	double median = series_median(&c->wall_ms);

	printf("| %s | %zu | %.1f | %.1f | %.2f | %.2f | %.1f | %.1f |\n",
	    c->name, c->wall_ms.len, min, median,
	    min / series_min(&floor->wall_ms),
	    median / series_median(&floor->wall_ms), series_median(&c->cpu_ms),
	    (double)c->rss_kb / 1024);
}

/* The first contender of a group is what the others are compared with. */
static void
times_print(const struct plan *plan, const struct contender *first)
{
	const struct contender *c;

	printf("\n## %s\n\n"
	       "| contender | runs | min ms | median ms | min ratio | median "
	       "ratio | CPU ms | largest process MB |\n"
	       "| --- | --: | --: | --: | --: | --: | --: | --: |\n",
	    first->group);
	for (c = first; c < plan->contenders + plan->len; c++)
		if (!c->has_phases && c->wall_ms.len > 0 &&
		    strcmp(c->group, first->group) == 0)
			row_print(c, first);
}

/* Phases that run beside the others, and what is no phase, say so in front. */
static const char *
kind_of(const char *name)
{
	if (strncmp(name, "beside: ", 8) == 0)
		return "beside: ";
	if (strncmp(name, "memory: ", 8) == 0)
		return "memory: ";
	return "";
}

/* The rows of KIND, divided by SCALE. Returns the sum of the medians. */
static double
rows_print(const struct contender *c, const char *kind, double scale)
{
	const struct series *row;
	double sum = 0;

	for (row = c->phases; row < c->phases + c->phase_count; row++) {
		if (strcmp(kind_of(row->name), kind) != 0)
			continue;
		printf("| %s | %.2f | %.2f |\n", row->name + strlen(kind),
		    series_min(row) / scale, series_median(row) / scale);
		sum += series_median(row) / scale;
	}
	return sum;
}

static void
phases_print(const struct contender *c)
{
	double sum;

	printf("\n%s, %s:\n\n| until the end of | min ms | median ms |\n"
	       "| --- | --: | --: |\n",
	    c->name, c->group);
	sum = rows_print(c, "", 1000);
	printf("| sum | | %.2f |\n", sum);
	if (strcmp(c->name, "segl") != 0)
		return;
	printf("\nMeanwhile, beside it:\n\n| until the end of | min ms | "
	       "median ms |\n| --- | --: | --: |\n");
	rows_print(c, "beside: ", 1000);
	printf("\n| program | peak MB, least | median |\n| --- | --: | --: "
	       "|\n");
	rows_print(c, "memory: ", 1024);
}

static void
ratio_print(const char *group, const struct contender *c,
    const struct contender *rival, double limit)
{
	double min = series_min(&c->wall_ms) / series_min(&rival->wall_ms);
	double median =
	    series_median(&c->wall_ms) / series_median(&rival->wall_ms);

	printf("| %s | %s / %s | %.2f | %.2f | %.2f | %s |\n", group, c->name,
	    rival->name, min, median, limit,
	    median <= limit ? "met" : "MISSED");
}

static void
reach_print(
    const struct plan *plan, const char *group, const struct reach *reach)
{
	const struct contender *c = find(plan, group, reach->name), *rival;
	double mb;

	if (c == NULL)
		return;
	if (reach->rival != NULL) {
		rival = find(plan, group, reach->rival);
		if (rival != NULL)
			ratio_print(group, c, rival, reach->limit);
		return;
	}
	if (reach->is_time) {
		printf("| %s | %s, ms | %.1f | %.1f | %.0f | %s |\n", group,
		    c->name, series_min(&c->wall_ms),
		    series_median(&c->wall_ms), reach->limit,
		    series_median(&c->wall_ms) <= reach->limit ? "met"
							       : "MISSED");
		return;
	}
	mb = (double)c->rss_kb / 1024;
	printf("| %s | %s, largest process, MB | %.1f | %.1f | %.0f | %s |\n",
	    group, c->name, mb, mb, reach->limit,
	    mb <= reach->limit ? "met" : "MISSED");
}

void
report_print(const struct plan *plan)
{
	const struct contender *c, *end = plan->contenders + plan->len;
	size_t i;

	for (c = plan->contenders; c < end; c++)
		if (!c->has_phases && opens_group(plan, c))
			times_print(plan, c);
	printf("\n## Reach\n\n| group | what | of minima | of medians | limit "
	       "| |\n| --- | --- | --: | --: | --: | --- |\n");
	for (c = plan->contenders; c < end; c++)
		for (i = 0; !c->has_phases && opens_group(plan, c) &&
		     i < plan->reach_len;
		     i++)
			reach_print(plan, c->group, &plan->reaches[i]);
	printf("\n## Where the time goes\n");
	for (c = plan->contenders; c < end; c++)
		if (c->has_phases && c->phase_count > 0)
			phases_print(c);
}
