/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/listed.h"
#include "cli/revoked.h"
#include "cli/seen.h"
#include "cli/session.h"
#include "cli/suitable.h"

/* Longest warning, in bytes. */
#define WARNING_MAX 8192

/* Whether the server's own offer suits the key is judged with the grant. */
#define ANY_ALG                                                                \
	(1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 | 1u << SEGL_ALG_RS512 |  \
	    1u << SEGL_ALG_ES256)

static enum segl_realm
realm_of(const struct settings *settings)
{
	const char *env = settings->env == NULL ? "" : settings->env;

	if (strcmp(env, "prod") == 0 || strcmp(env, "sky-prod") == 0)
		return SEGL_REALM_PROD;
	if (strcmp(env, "test") == 0 || strcmp(env, "sky-test") == 0)
		return SEGL_REALM_TEST;
	return env[0] == '\0' ? SEGL_REALM_ANY : SEGL_REALM_OTHER;
}

enum segl_status
suitable_report(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, long long at, unsigned int algs,
    const struct segl_revocations *revoked, struct segl_report **out)
{
	const char *organization = segl_softtoken_organization(token);
	struct segl_trust_answer *listed = NULL;
	enum segl_status status = SEGL_OK;
	char last[SEEN_TEXT_MAX];
	struct segl_terms terms = { .at = at,
		.route = session_route(settings, token),
		.realm = realm_of(settings),
		.algs = algs,
		.revocation_soft = !revoked_is_strict(settings),
		.strict_lists = settings->strict,
		.sends_extended = session_sends_extended(settings),
		.expect_id = settings->expect_id };

	terms.revocation =
	    segl_revocations_answers(revoked, &terms.n_revocation);
	if (terms.route == SEGL_ROUTE_ESEAL && organization != NULL)
		terms.last_id = seen_last(organization, last);
	*out = NULL;
	/* no list has the CAs of Norwegian enterprise certificates */
	if (terms.route == SEGL_ROUTE_ESEAL)
		status = listed_ask(segl, settings, token, at, &listed);
	if (listed != NULL)
		terms.trust = segl_trust_answer_rows(listed);
	if (status == SEGL_OK)
		status = segl_suitability_check(segl, token, &terms, out);
	segl_trust_answer_free(listed);
	return status;
}

void
suitable_remember(
    const struct settings *settings, const struct segl_softtoken *token)
{
	const char *organization = segl_softtoken_organization(token);
	const char *id = segl_softtoken_organization_identifier(token);
	char last[SEEN_TEXT_MAX];
	const char *before;

	/* a sample is somebody else's, or not ordered yet */
	if (settings->no_cache || !segl_softtoken_has_key(token) ||
	    organization == NULL || id == NULL ||
	    session_route(settings, token) != SEGL_ROUTE_ESEAL)
		return;
	before = seen_last(organization, last);
	if (before == NULL || strcmp(before, id) != 0)
		seen_remember(organization, id);
}

/* ---- before sending ------------------------------------------------------ */

static enum segl_status
refuse(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_finding *f, enum segl_status status)
{
	error_set(segl, status, f->turn, "%s: %s (%s)",
	    segl_softtoken_subject(token),
	    f->found != NULL ? f->found : f->requirement, f->id);
	error_remedy(segl, "%s", f->remedy);
	return status;
}

/* Whether it is revoked was asked, and nobody answered. */
static int
is_silence(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_UNDECIDED &&
	    strcmp(f->id, "not-revoked") == 0;
}

/* Broken, and the reason of much else that is: whose certificate it is. */
static int
explains_others(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_BROKEN && f->blocks &&
	    strcmp(f->id, "natural-person") == 0;
}

/* The first finding that must not be, or SEGL_OK. */
static enum segl_status
find_obstacle(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_report *report, int strict)
{
	struct segl_finding f;

	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (explains_others(&f))
			return refuse(segl, token, &f, SEGL_ECERT);
	}
	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (f.outcome == SEGL_OUTCOME_BROKEN && f.blocks)
			return refuse(segl, token, &f, SEGL_ECERT);
	}
	for (size_t i = 0; strict && segl_report_finding(report, i, &f); i++) {
		if (f.outcome == SEGL_OUTCOME_BROKEN && f.severity == SEGL_MUST)
			return refuse(segl, token, &f, SEGL_ECERT);
	}
	/* --revocation hard alone is strict about one rule */
	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (f.outcome == SEGL_OUTCOME_UNDECIDED &&
		    f.severity == SEGL_MUST && (strict || is_silence(&f)))
			return refuse(segl, token, &f, SEGL_EUNDECIDED);
	}
	return SEGL_OK;
}

/* A must, or a should that gets worse by waiting. */
static int
is_worth_a_warning(const struct segl_finding *f)
{
	if (is_silence(f))
		return 1;
	return f->outcome == SEGL_OUTCOME_BROKEN &&
	    (f->severity == SEGL_MUST || strcmp(f->id, "expiry") == 0 ||
		strcmp(f->id, "same-identifier") == 0);
}

static int
is_remark(const struct segl_finding *f)
{
	return !is_worth_a_warning(f) && f->severity != SEGL_INFO &&
	    (f->outcome == SEGL_OUTCOME_BROKEN ||
		f->outcome == SEGL_OUTCOME_UNDECIDED);
}

static void
note(struct segl *segl, const struct segl_report *report,
    int (*wanted)(const struct segl_finding *f),
    void (*say)(struct segl *segl, const char *format, ...), const char *head)
{
	enum segl_status status;
	struct segl_finding f;
	struct buffer text;
	size_t n = 0;

	buffer_init(&text, WARNING_MAX);
	status = buffer_add_str(&text, head);
	for (size_t i = 0;
	     status == SEGL_OK && segl_report_finding(report, i, &f); i++) {
		if (wanted(&f))
			status = buffer_printf(&text, "%s %s (%s)",
			    n++ > 0 ? ";" : "",
			    f.found != NULL ? f.found : f.requirement, f.id);
	}
	if (n > 0)
		say(segl, "%s; segl check tells more", text.data);
	buffer_clear(&text);
}

enum segl_status
suitable_to_send(struct segl *segl, const struct settings *settings,
    const struct segl_softtoken *token, long long at)
{
	const char *when = settings->require_suitable == NULL
	    ? "warn"
	    : settings->require_suitable;
	struct segl_revocations *revoked;
	struct segl_report *report;
	enum segl_status status;

	/* a registered key may well have no certificate */
	if (strcmp(when, "no") == 0 || segl_softtoken_path_len(token) == 0)
		return SEGL_OK;
	status = revoked_ask(segl, settings, token, &revoked);
	if (status == SEGL_OK)
		status = suitable_report(
		    segl, settings, token, at, ANY_ALG, revoked, &report);
	segl_revocations_free(revoked);
	if (status != SEGL_OK)
		return status;
	status = find_obstacle(segl, token, report, strcmp(when, "yes") == 0);
	if (status == SEGL_OK) {
		note(segl, report, is_worth_a_warning, note_warning,
		    "the certificate may be refused:");
		note(segl, report, is_remark, note_info, "of the certificate:");
		suitable_remember(settings, token);
	}
	segl_report_free(report);
	return status;
}
