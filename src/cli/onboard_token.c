/* SPDX-License-Identifier: ISC */
/* segl onboard: the tokens, and what they are good for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <segl/jws.h>

#include "base/error.h"
#include "cli/complete.h"
#include "cli/obtain.h"
#include "cli/onboard.h"
#include "cli/session.h"

/* Of the one API of Norwegian Customs that has a documented test. */
#define ROAD_SCOPE         "toll:movement/road/v2"
#define ROAD_SCOPE_FOREIGN "toll:eu/movement/road/v2"

/* Longest list of scopes that is told, in bytes. */
#define SCOPES_MAX 1024

static int
is_norwegian(const struct onboard_run *run)
{
	return onboard_route(run) != SEGL_ROUTE_ESEAL;
}

/* ---- which scope ------------------------------------------------------- */

/* That of Customs' API where nobody named one but that to try a seal with. */
static void
choose_scope(struct onboard_run *run)
{
	struct setting_list *scope = &run->with.scope;

	if (scope->n > 1 ||
	    (scope->n == 1 &&
		strcmp(scope->values[0], OBTAIN_TRIAL_SCOPE) != 0))
		return;
	run->scopes[0] = is_norwegian(run) ? ROAD_SCOPE : ROAD_SCOPE_FOREIGN;
	scope->values = run->scopes;
	scope->n = 1;
}

static const char *
scopes_of(const struct setting_list *list, char text[SCOPES_MAX])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->n && used < SCOPES_MAX; i++)
		used += (size_t)snprintf(text + used, SCOPES_MAX - used, "%s%s",
		    i == 0 ? "" : " ", list->values[i]);
	return text;
}

static int
has_customs_scope(const struct onboard_run *run)
{
	const struct setting_list *scope = &run->with.scope;

	for (size_t i = 0; i < scope->n; i++)
		if (strncmp(scope->values[i], "toll:", 5) == 0)
			return 1;
	return 0;
}

/* ---- what a token says ------------------------------------------------- */

struct claims {
	struct onboard_claims all; /* borrowed from the rest */
	json_t *json;
};

static const char *
id_of(const json_t *json, const char *member)
{
	return json_string_value(
	    json_object_get(json_object_get(json, member), "ID"));
}

static void
read_claims(const struct segl_token *token, struct claims *out)
{
	const char *text = segl_token_access_token(token);
	struct segl *quiet = segl_new();
	struct segl_jws *jws = NULL;

	memset(out, 0, sizeof(*out));
	if (quiet != NULL &&
	    segl_jws_parse(quiet, text, strlen(text), &jws) == SEGL_OK)
		out->json = json_loads(segl_jws_payload(jws), 0, NULL);
	segl_jws_free(jws);
	segl_free(quiet);
	out->all.is_readable = out->json != NULL;
	out->all.consumer = id_of(out->json, "consumer");
	out->all.supplier = id_of(out->json, "supplier");
	out->all.amr =
	    json_string_value(json_object_get(out->json, "client_amr"));
	out->all.scope = segl_token_scope(token) != NULL
	    ? segl_token_scope(token)
	    : json_string_value(json_object_get(out->json, "scope"));
}

static const char *
identifier_of(const struct onboard_run *run)
{
	return run->report == NULL ? NULL
				   : segl_report_consumer(run->report, NULL);
}

/* ---- asking ------------------------------------------------------------ */

/* Refusals that may be about what is in x5c. */
static int
is_about_path(const struct onboard_run *run, const struct onboard_outcome *out)
{
	return segl_softtoken_path_len(run->softtoken) > 0 &&
	    onboard_route(run) != SEGL_ROUTE_REGISTERED && out->code != NULL &&
	    (strcmp(out->code, "MP-120") == 0 ||
		strcmp(out->code, "MP-123") == 0);
}

/* What else x5c may have than what was refused. */
struct form {
	const char *root; /* --root of it; NULL: there is no other form */
	size_t had;       /* certificates of the files */
	size_t fetched;   /* and those that came from elsewhere */
};

/*
 * The other form of the path: with its root, or without. Where the files have
 * none, what is missing is got from where the certificates say it is.
 */
static enum segl_status
other_form(
    struct onboard_run *run, const struct settings *with, struct form *form)
{
	int omits = with->root != NULL && strcmp(with->root, "omit") == 0;
	enum segl_status status;

	memset(form, 0, sizeof(*form));
	form->had = segl_softtoken_path_len(run->softtoken);
	if (segl_softtoken_path_has_root(run->softtoken)) {
		form->root = omits ? "include" : "omit";
		return SEGL_OK;
	}
	status = complete_path(run->segl, with, run->softtoken);
	form->fetched = segl_softtoken_path_len(run->softtoken) - form->had;
	if (status == SEGL_OK && form->fetched > 0)
		form->root = "include";
	return status;
}

static const char *
of_certificates(size_t n)
{
	return n == 1 ? "certificate" : "certificates";
}

/* It was refused as well, or there was nothing to try. */
static void
tell_no_form(const struct onboard_run *run, const struct form *form,
    struct onboard_outcome *out)
{
	if (form->root == NULL)
		onboard_add(out,
		    "nothing else could be tried: %s, whose certificate the "
		    "file does not have, could not be fetched",
		    segl_softtoken_path_missing(run->softtoken));
	else if (form->fetched > 0)
		onboard_add(out,
		    "the same with %zu more %s in x5c, fetched from where the "
		    "others say",
		    form->fetched, of_certificates(form->fetched));
	else
		onboard_add(out, "the same with the root %s x5c",
		    strcmp(form->root, "omit") == 0 ? "left out of"
						    : "added to");
}

/* Which form it was that works, and how to keep it. */
static void
tell_form(struct onboard_run *run, const struct form *form,
    struct onboard_outcome *out)
{
	int omit = strcmp(form->root, "omit") == 0;

	if (form->fetched > 0) {
		note_warning(run->segl,
		    "refused with %s with the %zu %s of the file in x5c, "
		    "accepted with %zu more, fetched from where these say",
		    out->code, form->had, of_certificates(form->had),
		    form->fetched);
		onboard_remedy(out, SEGL_TURN_YOU,
		    "put them into the file: segl bundle --fetch --out "
		    "NEW.p12, with the settings used here, and name NEW.p12 "
		    "as --softtoken from then on");
		run->fetched = form->fetched;
	} else {
		note_warning(run->segl,
		    "refused with %s with the root %s x5c, accepted with it "
		    "%s",
		    out->code, omit ? "in" : "left out of",
		    omit ? "left out" : "added");
		onboard_remedy(out, SEGL_TURN_YOU,
		    "set root = %s in segl.conf, or say --root %s", form->root,
		    form->root);
	}
}

/* Once more with another form of the path. */
static enum segl_status
try_other_form(struct onboard_run *run, struct settings *with,
    struct segl_token **token, struct onboard_outcome *out)
{
	enum segl_status status;
	struct form form;

	status = other_form(run, with, &form);
	if (status == SEGL_OK && form.root != NULL) {
		with->root = form.root;
		status = obtain_with(
		    run->segl, with, &run->server, run->softtoken, token);
	}
	if (status == SEGL_ENOMEM)
		return status;
	if (status != SEGL_OK || *token == NULL) {
		tell_no_form(run, &form, out);
		segl_error_clear(run->segl);
		return SEGL_OK;
	}
	tell_form(run, &form, out);
	run->with.root = form.root;
	onboard_set(out, ONBOARD_PASS, "accepted");
	return SEGL_OK;
}

/*
 * A token as WITH asks for it. One that is refused leaves *TOKEN NULL, and why
 * in OUT.
 */
static enum segl_status
try_token(struct onboard_run *run, struct settings *with,
    struct segl_token **token, struct onboard_outcome *out)
{
	enum segl_status status;

	status =
	    obtain_with(run->segl, with, &run->server, run->softtoken, token);
	if (status == SEGL_OK)
		return SEGL_OK;
	status = onboard_failed(run, status, out);
	if (status == SEGL_OK && is_about_path(run, out))
		status = try_other_form(run, with, token, out);
	return status;
}

/* ---- dry run ----------------------------------------------------------- */

/* SETTINGS for a token that only shows whether who asks is accepted. */
static void
plan_dry_run(
    const struct onboard_run *run, const char *trial[2], struct settings *with)
{
	*with = run->with;
	with->exchange = NULL;
	with->consumer_org = with->system_user = NULL;
	with->consent = with->authorization_details = with->pid = NULL;
	with->resource.n = 0;
	if (is_norwegian(run))
		return;
	trial[0] = OBTAIN_TRIAL_SCOPE;
	with->scope.values = trial;
	with->scope.n = 1;
}

static int
acts_for_others(const struct settings *settings)
{
	return settings->consumer_org != NULL ||
	    settings->system_user != NULL || settings->consent != NULL ||
	    settings->authorization_details != NULL;
}

/*
 * Who is refused a scope was recognised first: more a dry run does not ask.
 */
static void
judge_dry_run(struct onboard_run *run, const struct segl_token *token,
    const char *scope, struct onboard_outcome *out)
{
	if (token != NULL) {
		onboard_set(
		    out, ONBOARD_PASS, "there is a token for %s", scope);
		onboard_overrule(&run->record);
	} else if (out->status == SEGL_EAUTHZ) {
		out->result = ONBOARD_WARN;
		out->status = SEGL_OK;
		out->stops = 0;
		onboard_add(
		    out, "that is about the scope: who you are is accepted");
	}
}

enum segl_status
onboard_dry_run(struct onboard_run *run, struct onboard_outcome *out)
{
	const char *trial[2] = { NULL, NULL };
	struct segl_token *token = NULL;
	enum segl_status status;
	struct settings with;
	char scope[SCOPES_MAX];

	choose_scope(run);
	if (is_norwegian(run) && !acts_for_others(&run->with)) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "there is no scope to try a Norwegian business with; the "
		    "next step asks for the real one");
		return SEGL_OK;
	}
	plan_dry_run(run, trial, &with);
	status = try_token(run, &with, &token, out);
	if (status == SEGL_OK)
		judge_dry_run(run, token, scopes_of(&with.scope, scope), out);
	segl_token_free(token);
	return status;
}

/* ---- the real scope ---------------------------------------------------- */

enum segl_status
onboard_token(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_expected expected = { .consumer = NULL };
	struct settings with = run->with;
	enum segl_status status;
	char scope[SCOPES_MAX];
	struct claims claims;

	with.exchange = NULL;
	expected.scope = scopes_of(&with.scope, scope);
	status = try_token(run, &with, &run->token, out);
	if (status != SEGL_OK || run->token == NULL) {
		onboard_judge_permission(
		    is_norwegian(run), scope, identifier_of(run), out);
		return status;
	}
	read_claims(run->token, &claims);
	onboard_judge_scope(&expected, &claims.all, out);
	json_decref(claims.json);
	onboard_fact_number(
	    &out->facts, "expires_in_s", segl_token_expires_in_s(run->token));
	onboard_overrule(&run->record);
	return SEGL_OK;
}

/* ---- whose it is ------------------------------------------------------- */

enum segl_status
onboard_consumer(struct onboard_run *run, struct onboard_outcome *out)
{
	struct onboard_expected expected = { .consumer = identifier_of(run),
		.route = onboard_route(run) };
	char delegator[64];
	struct claims claims;

	if (run->report != NULL)
		expected.amr =
		    segl_report_text(run->report, SEGL_REPORT_CLIENT_AMR);
	if (run->with.consumer_org != NULL) {
		snprintf(delegator, sizeof(delegator), "0192:%s",
		    run->with.consumer_org);
		expected.delegator = delegator;
	}
	read_claims(run->token, &claims);
	onboard_judge_consumer(
	    &expected, &claims.all, &run->record.beside, out);
	json_decref(claims.json);
	return SEGL_OK;
}

/* ---- the exchange ------------------------------------------------------ */

static enum segl_exchanger
exchanger_of(const struct onboard_run *run)
{
	if (run->settings->exchange != NULL)
		return segl_exchanger_find(run->settings->exchange);
	return has_customs_scope(run) ? SEGL_EXCHANGER_CUSTOMS
				      : SEGL_EXCHANGER_NONE;
}

static enum segl_status
exchange(struct onboard_run *run, const char *url)
{
	return segl_exchange_token(run->segl, run->server.transport, run->by,
	    url, segl_token_access_token(run->token), &run->exchanged);
}

/*
 * What can pass is tried once more, from the grant on: no token is sent twice.
 */
static enum segl_status
exchange_again(struct onboard_run *run, const char *url)
{
	struct settings with = run->with;
	struct segl_token *token = NULL;
	enum segl_status status;

	with.exchange = NULL;
	note_warning(run->segl, "at first: %s", segl_error_message(run->segl));
	segl_error_clear(run->segl);
	status =
	    obtain_with(run->segl, &with, &run->server, run->softtoken, &token);
	if (status != SEGL_OK)
		return status;
	segl_token_free(run->token);
	run->token = token;
	return exchange(run, url);
}

enum segl_status
onboard_exchange(struct onboard_run *run, struct onboard_outcome *out)
{
	const struct settings_server *named = &run->server.named;
	enum segl_status status;
	char scope[SCOPES_MAX];
	const char *url;

	run->by = exchanger_of(run);
	if (run->by == SEGL_EXCHANGER_NONE) {
		onboard_set(out, ONBOARD_SKIPPED,
		    "nobody exchanges a token for this scope: the API takes "
		    "that of Maskinporten");
		return SEGL_OK;
	}
	run->with.exchange = segl_exchanger_name(run->by);
	status = obtain_exchanger(run->segl, &run->with, named, &run->by, &url);
	if (status == SEGL_OK)
		status = exchange(run, url);
	if (segl_status_retryable(status) && run->with.retry_for_s != 0)
		status = exchange_again(run, url);
	if (status != SEGL_OK) {
		status = onboard_failed(run, status, out);
		onboard_judge_permission(is_norwegian(run),
		    scopes_of(&run->with.scope, scope), identifier_of(run),
		    out);
		return status;
	}
	onboard_set(out, ONBOARD_PASS, "there is a token of %s",
	    run->by == SEGL_EXCHANGER_CUSTOMS ? "Norwegian Customs" : "Altinn");
	onboard_fact(&out->facts, "exchanger", run->with.exchange);
	onboard_fact(&out->facts, "url", url);
	onboard_fact_number(&out->facts, "expires_in_s",
	    segl_token_expires_in_s(run->exchanged));
	return SEGL_OK;
}
