/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "daemon/answer.h"
#include "daemon/flight.h"
#include "daemon/health.h"
#include "daemon/memo.h"
#include "daemon/metrics.h"
#include "daemon/route.h"
#include "daemon/row.h"
#include "daemon/suitability.h"
#include "daemon/texas.h"

/* ---- who ------------------------------------------------------------------
 */

void
route_caller(const struct httpd_request *request, struct want *want)
{
	const char *value = httpd_request_field(request, "Authorization");
	const struct httpd_peer *peer = request->peer;

	want->caller.is_local = peer->is_local;
	want->caller.is_loopback = peer->is_loopback;
	want->caller.uid = peer->uid;
	want->caller.gid = peer->gid;
	want->pid = peer->pid;
	want->caller.bearer = NULL;
	if (value != NULL && strncasecmp(value, "Bearer ", 7) == 0 &&
	    httpd_request_field_count(request, "Authorization") == 1)
		want->caller.bearer = value + 7;
}

/* Whether the caller may have all scopes of WANT. */
static enum verdict
decide(const struct front *front, const struct want *want)
{
	const char *scope;

	for (unsigned int i = 0;
	     (scope = wire_field(&want->key, "scope", i)) != NULL; i++) {
		enum verdict verdict = policy_decide(
		    front->policy, &want->caller, want->profile->name, scope);

		if (verdict != POLICY_ALLOWED)
			return verdict;
	}
	return POLICY_ALLOWED;
}

static void
refuse_caller(struct front *front, const struct want *want,
    enum verdict verdict, struct httpd_answer *answer)
{
	front->counts.refused_peers++;
	if (verdict == POLICY_REFUSED)
		answer_refusal(front, want, 403, "insufficient_scope",
		    "no rule of --allow lets this caller have that scope",
		    answer);
	else if (want->caller.is_local)
		answer_refusal(front, want, 403, "access_denied",
		    "no rule of --allow is for this user", answer);
	else
		answer_refusal(front, want, 401, "invalid_token",
		    "a secret that is known here is missing: Authorization: "
		    "Bearer SECRET",
		    answer);
}

int
route_asked(struct front *front, const struct httpd_request *request,
    const struct want *want, struct httpd_answer *answer)
{
	const char *asked = httpd_request_field(request, "Segl-Request");

	if (asked != NULL && strcmp(asked, "1") == 0)
		return 1;
	answer_refusal(front, want, 403, "access_denied",
	    "the field Segl-Request: 1 is missing", answer);
	return 0;
}

int
route_knows(
    struct front *front, const struct want *want, struct httpd_answer *answer)
{
	if (policy_knows(front->policy, &want->caller) == POLICY_ALLOWED)
		return 1;
	refuse_caller(front, want, POLICY_UNKNOWN, answer);
	return 0;
}

/* ---- what -----------------------------------------------------------------
 */

/* Have WANT, which is taken, wait for ROW's flight. */
static enum segl_status
wait_for(
    struct row *row, const struct httpd_request *request, struct want *want)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));

	if (waiter == NULL)
		return SEGL_ENOMEM;
	want->caller.bearer = NULL; /* it goes with the request */
	waiter->want = *want;
	buffer_init(&waiter->want.key, 1);
	want_clear(want);
	waiter->waiting = httpd_wait(request);
	waiter->next = row->waiters;
	row->waiters = waiter;
	return SEGL_OK;
}

static void
serve_row(struct front *front, const struct httpd_request *request,
    struct want *want, struct row *row, struct httpd_answer *answer)
{
	if (!want->force && row_serves(row, want)) {
		front->counts.kept++;
		answer_token(front, want, row, answer);
		return;
	}
	/* it was tried just now: nobody is hit for what cannot be had */
	if (row_has_failed(row) && row->flight.state == FLIGHT_NONE) {
		if (row_would_do(row, want))
			answer_token(front, want, row, answer);
		else
			answer_failure(
			    front, want, &row->key, row->failure, answer);
		return;
	}
	if (front->draining && row->flight.state == FLIGHT_NONE) {
		answer_refusal(front, want, 503, "server_error",
		    "segld is about to end; ask again", answer);
		return;
	}
	if (wait_for(row, request, want) != SEGL_OK)
		answer_refusal(
		    front, want, 500, "server_error", "out of memory", answer);
	else if (row->flight.state == FLIGHT_NONE)
		flight_start(front, row);
}

void
route_serve(struct front *front, const struct httpd_request *request,
    struct want *want, struct httpd_answer *answer)
{
	enum verdict verdict = decide(front, want);
	struct row *row;

	if (verdict != POLICY_ALLOWED) {
		refuse_caller(front, want, verdict, answer);
		return;
	}
	row = row_of(front, want);
	if (row == NULL)
		answer_refusal(front, want, 503, "server_error",
		    "too many different tokens are asked for at once", answer);
	else
		serve_row(front, request, want, row, answer);
}

/* ---- the plain profile ----------------------------------------------------
 */

/* What is not said is JSON. */
static enum want_form
form_of(const struct httpd_request *request)
{
	const char *accept = httpd_request_field(request, "Accept");

	if (strncmp(request->path, "/v1/header", 10) == 0)
		return WANT_HEADER;
	if (accept != NULL && strcmp(accept, "text/x-segl") == 0)
		return WANT_LINES;
	if (accept != NULL && strncmp(accept, "text/plain", 10) == 0)
		return WANT_TEXT;
	return WANT_JSON;
}

static enum segl_status
understand(
    struct front *front, const struct httpd_request *request, struct want *want)
{
	enum segl_status status;

	if (memo_recall(front->memo, request, want))
		return SEGL_OK;
	status = want_from_query(front->asked, &front->profiles, request, want);
	if (status == SEGL_OK)
		memo_keep(front->memo, request, want);
	return status;
}

static void
plain(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct segl *segl = front->asked;
	struct want want;

	segl_error_clear(segl);
	want_init(&want);
	route_caller(request, &want);
	want.form = form_of(request);
	if (!route_asked(front, request, &want, answer) ||
	    !route_knows(front, &want, answer)) {
		; /* it is told */
	} else if (understand(front, request, &want) != SEGL_OK) {
		answer_refusal(front, &want, 400, "invalid_request",
		    segl_error_message(segl), answer);
	} else {
		route_serve(front, request, &want, answer);
	}
	want_clear(&want);
}

/* ---- where to -------------------------------------------------------------
 */

static const struct route {
	const char *path;
	int below; /* also what stands below it */
	const char *method;
	void (*handle)(struct front *front, const struct httpd_request *request,
	    struct httpd_answer *answer);
} routes[] = {
	{ "/v1/token", 1, "GET", plain },
	{ "/v1/header", 1, "GET", plain },
	{ "/api/v1/token", 0, "POST", texas_token },
	{ "/api/v1/token/exchange", 0, "POST", texas_exchange },
	{ "/api/v1/introspect", 0, "POST", texas_introspect },
	{ "/v1/suitability", 0, "GET", suitability },
	{ "/healthz", 0, "GET", health_live },
	{ "/readyz", 0, "GET", health_ready },
	{ "/metrics", 0, "GET", metrics },
};

static int
is_path(const struct route *route, const char *path)
{
	size_t len = strlen(route->path);

	if (strncmp(path, route->path, len) != 0)
		return 0;
	if (path[len] == '\0')
		return 1;
	/* a profile, one name; names need no escapes */
	return route->below && path[len] == '/' && path[len + 1] != '\0' &&
	    strpbrk(path + len + 1, "/%") == NULL;
}

/* Why the request is not answered whatever it is for, or NULL. */
static const char *
is_foreign(const struct httpd_request *request)
{
	static const char *const fields[] = { "Origin", "Forwarded",
		"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
		"X-Forwarded-Server", "X-Real-IP", "Via", "Sec-Fetch-Site",
		"Sec-Fetch-Dest", "Access-Control-Request-Method" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (httpd_request_field(request, fields[i]) != NULL)
			return "a browser or a proxy sent it";
	return NULL;
}

static int
has_body(const struct httpd_request *request)
{
	const char *length = httpd_request_field(request, "Content-Length");

	return request->body_len > 0 ||
	    (length != NULL && strcmp(length, "0") != 0) ||
	    httpd_request_field(request, "Transfer-Encoding") != NULL;
}

static void
refuse(struct front *front, int http_status, const char *error, const char *why,
    struct httpd_answer *answer)
{
	answer_common(answer);
	answer->content_type = "application/json";
	answer->status = http_status;
	answer->close = 1;
	front->counts.requests[4]++;
	if (buffer_printf(&answer->body,
		"{\"error\":\"%s\",\"error_description\":\"%s\"}", error,
		why) != SEGL_OK)
		answer->status = 500;
}

static void
dispatch(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	const struct route *route = NULL;
	const char *why = is_foreign(request);

	if (why != NULL) {
		refuse(front, 403, "access_denied", why, answer);
		return;
	}
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (is_path(&routes[i], request->path))
			route = &routes[i];
	if (route == NULL) {
		refuse(front, 404, "invalid_request", "there is no such path",
		    answer);
	} else if (strcmp(request->method, route->method) != 0) {
		httpd_answer_field(answer, "Allow", route->method);
		refuse(front, 405, "invalid_request", "another method is meant",
		    answer);
	} else if (strcmp(route->method, "GET") == 0 && has_body(request)) {
		refuse(front, 400, "invalid_request",
		    "a body where none belongs", answer);
	} else {
		route->handle(front, request, answer);
	}
}

enum segl_status
route_request(
    void *arg, const struct httpd_request *request, struct httpd_answer *answer)
{
	dispatch(arg, request, answer);
	return SEGL_OK;
}

enum segl_status
route_probe(
    void *arg, const struct httpd_request *request, struct httpd_answer *answer)
{
	static const char *const known[][2] = { { "/", "/healthz" },
		{ "/healthz", "/healthz" }, { "/readyz", "/readyz" },
		{ "/metrics", "/metrics" } };
	struct httpd_request probe = *request;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(request->path, known[i][0]) == 0) {
			probe.path = known[i][1];
			dispatch(arg, &probe, answer);
			return SEGL_OK;
		}
	refuse(arg, 404, "invalid_request", "there is no such path", answer);
	return SEGL_OK;
}
