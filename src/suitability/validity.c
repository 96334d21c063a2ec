/* SPDX-License-Identifier: ISC */
/* Is it valid at the time judged, and for how long? */
#include "base/text.h"
#include "suitability/rule.h"

#define DAY 86400

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
	char text[TEXT_TIME_LEN];

	if (!c->has_validity) {
		found_say(found, "times that cannot be read");
		return SEGL_OUTCOME_UNDECIDED;
	}
	if (f->at < c->not_before) {
		found_say(found, "valid only from %s on",
		    text_time(c->not_before, text));
		found->remedy = "wait until then; if that is over, set the "
				"clock of this host";
		found->turn = SEGL_TURN_YOU;
		return SEGL_OUTCOME_BROKEN;
	}
	if (f->at > c->not_after) {
		found_say(
		    found, "expired at %s", text_time(c->not_after, text));
		return SEGL_OUTCOME_BROKEN;
	}
	found_say(found, "valid until %s", text_time(c->not_after, text));
	return SEGL_OUTCOME_MET;
}

static int
is_valid_now(const struct facts *f)
{
	return certificate_valid_at(f->leaf, f->at);
}

/* What is worth a warning, before it is too late to order the next one. */
static enum segl_outcome
judge_days_left(long left, struct found *found)
{
	static const long limits[] = { 7, 30, 90 };

	found_say(found, "%ld days left", left);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (left < limits[i]) {
			found_say(found, ": less than %ld", limits[i]);
			return SEGL_OUTCOME_BROKEN;
		}
	}
	return SEGL_OUTCOME_MET;
}

static enum segl_outcome
run_expiry(const struct facts *f, struct found *found)
{
	return judge_days_left(
	    (long)((f->leaf->not_after - f->at) / DAY), found);
}

/* The CA that ends first, of those that are valid at the time; NULL: none. */
static const struct certificate *
first_to_end(const struct facts *f)
{
	const struct certificate *first = NULL;

	for (size_t i = 1; i < f->path->len; i++) {
		const struct certificate *c = f->path->certs[i];

		if (certificate_valid_at(c, f->at) &&
		    (first == NULL || c->not_after < first->not_after))
			first = c;
	}
	return first;
}

static int
has_valid_ca(const struct facts *f)
{
	return first_to_end(f) != NULL;
}

static enum segl_outcome
run_path_expiry(const struct facts *f, struct found *found)
{
	const struct certificate *c = first_to_end(f);

	found_say(found, "%s: ", c->subject);
	return judge_days_left((long)((c->not_after - f->at) / DAY), found);
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
	{ .id = "path-expiry",
	    .severity = SEGL_SHOULD,
	    .routes = FOR_CERTIFICATE,
	    .document = "RFC 5280",
	    .clause = "6.1.3",
	    .requirement = "each CA of the path is valid for 90 days more",
	    .remedy = "ask the issuer which CA follows that one, and whether "
		      "the certificate has to be ordered anew",
	    .turn = SEGL_TURN_ISSUER,
	    .story =
		"A certificate ends with the CA that issued it, whatever its "
		"own date says: with an expired CA in x5c the path counts no "
		"more. Issuers change to a new CA in time; a certificate from "
		"the old one may need to be replaced early.",
	    .applies = has_valid_ca,
	    .run = run_path_expiry },
};

const struct rule_table rules_of_validity = { rules,
	sizeof(rules) / sizeof(rules[0]) };
