/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <segl/exchange.h>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "explain/refusal.h"
#include "oauth/reply.h"
#include "oauth/strict_json.h"

/* No token of Maskinporten lives longer than hours; beyond this is a fault. */
#define EXPIRES_IN_MAX (366L * 24 * 3600)

/*
 * A Date header counts whole seconds and is as old as the way here; from this
 * on the difference is the clock's, in seconds.
 */
#define SKEW_MIN_S 5

struct segl_token {
	char *access_token;
	char *token_type;
	char *scope;
	long expires_in_s;
	long long expires_at;
};

void
segl_token_free(struct segl_token *token)
{
	if (token == NULL)
		return;
	secret_free_text(token->access_token);
	free(token->token_type);
	free(token->scope);
	free(token);
}

const char *
segl_token_access_token(const struct segl_token *token)
{
	return token->access_token;
}

const char *
segl_token_type(const struct segl_token *token)
{
	return token->token_type;
}

const char *
segl_token_scope(const struct segl_token *token)
{
	return token->scope;
}

void
reply_token_aged(struct segl_token *token, long long ms)
{
	long long s = ms / 1000;

	if (token->expires_in_s < 0 || s <= 0)
		return;
	if (s > token->expires_in_s)
		s = token->expires_in_s;
	token->expires_in_s -= (long)s;
	token->expires_at -= s;
}

long
segl_token_expires_in_s(const struct segl_token *token)
{
	return token->expires_in_s;
}

long long
segl_token_expires_at(const struct segl_token *token)
{
	return token->expires_at;
}

/* ---- refusals --------------------------------------------------------- */

/* "MP-110" when it is the last segment of URI; CODE has room for it. */
static int
code_of_uri(const char *uri, char code[8])
{
	const char *last = uri == NULL ? NULL : strrchr(uri, '/');

	if (last == NULL || strncmp(last, "/MP-", 4) != 0)
		return 0;
	for (size_t i = 4; i < 7; i++)
		if (!isdigit((unsigned char)last[i]))
			return 0;
	if (last[7] != '\0')
		return 0;
	memcpy(code, last + 1, 7);
	return 1;
}

/* New copy of what follows "(trace_id: " or "(correlation id: ", or NULL. */
static char *
trace_of(const char *description)
{
	static const char *const marks[] = { "(trace_id: ",
		"(correlation id: " };

	for (size_t i = 0; description != NULL && i < 2; i++) {
		const char *p = strstr(description, marks[i]);
		size_t n;

		if (p == NULL)
			continue;
		p += strlen(marks[i]);
		n = strcspn(p, ")");
		if (n > 0 && n <= 64 && p[n] == ')')
			return strndup(p, n);
	}
	return NULL;
}

/*
 * A refusal about time, where the server's Date tells that this host's clock
 * is off: that is the cause, and how much says what to do. SKEW_S is how far
 * this clock is ahead.
 */
static int
is_explained_by_clock(const struct refusal *row, long long skew_s)
{
	int about_time = row->status == SEGL_ECLOCK ||
	    (row->code != NULL && strcmp(row->code, "MP-130") == 0);

	return about_time && (skew_s >= SKEW_MIN_S || skew_s <= -SKEW_MIN_S);
}

static enum segl_status
wrong_clock(
    struct segl *segl, const struct error_answer *answer, long long skew_s)
{
	error_set(segl, SEGL_ECLOCK, SEGL_TURN_YOU,
	    "Maskinporten refused the grant%s%s because the clock of this "
	    "host is %lld s %s the server's",
	    answer->mp_code == NULL ? "" : " with ",
	    answer->mp_code == NULL ? "" : answer->mp_code,
	    skew_s < 0 ? -skew_s : skew_s, skew_s < 0 ? "behind" : "ahead of");
	error_remedy(segl,
	    "set the clock of this host (NTP); until then "
	    "--clock server goes by the server's");
	return SEGL_ECLOCK;
}

static enum segl_status
refused(struct segl *segl, const json_t *json,
    const struct segl_response *response, long long now)
{
	long long skew_s = response->date < 0 ? 0 : now - response->date;
	const char *uri = json_string_value(json_object_get(json, "error_uri"));
	const char *oauth = json_string_value(json_object_get(json, "error"));
	const char *description =
	    json_string_value(json_object_get(json, "error_description"));
	struct error_answer answer = { .oauth = oauth,
		.description = description,
		.uri = uri,
		.http_status = response->http_status,
		.retry_after_s = -1 };
	const struct refusal *row;
	char code[8] = "";
	char *trace = trace_of(description);
	char *words;
	enum segl_status status;

	row = refusal_find(
	    code_of_uri(uri, code) ? code : NULL, oauth, description);
	answer.mp_code = code[0] != '\0' ? code : row->code;
	answer.trace_id = trace;
	if (is_explained_by_clock(row, skew_s)) {
		status = wrong_clock(segl, &answer, skew_s);
		error_answer(segl, &answer);
		free(trace);
		return status;
	}
	words = description == NULL
	    ? text_foreign(oauth, strlen(oauth))
	    : text_foreign(description, strlen(description));
	status = error_set(segl, row->status, row->turn,
	    "Maskinporten refused the grant%s%s: %s. It said: %s",
	    answer.mp_code == NULL ? "" : " with ",
	    answer.mp_code == NULL ? "" : answer.mp_code, row->meaning,
	    words == NULL ? "" : words);
	error_remedy(segl, "%s", row->remedy);
	error_answer(segl, &answer);
	free(words);
	free(trace);
	return status;
}

enum segl_status
reply_too_often(
    struct segl *segl, const char *who, const struct segl_response *response)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = response->retry_after_s };
	char wait[48] = "try again later";

	if (response->retry_after_s >= 0)
		snprintf(wait, sizeof(wait), "wait %ld seconds",
		    response->retry_after_s);
	error_set(segl, SEGL_ESERVER, SEGL_TURN_YOU,
	    "%s asks to slow down (HTTP %d)", who, response->http_status);
	error_remedy(segl,
	    "%s, and ask less often: a token serves until it runs out, and "
	    "only --no-cache and --force-new get another one before",
	    wait);
	error_answer(segl, &answer);
	return SEGL_ESERVER;
}

static enum segl_status
unavailable(struct segl *segl, const struct segl_response *response)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = response->retry_after_s };

	if (response->http_status == 429)
		return reply_too_often(segl, "Maskinporten", response);
	error_set(segl, SEGL_ESERVER, SEGL_TURN_DIGDIR,
	    "the server cannot answer now (HTTP %d)", response->http_status);
	error_remedy(segl,
	    "try again later; https://status.digdir.no/ tells about outages");
	error_answer(segl, &answer);
	return SEGL_ESERVER;
}

/* What came instead of JSON, and who probably sent it. */
static enum segl_status
not_oauth(struct segl *segl, const struct segl_response *response)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = -1 };
	const char *type = response->content_type == NULL
	    ? "no content type"
	    : response->content_type;
	char *safe = text_foreign(type, strlen(type));

	segl_error_clear(segl); /* of the parser: this says more */
	error_set(segl, SEGL_EREPLY, SEGL_TURN_NETWORK,
	    "HTTP %d with %s is not an answer of a token endpoint",
	    response->http_status, safe == NULL ? "something else" : safe);
	if (response->http_status >= 300 && response->http_status < 400)
		error_remedy(segl,
		    "segl follows no redirects: check --env, and whether a "
		    "proxy wants you to log in");
	else
		error_remedy(segl,
		    "check --env, and whether a proxy or gateway answers in "
		    "the place of Maskinporten");
	error_answer(segl, &answer);
	free(safe);
	return SEGL_EREPLY;
}

/* ---- tokens ----------------------------------------------------------- */

/* A token goes into an HTTP header: RFC 6750, 2.1, allows just b68token. */
int
reply_is_b68token(const char *text)
{
	size_t n = strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "-._~+/");

	return n > 0 && text[n + strspn(text + n, "=")] == '\0';
}

static enum segl_status
unexpected(struct segl *segl, const char *why)
{
	error_set(segl, SEGL_EREPLY, SEGL_TURN_DIGDIR,
	    "the answer of the token endpoint is not a token: %s", why);
	error_remedy(segl, "check --env; report it if it stays");
	return SEGL_EREPLY;
}

static enum segl_status
take_token(struct segl *segl, const json_t *json, long long now,
    struct segl_token *token)
{
	const json_t *expires = json_object_get(json, "expires_in");
	const json_t *scope = json_object_get(json, "scope");
	const char *access =
	    json_string_value(json_object_get(json, "access_token"));
	const char *type =
	    json_string_value(json_object_get(json, "token_type"));

	if (access == NULL || !reply_is_b68token(access))
		return unexpected(
		    segl, "access_token is missing or cannot be used");
	if (type == NULL || strcasecmp(type, "Bearer") != 0)
		return unexpected(segl, "token_type is not Bearer");
	if (expires != NULL &&
	    (!json_is_integer(expires) || json_integer_value(expires) < 0 ||
		json_integer_value(expires) > EXPIRES_IN_MAX))
		return unexpected(
		    segl, "expires_in is not a number of seconds");
	if (scope != NULL && !json_is_string(scope))
		return unexpected(segl, "scope is not a text");
	token->expires_in_s =
	    expires == NULL ? -1 : (long)json_integer_value(expires);
	token->expires_at = expires == NULL ? -1 : now + token->expires_in_s;
	token->access_token = strdup(access);
	token->token_type = strdup(type);
	if (scope != NULL)
		token->scope = strdup(json_string_value(scope));
	if (token->access_token == NULL || token->token_type == NULL ||
	    (scope != NULL && token->scope == NULL))
		return error_nomem(segl);
	return SEGL_OK;
}

enum segl_status
reply_token(struct segl *segl, const json_t *json, long long now,
    struct segl_token **out)
{
	struct segl_token *token = calloc(1, sizeof(*token));
	enum segl_status status;

	if (token == NULL)
		return error_nomem(segl);
	status = take_token(segl, json, now, token);
	if (status == SEGL_OK)
		*out = token;
	else
		segl_token_free(token);
	return status;
}

/* jansson keeps the token in its own memory: wipe it there as well. */
void
reply_forget(json_t *json)
{
	const char *access =
	    json_string_value(json_object_get(json, "access_token"));

	if (access != NULL)
		secret_wipe((char *)(uintptr_t)access, strlen(access));
	json_decref(json);
}

enum segl_status
segl_reply_parse(struct segl *segl, const struct segl_response *response,
    long long now, struct segl_token **out)
{
	enum segl_status status;
	json_t *json;

	*out = NULL;
	if (response->http_status >= 500 || response->http_status == 429)
		return unavailable(segl, response);
	status = strict_json_object(segl, "the answer of the token endpoint",
	    response->body == NULL ? "" : response->body, response->len, &json);
	if (status == SEGL_ENOMEM)
		return status;
	if (status != SEGL_OK && response->http_status != 200)
		return not_oauth(segl, response);
	if (status != SEGL_OK) {
		error_remedy(segl,
		    "check --env, and whether a proxy answers "
		    "in the place of Maskinporten");
		return status;
	}
	if (response->http_status == 200)
		status = reply_token(segl, json, now, out);
	/* without an OAuth error code the answer is a proxy's, or so */
	else if (response->http_status >= 400 &&
	    json_is_string(json_object_get(json, "error")))
		status = refused(segl, json, response, now);
	else
		status = not_oauth(segl, response);
	reply_forget(json);
	return status;
}
