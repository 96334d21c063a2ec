/* SPDX-License-Identifier: ISC */
/* segl onboard: the steps that look at the certificate. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/keyfile.h"
#include "cli/listed.h"
#include "cli/onboard.h"
#include "cli/revoked.h"
#include "cli/session.h"
#include "cli/suitable.h"
#include "cli/trust_update.h"

enum segl_route
onboard_route(const struct onboard_run *run)
{
	return session_route(&run->with, run->softtoken);
}

static struct onboard_terms
terms_of(const struct onboard_run *run)
{
	const char *when = run->settings->require_suitable;
	struct onboard_terms terms = { .strict = when != NULL &&
		    strcmp(when, "yes") == 0,
		.anyway = when != NULL && strcmp(when, "no") == 0 };

	return terms;
}

/* What the file is called; never NULL. */
static const char *
file_name(const struct settings *settings)
{
	if (settings->softtoken != NULL)
		return settings->softtoken;
	return settings->key != NULL ? settings->key : KEYFILE_JWK_VARIABLE;
}

/* ---- opening ----------------------------------------------------------- */

static enum segl_status
load(struct onboard_run *run)
{
	struct segl_softtoken *token;
	enum segl_status status;

	status = session_new(run->segl, &run->with, run->now, &token);
	if (status != SEGL_OK)
		return status;
	/* what a sample from the issuer is worth can be told without a key */
	segl_softtoken_accept_sample(token);
	status = keyfile_load(run->segl, &run->with, NULL, token);
	run->stage = segl_softtoken_stage(token);
	if (status == SEGL_OK) {
		status = session_check_kid(run->segl, &run->with, token);
		if (status != SEGL_OK)
			run->stage = SEGL_STAGE_KEY;
	}
	if (status == SEGL_OK)
		status = session_complete(run->segl, &run->with, token);
	if (status == SEGL_OK)
		run->softtoken = token;
	else
		segl_softtoken_free(token);
	return status;
}

/*
 * All of it is one attempt; which step its failure is of, the stage says that
 * it got to. Until that step the failure stays in the handle.
 */
enum segl_status
onboard_file(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = load(run);

	if (status == SEGL_ENOMEM)
		return status;
	if (status != SEGL_OK && run->stage == SEGL_STAGE_FILE)
		return onboard_failed(run, status, out);
	onboard_set(out, ONBOARD_PASS, "%s is read", file_name(run->settings));
	onboard_fact(&out->facts, "file", file_name(run->settings));
	return SEGL_OK;
}

/* ---- who --------------------------------------------------------------- */

static const char *
route_words(enum segl_route route)
{
	switch (route) {
	case SEGL_ROUTE_ENTERPRISE:
		return "a Norwegian business with an enterprise certificate";
	case SEGL_ROUTE_REGISTERED:
		return "a Norwegian business with a registered key";
	default:
		return "a foreign business with an eSeal";
	}
}

/* Lists that cannot be read are the trouble of their own step, not of all. */
static enum segl_status
try_lists(struct onboard_run *run)
{
	struct segl_trust_store *store;
	enum segl_status status;

	status = listed_open(run->segl, &run->with, &store);
	segl_trust_store_free(store);
	if (status == SEGL_OK || status == SEGL_ENOMEM)
		return status;
	onboard_take_failure(&run->lists, run->segl);
	run->lists.stops = 0;
	run->with.trust = "none";
	return SEGL_OK;
}

static enum segl_status
judge(struct onboard_run *run)
{
	enum segl_status status;

	if (segl_softtoken_path_len(run->softtoken) == 0)
		return SEGL_OK;
	status = try_lists(run);
	if (status != SEGL_OK)
		return status;
	return suitable_report(run->segl, &run->with, run->softtoken, run->now,
	    server_known_algs(&run->with), NULL, &run->report);
}

/* A key that has no certificate is known by its number. */
static enum segl_status
tell_registered(struct onboard_run *run, struct onboard_outcome *out)
{
	const char *kid = run->with.kid != NULL
	    ? run->with.kid
	    : segl_softtoken_kid(run->softtoken);

	onboard_set(out, ONBOARD_PASS, "client %s, key id %s",
	    run->with.client_id == NULL ? "(none given)" : run->with.client_id,
	    kid == NULL ? "(none given)" : kid);
	onboard_add(out, "%s", route_words(onboard_route(run)));
	onboard_fact(&out->facts, "kid", kid);
	onboard_fact(&out->facts, "client_id", run->with.client_id);
	return SEGL_OK;
}

static void
tell_report(struct onboard_run *run, struct onboard_outcome *out)
{
	static const struct {
		const char *name;
		enum segl_report_field field;
	} fields[] = {
		{ "organization", SEGL_REPORT_ORGANIZATION },
		{ "identifier", SEGL_REPORT_IDENTIFIER },
		{ "subject", SEGL_REPORT_SUBJECT },
		{ "issuer", SEGL_REPORT_ISSUER },
		{ "product", SEGL_REPORT_PRODUCT },
		{ "level", SEGL_REPORT_LEVEL },
		{ "key", SEGL_REPORT_KEY },
		{ "serial", SEGL_REPORT_SERIAL },
		{ "sha256", SEGL_REPORT_FINGERPRINT },
	};
	struct onboard_facts *about = &run->record.about;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		onboard_fact(&out->facts, fields[i].name,
		    segl_report_text(run->report, fields[i].field));
	onboard_fact(about, "organization",
	    segl_report_text(run->report, SEGL_REPORT_ORGANIZATION));
	onboard_fact(about, "identifier",
	    segl_report_text(run->report, SEGL_REPORT_IDENTIFIER));
}

static const char *
or_none(const char *text)
{
	return text == NULL ? "none" : text;
}

enum segl_status
onboard_identity(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_terms terms = terms_of(run);
	enum segl_status status;

	if (run->stage == SEGL_STAGE_IDENTITY)
		return onboard_failed(run, segl_error_status(run->segl), out);
	if (run->stage == SEGL_STAGE_KEY) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "nobody is chosen before a key and a certificate fit");
		return SEGL_OK;
	}
	onboard_fact(
	    &run->record.about, "route", segl_route_name(onboard_route(run)));
	status = judge(run);
	if (status != SEGL_OK)
		return onboard_failed(run, status, out);
	if (run->report == NULL)
		return tell_registered(run, out);
	onboard_judge_rules(run->report, ONBOARD_IDENTITY, &terms, out);
	tell_report(run, out);
	onboard_add(out, "%s of %s",
	    or_none(segl_report_text(run->report, SEGL_REPORT_IDENTIFIER)),
	    or_none(segl_report_text(run->report, SEGL_REPORT_ORGANIZATION)));
	onboard_add(out, "%s", route_words(onboard_route(run)));
	if (onboard_route(run) != SEGL_ROUTE_ESEAL)
		onboard_fact(&out->facts, "client_id", run->with.client_id);
	return SEGL_OK;
}

/* ---- what the rules decide --------------------------------------------- */

static int
has_no_certificate(struct onboard_run *run, struct onboard_outcome *out)
{
	if (run->report != NULL)
		return 0;
	onboard_set(out, ONBOARD_SKIPPED, "%s",
	    run->softtoken == NULL
		? "no certificate is chosen before a key fits one"
		: "a registered key is known by its key id, without a "
		  "certificate");
	return 1;
}

static enum segl_status
by_rules(struct onboard_run *run, size_t id, struct onboard_outcome *out)
{
	struct onboard_terms terms = terms_of(run);

	if (!has_no_certificate(run, out))
		onboard_judge_rules(run->report, id, &terms, out);
	return SEGL_OK;
}

static enum segl_status
tell_sample(struct onboard_run *run, struct onboard_outcome *out)
{
	error_set(run->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s holds certificates but no private key",
	    file_name(run->settings));
	error_remedy(run->segl,
	    "name the file with the private key with --key, and this one with "
	    "--cert; or export it again with the key");
	return onboard_failed(run, SEGL_EKEY, out);
}

enum segl_status
onboard_key(struct onboard_run *run, struct onboard_outcome *out)
{
	if (run->stage != SEGL_STAGE_LOADED)
		return onboard_failed(run, segl_error_status(run->segl), out);
	if (!segl_softtoken_has_key(run->softtoken))
		return tell_sample(run, out);
	if (run->report != NULL)
		return by_rules(run, ONBOARD_KEY, out);
	onboard_set(out, ONBOARD_PASS,
	    "there is a private key; whether it is the one that is registered "
	    "only Maskinporten can tell");
	return SEGL_OK;
}

/*
 * --online: the lists first, since a listed CA ends a path as a root does. What
 * failed is told where the lists are looked at.
 */
static enum segl_status
go_online(struct onboard_run *run)
{
	const struct settings *settings = run->settings;
	enum segl_status status;

	if (!settings->online || settings->offline || run->report == NULL ||
	    onboard_route(run) != SEGL_ROUTE_ESEAL)
		return SEGL_OK;
	status = trust_update_for(run->segl, settings, run->softtoken);
	if (status == SEGL_ENOMEM)
		return status;
	if (status != SEGL_OK) {
		run->lists_failed = strdup(segl_error_message(run->segl));
		segl_error_clear(run->segl);
	}
	segl_report_free(run->report);
	run->report = NULL;
	onboard_outcome_clear(&run->lists);
	run->with.trust = settings->trust;
	return judge(run);
}

enum segl_status
onboard_path(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = go_online(run);

	if (status == SEGL_OK)
		status = by_rules(run, ONBOARD_PATH, out);
	if (status != SEGL_OK || run->report == NULL)
		return onboard_failed(run, status, out);
	onboard_fact_number(&out->facts, "certificates",
	    (long long)segl_softtoken_path_len(run->softtoken));
	onboard_fact(&out->facts, "missing",
	    segl_softtoken_path_missing(run->softtoken));
	if (out->evidence == NULL)
		onboard_set(out, ONBOARD_PASS,
		    "%zu certificates; of a Norwegian enterprise the first is "
		    "enough",
		    segl_softtoken_path_len(run->softtoken));
	return status;
}

enum segl_status
onboard_suitable(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = by_rules(run, ONBOARD_SUITABLE, out);

	if (run->report == NULL)
		return status;
	onboard_fact(&out->facts, "verdict",
	    segl_verdict_name(segl_report_verdict(run->report)));
	onboard_fact(&out->facts, "client_amr",
	    segl_report_text(run->report, SEGL_REPORT_CLIENT_AMR));
	onboard_fact_number(
	    &out->facts, "days_left", segl_report_days_left(run->report));
	/* that it is over is told by its rule */
	if (segl_report_days_left(run->report) >= 0)
		onboard_add(out, "%ld days are left",
		    segl_report_days_left(run->report));
	return status;
}

enum segl_status
onboard_listed(struct onboard_run *run, struct onboard_outcome *out)
{
	enum segl_status status = SEGL_OK;

	if (run->lists.evidence != NULL) {
		*out = run->lists;
		memset(&run->lists, 0, sizeof(run->lists));
	} else {
		status = by_rules(run, ONBOARD_LISTED, out);
	}
	if (run->lists_failed != NULL)
		note_warning(run->segl,
		    "the lists could not be fetched, and those that are kept "
		    "answer: %s",
		    run->lists_failed);
	if (out->evidence == NULL)
		onboard_set(out, ONBOARD_PASS, "no rule asks for that here");
	return status;
}

/* ---- revocation -------------------------------------------------------- */

static const char *
how_to_ask(const struct settings *settings)
{
	return settings->revocation == NULL ? "soft" : settings->revocation;
}

static void
tell_answers(
    const struct segl_revocations *revoked, struct onboard_outcome *out)
{
	const struct segl_revocation_answer *answers;
	size_t n;

	answers = segl_revocations_answers(revoked, &n);
	for (size_t i = 0; i < n; i++) {
		int asked = answers[i].source != SEGL_REVOCATION_NOWHERE;

		onboard_add(out, "%s: %s%s%s%s%s",
		    i == 0 ? "the certificate" : or_none(answers[i].subject),
		    segl_revocation_name(answers[i].state), asked ? " by " : "",
		    asked ? segl_revocation_source_name(answers[i].source) : "",
		    answers[i].url == NULL ? "" : ", ",
		    answers[i].url == NULL ? "" : answers[i].url);
	}
}

enum segl_status
onboard_revocation(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_terms terms = terms_of(run);
	struct segl_revocations *revoked = NULL;
	struct segl_report *report = NULL;
	struct settings with = run->with;
	enum segl_status status;

	if (has_no_certificate(run, out))
		return SEGL_OK;
	with.revocation = how_to_ask(run->settings);
	if (strcmp(with.revocation, "no") == 0) {
		onboard_set(out, ONBOARD_SKIPPED, "--revocation no");
		return SEGL_OK;
	}
	status = revoked_ask(run->segl, &with, run->softtoken, &revoked);
	if (status == SEGL_OK)
		status = suitable_report(run->segl, &with, run->softtoken,
		    run->now, server_known_algs(&with), revoked, &report);
	if (status == SEGL_OK) {
		onboard_judge_rules(report, ONBOARD_REVOCATION, &terms, out);
		if (out->result == ONBOARD_PASS)
			onboard_set(out, ONBOARD_PASS, "nobody took it back");
		tell_answers(revoked, out);
	}
	segl_report_free(report);
	segl_revocations_free(revoked);
	return onboard_failed(run, status, out);
}
