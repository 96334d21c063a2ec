/* SPDX-License-Identifier: ISC */
/*
 * Norwegian Customs: the exchange of tokens, and the address of the road API
 * that tells whether one is good (toll.github.io, Technical integration).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"
#include "httpd/form.h"
#include "sim/api.h"

#define FORM "application/x-www-form-urlencoded"

static int
rule_number(const struct api_call *call, enum rule rule)
{
	return call->sim->options.rules.value[rule];
}

/* Refuse with the HTTP STATUS and OAuth ERROR, for RULE. */
static enum segl_status
refuse(const struct api_call *call, int status, const char *error,
    enum rule rule, const char *why)
{
	json_t *body =
	    json_pack("{s:s, s:s}", "error", error, "error_description", why);
	enum segl_status result = SEGL_ENOMEM;

	api_note(call, "refused", rule, why);
	if (body != NULL)
		result = sim_answer_json(call->answer, status, body);
	json_decref(body);
	return result;
}

/* ---- the exchange ------------------------------------------------------- */

/* Customs' own words, not the URNs of RFC 8693. New token, or NULL: WHY. */
static char *
take_form(const struct api_call *call, const char **why)
{
	const struct httpd_request *request = call->request;
	const char *type = httpd_request_field(request, "Content-Type");
	const char *grant, *subject_type, *subject;
	char *token = NULL;
	struct form form;

	*why = "the body is not " FORM;
	if (type == NULL || strncasecmp(type, FORM, strlen(FORM)) != 0 ||
	    form_parse(&form, request->body, request->body_len) != 0)
		return NULL;
	grant = form_get(&form, "grant_type");
	subject_type = form_get(&form, "subject_token_type");
	subject = form_get(&form, "subject_token");
	*why = NULL;
	if (grant == NULL || strcmp(grant, "token-exchange") != 0)
		*why = "grant_type is not token-exchange";
	else if (subject_type == NULL ||
	    strcmp(subject_type, "access_token") != 0)
		*why = "subject_token_type is not access_token";
	else if (subject == NULL)
		*why = "there is no subject_token";
	else if ((token = strdup(subject)) == NULL)
		*why = "out of memory";
	form_clear(&form);
	return token;
}

/* One of Customs' scopes, of the family for this kind of business. */
static int
is_entitled(const struct api_call *call, const char *scope, int norwegian)
{
	int foreign = strncmp(scope, "toll:eu/", 8) == 0;

	return strncmp(scope, "toll:", 5) == 0 && foreign != norwegian &&
	    !call->sim->effect.not_registered &&
	    rules_is(&call->sim->options.rules, RULE_CUSTOMS_REGISTERED, "all");
}

static enum segl_status
give(const struct api_call *call, const json_t *subject)
{
	long lifetime_s = rule_number(call, RULE_CUSTOMS_LIFETIME);
	enum segl_status status = SEGL_ENOMEM;
	json_t *body;
	char *token;

	token = api_sign(call, API_CUSTOMS, lifetime_s,
	    json_pack("{s:O, s:O}", "consumer",
		json_object_get(subject, "consumer"), "scope",
		json_object_get(subject, "scope")));
	if (token == NULL)
		return SEGL_ENOMEM;
	body = json_pack("{s:s, s:s, s:s, s:i}", "issued_token_type",
	    "access_token", "access_token", token, "token_type", "Bearer",
	    "expires_in", (int)lifetime_s);
	if (body != NULL)
		status = sim_answer_json(call->answer, 200, body);
	api_note(call, "token", RULE_CUSTOMS_SCOPE, NULL);
	json_decref(body);
	secret_free_text(token);
	return status;
}

static enum segl_status
judge(const struct api_call *call, const json_t *subject)
{
	const char *scopes =
	    json_string_value(json_object_get(subject, "scope"));
	enum segl_status status;
	char *why;

	for (const char *p = scopes; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, " ");
		char *scope = strndup(p, len);
		int entitled = scope != NULL &&
		    is_entitled(call, scope, api_is_norwegian(subject));

		p += len + strspn(p + len, " ");
		if (entitled) {
			free(scope);
			continue;
		}
		if (scope == NULL ||
		    asprintf(&why, "Not authorized to request scope %s",
			scope) < 0) {
			free(scope);
			return SEGL_ENOMEM;
		}
		free(scope);
		status = refuse(call,
		    rules_is(&call->sim->options.rules,
			RULE_CUSTOMS_SCOPE_STATUS, "403")
			? 403
			: 400,
		    "invalid_scope", RULE_CUSTOMS_SCOPE, why);
		free(why);
		return status;
	}
	return give(call, subject);
}

enum segl_status
customs_exchange(const struct api_call *call)
{
	enum segl_status status;
	const char *why;
	json_t *subject;
	char *token = take_form(call, &why);

	if (token == NULL)
		return refuse(
		    call, 400, "invalid_request", RULE_CUSTOMS_FORM, why);
	subject = api_claims(call, token, API_MASKINPORTEN, &why);
	secret_free_text(token);
	if (subject == NULL)
		return refuse(
		    call, 401, "invalid_token", RULE_CUSTOMS_SUBJECT, why);
	status = judge(call, subject);
	json_decref(subject);
	return status;
}

/* ---- the API ------------------------------------------------------------ */

static int
is_for_road(const json_t *claims)
{
	const char *scope = json_string_value(json_object_get(claims, "scope"));

	return scope != NULL && strstr(scope, "movement/road/v2") != NULL;
}

enum segl_status
customs_test_auth(const struct api_call *call)
{
	const char *token = api_bearer(call->request);
	const char *why;
	json_t *claims = api_claims(call, token, API_CUSTOMS, &why);
	enum segl_status status;

	if (claims == NULL) {
		httpd_answer_field(call->answer, "WWW-Authenticate",
		    token == NULL ? "Bearer"
				  : "Bearer error=\"invalid_token\"");
		return refuse(call, 401, "invalid_token", RULE_TEST_AUTH,
		    token == NULL ? "there is no bearer token" : why);
	}
	if (!is_for_road(claims)) {
		status = refuse(call, 403, "insufficient_scope", RULE_TEST_AUTH,
		    "the token is not for the scope of this API");
	} else {
		api_note(call, "accepted", RULE_TEST_AUTH, NULL);
		call->answer->status = 200;
		call->answer->content_type = "text/plain";
		status = buffer_add_str(&call->answer->body, "OK\n");
	}
	json_decref(claims);
	return status;
}
