/* SPDX-License-Identifier: ISC */
/* segl call: one request with a fresh token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/body.h"
#include "cli/command.h"
#include "cli/obtain.h"
#include "cli/url.h"
#include "explain/api_answer.h"

/* Headers that segl adds itself. */
#define OWN_HEADERS 1

struct call {
	struct segl *segl;
	const struct settings *settings;
	struct body body;
	const char **headers; /* new list of borrowed texts */
	char *url;            /* new */
	int plain;
	int may_renew;   /* a 401 is worth a new token */
	int http_status; /* 0: no answer yet */
	int error;       /* errno of standard output */
};

/* ---- what is asked ------------------------------------------------------ */

static enum segl_status
refuse(
    struct segl *segl, const char *what, const char *value, const char *remedy)
{
	char *safe = text_foreign(value, strlen(value));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s: '%s'", what,
	    safe == NULL ? "" : safe);
	error_remedy(segl, "%s", remedy);
	free(safe);
	return SEGL_EUSAGE;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static enum segl_status
check_method(struct segl *segl, const char *method)
{
	if (method[0] != '\0' && method[strspn(method, LETTERS)] == '\0' &&
	    strcasecmp(method, "CONNECT") != 0 &&
	    strcasecmp(method, "TRACE") != 0)
		return SEGL_OK;
	return refuse(segl, "this is no method of a request", method,
	    "write segl call GET URL, or POST, PUT, PATCH, DELETE");
}

/* A header that would let the token, or the request, become another. */
static int
is_ours(const char *header, size_t len)
{
	static const char *const names[] = { "Authorization",
		"Proxy-Authorization", "Host", "Content-Length",
		"Transfer-Encoding", "Connection", "Expect", "Upgrade" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len &&
		    strncasecmp(names[i], header, len) == 0)
			return 1;
	return 0;
}

static enum segl_status
check_header(struct segl *segl, const char *header)
{
	size_t name = strspn(header, LETTERS "0123456789-_.!#$%&'*+^`|~");
	const char *value = header + name + (header[name] == ':');

	value += strspn(value, " \t");
	if (name == 0 || header[name] != ':' || value[0] == '\0' ||
	    strpbrk(value, "\r\n") != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "a header is given as 'Name: value', on one line");
	if (is_ours(header, name))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the header %.*s is segl's own", (int)name, header);
	return SEGL_OK;
}

static int
is_given(const struct call *call, const char *name)
{
	const struct setting_list *list = &call->settings->header;
	size_t len = strlen(name);

	for (size_t i = 0; i < list->n; i++)
		if (strncasecmp(list->values[i], name, len) == 0 &&
		    list->values[i][len] == ':')
			return 1;
	return 0;
}

static enum segl_status
take_headers(struct call *call)
{
	const struct setting_list *list = &call->settings->header;
	enum segl_status status = SEGL_OK;
	size_t n = 0;

	call->headers =
	    calloc(list->n + OWN_HEADERS + 1, sizeof(*call->headers));
	if (call->headers == NULL)
		return error_nomem(call->segl);
	for (size_t i = 0; status == SEGL_OK && i < list->n; i++) {
		status = check_header(call->segl, list->values[i]);
		call->headers[n++] = list->values[i];
	}
	if (call->body.fd >= 0 && !is_given(call, "Content-Type"))
		call->headers[n++] = "Content-Type: application/json";
	return status;
}

/* A path alone is one of the API whose token is used. */
static enum segl_status
complete_url(struct call *call, const char *text)
{
	struct settings_server named;
	enum segl_exchanger by;
	enum segl_status status;
	const char *base = "";

	if (text[0] == '/') {
		status = settings_server(call->segl, call->settings, &named);
		if (status == SEGL_OK)
			status = obtain_exchanger(
			    call->segl, call->settings, &named, &by, &base);
		if (status != SEGL_OK)
			return status;
		if (base == NULL)
			return refuse(call->segl,
			    "this is a path without a host", text,
			    "write the whole URL, or say with --exchange "
			    "whose API it is");
	}
	if (asprintf(&call->url, "%s%s", base, text) < 0) {
		call->url = NULL;
		return error_nomem(call->segl);
	}
	return SEGL_OK;
}

static enum segl_status
take_url(struct call *call, const char *text)
{
	enum segl_status status = complete_url(call, text);
	struct url url;

	if (status != SEGL_OK)
		return status;
	if (url_split(call->url, &url) < 0)
		return refuse(call->segl,
		    "this is not a URL to send a token to", text,
		    "write https://HOST/PATH, blanks and the like as %20");
	call->plain = !url.https;
	if (url.https || url_is_loopback(&url))
		return SEGL_OK;
	return refuse(call->segl, "a token is not sent without encryption",
	    text, "use https; http is only for servers on this very host");
}

/* ---- the answer --------------------------------------------------------- */

static long
on_read(void *arg, char *to, size_t max)
{
	struct call *call = arg;

	return body_read(&call->body, to, max);
}

static int
on_data(void *arg, const char *bytes, size_t len)
{
	struct call *call = arg;

	call->error = file_write_all(STDOUT_FILENO, bytes, len);
	return call->error;
}

static int
on_head(void *arg, int http_status, const char *lines, size_t len)
{
	struct call *call = arg;

	call->http_status = http_status;
	if (http_status == 401 && call->may_renew)
		return 1; /* another answer follows */
	return call->settings->include ? on_data(call, lines, len) : 0;
}

static enum segl_status
judge(const struct call *call)
{
	struct error_answer answer = { .http_status = call->http_status,
		.retry_after_s = -1 };
	int http = call->http_status;
	int customs = call->settings->exchange != NULL &&
	    strcmp(call->settings->exchange, "customs") == 0;
	const struct api_answer *row = api_answer_of(http);
	enum segl_turn turn;

	if (call->settings->any_status || (http >= 200 && http < 300))
		return SEGL_OK;
	if (row == NULL)
		return error_set(call->segl, SEGL_EREPLY, SEGL_TURN_API_OWNER,
		    "%s answers with HTTP status %d, which there is not",
		    call->url, http);
	if (row->status == SEGL_OK)
		return SEGL_OK;
	turn = customs && row->turn == SEGL_TURN_API_OWNER ? SEGL_TURN_CUSTOMS
							   : row->turn;
	error_set(call->segl, row->status, turn, "%s %s (HTTP %d)", call->url,
	    row->what, http);
	error_remedy(call->segl, "%s", row->remedy);
	error_answer(call->segl, &answer);
	return row->status;
}

/* ---- the request -------------------------------------------------------- */

/* A request that ought to have a body and has none has an empty one. */
static long long
body_len(const struct call *call)
{
	const char *method = call->settings->operands[0];

	if (call->body.len != NET_CALL_NO_BODY)
		return call->body.len;
	return strcasecmp(method, "POST") == 0 ||
		strcasecmp(method, "PUT") == 0 ||
		strcasecmp(method, "PATCH") == 0
	    ? 0
	    : NET_CALL_NO_BODY;
}

static enum segl_status
send_once(struct call *call, const char *token)
{
	const struct settings *settings = call->settings;
	struct net_options options = { .ca = settings->ca.values,
		.ca_only = settings->ca_only,
		.connect_timeout_s = settings->connect_timeout_s,
		.timeout_s = settings->timeout_s };
	const struct net_call request = { .method = settings->operands[0],
		.url = call->url,
		.headers = call->headers,
		.token = token,
		.body_len = body_len(call),
		.plain = call->plain,
		.read = on_read,
		.head = on_head,
		.data = on_data,
		.arg = call };
	enum segl_status status;

	call->http_status = 0;
	status = net_call(call->segl, &options, &request);
	if (status == SEGL_OK && call->error != 0)
		status = error_set(call->segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "the answer could not be written to standard output: %s",
		    strerror(call->error));
	return status;
}

/*
 * Once more with a new token, and only once: whoever refuses that one, too,
 * has another reason.
 */
static enum segl_status
renew_and_send(struct call *call, const struct obtained *first)
{
	struct obtained second;
	enum segl_status status;

	call->may_renew = 0;
	if (body_rewind(&call->body) < 0) {
		note_warning(call->segl,
		    "the token was not accepted, and the body cannot be sent "
		    "again: it came from a pipe and is longer than %u bytes",
		    BODY_HELD_MAX);
		return SEGL_OK;
	}
	note_info(call->segl,
	    "the token was not accepted (HTTP 401): a new "
	    "one is got, once");
	status =
	    obtain(call->segl, call->settings, 1, first->entry.token, &second);
	if (status == SEGL_OK)
		status = send_once(call, second.entry.token);
	obtained_clear(&second);
	return status;
}

static enum segl_status
send(struct call *call)
{
	struct obtained obtained;
	enum segl_status status;

	status = obtain(call->segl, call->settings, call->settings->force_new,
	    NULL, &obtained);
	call->may_renew = 1;
	if (status == SEGL_OK)
		status = send_once(call, obtained.entry.token);
	if (status == SEGL_OK && call->http_status == 401)
		status = renew_and_send(call, &obtained);
	obtained_clear(&obtained);
	return status == SEGL_OK ? judge(call) : status;
}

enum segl_status
command_call(struct segl *segl, const struct settings *settings)
{
	struct call call = { .segl = segl, .settings = settings };
	enum segl_status status;

	if (settings->n_operands < 2) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl call needs a method and a URL");
		error_remedy(segl, "write segl call GET https://HOST/PATH");
		return SEGL_EUSAGE;
	}
	status = body_open(segl, settings->body, &call.body);
	if (status == SEGL_OK)
		status = check_method(segl, settings->operands[0]);
	if (status == SEGL_OK)
		status = take_url(&call, settings->operands[1]);
	if (status == SEGL_OK)
		status = take_headers(&call);
	if (status == SEGL_OK)
		status = send(&call);
	body_close(&call.body);
	free(call.headers);
	free(call.url);
	return status;
}
