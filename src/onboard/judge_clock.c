/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "onboard/judge.h"

/*
 * A Date header counts whole seconds, and is as old as the way here: below
 * this nothing can be said.
 */
#define NOISE_S 3

/* Maskinporten takes no grant that was issued so long after its own now. */
#define AHEAD_MAX_S 10

/*
 * A grant of the usual 100 seconds is dead on arrival where this clock is
 * further behind; some servers bound the past as they do the future.
 */
#define BEHIND_WARN_S 10
#define BEHIND_MAX_S  95

static void
tell(const struct onboard_clock *clock, enum onboard_result result,
    struct onboard_outcome *out)
{
	long long off = llabs(clock->ahead_s);

	if (off == 0)
		onboard_set(out, result, "it agrees with the server's");
	else
		onboard_set(out, result,
		    "this host is %lld second%s %s the server", off,
		    off == 1 ? "" : "s",
		    clock->ahead_s < 0 ? "behind" : "ahead of");
	if (clock->is_synchronised == 0)
		onboard_add(out, "the kernel says that nobody sets it");
}

/* What there is to say without the server's word. */
static void
judge_alone(const struct onboard_clock *clock, struct onboard_outcome *out)
{
	if (clock->is_synchronised == 1) {
		onboard_set(out, ONBOARD_PASS,
		    "the kernel says that it is synchronised; no server was "
		    "there to compare it with");
		return;
	}
	onboard_set(out, ONBOARD_WARN,
	    "no server was there to compare it with%s",
	    clock->is_synchronised == 0
		? ", and the kernel says that nobody sets it"
		: "");
	onboard_remedy(out, SEGL_TURN_YOU,
	    "see that NTP sets the clock of this host: timedatectl tells");
}

void
onboard_judge_clock(
    const struct onboard_clock *clock, struct onboard_outcome *out)
{
	long long ahead = clock->ahead_s;
	int bad = ahead > AHEAD_MAX_S || ahead < -BEHIND_MAX_S;

	if (!clock->has_server) {
		judge_alone(clock, out);
		return;
	}
	onboard_fact_number(&out->facts, "ahead_s", ahead);
	if (llabs(ahead) <= NOISE_S) {
		tell(clock, ONBOARD_PASS, out);
		return;
	}
	tell(clock, ONBOARD_WARN, out);
	onboard_remedy(out, SEGL_TURN_YOU, "set the clock of this host (NTP)%s",
	    bad && !clock->by_server_clock
		? "; until then --clock server goes by the server's"
		: "");
	if (clock->by_server_clock) {
		onboard_add(out, "--clock server makes up for it");
	} else if (bad) {
		out->result = ONBOARD_FAIL;
		out->status = SEGL_ECLOCK;
		/* with the server's clock the rest can be tried all the same */
		onboard_add(out, "what follows is tried by the server's clock");
	} else if (ahead > -BEHIND_WARN_S && ahead < 0) {
		out->result = ONBOARD_PASS;
	}
}
