/* SPDX-License-Identifier: ISC */
/* Is it valid at the time judged, and for how long? */
#include <time.h>

#include "suitability/rule.h"

#define DAY 86400

static const char *
day(time_t t, char text[32])
{
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return "unknown";
	return text;
}

/* A registered key is known by itself: its certificate does not count. */
static int
is_registered(const struct facts *f)
{
	return f->route == SEGL_ROUTE_REGISTERED;
}

static enum segl_outcome
run_validity(const struct facts *f, struct found *found)
{
	const struct certificate *c = f->leaf;
	char text[32];

	if (!c->has_validity) {
		found_say(found, "times that cannot be read");
		return SEGL_OUTCOME_UNDECIDED;
	}
	if (f->at < c->not_before) {
		found_say(
		    found, "valid only from %s on", day(c->not_before, text));
		return SEGL_OUTCOME_BROKEN;
	}
	if (f->at > c->not_after) {
		found_say(found, "expired at %s", day(c->not_after, text));
		return SEGL_OUTCOME_BROKEN;
	}
	found_say(found, "valid until %s", day(c->not_after, text));
	return SEGL_OUTCOME_MET;
}

static int
is_valid_now(const struct facts *f)
{
	return certificate_valid_at(f->leaf, f->at);
}

static enum segl_outcome
run_expiry(const struct facts *f, struct found *found)
{
	static const long limits[] = { 7, 30, 90 };
	long left = (long)((f->leaf->not_after - f->at) / DAY);

	found_say(found, "%ld days left", left);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (left < limits[i]) {
			found_say(found, ": less than %ld", limits[i]);
			return SEGL_OUTCOME_BROKEN;
		}
	}
	return SEGL_OUTCOME_MET;
}

static const struct rule rules[] = {
	{ .id = "validity",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_ALL,
	    .document = "RFC 5280",
	    .clause = "4.1.2.5",
	    .requirement = "the certificate is valid at the time judged",
	    .remedy = "order a new certificate from the issuer; if this one "
		      "should still be valid, check the clock of this host",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"A certificate counts from the first to the last second of its "
		"validity, both included. Maskinporten refuses grants that "
		"are signed with any other. Ordering a new one takes days to "
		"weeks, since the issuer identifies the business again.",
	    .lenient = is_registered,
	    .run = run_validity },
	{ .id = "expiry",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_CERTIFICATE,
	    .document = "RFC 5280",
	    .clause = "4.1.2.5",
	    .requirement = "the certificate is valid for 90 days more",
	    .remedy = "order the next certificate now, with the identifier "
		      "spelt exactly as in this one",
	    .turn = SEGL_TURN_YOU,
	    .story =
		"There are warnings at 90, 30 and 7 days, because issuers "
		"need days to weeks. The new certificate should have the same "
		"organizationIdentifier to the letter: to Maskinporten and "
		"the APIs behind it another spelling is another business.",
	    .applies = is_valid_now,
	    .run = run_expiry },
};

const struct rule_table rules_of_validity = { rules,
	sizeof(rules) / sizeof(rules[0]) };
