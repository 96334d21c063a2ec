/* SPDX-License-Identifier: ISC */
/* The answers of those who exchange Maskinporten's tokens. */
#include <stdlib.h>
#include <string.h>

#include <segl/exchange.h>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "explain/exchange.h"
#include "oauth/reply.h"
#include "oauth/strict_json.h"

static const struct {
	const char *name;
	const char *words; /* who it is, at the start of a sentence */
	enum segl_turn turn;
	const char *status_page;
} exchangers[] = {
	[SEGL_EXCHANGER_NONE] = { NULL, "nobody", SEGL_TURN_NONE, "" },
	[SEGL_EXCHANGER_CUSTOMS] = { "customs", "Norwegian Customs",
	    SEGL_TURN_CUSTOMS, "toll.no tells about outages" },
	[SEGL_EXCHANGER_ALTINN] = { "altinn", "Altinn", SEGL_TURN_DIGDIR,
	    "https://status.digdir.no/ tells about outages" },
};

const char *
segl_exchanger_name(enum segl_exchanger by)
{
	return exchangers[by].name;
}

enum segl_exchanger
segl_exchanger_find(const char *name)
{
	if (strcmp(name, "customs") == 0)
		return SEGL_EXCHANGER_CUSTOMS;
	return strcmp(name, "altinn") == 0 ? SEGL_EXCHANGER_ALTINN
					   : SEGL_EXCHANGER_NONE;
}

/* ---- refusals ----------------------------------------------------------- */

static enum segl_status
unavailable(struct segl *segl, enum segl_exchanger by,
    const struct segl_response *response)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = response->retry_after_s };

	if (response->http_status == 429)
		return reply_too_often(segl, exchangers[by].words, response);
	error_set(segl, SEGL_ESERVER, exchangers[by].turn,
	    "%s cannot exchange the token now (HTTP %d)", exchangers[by].words,
	    response->http_status);
	error_remedy(segl, "try again later; %s", exchangers[by].status_page);
	error_answer(segl, &answer);
	return SEGL_ESERVER;
}

/* The text member NAME of JSON, which may be NULL; borrowed. */
static const char *
member(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

/*
 * What the answer says in words. How Customs words a refusal is not
 * documented: the members of RFC 6749 and those of common frameworks.
 */
static const char *
words_of(const json_t *json, const struct segl_response *response)
{
	static const char *const names[] = { "error_description", "message",
		"detail", "title", "error" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (member(json, names[i]) != NULL)
			return member(json, names[i]);
	return json == NULL && response->body != NULL ? response->body : "";
}

static enum segl_status
refused(struct segl *segl, enum segl_exchanger by,
    const struct segl_response *response)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = -1 };
	const struct refusal *row;
	const char *words;
	char *safe;
	json_t *json;

	if (response->body == NULL ||
	    strict_json_object(segl, "the answer", response->body,
		response->len, &json) != SEGL_OK)
		json = NULL;
	segl_error_clear(segl); /* a refusal need not be JSON */
	words = words_of(json, response);
	row = refusal_of_exchange(
	    exchangers[by].name, words, response->http_status);
	answer.oauth = member(json, "error");
	answer.description = words[0] == '\0' ? NULL : words;
	safe = text_foreign(words, strlen(words));
	error_set(segl, row->status, row->turn,
	    "%s refused to exchange the token: %s (HTTP %d)%s%s",
	    exchangers[by].words, row->meaning, response->http_status,
	    words[0] == '\0' ? "" : ". It said: ", safe == NULL ? "" : safe);
	error_remedy(segl, "%s", row->remedy);
	error_answer(segl, &answer);
	free(safe);
	json_decref(json);
	return row->status;
}

static enum segl_status
unexpected(struct segl *segl, enum segl_exchanger by,
    const struct segl_response *response, const char *why)
{
	struct error_answer answer = { .http_status = response->http_status,
		.retry_after_s = -1 };

	segl_error_clear(segl); /* of the parser: this says more */
	error_set(segl, SEGL_EREPLY, SEGL_TURN_NETWORK,
	    "the answer in the place of %s is not a token: %s (HTTP %d)",
	    exchangers[by].words, why, response->http_status);
	error_remedy(segl,
	    "check --env, and whether a proxy or gateway answers there; segl "
	    "follows no redirects");
	error_answer(segl, &answer);
	return SEGL_EREPLY;
}

/* ---- tokens ------------------------------------------------------------- */

static enum segl_status
from_customs(struct segl *segl, const struct segl_response *response,
    long long now, struct segl_token **out)
{
	enum segl_status status;
	json_t *json;

	status = strict_json_object(segl, "the answer of Norwegian Customs",
	    response->body == NULL ? "" : response->body, response->len, &json);
	if (status == SEGL_EREPLY)
		return unexpected(segl, SEGL_EXCHANGER_CUSTOMS, response,
		    "it is not a JSON object");
	if (status != SEGL_OK)
		return status;
	status = reply_token(segl, json, now, out);
	reply_forget(json);
	return status;
}

/* What is left of the life of a JWT at NOW, in seconds; -1 where unknown. */
static long long
remaining_s(struct segl *segl, const char *token, long long now)
{
	struct segl_jws *jws;
	json_t *claims, *exp;
	long long at = -1;

	if (segl_jws_parse(segl, token, strlen(token), &jws) != SEGL_OK) {
		segl_error_clear(segl); /* opaque then; that is its right */
		return -1;
	}
	claims = json_loads(segl_jws_payload(jws), 0, NULL);
	exp = json_object_get(claims, "exp");
	if (json_is_number(exp) && json_number_value(exp) >= (double)now &&
	    json_number_value(exp) < (double)now + 366.0 * 86400)
		at = (long long)json_number_value(exp) - now;
	json_decref(claims);
	segl_jws_free(jws);
	return at;
}

/*
 * Altinn answers with the bare token; some gateways, and Altinn where JSON is
 * asked for, put it between quotation marks.
 */
static enum segl_status
from_altinn(struct segl *segl, const struct segl_response *response,
    long long now, struct segl_token **out)
{
	const char *body = response->body == NULL ? "" : response->body;
	char *token;
	long long left;
	json_t *json;
	enum segl_status status;
	size_t len;

	body += strspn(body, " \t\r\n\"");
	len = strcspn(body, " \t\r\n\"");
	if (body[len + strspn(body + len, " \t\r\n\"")] != '\0')
		len = 0;
	token = strndup(body, len);
	if (token == NULL)
		return error_nomem(segl);
	if (!reply_is_b68token(token)) {
		secret_free_text(token);
		return unexpected(segl, SEGL_EXCHANGER_ALTINN, response,
		    "it has characters that no token has");
	}
	left = remaining_s(segl, token, now);
	json = json_pack(
	    "{s:s, s:s}", "access_token", token, "token_type", "Bearer");
	if (json != NULL && left >= 0)
		json_object_set_new(json, "expires_in", json_integer(left));
	secret_free_text(token);
	if (json == NULL)
		return error_nomem(segl);
	status = reply_token(segl, json, now, out);
	reply_forget(json);
	return status;
}

enum segl_status
segl_exchanged_parse(struct segl *segl, enum segl_exchanger by,
    const struct segl_response *response, long long now,
    struct segl_token **out)
{
	*out = NULL;
	if (response->http_status >= 500 || response->http_status == 429)
		return unavailable(segl, by, response);
	if (response->http_status >= 400)
		return refused(segl, by, response);
	if (response->http_status != 200)
		return unexpected(segl, by, response, "it is a redirect or so");
	return by == SEGL_EXCHANGER_CUSTOMS
	    ? from_customs(segl, response, now, out)
	    : from_altinn(segl, response, now, out);
}
