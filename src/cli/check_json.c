/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include <jansson.h>

#include "cli/check.h"
#include "cli/trust_why.h"

static json_t *
finding(const struct segl_finding *f)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:o, "
			 "s:o, s:b}",
	    "id", f->id, "severity", segl_severity_name(f->severity), "outcome",
	    segl_outcome_name(f->outcome), "blocks", f->blocks, "document",
	    f->document, "clause", f->clause, "expected", f->requirement,
	    "found", trust_text(f->found), "remedy", trust_text(f->remedy),
	    "owner",
	    trust_text(
		f->turn == SEGL_TURN_NONE ? NULL : segl_turn_name(f->turn)),
	    "mp_code", trust_text(f->mp_code), "mp_code_is_likely",
	    f->mp_code != NULL);
}

static json_t *
findings(const struct segl_report *report)
{
	json_t *list = json_array();
	struct segl_finding f;

	for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
		if (json_array_append_new(list, finding(&f)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* As Maskinporten's token will show it. */
static json_t *
consumer(const struct segl_report *report)
{
	const char *authority, *id = segl_report_consumer(report, &authority);

	if (id == NULL)
		return json_null();
	return json_pack(
	    "{s:s, s:o}", "authority", authority, "ID", trust_text(id));
}

static json_t *
certificate(const struct segl_report *report)
{
	static const struct {
		const char *name;
		enum segl_report_field field;
	} fields[] = {
		{ "organization", SEGL_REPORT_ORGANIZATION },
		{ "identifier", SEGL_REPORT_IDENTIFIER },
		{ "country", SEGL_REPORT_COUNTRY },
		{ "subject", SEGL_REPORT_SUBJECT },
		{ "issuer", SEGL_REPORT_ISSUER },
		{ "product", SEGL_REPORT_PRODUCT },
		{ "level", SEGL_REPORT_LEVEL },
		{ "key", SEGL_REPORT_KEY },
		{ "serial", SEGL_REPORT_SERIAL },
		{ "sha256", SEGL_REPORT_FINGERPRINT },
	};
	char from[32], to[32];
	json_t *json = json_pack("{s:s, s:s, s:I, s:b}", "not_before",
	    check_time(segl_report_not_before(report), from), "not_after",
	    check_time(segl_report_not_after(report), to), "days_left",
	    (json_int_t)segl_report_days_left(report), "has_key",
	    segl_report_has_key(report));

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		json_object_set_new(json, fields[i].name,
		    trust_text(segl_report_text(report, fields[i].field)));
	return json;
}

static json_t *
answer(const struct segl_revocation_answer *a)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:b, s:o}",
	    "subject", trust_text(a->subject), "serial", trust_text(a->serial),
	    "state", segl_revocation_name(a->state), "source",
	    segl_revocation_source_name(a->source), "url", trust_text(a->url),
	    "signer", trust_text(a->signer), "this_update",
	    trust_instant(a->this_update), "next_update",
	    trust_instant(a->next_update), "revoked_at",
	    trust_instant(a->revoked_at), "reason",
	    trust_text(segl_revocation_reason_name(a->reason)), "from_cache",
	    a->from_cache, "why", trust_text(a->why));
}

/* An answer a certificate, leaf first; null where nobody was asked. */
static json_t *
revocation(const struct segl_revocations *revoked)
{
	const struct segl_revocation_answer *answers;
	json_t *list = json_array();
	size_t n;

	answers = segl_revocations_answers(revoked, &n);
	if (answers == NULL) {
		json_decref(list);
		return json_null();
	}
	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(list, answer(&answers[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* By the trusted lists, at both times; null where none was asked. */
static json_t *
qualification(const struct segl_report *report)
{
	if (segl_report_now(report) == NULL)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "at_issuance",
	    trust_determination(segl_report_at_issuance(report)), "now",
	    trust_determination(segl_report_now(report)), "words",
	    trust_text(segl_report_text(report, SEGL_REPORT_QUALIFICATION)));
}

enum segl_status
check_json(const struct segl_report *report,
    const struct segl_revocations *revoked, long long at, struct buffer *out)
{
	enum segl_status status = SEGL_ENOMEM;
	char day[32], *dump = NULL;
	json_t *all;

	all = json_pack("{s:i, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o}",
	    "schema", 1, "verdict",
	    segl_verdict_name(segl_report_verdict(report)), "route",
	    segl_route_name(segl_report_route(report)), "at",
	    check_time(at, day), "consumer", consumer(report), "client_amr",
	    segl_report_text(report, SEGL_REPORT_CLIENT_AMR), "certificate",
	    certificate(report), "qualification", qualification(report),
	    "findings", findings(report), "revocation", revocation(revoked));
	if (all != NULL)
		dump = json_dumps(all, JSON_COMPACT);
	if (dump != NULL)
		status = buffer_add_str(out, dump);
	if (status == SEGL_OK)
		status = buffer_add(out, "\n", 1);
	free(dump);
	json_decref(all);
	return status;
}
