/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "cli/report.h"
#include "daemon/answer.h"
#include "daemon/audit.h"
#include "daemon/flight.h"
#include "daemon/inspect.h"
#include "daemon/json.h"

void
answer_common(struct httpd_answer *answer)
{
	httpd_answer_field(answer, "Cache-Control", "no-store");
	httpd_answer_field(answer, "X-Content-Type-Options", "nosniff");
}

int
answer_is_json(const struct want *want)
{
	return want->form == WANT_JSON || want->form == WANT_TEXAS;
}

static void
count(struct front *front, int http_status)
{
	size_t class = (size_t)http_status / 100;

	front->counts.requests[class < 6 ? class : 5]++;
}

static void
set_type(const struct want *want, struct httpd_answer *answer)
{
	answer->content_type = answer_is_json(want)
	    ? "application/json"
	    : "text/plain; charset=utf-8";
	answer_common(answer);
}

/* Where there was no memory for the answer itself. */
static void
empty_failure(struct httpd_answer *answer)
{
	buffer_clear(&answer->body);
	answer->status = 500;
}

/* ---- tokens ---------------------------------------------------------------
 */

/* A token is long: printf(3) would count it first, byte by byte. */
static enum segl_status
add_three(
    struct buffer *body, const char *first, const char *token, const char *last)
{
	enum segl_status status = buffer_add_str(body, first);

	if (status == SEGL_OK)
		status = buffer_add_str(body, token);
	if (status == SEGL_OK)
		status = buffer_add_str(body, last);
	return status;
}

static enum segl_status
tell_lines_of(const struct row *row, long left_s, struct buffer *body)
{
	const char *scope = row->token.scope;
	enum segl_status status =
	    add_three(body, "access_token ", row->token.token, "\n");

	if (status == SEGL_OK)
		status = buffer_printf(body,
		    "token_type Bearer\nexpires_in %ld\nexpires_at %lld\n",
		    left_s, (long long)time(NULL) + left_s);
	if (status == SEGL_OK && scope != NULL)
		status = add_three(body, "scope ", scope, "\n");
	return status;
}

static enum segl_status
tell_token(const struct want *want, const struct row *row, long left_s,
    struct buffer *body)
{
	char end[80];

	if (want->form == WANT_TEXT)
		return buffer_add_str(body, row->token.token);
	if (want->form == WANT_HEADER)
		return add_three(
		    body, "Authorization: Bearer ", row->token.token, "\n");
	if (want->form == WANT_LINES)
		return tell_lines_of(row, left_s, body);
	snprintf(end, sizeof(end), ",\"expires_in\":%ld,\"expires_at\":%lld}",
	    left_s, (long long)time(NULL) + left_s);
	return add_three(body, "{", row->json, end);
}

static void
compose_token(const struct want *want, const struct row *row, long left_s,
    struct httpd_answer *answer)
{
	answer->status = 200;
	set_type(want, answer);
	if (tell_token(want, row, left_s, &answer->body) != SEGL_OK)
		empty_failure(answer);
	if (want->form == WANT_TEXT) {
		snprintf(answer->note, sizeof(answer->note), "%ld", left_s);
		httpd_answer_field(answer, "Segl-Expires-In", answer->note);
	}
}

/* What ROW answers in this second; NULL out of memory. */
static const struct httpd_prepared *
told_again(const struct want *want, struct row *row, long left_s,
    struct httpd_answer *answer)
{
	struct told *told = &row->told[want->form];
	long long now = (long long)time(NULL);

	if (told->answer != NULL && told->at == now && told->left_s == left_s)
		return told->answer;
	httpd_prepared_free(told->answer);
	told->answer = NULL;
	compose_token(want, row, left_s, answer);
	if (answer->status == 200)
		told->answer = httpd_prepare(answer);
	told->at = now;
	told->left_s = left_s;
	return told->answer;
}

static void
handed_out(struct front *front, const struct want *want, struct row *row,
    int http_status)
{
	count(front, http_status);
	if (http_status == 200)
		audit_token(front, want, row);
	else
		audit_write(
		    front, want, &row->key, row->jti, "failed", http_status);
	row_used(front, row);
}

void
answer_token(struct front *front, const struct want *want, struct row *row,
    struct httpd_answer *answer)
{
	answer->prepared = told_again(want, row, row_remaining_s(row), answer);
	answer->status = answer->prepared == NULL ? 500 : 200;
	handed_out(front, want, row, answer->status);
}

/* ---- failures -------------------------------------------------------------
 */

int
answer_http_status(enum segl_status status)
{
	switch (status) {
	case SEGL_EUSAGE:
		return 400;
	case SEGL_EAUTHZ:
		return 403;
	case SEGL_ENETWORK:
	case SEGL_ECONNECT:
	case SEGL_ESERVER:
	case SEGL_ECLOCK:
		return 503;
	case SEGL_EAUTHN:
	case SEGL_EREPLY:
		return 502;
	default:
		return 500;
	}
}

/* As Texas does: the server's status and words; its own for what is not. */
static enum segl_status
tell_texas(const struct segl *segl, struct httpd_answer *answer)
{
	const char *error = segl_error_oauth(segl);
	const char *why = segl_error_description(segl);
	int usage = segl_error_status(segl) == SEGL_EUSAGE;
	enum segl_status status;

	answer->status = segl_error_http_status(segl);
	if (answer->status < 400 || answer->status > 599)
		answer->status = usage ? 400 : 500;
	if (error == NULL)
		error = usage ? "invalid_request" : "server_error";
	status = buffer_add_str(&answer->body, "{\"error\":");
	if (status == SEGL_OK)
		status = json_add(&answer->body, error);
	if (status == SEGL_OK)
		status =
		    buffer_add_str(&answer->body, ",\"error_description\":");
	if (status == SEGL_OK)
		status = json_add(&answer->body,
		    why != NULL ? why : segl_error_message(segl));
	if (status == SEGL_OK)
		status = buffer_add_str(&answer->body, "}");
	return status;
}

/* The same that segl(1) tells with and without --json. */
static enum segl_status
tell_plain(const struct want *want, const struct segl *segl,
    struct httpd_answer *answer)
{
	enum segl_status status;
	char *json, *words = NULL;
	struct buffer text;

	answer->status = answer_http_status(segl_error_status(segl));
	if (want->form == WANT_LINES)
		return report_compose(segl, &answer->body);
	buffer_init(&text, REPORT_MAX);
	status = report_compose(segl, &text);
	/* exit code, newline, JSON, newline, words */
	json = status == SEGL_OK ? strchr(text.data, '\n') : NULL;
	if (json != NULL)
		words = strchr(json + 1, '\n');
	if (words == NULL) {
		buffer_clear(&text);
		return SEGL_ENOMEM;
	}
	*json++ = '\0';
	*words++ = '\0';
	snprintf(answer->note, sizeof(answer->note), "%s", text.data);
	httpd_answer_field(answer, "Segl-Exit", answer->note);
	status =
	    buffer_add_str(&answer->body, answer_is_json(want) ? json : words);
	buffer_clear(&text);
	return status;
}

void
answer_failure(struct front *front, const struct want *want,
    const struct buffer *key, const struct segl *segl,
    struct httpd_answer *answer)
{
	enum segl_status status;

	set_type(want, answer);
	status = want->form == WANT_TEXAS ? tell_texas(segl, answer)
					  : tell_plain(want, segl, answer);
	if (status != SEGL_OK)
		empty_failure(answer);
	if (segl_error_retry_after_s(segl) > 0)
		answer->retry_after_s = segl_error_retry_after_s(segl);
	else if (answer->status == 503)
		answer->retry_after_s = 1;
	front->counts.failed++;
	count(front, answer->status);
	audit_write(front, want, key, "", "failed", answer->status);
}

/* What segl is to make of HTTP_STATUS, with the words WHY. */
static enum segl_status
tell_lines(int http_status, const char *why, struct httpd_answer *answer)
{
	struct segl *segl = segl_new();
	enum segl_status status = SEGL_EAUTHZ;

	if (segl == NULL)
		return SEGL_ENOMEM;
	if (http_status == 400)
		status = SEGL_EUSAGE;
	else if (http_status >= 500)
		status = SEGL_ESERVER;
	error_set(segl, status, SEGL_TURN_YOU, "segld refused: %s", why);
	status = report_compose(segl, &answer->body);
	segl_free(segl);
	return status;
}

void
answer_refusal(struct front *front, const struct want *want, int http_status,
    const char *error, const char *why, struct httpd_answer *answer)
{
	enum segl_status status;

	set_type(want, answer);
	answer->status = http_status;
	if (http_status == 401)
		httpd_answer_field(answer, "WWW-Authenticate", "Bearer");
	if (want->form == WANT_LINES) {
		status = tell_lines(http_status, why, answer);
	} else if (!answer_is_json(want)) {
		status = buffer_printf(&answer->body, "segld: %s\n", why);
	} else {
		status = buffer_printf(&answer->body,
		    "{\"error\":\"%s\",\"error_description\":", error);
		if (status == SEGL_OK)
			status = json_add(&answer->body, why);
		if (status == SEGL_OK)
			status = buffer_add_str(&answer->body, "}");
	}
	if (status != SEGL_OK)
		empty_failure(answer);
	count(front, answer->status);
	audit_write(front, want, want->key.len > 0 ? &want->key : NULL, "",
	    "refused", answer->status);
}

/* ---- those who waited -----------------------------------------------------
 */

static void
answer_one(
    struct front *front, struct row *row, struct waiter *waiter, int success)
{
	struct httpd_answer *answer = httpd_waiting_answer(waiter->waiting);
	struct segl *nothing;

	if (success || row_would_do(row, &waiter->want)) {
		front->counts.fetched++;
		/* sent later, when the row may have another token, or none */
		compose_token(&waiter->want, row, row_remaining_s(row), answer);
		handed_out(front, &waiter->want, row, answer->status);
	} else if (row->failure != NULL) {
		answer_failure(
		    front, &waiter->want, &row->key, row->failure, answer);
	} else {
		nothing = segl_new();
		if (nothing != NULL) {
			error_nomem(nothing);
			answer_failure(
			    front, &waiter->want, &row->key, nothing, answer);
		}
		segl_free(nothing);
	}
	httpd_resume(waiter->waiting);
	want_clear(&waiter->want);
	free(waiter);
}

void
answer_waiters(struct front *front, struct row *row, int success)
{
	struct waiter *waiter = row->waiters, *next;

	if (row->is_keys)
		inspect_landed(front, row, success);
	row->waiters = NULL;
	for (; waiter != NULL; waiter = next) {
		next = waiter->next;
		answer_one(front, row, waiter, success);
	}
}
