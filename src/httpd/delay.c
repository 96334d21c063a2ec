/* SPDX-License-Identifier: ISC */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "httpd/delay.h"

struct waiting {
	struct waiting *next;
	struct MHD_Connection *connection;
	struct timespec until; /* CLOCK_MONOTONIC */
};

struct delay {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct waiting *first; /* in no order: there are few */
	int started;
	int stopping;
};

static int
is_over(const struct timespec *until, const struct timespec *now)
{
	return until->tv_sec < now->tv_sec ||
	    (until->tv_sec == now->tv_sec && until->tv_nsec <= now->tv_nsec);
}

/* Let go on whose time has come; the next one to wait for, or NULL. */
static const struct timespec *
let_go(struct delay *delay)
{
	struct waiting **at = &delay->first, *one;
	const struct timespec *soonest = NULL;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	while ((one = *at) != NULL) {
		if (delay->stopping || is_over(&one->until, &now)) {
			*at = one->next;
			MHD_resume_connection(one->connection);
			free(one);
			continue;
		}
		if (soonest == NULL || is_over(&one->until, soonest))
			soonest = &one->until;
		at = &one->next;
	}
	return soonest;
}

static void *
run(void *arg)
{
	struct delay *delay = arg;
	const struct timespec *soonest;

	(void)pthread_mutex_lock(&delay->mutex);
	for (;;) {
		soonest = let_go(delay);
		if (delay->stopping)
			break;
		if (soonest == NULL)
			(void)pthread_cond_wait(&delay->changed, &delay->mutex);
		else
			(void)pthread_cond_timedwait(
			    &delay->changed, &delay->mutex, soonest);
	}
	(void)pthread_mutex_unlock(&delay->mutex);
	return NULL;
}

struct delay *
delay_new(void)
{
	struct delay *delay = calloc(1, sizeof(*delay));
	pthread_condattr_t attributes;

	if (delay == NULL)
		return NULL;
	(void)pthread_mutex_init(&delay->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&delay->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return delay;
}

/* With the mutex held. Most servers never need the thread. */
static int
start(struct delay *delay)
{
	if (!delay->started && !delay->stopping)
		delay->started =
		    pthread_create(&delay->thread, NULL, run, delay) == 0;
	return delay->started && !delay->stopping ? 0 : -1;
}

int
delay_add(struct delay *delay, struct MHD_Connection *connection,
    unsigned int delay_ms)
{
	struct waiting *one = calloc(1, sizeof(*one));
	int failed;

	if (one == NULL)
		return -1;
	one->connection = connection;
	(void)clock_gettime(CLOCK_MONOTONIC, &one->until);
	one->until.tv_sec += delay_ms / 1000;
	one->until.tv_nsec += delay_ms % 1000 * 1000000L;
	if (one->until.tv_nsec >= 1000000000L) {
		one->until.tv_sec++;
		one->until.tv_nsec -= 1000000000L;
	}
	(void)pthread_mutex_lock(&delay->mutex);
	failed = start(delay);
	if (failed == 0) {
		MHD_suspend_connection(connection);
		one->next = delay->first;
		delay->first = one;
		(void)pthread_cond_signal(&delay->changed);
	}
	(void)pthread_mutex_unlock(&delay->mutex);
	if (failed != 0)
		free(one);
	return failed;
}

void
delay_stop(struct delay *delay)
{
	int started;

	if (delay == NULL)
		return;
	(void)pthread_mutex_lock(&delay->mutex);
	delay->stopping = 1;
	started = delay->started;
	(void)pthread_cond_signal(&delay->changed);
	(void)pthread_mutex_unlock(&delay->mutex);
	if (started)
		(void)pthread_join(delay->thread, NULL);
}

void
delay_free(struct delay *delay)
{
	if (delay == NULL)
		return;
	(void)pthread_cond_destroy(&delay->changed);
	(void)pthread_mutex_destroy(&delay->mutex);
	free(delay);
}
