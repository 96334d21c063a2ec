/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/check.h"
#include "cli/issuers_check.h"
#include "cli/listed.h"
#include "cli/result.h"
#include "cli/trust_why.h"

/* What the lists say of one CA. The better one outranks. */
enum standing { CA_NOT_LISTED, CA_ENDED, CA_NOT_KNOWN, CA_ACTIVE };

static const char *const standings[] = {
	[CA_NOT_LISTED] = "not-listed",
	[CA_ENDED] = "not-active",
	[CA_NOT_KNOWN] = "not-known",
	[CA_ACTIVE] = "active",
};

struct job {
	struct segl *segl;
	const struct settings *settings;
	struct segl_trust_store *store;
	long long at;
	struct page page;
	json_t *issuers;
};

/* ---- one CA -------------------------------------------------------------- */

static int
is_of_use(enum segl_trust_state list)
{
	return list == SEGL_TRUST_CURRENT || list == SEGL_TRUST_STALE;
}

/* The entry that says most, or NULL. */
static const struct segl_trust_service *
best_of(const struct segl_trust *trust, long long at)
{
	for (size_t i = 0; i < trust->n; i++) {
		if (segl_trust_is_active_for_seals(&trust->services[i], at))
			return &trust->services[i];
	}
	return trust->n > 0 ? &trust->services[0] : NULL;
}

static enum standing
standing_of(const struct segl_trust *trust,
    const struct segl_trust_service *service, long long at)
{
	if (!is_of_use(trust->list))
		return CA_NOT_KNOWN;
	if (service == NULL) /* a newer list may well have it */
		return trust->list == SEGL_TRUST_CURRENT ? CA_NOT_LISTED
							 : CA_NOT_KNOWN;
	return segl_trust_is_active_for_seals(service, at) ? CA_ACTIVE
							   : CA_ENDED;
}

static const char *
state_words(enum segl_trust_state list)
{
	switch (list) {
	case SEGL_TRUST_MISSING:
		return "is not there";
	case SEGL_TRUST_REFUSED:
		return "is not authentic";
	case SEGL_TRUST_CLOSED:
		return "is closed";
	case SEGL_TRUST_OLD:
		return "is more than 90 days past its date";
	default:
		return "is past its date";
	}
}

static void
put_ca(struct job *job, const char *ca, int hard, enum standing standing,
    const struct segl_trust *trust, const struct segl_trust_service *service)
{
	char since[32];

	page_item(&job->page, hard ? "not this CA" : "issuing CA", "%s (%.2s)",
	    ca + 3, ca);
	if (standing == CA_NOT_KNOWN)
		page_item(&job->page, "", "not known: the list of %.2s %s", ca,
		    state_words(trust->list));
	else if (service == NULL)
		page_item(&job->page, "",
		    "NOT LISTED for seals under that name on the list of %.2s",
		    ca);
	else
		page_item(&job->page, "", "%s%s %s since %.10s, %s",
		    standing == CA_ACTIVE ? "" : "NOT ACTIVE: ", service->type,
		    service->status, check_time(service->since, since),
		    (service->uses & SEGL_TRUST_FOR_ESEALS) != 0
			? "for seals"
			: "not for seals");
	if (service != NULL && service->next_status != NULL)
		page_item(&job->page, "", "%s from %.10s on",
		    service->next_status,
		    check_time(service->next_since, since));
}

static json_t *
json_of(const char *ca, int hard, enum standing standing,
    const struct segl_trust_service *service)
{
	return json_pack("{s:s%, s:s, s:b, s:s, s:o, s:o, s:o, s:o}",
	    "territory", ca, (size_t)2, "name", ca + 3, "hard", hard, "state",
	    standings[standing], "type",
	    trust_text(service == NULL ? NULL : service->type), "status",
	    trust_text(service == NULL ? NULL : service->status), "since",
	    trust_instant(service == NULL ? -1 : service->since), "service",
	    trust_text(service == NULL ? NULL : service->name));
}

static enum segl_status
check_ca(struct job *job, const char *ca, int hard, json_t *list,
    enum standing *standing)
{
	const struct segl_trust_service *service;
	struct segl_trust_answer *answer;
	const struct segl_trust *trust;
	enum segl_status status;
	char territory[3] = { ca[0], ca[1], '\0' };

	status = segl_trust_ask_name(
	    job->store, territory, ca + 3, job->at, &answer);
	if (status != SEGL_OK)
		return status;
	trust = segl_trust_answer_rows(answer);
	service = best_of(trust, job->at);
	*standing = standing_of(trust, service, job->at);
	(void)json_array_append_new(
	    list, json_of(ca, hard, *standing, service));
	put_ca(job, ca, hard, *standing, trust, service);
	segl_trust_answer_free(answer);
	return SEGL_OK;
}

/* ---- one issuer ---------------------------------------------------------- */

/* One CA that is active is enough; BEST is how the best of them stands. */
static enum segl_status
check_issuer(struct job *job, const struct issuer *issuer, enum standing *best)
{
	enum segl_status status = SEGL_OK;
	json_t *list = json_array();
	enum standing standing;

	*best = CA_NOT_LISTED;
	page_line(&job->page, "");
	page_add(&job->page, "%s: %s", issuer->name, issuer->product);
	for (size_t i = 0; status == SEGL_OK && i < issuer->cas.n; i++) {
		status =
		    check_ca(job, issuer->cas.values[i], 0, list, &standing);
		if (status == SEGL_OK && standing > *best)
			*best = standing;
	}
	for (size_t i = 0; status == SEGL_OK && i < issuer->hard_cas.n; i++)
		status = check_ca(
		    job, issuer->hard_cas.values[i], 1, list, &standing);
	(void)json_array_append_new(job->issuers,
	    json_pack("{s:s, s:s, s:s, s:o}", "id", issuer->id, "name",
		issuer->name, "state", standings[*best], "cas", list));
	return status;
}

static enum segl_status
print(struct job *job, const struct catalogue *catalogue)
{
	if (job->settings->json) {
		char at[32];

		return result_json(job->segl, job->settings,
		    json_pack("{s:i, s:s, s:s, s:s, s:O}", "schema", 1,
			"looked_at", catalogue->looked_at, "directory",
			segl_trust_store_directory(job->store), "at",
			check_time(job->at, at), "issuers", job->issuers));
	}
	return result_page(job->segl, &job->page);
}

static enum segl_status
check_all(struct job *job, const struct catalogue *catalogue,
    const struct issuer *only)
{
	enum segl_status status = SEGL_OK;
	int ended = 0, unknown = 0;

	page_add(&job->page,
	    "The catalogue, last looked at %s, beside the trusted lists in %s.",
	    catalogue->looked_at, segl_trust_store_directory(job->store));
	for (size_t i = 0; status == SEGL_OK && i < catalogue->n; i++) {
		const struct issuer *issuer = &catalogue->issuers[i];
		enum standing best;

		if (only != NULL && only != issuer)
			continue;
		status = check_issuer(job, issuer, &best);
		ended |= status == SEGL_OK && best < CA_NOT_KNOWN;
		unknown |= status == SEGL_OK && best == CA_NOT_KNOWN;
	}
	if (status == SEGL_OK)
		status = print(job, catalogue);
	/* told already: only the exit code says it again */
	if (status == SEGL_OK)
		status = ended ? SEGL_ECERT
		    : unknown  ? SEGL_EUNDECIDED
			       : SEGL_OK;
	return status;
}

enum segl_status
issuers_check(struct segl *segl, const struct settings *settings,
    const struct catalogue *catalogue, const struct issuer *only)
{
	struct job job = { .segl = segl, .settings = settings };
	enum segl_status status = check_time_asked(segl, settings, &job.at);

	if (status == SEGL_OK)
		status = listed_open(segl, settings, &job.store);
	if (status == SEGL_OK && job.store == NULL) {
		status = error_set(segl, SEGL_EUNDECIDED, SEGL_TURN_YOU,
		    "there is no store of trusted lists to look in");
		error_remedy(segl, "run segl trust update");
	}
	if (status == SEGL_OK) {
		page_init(&job.page);
		job.issuers = json_array();
		status = check_all(&job, catalogue, only);
		json_decref(job.issuers);
		page_clear(&job.page);
	}
	segl_trust_store_free(job.store);
	return status;
}
