/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <time.h>

#include <segl/trust_store.h>

#include "base/error.h"
#include "cli/listed.h"
#include "cli/suitable.h"
#include "daemon/json.h"
#include "daemon/judge.h"
#include "net/wire.h"

/* Whether the server's own offer suits the key is judged with the grant. */
#define ANY_ALG                                                                \
	(1u << SEGL_ALG_RS256 | 1u << SEGL_ALG_RS384 | 1u << SEGL_ALG_RS512 |  \
	    1u << SEGL_ALG_ES256)

static enum segl_status
add_member(struct buffer *out, const char *name, const char *value)
{
	enum segl_status status = buffer_printf(out, ",\"%s\":", name);

	return status == SEGL_OK ? json_add(out, value) : status;
}

static enum segl_status
add_finding(struct buffer *out, const struct segl_finding *f, int first)
{
	enum segl_status status =
	    buffer_printf(out, "%s{\"id\":\"%s\"", first ? "" : ",", f->id);

	if (status == SEGL_OK)
		status = add_member(
		    out, "severity", segl_severity_name(f->severity));
	if (status == SEGL_OK)
		status =
		    add_member(out, "outcome", segl_outcome_name(f->outcome));
	if (status == SEGL_OK)
		status = buffer_printf(
		    out, ",\"blocks\":%s", f->blocks ? "true" : "false");
	if (status == SEGL_OK)
		status = add_member(out, "expected", f->requirement);
	if (status == SEGL_OK)
		status = add_member(out, "found", f->found);
	if (status == SEGL_OK)
		status = add_member(out, "remedy", f->remedy);
	if (status == SEGL_OK)
		status = add_member(out, "owner",
		    f->turn == SEGL_TURN_NONE ? NULL : segl_turn_name(f->turn));
	return status == SEGL_OK ? buffer_add_str(out, "}") : status;
}

static int
is_worth_telling(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_BROKEN ||
	    f->outcome == SEGL_OUTCOME_UNDECIDED;
}

static enum segl_status
add_findings(struct buffer *out, const struct segl_report *report)
{
	enum segl_status status = buffer_add_str(out, ",\"findings\":[");
	size_t told = 0, left_out = 0;
	struct segl_finding f;
	struct buffer one;

	for (size_t i = 0;
	     status == SEGL_OK && segl_report_finding(report, i, &f); i++) {
		if (!is_worth_telling(&f))
			continue;
		buffer_init(&one, JUDGE_REPORT_MAX);
		status = add_finding(&one, &f, told == 0);
		/* room for what ends it stays */
		if (status == SEGL_OK &&
		    out->len + one.len + 64 > JUDGE_REPORT_MAX)
			left_out++;
		else if (status == SEGL_OK && ++told > 0)
			status = buffer_add(out, one.data, one.len);
		buffer_clear(&one);
	}
	if (status == SEGL_OK)
		status = buffer_printf(out, "],\"left_out\":%zu}", left_out);
	return status;
}

static enum segl_status
compose(struct buffer *out, const struct segl_report *report, long long at)
{
	enum segl_status status;

	status = buffer_printf(out, "{\"judged_at\":%lld,\"verdict\":\"%s\"",
	    at, segl_verdict_name(segl_report_verdict(report)));
	if (status == SEGL_OK)
		status = add_member(out, "organization",
		    segl_report_text(report, SEGL_REPORT_ORGANIZATION));
	if (status == SEGL_OK)
		status = add_member(out, "identifier",
		    segl_report_text(report, SEGL_REPORT_IDENTIFIER));
	if (status == SEGL_OK)
		status = buffer_printf(
		    out, ",\"not_after\":%lld", segl_report_not_after(report));
	return status == SEGL_OK ? add_findings(out, report) : status;
}

enum segl_status
judge_report(struct segl *segl, const struct seal *seal, struct buffer *out)
{
	long long at = (long long)time(NULL);
	struct segl_report *report;
	enum segl_status status;

	buffer_init(out, JUDGE_REPORT_MAX);
	if (segl_softtoken_path_len(seal->token) == 0)
		return buffer_printf(out,
		    "{\"judged_at\":%lld,\"verdict\":null,\"findings\":[]}",
		    at);
	status = suitable_report(segl, &seal->profile->settings, seal->token,
	    at, ANY_ALG, NULL, &report);
	if (status == SEGL_OK)
		status = compose(out, report, at);
	segl_report_free(report);
	return status;
}

enum segl_status
judge_lists(
    struct segl *segl, const struct settings *settings, struct buffer *message)
{
	struct segl_trust_store *store;
	enum segl_status status = listed_open(segl, settings, &store);
	struct segl_trust_list list;
	struct buffer text;

	for (size_t i = 0; status == SEGL_OK && store != NULL &&
	     segl_trust_store_list(store, i, &list);
	     i++) {
		if (!list.authenticated || strlen(list.territory) > 8)
			continue;
		buffer_init(&text, 128);
		status =
		    buffer_printf(&text, "%s %lld %lld %lld", list.territory,
			list.issued, list.next_update, list.fetched);
		if (status == SEGL_OK)
			status = wire_add(message, "list", text.data);
		buffer_clear(&text);
	}
	segl_trust_store_free(store);
	return status;
}
