/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/rejudge.h"
#include "net/wire.h"

/* At least so often, and after a failure, in seconds. */
#define EVERY_S 86400
#define AGAIN_S 3600

/* AT, or the instant after END where that comes first. */
static long long
sooner(long long at, long long now, long long end)
{
	return end >= now && end + 1 < at ? end + 1 : at;
}

void
rejudge_plan(struct keeper *keeper)
{
	long long now = (long long)time(NULL), at = now + EVERY_S;
	const struct buffer *ready = &keeper->now.ready;
	const char *text;

	for (unsigned int i = 0;
	     (text = wire_field(ready, "not-after", i)) != NULL; i++)
		at = sooner(at, now, strtoll(text, NULL, 10));
	/* a list: territory, issued, next update, fetched */
	for (unsigned int i = 0; (text = wire_field(ready, "list", i)) != NULL;
	     i++) {
		char *end = strchr(text, ' ');

		if (end == NULL)
			continue;
		(void)strtoll(end, &end, 10);
		at = sooner(at, now, strtoll(end, NULL, 10));
	}
	keeper->judged = now;
	keeper->judge_again = at;
}

/* Nobody waits at a terminal for a PIN to be asked for one day. */
static int
needs_somebody(const struct keeper *keeper)
{
	for (size_t i = 0; i < keeper->profiles.n; i++) {
		const char *pin = keeper->profiles.all[i].settings.pin;

		if (pin != NULL && strcmp(pin, "prompt") == 0)
			return 1;
	}
	return 0;
}

int
rejudge_is_due(const struct keeper *keeper)
{
	long long now = (long long)time(NULL);

	return (now >= keeper->judge_again || now < keeper->judged) &&
	    !needs_somebody(keeper);
}

void
rejudge_soon(struct keeper *keeper)
{
	keeper->judge_again = keeper->judged;
}

void
rejudge_later(struct keeper *keeper)
{
	keeper->judged = (long long)time(NULL);
	keeper->judge_again = keeper->judged + AGAIN_S;
}
