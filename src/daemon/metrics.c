/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "daemon/answer.h"
#include "daemon/metrics.h"
#include "daemon/net_pool.h"
#include "daemon/row.h"

/* A family: its name, type and help; samples follow. */
static enum segl_status
family(struct buffer *out, const char *name, const char *type, const char *help)
{
	return buffer_printf(out, "# HELP segld_%s %s\n# TYPE segld_%s %s\n",
	    name, help, name, type);
}

static enum segl_status
single(struct buffer *out, const char *name, const char *type, const char *help,
    double value)
{
	enum segl_status status = family(out, name, type, help);

	if (status == SEGL_OK)
		status = buffer_printf(out, "segld_%s %.17g\n", name, value);
	return status;
}

/* Names of profiles have no character that a label must escape. */
static enum segl_status
sample(struct buffer *out, const char *name, const char *label,
    const char *value, double number)
{
	return buffer_printf(
	    out, "segld_%s{%s=\"%s\"} %.17g\n", name, label, value, number);
}

static enum segl_status
add_requests(struct buffer *out, const struct counts *counts)
{
	static const char *const classes[] = { "0xx", "1xx", "2xx", "3xx",
		"4xx", "5xx" };
	enum segl_status status = family(out, "requests_total", "counter",
	    "Requests answered, by class of status.");

	for (size_t i = 2; status == SEGL_OK && i < 6; i++)
		status = sample(out, "requests_total", "status", classes[i],
		    (double)counts->requests[i]);
	if (status == SEGL_OK)
		status = family(out, "tokens_total", "counter",
		    "Tokens handed out, by where they came from.");
	if (status == SEGL_OK)
		status = sample(
		    out, "tokens_total", "from", "kept", (double)counts->kept);
	if (status == SEGL_OK)
		status = sample(out, "tokens_total", "from", "server",
		    (double)counts->fetched);
	if (status == SEGL_OK)
		status = single(out, "refused_callers_total", "counter",
		    "Callers that no rule is for.",
		    (double)counts->refused_peers);
	return status;
}

static enum segl_status
add_upstream(struct buffer *out, const struct counts *counts)
{
	enum segl_status status = single(out, "exchanges_total", "counter",
	    "Grants that were begun for the server.",
	    (double)counts->exchanges);

	if (status == SEGL_OK)
		status = single(out, "exchange_seconds_total", "counter",
		    "Time that exchanges took.", counts->upstream_s);
	if (status == SEGL_OK)
		status = family(out, "exchange_errors_total", "counter",
		    "Exchanges that failed, by MP code or kind.");
	for (size_t i = 0;
	     status == SEGL_OK && i < COUNTED_CODES && counts->errors[i].n > 0;
	     i++)
		status = sample(out, "exchange_errors_total", "code",
		    counts->errors[i].code, (double)counts->errors[i].n);
	return status;
}

static enum segl_status
add_profiles(struct buffer *out, const struct front *front)
{
	enum segl_status status =
	    family(out, "certificate_not_after_timestamp_seconds", "gauge",
		"When the certificate ends.");

	for (size_t i = 0; status == SEGL_OK && i < front->profiles.n; i++)
		if (front->faces[i].not_after > 0)
			status = sample(out,
			    "certificate_not_after_timestamp_seconds",
			    "profile", front->profiles.all[i].name,
			    (double)front->faces[i].not_after);
	if (status == SEGL_OK)
		status = family(out, "clock_skew_seconds", "gauge",
		    "The server's clock less this one.");
	for (size_t i = 0; status == SEGL_OK && i < front->profiles.n; i++)
		if (front->faces[i].clock_is_known)
			status = sample(out, "clock_skew_seconds", "profile",
			    front->profiles.all[i].name,
			    (double)front->faces[i].clock_offset_s);
	return status;
}

/* When the first of a profile's tokens ends that are in use. */
static enum segl_status
add_expiry(struct buffer *out, const struct front *front)
{
	enum segl_status status = family(out, "token_expiry_timestamp_seconds",
	    "gauge", "When the next token ends.");

	for (size_t i = 0; status == SEGL_OK && i < front->profiles.n; i++) {
		long first = row_first_end_s(front, &front->profiles.all[i]);

		if (first > 0)
			status = sample(out, "token_expiry_timestamp_seconds",
			    "profile", front->profiles.all[i].name,
			    (double)time(NULL) + (double)first);
	}
	return status;
}

/* Of each list one sample; WHEN picks which of its instants. */
static enum segl_status
add_list_times(struct buffer *out, const struct front *front, const char *name,
    const char *help, long long (*when)(const struct list_face *list))
{
	enum segl_status status = family(out, name, "gauge", help);

	for (size_t i = 0; status == SEGL_OK && i < front->n_lists; i++)
		if (when(&front->lists[i]) >= 0)
			status = sample(out, name, "territory",
			    front->lists[i].territory,
			    (double)when(&front->lists[i]));
	return status;
}

static long long
age(const struct list_face *list)
{
	long long now = (long long)time(NULL);

	return now > list->issued ? now - list->issued : 0;
}

static long long
next_update(const struct list_face *list)
{
	return list->next_update;
}

static long long
fetched(const struct list_face *list)
{
	return list->fetched;
}

static enum segl_status
add_lists(struct buffer *out, const struct front *front)
{
	enum segl_status status = add_list_times(out, front,
	    "trusted_list_age_seconds", "Since the list was issued.", age);

	if (status == SEGL_OK)
		status = add_list_times(out, front,
		    "trusted_list_next_update_timestamp_seconds",
		    "When the next issue of the list is due.", next_update);
	if (status == SEGL_OK)
		status = add_list_times(out, front,
		    "trusted_list_fetched_timestamp_seconds",
		    "When the list was fetched.", fetched);
	if (status == SEGL_OK)
		status = single(out, "trusted_lists_updates_total", "counter",
		    "Updates of the trusted lists.",
		    (double)front->list_updates);
	if (status == SEGL_OK)
		status = single(out, "trusted_lists_update_failures_total",
		    "counter", "Those of them that failed.",
		    (double)front->list_failures);
	return status;
}

void
metrics(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct buffer *out = &answer->body;
	enum segl_status status;

	(void)request;
	status = add_requests(out, &front->counts);
	if (status == SEGL_OK)
		status = add_upstream(out, &front->counts);
	if (status == SEGL_OK)
		status = add_profiles(out, front);
	if (status == SEGL_OK)
		status = add_expiry(out, front);
	if (status == SEGL_OK)
		status = add_lists(out, front);
	if (status == SEGL_OK)
		status = single(out, "introspections_total", "counter",
		    "Tokens that were asked about.",
		    (double)front->counts.inspections);
	if (status == SEGL_OK)
		status = single(out, "audit_lines_lost_total", "counter",
		    "Lines of the audit log that could not be written.",
		    (double)front->counts.audit_lost);
	if (status == SEGL_OK)
		status = single(out, "cache_entries", "gauge",
		    "Different tokens that are looked after.",
		    (double)front->n_rows);
	if (status == SEGL_OK)
		status = single(out, "connections", "gauge",
		    "Open connections of callers.",
		    (double)httpd_connections(front->httpd));
	if (status == SEGL_OK)
		status = single(out, "network_processes", "gauge",
		    "Running segl-net.", (double)net_count(front));
	answer->status = status == SEGL_OK ? 200 : 500;
	answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
	answer_common(answer);
}
