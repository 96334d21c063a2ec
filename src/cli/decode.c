/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <segl/jws.h>

#include "base/error.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/jwt.h"
#include "cli/paste.h"
#include "cli/result.h"
#include "cli/verify.h"

/* ---- as JSON ------------------------------------------------------------ */

static json_t *
time_json(long long at, long long now)
{
	char utc[JWT_TIME_MAX], relative[JWT_TIME_MAX];

	jwt_time_utc(at, utc);
	jwt_time_relative(at, now, relative);
	return json_pack("{s:I, s:s, s:s}", "epoch", (json_int_t)at, "utc", utc,
	    "relative", relative);
}

/* Times that cannot be read are left out; a remark says so. */
static json_t *
times_json(const struct jwt *jwt)
{
	static const char *const names[] = { "iat", "nbf", "exp" };
	json_t *times = json_object();
	long long at;
	int failed =
	    json_object_set_new(times, "now", time_json(jwt->now, jwt->now));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (jwt_time(jwt, names[i], &at))
			failed |= json_object_set_new(
			    times, names[i], time_json(at, jwt->now));
	if (jwt_time(jwt, "exp", &at))
		failed |= json_object_set_new(
		    times, "expired", json_boolean(at <= jwt->now));
	if (failed == 0)
		return times;
	json_decref(times);
	return NULL;
}

static json_t *
certificate_json(const struct segl_certificate *c, long long now)
{
	long long from, to;
	json_t *json;

	if (c == NULL)
		return json_null();
	/* a value that is no UTF-8 is no text, and null then */
	json = json_pack("{s:s, s:s, s:s, s:o}", "subject",
	    segl_certificate_subject(c), "issuer", segl_certificate_issuer(c),
	    "serial", segl_certificate_serial(c), "organization_identifier",
	    json_null());
	if (json != NULL && segl_certificate_organization_identifier(c) != NULL)
		json_object_set_new(json, "organization_identifier",
		    json_string(segl_certificate_organization_identifier(c)));
	if (json != NULL && segl_certificate_validity(c, &from, &to) == 0) {
		json_object_set_new(json, "not_before", time_json(from, now));
		json_object_set_new(json, "not_after", time_json(to, now));
	}
	return json;
}

static json_t *
path_json(const struct jwt *jwt)
{
	json_t *array = json_array();

	for (size_t i = 0; i < jwt->path_len; i++)
		if (json_array_append_new(
			array, certificate_json(jwt->path[i], jwt->now)) != 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *
verdict_json(const struct verdict *verdict)
{
	enum segl_inactive why = segl_introspection_why(verdict->result);
	const char *kid = segl_introspection_kid(verdict->result);

	return json_pack("{s:b, s:s?, s:s, s:s?}", "active",
	    why == SEGL_INACTIVE_NOT, "error",
	    why == SEGL_INACTIVE_NOT ? NULL : segl_inactive_name(why), "issuer",
	    verdict->issuer, "kid", kid);
}

/* New text, NULL when out of memory. */
static char *
as_json(const struct jwt *jwt, int show_signature)
{
	char *text = NULL;
	json_t *json;

	json = json_pack("{s:i, s:s, s:b, s:O, s:O, s:o, s:o, s:O}", "schema",
	    1, "kind", jwt_kind_name(jwt->kind), "signature_checked",
	    jwt->verdict != NULL, "header", jwt->header, "claims", jwt->claims,
	    "certificates", path_json(jwt), "times", times_json(jwt), "remarks",
	    jwt->remarks);
	if (json != NULL && show_signature &&
	    json_object_set_new(
		json, "signature", json_string(jwt->signature)) != 0) {
		json_decref(json);
		json = NULL;
	}
	if (json != NULL && jwt->verdict != NULL &&
	    json_object_set_new(
		json, "verification", verdict_json(jwt->verdict)) != 0) {
		json_decref(json);
		json = NULL;
	}
	/* ASCII: what drives a terminal is escaped in every script */
	if (json != NULL)
		text = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(json);
	return text;
}

/* ---- print -------------------------------------------------------------- */

static enum segl_status
print_json(
    struct segl *segl, const struct settings *settings, const struct jwt *jwt)
{
	char *text = as_json(jwt, settings->show_signature);
	enum segl_status status;

	if (text == NULL)
		return error_nomem(segl);
	status = report_result(segl, settings, text);
	secret_free_text(text);
	return status;
}

static enum segl_status
print_text(
    struct segl *segl, const struct settings *settings, const struct jwt *jwt)
{
	struct page page;

	page_init(&page);
	jwt_render(jwt, settings->show_signature, &page);
	if (page.status != SEGL_EREPLY)
		return result_page(segl, &page);
	page_clear(&page);
	return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the JWT has too much in it to tell; --json prints it");
}

static enum segl_status
decode(struct segl *segl, const struct settings *settings, const char *compact)
{
	long long now = (long long)time(NULL);
	struct verdict verdict;
	enum segl_status status;
	struct jwt jwt;

	memset(&verdict, 0, sizeof(verdict));
	status = jwt_read(segl, compact, now, &jwt);
	if (status == SEGL_OK && settings->verify) {
		status = verify(segl, settings, compact, now, &verdict);
		jwt.verdict = &verdict;
	}
	if (status == SEGL_OK)
		status = settings->json ? print_json(segl, settings, &jwt)
					: print_text(segl, settings, &jwt);
	if (status == SEGL_OK && settings->verify)
		status = verdict_status(&verdict);
	jwt_clear(&jwt);
	verdict_clear(&verdict);
	return status;
}

enum segl_status
command_decode(struct segl *segl, const struct settings *settings)
{
	enum segl_status status;
	char *compact;

	status = paste_token(segl,
	    settings->n_operands > 0 ? settings->operands[0] : NULL, &compact);
	if (status == SEGL_OK)
		status = decode(segl, settings, compact);
	secret_free_text(compact);
	return status;
}
