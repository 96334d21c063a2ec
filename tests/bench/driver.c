/* SPDX-License-Identifier: ISC */
/*
 * Run the contenders of a plan side by side: every round runs each of them
 * once, in an order of its own, so that noise and warmth fall on all alike.
 * Rounds end when there were ROUNDS, or after SECONDS. Then the contenders
 * that print their phases, likewise. Linked statically, with little memory:
 * the peak that the kernel reports for a child begins with that of its parent.
 *
 * A run waits until nothing else wants a processor, as long as the patience of
 * all runs together lasts: what shares its work between processors would suffer
 * more from strangers than what does one thing after the other. With real-time
 * priority there is nobody to wait for.
 *
 * usage: driver PLAN ROUNDS SECONDS LOG
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "plan.h"
#include "run.h"

/* How long all runs together wait for quiet, in polls of two milliseconds. */
enum { PATIENCE = 20000, POLL_NS = 2000000 };

static struct plan plan;
static int patience = PATIENCE;
static int runs, disturbed;

static unsigned int
random_next(void)
{
	static unsigned int x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static void
shuffle(size_t *order, size_t len)
{
	size_t i, j, kept;

	for (i = 0; i < len; i++)
		order[i] = i;
	for (i = len; i > 1; i--) {
		j = random_next() % i;
		kept = order[i - 1];
		order[i - 1] = order[j];
		order[j] = kept;
	}
}

static void
phase_add(struct contender *c, const char *name, double us)
{
	size_t i;

	for (i = 0; i < c->phase_count; i++)
		if (strcmp(c->phases[i].name, name) == 0)
			break;
	if (i == PHASES_MAX)
		return;
	if (i == c->phase_count) {
		c->phases[i].name = strdup(name);
		c->phase_count++;
	}
	series_add(&c->phases[i], us);
}

/* Lines "name TAB microseconds"; everything else is for people. */
static void
phases_collect(struct contender *c, const char *log)
{
	FILE *f = fopen(log, "r");
	char line[256], *tab;

	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		tab = strchr(line, '\t');
		if (tab == NULL)
			continue;
		*tab = '\0';
		phase_add(c, line, atof(tab + 1));
	}
	fclose(f);
}

/* Whether something besides this process is running or ready to run. */
static int
is_busy(void)
{
	FILE *f = fopen("/proc/loadavg", "r");
	int ready = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%*s %*s %*s %d/", &ready) != 1)
		ready = 0;
	fclose(f);
	return ready > 1;
}

static void
quiet_wait(void)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	int busy;

	if (sched_getscheduler(0) != SCHED_OTHER)
		return;
	while ((busy = is_busy()) && patience > 0) {
		nanosleep(&pause, NULL);
		patience--;
	}
	runs++;
	disturbed += busy;
}

/* Exit status of segl check where no trusted list is at hand. */
enum { UNDECIDED = 14 };

static int
is_as_expected(const struct contender *c, const struct run *run)
{
	if (c->is_judge)
		return run->status == 0 || run->status == UNDECIDED;
	return run->status == 0 && run->has_token == !c->is_bare;
}

static void
contender_run(struct contender *c, const char *log)
{
	struct run run;

	quiet_wait();
	if (run_once(c->argv, log, c->has_phases, &run) != 0 ||
	    !is_as_expected(c, &run)) {
		fprintf(stderr, "bench driver: %s (%s) failed, see %s\n",
		    c->name, c->group, log);
		exit(1);
	}
	if (c->has_phases) {
		phases_collect(c, log);
		return;
	}
	series_add(&c->wall_ms, run.wall_ms);
	series_add(&c->cpu_ms, run.cpu_ms);
	if (run.rss_kb > c->rss_kb)
		c->rss_kb = run.rss_kb;
}

static void
rounds_run(int with_phases, int rounds, double seconds, const char *log)
{
	size_t order[CONTENDERS_MAX], i;
	time_t end = time(NULL) + (time_t)seconds;
	struct contender *c;
	int r;

	for (r = 0; r < rounds && time(NULL) < end; r++) {
		shuffle(order, plan.len);
		for (i = 0; i < plan.len; i++) {
			c = &plan.contenders[order[i]];
			if (c->has_phases == with_phases && r % c->every == 0)
				contender_run(c, log);
		}
	}
}

int
main(int argc, char **argv)
{
	int rounds;
	double seconds;

	if (argc != 5) {
		fprintf(stderr, "usage: driver PLAN ROUNDS SECONDS LOG\n");
		return 2;
	}
	plan_load(&plan, argv[1]);
	rounds = atoi(argv[2]);
	seconds = atof(argv[3]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	rounds_run(0, rounds, seconds, argv[4]);
	rounds_run(1, rounds / 4, seconds / 4, argv[4]);
	report_print(&plan);
	if (disturbed > 0)
		printf("\n%d of %d runs began while something else ran, "
		       "although %.0f s were spent waiting for quiet.\n",
		    disturbed, runs,
		    (double)(PATIENCE - patience) * POLL_NS / 1000000000);
	return 0;
}
