/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "trustlist/update/kept.h"
#include "trustlist/update/round.h"

/* ---- news ---------------------------------------------------------------- */

static int
is_stale(const struct round *round, const struct tl_list *list)
{
	return list->next_update >= 0 && list->next_update < round->order->now;
}

static void
tell(const struct round *round, const struct segl_trust_news *news)
{
	if (round->order->news != NULL)
		round->order->news(round->order->arg, news);
}

void
round_tell_file(struct round *round, const struct candidate *file,
    const char *territory, enum segl_trust_fate fate, const char *reason)
{
	char *safe =
	    reason == NULL ? NULL : text_foreign(reason, strlen(reason));
	const struct segl_trust_news news = { .territory = territory,
		.source = file->source,
		.fate = fate,
		.sequence = -1,
		.issued = -1,
		.next_update = -1,
		.reason = safe };

	tell(round, &news);
	free(safe);
}

static void
count(struct segl_trust_summary *summary, enum segl_trust_fate fate, int stale)
{
	summary->stale += stale != 0;
	switch (fate) {
	case SEGL_TRUST_TAKEN:
		summary->taken++;
		break;
	case SEGL_TRUST_AS_WAS:
		summary->as_was++;
		break;
	case SEGL_TRUST_KEPT:
		summary->kept++;
		break;
	case SEGL_TRUST_FAILED:
		summary->failed++;
		break;
	case SEGL_TRUST_NO_LIST:
	case SEGL_TRUST_NOT_ASKED:
		break;
	}
}

static void
tell_list(const struct round *round, const char *territory,
    const struct candidate *file, const struct tl_list *list,
    enum segl_trust_fate fate, const char *reason)
{
	struct segl_trust_news news = { .territory = territory,
		.fate = fate,
		.sequence = -1,
		.issued = -1,
		.next_update = -1,
		.reason = reason };

	if (file != NULL) {
		news.source = file->source;
		news.tls_unverified = file->tls_unverified;
	}
	if (list != NULL) {
		news.sequence = list->sequence;
		news.issued = list->issued;
		news.next_update = list->next_update;
		news.stale = is_stale(round, list);
		news.unread = list->n_unread;
	}
	count(round->summary, fate, news.stale);
	tell(round, &news);
}

static void
tell_all(const struct round *round)
{
	tell_list(round, POLICY_LOTL_TERRITORY, round->lotl.file,
	    round->lotl.job.list, round->lotl_fate, NULL);
	for (size_t i = 0; i < round->n_countries; i++) {
		const struct country *c = &round->country[i];

		tell_list(round, c->territory,
		    c->failed != NULL ? c->failed : c->file, c->job.list,
		    c->fate, c->reason[0] != '\0' ? c->reason : NULL);
	}
}

/* ---- the files ----------------------------------------------------------- */

/* What a round makes: first all of it, then each in its place. */
struct drafts {
	struct kept_batch countries, lotl; /* lists that are kept */
	struct draft store;
};

static void
drafts_clear(struct drafts *drafts)
{
	kept_batch_clear(&drafts->countries);
	kept_batch_clear(&drafts->lotl);
	draft_drop(&drafts->store);
}

static enum segl_status
keep(struct round *round, const char *territory, long long number,
    struct candidate *file, const struct candidate *kept,
    struct kept_batch *batch)
{
	char name[KEPT_NAME_MAX];

	kept_name(name, territory, number);
	/* what is kept may have been asked for again, and be as it was */
	return file->is_kept || candidate_is_same(file, kept)
	    ? kept_write_meta(
		  round->segl, round->store.listsfd, name, file, batch)
	    : kept_write(round->segl, round->store.listsfd, name, file, batch);
}

static enum segl_status
keep_countries(struct round *round, struct kept_batch *batch)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && i < round->n_countries; i++) {
		const struct country *country = &round->country[i];

		if (country->file != NULL &&
		    (!country->file->is_kept || country->unchanged))
			status = keep(round, country->territory, -1,
			    country->file, country->kept, batch);
	}
	for (size_t i = 0; status == SEGL_OK && i < round->lotl.n_pivots; i++) {
		struct candidate *pivot = round->lotl.pivot[i];

		if (!pivot->is_kept)
			status = keep(round, POLICY_LOTL_TERRITORY,
			    pivot->sequence, pivot, NULL, batch);
	}
	return status;
}

static enum segl_status
keep_lotl(struct round *round, struct kept_batch *batch)
{
	struct candidate *file = round->lotl.file;

	file->verified = round->lotl.job.list->sequence;
	return keep(
	    round, POLICY_LOTL_TERRITORY, -1, file, round->kept_lotl, batch);
}

/*
 * All is put on the disk before anything gets its name: the journal of the
 * file system is written once then, not once a file. The countries before the
 * LOTL: it may name signers that they do not have yet, but never the other way
 * round. The store last: it can be made anew from the others.
 */
static enum segl_status
place(struct round *round, struct drafts *drafts)
{
	int dirfd = round->store.listsfd;
	enum segl_status status = kept_sync(round->segl, &drafts->countries);

	if (status == SEGL_OK)
		status = kept_sync(round->segl, &drafts->lotl);
	if (status == SEGL_OK)
		status = kept_place(round->segl, dirfd, &drafts->countries);
	if (status == SEGL_OK)
		status = kept_place(round->segl, dirfd, &drafts->lotl);
	if (status == SEGL_OK)
		status = tl_store_commit(round->segl, &drafts->store);
	return status;
}

/* ---- the store ----------------------------------------------------------- */

/* A file that came has a digest. */
static int
has_come(const struct candidate *file)
{
	static const unsigned char none[CANDIDATE_SHA256];

	return memcmp(file->sha256, none, sizeof(none)) != 0;
}

static void
describe(struct tl_store_entry *entry, const char *territory,
    const struct candidate *file, const struct tl_job *job,
    const struct candidate *failed, const char *reason)
{
	memset(entry, 0, sizeof(*entry));
	entry->territory = territory;
	entry->fetched = -1;
	if (file == NULL) {
		entry->reason = reason;
		if (failed != NULL && has_come(failed)) {
			memcpy(entry->sha256, failed->sha256,
			    sizeof(entry->sha256));
			entry->fetched = failed->fetched;
			entry->url = failed->is_url ? failed->source : NULL;
			entry->tls_unverified = failed->tls_unverified;
		}
		return;
	}
	entry->authenticated = 1;
	memcpy(entry->sha256, file->sha256, sizeof(entry->sha256));
	entry->fetched = file->fetched;
	entry->url = file->is_url ? file->source : NULL;
	entry->signer = job->signer;
	entry->tls_unverified = file->tls_unverified;
	entry->list = job->list;
}

enum segl_status
round_add(struct round *round, struct country *country)
{
	struct tl_store_entry entry;

	if (country->added)
		return SEGL_OK;
	country->added = 1;
	describe(&entry, country->territory, country->file, &country->job,
	    country->failed, country->reason);
	return tl_store_add(round->segl, round->making, &entry);
}

static enum segl_status
draft_store(struct round *round, struct draft *out)
{
	struct tl_store_entry lotl;
	enum segl_status status;

	describe(&lotl, POLICY_LOTL_TERRITORY, round->lotl.file,
	    &round->lotl.job, NULL, NULL);
	status = tl_store_add(round->segl, round->making, &lotl);
	for (size_t i = 0; status == SEGL_OK && i < round->n_countries; i++) {
		struct country *c = &round->country[i];

		if (c->file == NULL && c->reason[0] == '\0')
			snprintf(c->reason, sizeof(c->reason), "%s",
			    c->wanted ? "is not among the files"
				      : "was not asked for");
		status = round_add(round, c);
	}
	return status == SEGL_OK
	    ? tl_store_draft(round->segl, round->making, &round->store, out)
	    : status;
}

enum segl_status
round_write(struct round *round)
{
	struct drafts drafts;
	enum segl_status status;

	memset(&drafts, 0, sizeof(drafts));
	draft_init(&drafts.store);
	status = keep_countries(round, &drafts.countries);
	if (status == SEGL_OK)
		status = keep_lotl(round, &drafts.lotl);
	if (status == SEGL_OK)
		status = draft_store(round, &drafts.store);
	if (status == SEGL_OK)
		status = place(round, &drafts);
	drafts_clear(&drafts);
	if (status == SEGL_OK)
		tell_all(round);
	return status;
}
