/* SPDX-License-Identifier: ISC */
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"
#include "httpd/form.h"
#include "sim/checks.h"
#include "sim/sim.h"

#define GRANT_TYPE  "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define MEDIA_TYPE  "application/x-www-form-urlencoded"
#define TRACE_BYTES 16

static int
is_form(const struct httpd_request *request)
{
	const char *type = httpd_request_field(request, "Content-Type");
	size_t len;

	if (type == NULL ||
	    httpd_request_field_count(request, "Content-Type") != 1)
		return 0;
	len = strcspn(type, "; \t");
	return len == strlen(MEDIA_TYPE) &&
	    strncasecmp(type, MEDIA_TYPE, len) == 0;
}

static enum refusal
refuse_parameter(struct attempt *attempt, const char *why)
{
	return attempt_refuse(attempt, RULE_PARAMETERS,
	    attempt_answer(attempt, RULE_PARAMETERS_REFUSAL), "%s", why);
}

/* The assertion of the form, moved into ATTEMPT. */
static enum refusal
check_form(struct attempt *attempt, const struct form *form)
{
	const char *type = form_get(form, "grant_type");
	const char *assertion = form_get(form, "assertion");

	if (type == NULL)
		return refuse_parameter(attempt, "not exactly one grant_type");
	if (strcmp(type, GRANT_TYPE) != 0)
		return attempt_refuse(attempt, RULE_GRANT_TYPE,
		    attempt_answer(attempt, RULE_GRANT_TYPE_REFUSAL),
		    "grant_type is %s", type);
	if (assertion == NULL || assertion[0] == '\0')
		return refuse_parameter(attempt, "not exactly one assertion");
	attempt->assertion = strdup(assertion);
	return attempt->assertion == NULL ? attempt_fail(attempt)
					  : REFUSAL_NONE;
}

/* The assertion in REQUEST, moved into ATTEMPT. */
static enum refusal
take_request(struct attempt *attempt, const struct httpd_request *request)
{
	enum refusal refusal;
	struct form form;

	if (strcmp(request->method, "POST") != 0)
		return attempt_refuse(attempt, RULE_METHOD, REFUSAL_METHOD,
		    "the method is %s", request->method);
	if (!is_form(request))
		return attempt_refuse(attempt, RULE_MEDIA_TYPE,
		    attempt_is(attempt, RULE_MEDIA_TYPE, "400")
			? REFUSAL_INVALID_REQUEST
			: REFUSAL_MEDIA_TYPE,
		    "the body is not " MEDIA_TYPE);
	if (form_parse(&form, request->body, request->body_len) != 0)
		return refuse_parameter(attempt, "the form is malformed");
	refusal = check_form(attempt, &form);
	form_clear(&form);
	return refusal;
}

static enum refusal
check_request(struct attempt *attempt, const struct httpd_request *request)
{
	enum refusal refusal = take_request(attempt, request);

	return refusal == REFUSAL_NONE ? grant_check(attempt) : refusal;
}

/* What a fault asks for, in the words of the grant as far as it has them. */
static enum refusal
refuse_anyway(struct attempt *attempt, const struct httpd_request *request,
    enum refusal refusal)
{
	const char *scope = NULL;

	if (take_request(attempt, request) == REFUSAL_NONE &&
	    check_jws(attempt) == REFUSAL_NONE)
		scope = json_string_value(
		    json_object_get(attempt->claims, "scope"));
	if (scope != NULL)
		attempt_word(attempt, WORD_SCOPE, scope);
	return attempt_refuse(
	    attempt, RULE_COUNT, refusal, "a fault asked for it");
}

/* Thirty-two hexadecimal digits, as Maskinporten's. */
static int
make_trace(char trace[2 * TRACE_BYTES + 1])
{
	unsigned char bytes[TRACE_BYTES];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return -1;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(trace + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static enum segl_status
answer_refusal(const struct sim *sim, const struct attempt *attempt,
    struct httpd_answer *answer)
{
	const struct refusal_row *row = refusal_row(attempt->refusal);
	const struct refusal_words words = { attempt->words[WORD_SCOPE],
		attempt->words[WORD_CONSUMER], attempt->words[WORD_SUPPLIER],
		attempt->words[WORD_VALUE] };
	char trace[2 * TRACE_BYTES + 1];
	char marker[RULE_WORD_MAX], error[RULE_WORD_MAX];
	int details = attempt->refusal == REFUSAL_MP_301 ||
	    attempt->refusal == REFUSAL_MP_302;

	answer->status = row->status;
	if (attempt->refusal == REFUSAL_METHOD)
		httpd_answer_field(answer, "Allow", "POST");
	if (row->error == NULL)
		return SEGL_OK;
	answer->content_type = "application/json";
	if (make_trace(trace) != 0)
		return SEGL_EINTERNAL;
	(void)rules_word(
	    sim->policy.rules, RULE_TRACE_MARKER, marker, sizeof(marker));
	(void)rules_word(sim->policy.rules, RULE_AUTHORIZATION_DETAILS_ERROR,
	    error, sizeof(error));
	return refusal_body(&answer->body, attempt->refusal, &words,
	    sim->issuer, marker, trace, details ? error : NULL);
}

/* What a server in trouble puts into the token instead. */
static int
set_wrong(json_t *claims, const struct fault_effect *effect)
{
	if (effect->scope[0] != '\0' &&
	    json_object_set_new(claims, "scope", json_string(effect->scope)) !=
		0)
		return -1;
	if (effect->consumer[0] != '\0' &&
	    json_object_set_new(json_object_get(claims, "consumer"), "ID",
		json_string(effect->consumer)) != 0)
		return -1;
	return 0;
}

static enum segl_status
answer_token(struct sim *sim, const struct attempt *attempt,
    struct httpd_answer *answer, json_t *entry)
{
	enum segl_status status = SEGL_ENOMEM;
	json_t *claims, *body = NULL;
	long expires_in = sim->options.token_lifetime_s;
	char *token = NULL;

	if (attempt_is(attempt, RULE_EXPIRES_IN, "less-one"))
		expires_in--;
	claims = access_token_claims(attempt, sim->options.token_lifetime_s);
	if (claims == NULL || set_wrong(claims, &sim->effect) != 0)
		goto out;
	status = signer_wait(sim);
	if (status != SEGL_OK)
		goto out;
	status = SEGL_ENOMEM;
	token = access_token_sign(claims, sim->policy.rules, &sim->signer);
	if (token == NULL)
		goto out;
	body = json_pack("{s:s, s:s, s:I, s:O}", "access_token", token,
	    "token_type", "Bearer", "expires_in", (json_int_t)expires_in,
	    "scope", json_object_get(claims, "scope"));
	if (body == NULL || json_object_set(entry, "token", claims) != 0)
		goto out;
	status = sim_answer_json(answer, 200, body);
out:
	secret_free_text(token);
	json_decref(body);
	json_decref(claims);
	return status;
}

/* The header without the certificates, which would fill the journal. */
static json_t *
short_header(const json_t *header)
{
	json_t *copy = json_copy((json_t *)header);
	json_t *x5c = json_object_get(copy, "x5c");

	if (json_is_array(x5c))
		(void)json_object_set_new(copy, "x5c",
		    json_integer((json_int_t)json_array_size(x5c)));
	return copy;
}

/* Takes VALUE, which may be NULL; what is too long is left out. */
static void
note(json_t *entry, const char *name, json_t *value)
{
	if (value != NULL &&
	    json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) <=
		JOURNAL_CLAIMS_MAX)
		(void)json_object_set(entry, name, value);
	json_decref(value);
}

/* Which way, as far as it was found. */
static void
note_client(json_t *entry, const struct attempt *attempt)
{
	const char *route = attempt->route == ROUTE_ENTERPRISE ? "enterprise"
	    : attempt->route == ROUTE_REGISTERED               ? "registered"
							       : "eseal";

	if (attempt->header == NULL)
		return;
	note(entry, "route", json_string(route));
	if (attempt->client != NULL)
		note(entry, "client_id", json_string(attempt->client->id));
}

/* What came. */
static void
note_grant(json_t *entry, const struct attempt *attempt)
{
	if (attempt->header != NULL)
		note(entry, "header", short_header(attempt->header));
	if (attempt->claims != NULL) {
		note(entry, "claims", json_incref(attempt->claims));
		note(entry, "jti",
		    json_incref(json_object_get(attempt->claims, "jti")));
	}
}

/* What came of it. */
static void
note_attempt(json_t *entry, const struct attempt *attempt)
{
	const struct refusal_row *row = refusal_row(attempt->refusal);

	note_grant(entry, attempt);
	note_client(entry, attempt);
	note(entry, "checks", checks_json(attempt));
	note(entry, "certificates", checks_path(attempt));
	note(entry, "outcome",
	    json_string(attempt->refusal == REFUSAL_NONE ? "token" : row->id));
	if (row->has_uri)
		note(entry, "mp_code", json_string(row->id));
	if (attempt->rule != RULE_COUNT)
		note(entry, "rule", json_string(rule_row(attempt->rule)->id));
	if (attempt->refusal != REFUSAL_NONE)
		note(entry, "why", json_string(attempt->why));
}

enum segl_status
token_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, long long now, json_t *entry)
{
	struct attempt attempt;
	enum segl_status status;

	attempt_init(&attempt, &sim->policy, sim->jtis, sim->segl, now);
	/* RFC 6749, 5.1 */
	httpd_answer_field(answer, "Cache-Control", "no-store");
	httpd_answer_field(answer, "Pragma", "no-cache");
	if (sim->effect.refusal != REFUSAL_NONE)
		(void)refuse_anyway(&attempt, request, sim->effect.refusal);
	else
		(void)check_request(&attempt, request);
	if (attempt.refusal == REFUSAL_NONE)
		status = answer_token(sim, &attempt, answer, entry);
	else
		status = answer_refusal(sim, &attempt, answer);
	note_attempt(entry, &attempt);
	attempt_clear(&attempt);
	return status;
}

void
token_note(struct sim *sim, const struct httpd_request *request, long long now,
    json_t *entry)
{
	struct attempt attempt;

	attempt_init(&attempt, &sim->policy, sim->jtis, sim->segl, now);
	if (take_request(&attempt, request) == REFUSAL_NONE)
		(void)check_jws(&attempt);
	note_grant(entry, &attempt);
	note(entry, "outcome", json_string("fault"));
	attempt_clear(&attempt);
}
