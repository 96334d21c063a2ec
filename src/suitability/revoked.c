/* SPDX-License-Identifier: ISC */
#include "suitability/revoked.h"
#include "base/text.h"

#define REMEDY_HOLD                                                            \
	"ask the issuer why the certificate is suspended, and to lift that"
#define REMEDY_CA                                                              \
	"ask the issuer for a new certificate, from a CA that is not revoked"
#define REMEDY_UNKNOWN                                                         \
	"check that this host reaches the addresses named, and try again; "    \
	"if they stay silent, tell the issuer"
#define REMEDY_NO_ISSUER                                                       \
	"get the CA certificates from the issuer's web page and name them "    \
	"with --chain FILE or --chain DIRECTORY"

/* Answers that count: what vouches for itself is not asked about. */
static size_t
answers(const struct facts *f)
{
	size_t n = f->terms->n_revocation;

	if (n > f->path->len)
		n = f->path->len;
	return f->listed > 0 && f->listed < n ? f->listed : n;
}

/* REVOKED, but only after the time judged: it still counted then. */
static int
is_later(const struct facts *f, const struct segl_revocation_answer *a)
{
	return a->state == SEGL_REVOCATION_REVOKED && a->revoked_at >= 0 &&
	    a->revoked_at > (long long)f->at;
}

static enum segl_revocation
state_of(const struct facts *f, size_t i)
{
	const struct segl_revocation_answer *a = &f->terms->revocation[i];

	return is_later(f, a) ? SEGL_REVOCATION_GOOD : a->state;
}

static size_t
count(const struct facts *f, enum segl_revocation state)
{
	size_t found = 0;

	for (size_t i = 0; i < answers(f); i++)
		found += state_of(f, i) == state;
	return found;
}

int
revoked_applies(const struct facts *f)
{
	return f->terms->revocation != NULL && f->terms->n_revocation > 0;
}

int
revoked_lenient(const struct facts *f)
{
	return revoked_applies(f) && f->terms->revocation_soft &&
	    count(f, SEGL_REVOCATION_REVOKED) == 0 &&
	    count(f, SEGL_REVOCATION_UNKNOWN) > 0;
}

/* ---- in words -------------------------------------------------------------
 */

static void
say_who(const struct facts *f, size_t i, struct found *found)
{
	found_say(found, "%s%s", found->text[0] == '\0' ? "" : "; ",
	    i == 0 ? "the certificate" : f->path->certs[i]->subject);
}

static void
say_source(const struct segl_revocation_answer *a, struct found *found)
{
	char text[TEXT_TIME_LEN];

	found_say(found, ", says %s %s%s, signed by %s, as of %s",
	    a->source == SEGL_REVOCATION_CRL ? "the CRL" : "the OCSP responder",
	    a->url == NULL ? "" : a->url, a->from_cache ? " (kept)" : "",
	    a->signer == NULL ? "nobody" : a->signer,
	    text_time(a->this_update, text));
}

static void
say_revoked(const struct segl_revocation_answer *a, struct found *found)
{
	const char *reason = segl_revocation_reason_name(a->reason);
	char text[TEXT_TIME_LEN];

	found_say(found, " was %s",
	    a->reason == SEGL_REVOCATION_REASON_HOLD ? "suspended" : "revoked");
	if (a->revoked_at >= 0)
		found_say(found, " at %s", text_time(a->revoked_at, text));
	found_say(
	    found, " (%s)", reason == NULL ? "no reason is given" : reason);
	say_source(a, found);
}

static void
say(const struct facts *f, size_t i, struct found *found)
{
	const struct segl_revocation_answer *a = &f->terms->revocation[i];

	say_who(f, i, found);
	switch (a->state) {
	case SEGL_REVOCATION_GOOD:
		found_say(found, " is not revoked");
		say_source(a, found);
		break;
	case SEGL_REVOCATION_REVOKED:
		say_revoked(a, found);
		if (is_later(f, a))
			found_say(found, "; that is after the time judged");
		break;
	case SEGL_REVOCATION_EXEMPT:
		found_say(found, ": %s", a->why == NULL ? "" : a->why);
		break;
	default:
		found_say(found, ": there is no answer to believe (%s)",
		    a->why == NULL ? "nobody was asked" : a->why);
		break;
	}
}

static void
say_all(const struct facts *f, enum segl_revocation state, struct found *found)
{
	for (size_t i = 0; i < answers(f); i++) {
		if (state_of(f, i) == state)
			say(f, i, found);
	}
}

/* ---- the rule ---------------------------------------------------------------
 */

static enum segl_outcome
is_revoked(const struct facts *f, struct found *found)
{
	const struct segl_revocation_answer *leaf = &f->terms->revocation[0];

	say_all(f, SEGL_REVOCATION_REVOKED, found);
	if (state_of(f, 0) != SEGL_REVOCATION_REVOKED)
		found->remedy = REMEDY_CA;
	else if (leaf->reason == SEGL_REVOCATION_REASON_HOLD)
		found->remedy = REMEDY_HOLD;
	return SEGL_OUTCOME_BROKEN;
}

static enum segl_outcome
is_unknown(const struct facts *f, struct found *found)
{
	say_all(f, SEGL_REVOCATION_UNKNOWN, found);
	found->remedy = REMEDY_UNKNOWN;
	found->turn = SEGL_TURN_NETWORK;
	if (f->path->len == 1 && !f->path->self_signed) {
		found->remedy = REMEDY_NO_ISSUER;
		found->turn = SEGL_TURN_YOU;
	}
	return SEGL_OUTCOME_UNDECIDED;
}

enum segl_outcome
revoked_run(const struct facts *f, struct found *found)
{
	if (count(f, SEGL_REVOCATION_REVOKED) > 0)
		return is_revoked(f, found);
	if (count(f, SEGL_REVOCATION_UNKNOWN) > 0)
		return is_unknown(f, found);
	say_all(f, SEGL_REVOCATION_GOOD, found);
	say_all(f, SEGL_REVOCATION_EXEMPT, found);
	return count(f, SEGL_REVOCATION_GOOD) > 0 ? SEGL_OUTCOME_MET
						  : SEGL_OUTCOME_NOT_APPLICABLE;
}
