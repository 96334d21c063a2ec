/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <time.h>

#include "daemon/answer.h"
#include "daemon/health.h"
#include "daemon/json.h"

void
health_live(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	(void)front;
	(void)request;
	answer->status = 200;
	answer->content_type = "text/plain; charset=utf-8";
	answer_common(answer);
	if (buffer_add_str(&answer->body, "ok\n") != SEGL_OK)
		answer->status = 500;
}

/* What keeps PROFILE from giving tokens, NULL nothing. */
static const char *
obstacle(const struct front *front, const struct face *face)
{
	if (front->signer < 0)
		return "no signer: the keys are not loaded";
	if ((long long)time(NULL) < face->not_before)
		return "the certificate is not valid yet, by the clock of "
		       "this host";
	if (face->not_after > 0 && (long long)time(NULL) > face->not_after)
		return "the certificate has expired";
	if (face->last_failure_ms > face->last_ok_ms)
		return face->last_failure == NULL ? "the last exchange failed"
						  : face->last_failure;
	return NULL;
}

static enum segl_status
add_profile(
    struct buffer *body, const struct front *front, size_t i, const char *why)
{
	enum segl_status status;

	status = buffer_printf(body, "%s{\"profile\":", i == 0 ? "" : ",");
	if (status == SEGL_OK)
		status = json_add(body, front->profiles.all[i].name);
	if (status == SEGL_OK)
		status = buffer_printf(
		    body, ",\"ready\":%s", why == NULL ? "true" : "false");
	if (status == SEGL_OK && why != NULL)
		status = buffer_add_str(body, ",\"reason\":");
	if (status == SEGL_OK && why != NULL)
		status = json_add(body, why);
	if (status == SEGL_OK)
		status = buffer_add_str(body, "}");
	return status;
}

/*
 * How the trusted lists were updated, where they were. That does not keep
 * anybody from having tokens, but whoever looks here should see it.
 */
static enum segl_status
add_lists(struct buffer *body, const struct front *front)
{
	if (front->list_updates == 0)
		return SEGL_OK;
	return buffer_printf(body,
	    ",\"lists\":{\"updated\":%s,\"at\":%lld,\"exit\":%d}",
	    front->lists_code == 0 ? "true" : "false", front->lists_at,
	    front->lists_code);
}

/* Nor does a log that cannot be written: it is told, and counted. */
static enum segl_status
add_audit(struct buffer *body, const struct front *front)
{
	enum segl_status status;

	if (front->audit_error == 0)
		return SEGL_OK;
	status = buffer_add_str(body, ",\"audit\":{\"written\":false,\"why\":");
	if (status == SEGL_OK)
		status = json_add(body, strerror(front->audit_error));
	return status == SEGL_OK
	    ? buffer_printf(body, ",\"lost\":%llu}", front->audit_lost)
	    : status;
}

void
health_ready(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status status;
	struct buffer rows;
	int ready = 1;

	(void)request;
	buffer_init(&rows, HTTPD_BODY_OUT_MAX);
	status = SEGL_OK;
	for (size_t i = 0; status == SEGL_OK && i < front->profiles.n; i++) {
		const char *why = obstacle(front, &front->faces[i]);

		ready = ready && why == NULL;
		status = add_profile(&rows, front, i, why);
	}
	if (status == SEGL_OK)
		status = buffer_printf(&answer->body,
		    "{\"ready\":%s,\"profiles\":[%s]", ready ? "true" : "false",
		    rows.data);
	if (status == SEGL_OK)
		status = add_lists(&answer->body, front);
	if (status == SEGL_OK)
		status = add_audit(&answer->body, front);
	if (status == SEGL_OK)
		status = buffer_add_str(&answer->body, "}\n");
	buffer_clear(&rows);
	answer->status = status != SEGL_OK ? 500 : ready ? 200 : 503;
	answer->content_type = "application/json";
	answer_common(answer);
}
