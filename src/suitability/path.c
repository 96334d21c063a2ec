/* SPDX-License-Identifier: ISC */
/* The certification path, which goes into x5c. */
#include "suitability/rule.h"

/* A sample comes without the file that will have the path. */
static int
is_sample(const struct facts *f)
{
	return !f->has_key;
}

/* On whose list the CA at POSITION, or one above it, stands; "" on none. */
static const char *
territory_from(const struct facts *f, size_t position)
{
	const struct segl_trust *trust = f->terms->trust;
	const struct segl_trust_service *best = NULL;

	for (size_t i = 0; trust != NULL && i < trust->n; i++) {
		const struct segl_trust_service *s = &trust->services[i];

		if (s->position >= position &&
		    (best == NULL || s->position < best->position))
			best = s;
	}
	return best == NULL ? "" : best->territory;
}

/* What the file does not have, the trusted lists do. */
static enum segl_outcome
judge_lent(const struct facts *f, struct found *found)
{
	const struct path *path = f->path;
	size_t own = path->len - path->lent;
	const char *territory = territory_from(f, own);

	found_say(found, "%s, the issuer, was found on %s%s",
	    path->certs[own]->subject,
	    territory[0] == '\0' ? "a trusted list" : "the trusted list of ",
	    territory);
	if (f->terms->sends_extended) {
		found_say(found,
		    ": %zu of the path's %zu certificates come from there, "
		    "since the soft token lacks them",
		    path->lent, path->len);
		return SEGL_OUTCOME_MET;
	}
	found_say(found,
	    ", but its certificate is not with yours: %zu of %zu "
	    "certificates are there",
	    own, path->len);
	found->remedy =
	    "let segl bundle make a file that has the whole path (it takes "
	    "what is missing from the trusted lists), or set complete-path = "
	    "lists, which adds it to each grant";
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
judge_incomplete(const struct facts *f, struct found *found)
{
	const struct path *path = f->path;
	const char *missing = path->certs[path->len - 1]->issuer;

	if (path->len == 1) {
		found_say(found,
		    "the certificate stands alone: the certificate of its "
		    "issuer, %s, is missing",
		    missing);
		return SEGL_OUTCOME_BROKEN;
	}
	found_say(found,
	    "%zu certificates; the certificate of %s is not there%s", path->len,
	    missing,
	    f->terms->trust == NULL
		? ", which is fine if the last CA is on a trusted list"
		: "");
	return f->terms->trust == NULL ? SEGL_OUTCOME_UNDECIDED
				       : SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
run_complete(const struct facts *f, struct found *found)
{
	const struct path *path = f->path;
	size_t own = path->len - path->lent;

	if (f->listed > 0 && f->listed < own &&
	    (!path->self_signed || path->lent > 0)) {
		found_say(
		    found, "%zu certificates; a listed CA is among them", own);
		return SEGL_OUTCOME_MET;
	}
	if (path->lent > 0)
		return judge_lent(f, found);
	if (!path->self_signed)
		return judge_incomplete(f, found);
	found_say(found, "%zu certificate%s, up to a root", path->len,
	    path->len == 1 ? "" : "s");
	return SEGL_OUTCOME_MET;
}

static int
has_issuer(const struct facts *f)
{
	return f->path->len > 1 || f->leaf->critical.n > 0;
}

static enum segl_outcome
run_rules(const struct facts *f, struct found *found)
{
	const struct path_verdict *v = &f->path_verdict;

	if (v->fault == PATH_FINE)
		return SEGL_OUTCOME_MET;
	found_say(found, "%s: %s%s%s",
	    v->at == 0 ? "the certificate" : f->path->certs[v->at]->subject,
	    path_fault_words(v->fault), v->extension[0] == '\0' ? "" : ", ",
	    v->extension);
	return SEGL_OUTCOME_BROKEN;
}

static const struct rule rules[] = {
	{ .id = "path-complete",
	    .severity = SEGL_MUST,
	    .blocks = 1,
	    .routes = FOR_ESEAL,
	    .document = "RFC 7515",
	    .clause = "4.1.6",
	    .requirement = "the whole path is there, up to a root or to the "
			   "CA on the trusted list",
	    .remedy = "let segl bundle --fetch get the CA certificates from "
		      "where yours says they are; or take them from the "
		      "issuer's web page, and name them with --chain FILE or "
		      "--chain DIRECTORY",
	    .turn = SEGL_TURN_YOU,
	    .mp_code = "MP-120",
	    .story =
		"Maskinporten wants all certificates of an eSeal in the "
		"grant's header x5c, yours first, then its issuer's, and so "
		"on. Key files often have them all; where not, the issuer's "
		"web page has. Of a Norwegian enterprise the first alone is "
		"enough.",
	    .lenient = is_sample,
	    .run = run_complete },
	{ .id = "path-rules",
	    .severity = SEGL_MUST,
	    .routes = FOR_ESEAL,
	    .document = "RFC 5280",
	    .clause = "6.1",
	    .requirement = "each CA of the path may issue what it issued, and "
			   "is valid",
	    .remedy = "get the issuer's current CA certificates and name them "
		      "with --chain FILE or --chain DIRECTORY",
	    .turn = SEGL_TURN_ISSUER,
	    .mp_code = "MP-120",
	    .story =
		"Every signature is verified when the path is put together. "
		"Besides, each CA must be one (basic constraints), may sign "
		"certificates (key usage), have no more CAs below it than it "
		"is allowed (path length), allow the names below it (name "
		"constraints), have no critical extension that is unknown, "
		"and be valid. Of a root at the end the key counts, not "
		"its validity.",
	    .lenient = is_sample,
	    .applies = has_issuer,
	    .run = run_rules },
};

const struct rule_table rules_of_path = { rules,
	sizeof(rules) / sizeof(rules[0]) };
