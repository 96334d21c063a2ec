/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "trustlist/update/kept.h"
#include "trustlist/update/round.h"

/* ---- beginning and end --------------------------------------------------- */

enum segl_status
round_begin(struct round *round, struct segl *segl,
    const struct segl_trust_order *order, struct segl_trust_summary *summary)
{
	char usual[TL_STORE_PATH_MAX], name[KEPT_NAME_MAX];
	const char *dir = order->dir;
	enum segl_status status;

	memset(round, 0, sizeof(*round));
	memset(summary, 0, sizeof(*summary));
	round->segl = segl;
	round->order = order;
	round->summary = summary;
	round->store.dirfd = round->store.listsfd = round->store.lockfd = -1;
	status = anchors_load(segl, order->anchors, &round->anchors);
	if (status == SEGL_OK && dir == NULL) {
		status = tl_store_default(segl, usual);
		dir = usual;
	}
	if (status == SEGL_OK)
		status =
		    tl_store_begin(segl, dir, order->waiting, &round->store);
	if (status == SEGL_OK) {
		kept_name(name, POLICY_LOTL_TERRITORY, -1);
		status = kept_read(segl, round->store.listsfd, name,
		    &round->kept, &round->kept_lotl);
	}
	return status;
}

void
round_end(struct round *round)
{
	for (size_t i = 0; i < round->n_countries; i++)
		tl_job_clear(&round->country[i].job);
	lotl_clear(&round->lotl);
	candidates_clear(&round->found);
	candidates_clear(&round->kept);
	tl_store_making_free(round->making);
	tl_store_end(&round->store);
}

enum segl_status
round_kept_pivot(struct round *round, long long number, struct candidate **out)
{
	char name[KEPT_NAME_MAX];

	kept_name(name, POLICY_LOTL_TERRITORY, number);
	return kept_read(
	    round->segl, round->store.listsfd, name, &round->kept, out);
}

/* ---- the countries ------------------------------------------------------- */

static int
is_wanted(const struct segl_trust_order *order, const char *territory)
{
	if (order->territories == NULL)
		return 1;
	for (size_t i = 0; order->territories[i] != NULL; i++)
		if (policy_same_territory(order->territories[i], territory))
			return 1;
	return 0;
}

/* A country that the LOTL does not know is a mistake of who asked. */
static enum segl_status
check_wanted(const struct round *round)
{
	const char *const *wanted = round->order->territories;

	for (size_t i = 0; wanted != NULL && wanted[i] != NULL; i++) {
		if (policy_pointer(round->lotl.job.list, wanted[i]) != NULL)
			continue;
		error_set(round->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the list of trusted lists has no country %s", wanted[i]);
		error_remedy(round->segl,
		    "countries are given by two letters, NO for instance; "
		    "Greece is EL");
		return SEGL_EUSAGE;
	}
	return SEGL_OK;
}

/* Sooner or later its certificates will be the only ones. */
static void
warn_of_notice(const struct round *round)
{
	const char *news = round->lotl.news;
	char *safe = text_foreign(news, strlen(news));

	if (safe != NULL && safe[0] != '\0')
		note_warning(round->segl,
		    "the list of trusted lists names a new notice in the "
		    "Official Journal, which segl does not know: %s; what to "
		    "do: update segl before the certificates of %s run out, "
		    "or give those of the notice with --anchors",
		    safe, round->anchors.reference);
	free(safe);
}

enum segl_status
round_countries(struct round *round)
{
	const struct tl_pointer *pointer[POLICY_COUNTRIES_MAX];
	enum segl_status status = check_wanted(round);

	if (status != SEGL_OK)
		return status;
	warn_of_notice(round);
	round->n_countries = policy_countries(round->lotl.job.list, pointer);
	for (size_t i = 0; status == SEGL_OK && i < round->n_countries; i++) {
		struct country *country = &round->country[i];
		char name[KEPT_NAME_MAX];

		country->pointer = pointer[i];
		(void)policy_territory(
		    pointer[i]->territory, country->territory);
		country->wanted = is_wanted(round->order, country->territory);
		kept_name(name, country->territory, -1);
		status = kept_read(round->segl, round->store.listsfd, name,
		    &round->kept, &country->kept);
		/* its digest will mostly do */
		if (country->kept != NULL)
			buffer_clear(&country->kept->bytes);
	}
	return status;
}

/* ---- verify -------------------------------------------------------------- */

void
round_fail(
    struct country *country, const struct candidate *file, const char *reason)
{
	char *safe = text_foreign(reason, strlen(reason));

	if (country->reason[0] == '\0' && safe != NULL) {
		snprintf(
		    country->reason, sizeof(country->reason), "%.760s", safe);
		country->failed = file;
	}
	free(safe);
}

static void
prepare(struct tl_job *job, struct candidate *file,
    const struct tl_pointer *pointer)
{
	memset(job, 0, sizeof(*job));
	job->file.data = (const unsigned char *)file->bytes.data;
	job->file.len = file->bytes.len;
	job->signers = pointer->certificates;
	job->n_signers = pointer->n_certificates;
	job->arg = file;
}

static struct country *
country_of(struct round *round, const char *territory)
{
	for (size_t i = 0; i < round->n_countries; i++)
		if (strcmp(round->country[i].territory, territory) == 0)
			return &round->country[i];
	return NULL;
}

/* JOB is done: it is what COUNTRY has from now on, or it is cleared. */
static void
judge(struct country *country, struct tl_job *job)
{
	struct candidate *file = job->arg;
	long long floor = file->is_kept || country->kept == NULL
	    ? -1
	    : country->kept->verified;
	char reason[POLICY_REASON_MAX] = "";

	if (job->refusal != TL_ACCEPTED)
		round_fail(country, file, tl_refusal_words(job->refusal));
	else if (policy_check_list(
		     job->list, country->territory, floor, reason) < 0)
		round_fail(country, file, reason);
	else if (country->file == NULL ||
	    country->job.list->sequence < job->list->sequence) {
		tl_job_clear(&country->job);
		country->job = *job;
		country->file = file;
		file->verified = job->list->sequence;
		memset(job, 0, sizeof(*job));
		return;
	}
	tl_job_clear(job);
}

/*
 * It is written while others are read, and is not needed here any more. Of
 * several for one country it is not known yet which is kept.
 */
static void
begin_to_keep(struct round *round, struct candidate *file)
{
	const struct country *country = country_of(round, file->territory);
	int same = candidate_is_same(file, country->kept);

	if (country->n_files != 1)
		return;
	if (!same)
		kept_begin(round->store.listsfd, country->territory, file);
	if (same || file->draft.fd >= 0)
		buffer_clear(&file->bytes);
}

struct waiting {
	struct round *round;
	enum segl_status status; /* of what is done meanwhile */
	size_t done, all;
};

/* The only file of its country goes into the store while others are read. */
static void
settle_one(struct waiting *waiting, struct tl_job *job)
{
	struct candidate *file = job->arg;
	struct country *country = country_of(waiting->round, file->territory);

	if (waiting->status != SEGL_OK || country->n_files != 1)
		return;
	judge(country, job);
	job->arg = NULL;
	if (country->file == file)
		waiting->status = round_add(waiting->round, country);
}

static void
on_done(void *arg, struct tl_job *job)
{
	struct waiting *waiting = arg;
	const struct segl_trust_order *order = waiting->round->order;
	struct segl_trust_progress so_far = { .lists = waiting->all,
		.bytes = -1 };
	struct candidate *file = job->arg;

	if (file->is_kept) {
		buffer_clear(&file->bytes);
	} else {
		candidate_digest(file);
		if (job->refusal == TL_ACCEPTED)
			begin_to_keep(waiting->round, file);
	}
	settle_one(waiting, job);
	so_far.done = ++waiting->done;
	if (order->progress != NULL)
		order->progress(order->arg, &so_far);
}

/* FILES, each of the country that it claims to be of. */
static enum segl_status
verify(struct round *round, struct candidate *const *files, size_t n)
{
	struct tl_job *jobs = calloc(n == 0 ? 1 : n, sizeof(*jobs));
	struct waiting waiting = { .round = round, .all = n };
	enum segl_status status;

	if (jobs == NULL)
		return error_nomem(round->segl);
	for (size_t i = 0; i < round->n_countries; i++)
		round->country[i].n_files = 0;
	for (size_t i = 0; i < n; i++) {
		struct country *country =
		    country_of(round, files[i]->territory);

		country->n_files++;
		prepare(&jobs[i], files[i], country->pointer);
	}
	status = tl_load(round->segl, jobs, n, TL_WORKERS, on_done, &waiting);
	if (status == SEGL_OK)
		status = waiting.status;
	for (size_t i = 0; i < n; i++) {
		if (status == SEGL_OK && jobs[i].arg != NULL)
			judge(country_of(round, files[i]->territory), &jobs[i]);
		else
			tl_job_clear(&jobs[i]);
	}
	free(jobs);
	return status;
}

/* The largest first: the last one to be read keeps one processor waiting. */
static int
by_size(const void *left, const void *right)
{
	const struct candidate *a = *(struct candidate *const *)left;
	const struct candidate *b = *(struct candidate *const *)right;

	if (a->bytes.len != b->bytes.len)
		return a->bytes.len > b->bytes.len ? -1 : 1;
	return strcmp(a->source, b->source);
}

/* New files of countries that are wanted. */
static size_t
choose_found(struct round *round, struct candidate **out)
{
	size_t n = 0;

	for (size_t i = 0; i < round->found.n; i++) {
		struct candidate *file = round->found.all[i];
		const struct country *country =
		    country_of(round, file->territory);

		if (country != NULL && country->wanted)
			out[n++] = file;
	}
	qsort(out, n, sizeof(*out), by_size);
	return n;
}

/* What is kept, where nothing new will do. */
static enum segl_status
choose_kept(struct round *round, struct candidate **out, size_t *n)
{
	enum segl_status status = SEGL_OK;

	*n = 0;
	for (size_t i = 0; status == SEGL_OK && i < round->n_countries; i++) {
		struct country *country = &round->country[i];

		if (country->file != NULL || country->kept == NULL)
			continue;
		status = kept_load(round->segl, round->store.listsfd,
		    country->territory, country->kept);
		/* as it was kept, not as it claims */
		memcpy(country->kept->territory, country->territory,
		    sizeof(country->territory));
		out[(*n)++] = country->kept;
	}
	qsort(out, *n, sizeof(*out), by_size);
	return status;
}

static enum segl_trust_fate
fate_of(const struct country *country)
{
	const struct candidate *kept = country->kept;

	if (country->file == NULL)
		return country->reason[0] != '\0' || country->wanted
		    ? SEGL_TRUST_FAILED
		    : SEGL_TRUST_NOT_ASKED;
	if (country->file == kept)
		return country->reason[0] != '\0' ? SEGL_TRUST_KEPT
						  : SEGL_TRUST_AS_WAS;
	return candidate_is_same(kept, country->file) ? SEGL_TRUST_AS_WAS
						      : SEGL_TRUST_TAKEN;
}

enum segl_status
round_settle(struct round *round)
{
	struct candidate **files = calloc(
	    round->found.n + POLICY_COUNTRIES_MAX, sizeof(struct candidate *));
	enum segl_status status;
	size_t n;

	if (files == NULL)
		return error_nomem(round->segl);
	status = tl_store_make(round->segl, &round->making);
	if (status == SEGL_OK)
		status = verify(round, files, choose_found(round, files));
	if (status == SEGL_OK)
		status = choose_kept(round, files, &n);
	if (status == SEGL_OK)
		status = verify(round, files, n);
	for (size_t i = 0; i < round->n_countries; i++) {
		struct country *country = &round->country[i];

		if (country->file != NULL && country->file->is_kept == 0 &&
		    country->failed != NULL) {
			/* another file of it failed, which does no harm */
			round_tell_file(round, country->failed,
			    country->territory, SEGL_TRUST_NO_LIST,
			    country->reason);
			country->reason[0] = '\0';
		}
		country->fate = fate_of(country);
	}
	free(files);
	return status;
}
