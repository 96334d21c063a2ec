/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "trustlist/update/lotl.h"

/* FILE as signed by SIGNERS, or by whomever where they are NULL. */
static void
prepare(
    struct tl_job *job, struct candidate *file, const struct signers *signers)
{
	memset(job, 0, sizeof(*job));
	job->file.data = (const unsigned char *)file->bytes.data;
	job->file.len = file->bytes.len;
	if (signers == NULL) {
		job->insecure_unverified = 1;
	} else {
		job->signer_sha256 = signers->sha256;
		job->n_signer_sha256 = signers->n;
	}
}

static enum segl_status
load(struct segl *segl, struct candidate *file, const struct signers *signers,
    struct tl_job *job)
{
	prepare(job, file, signers);
	return tl_load(segl, job, 1, 1, NULL, NULL);
}

/*
 * Which pivots PEEK, which nobody has verified, says it takes; nothing else of
 * it is believed. Returns non-zero, or 0 and REASON.
 */
static int
plan(const struct anchors *anchors, const char *lotl_url,
    const struct tl_job *peek, struct lotl *lotl, struct policy_pivots *pivots,
    char *reason)
{
	if (peek->refusal != TL_ACCEPTED) {
		snprintf(reason, POLICY_REASON_MAX, "%s",
		    tl_refusal_words(peek->refusal));
		return 0;
	}
	if (policy_pivots(peek->list, anchors, lotl_url, pivots, reason) < 0)
		return 0;
	if (pivots->news != NULL)
		snprintf(lotl->news, sizeof(lotl->news), "%s", pivots->news);
	return 1;
}

/* Put where it happened in front of REASON. */
static void
blame_pivot(char *reason, long long number)
{
	char why[POLICY_REASON_MAX];

	memcpy(why, reason, sizeof(why));
	snprintf(reason, POLICY_REASON_MAX,
	    "is reached over pivot %lld, which %.700s", number, why);
}

/* PIVOT, signed by SIGNERS, says who comes after them. */
static enum segl_status
follow(struct segl *segl, const struct policy_pivot *pivot,
    struct candidate *file, struct signers *signers, int *ok, char *reason)
{
	enum segl_status status;
	struct signers next;
	struct tl_job job;

	*ok = 0;
	status = load(segl, file, signers, &job);
	if (status == SEGL_OK && job.refusal != TL_ACCEPTED)
		snprintf(reason, POLICY_REASON_MAX, "%s",
		    tl_refusal_words(job.refusal));
	else if (status == SEGL_OK &&
	    policy_check_pivot(job.list, pivot, reason) == 0 &&
	    policy_successors(job.list, &next, reason) == 0)
		*ok = 1;
	if (*ok)
		*signers = next;
	else
		blame_pivot(reason, pivot->number);
	tl_job_clear(&job);
	return status;
}

/* PIVOT, whichever of the files it is; the first reason is told. */
static enum segl_status
find_and_follow(struct segl *segl, const struct policy_pivot *pivot,
    const struct lotl_pivots *pivots, struct lotl *lotl,
    struct signers *signers, int *ok, char *reason)
{
	char why[POLICY_REASON_MAX] = "";
	enum segl_status status = SEGL_OK;
	struct candidate *file;

	*ok = 0;
	for (size_t i = 0; status == SEGL_OK && !*ok; i++) {
		file = pivots->find(pivots->arg, pivot, i, why);
		if (file == NULL)
			blame_pivot(why, pivot->number);
		else
			status = follow(segl, pivot, file, signers, ok, why);
		if (*ok)
			lotl->pivot[lotl->n_pivots++] = file;
		else if (i == 0)
			memcpy(reason, why, sizeof(why));
		if (file == NULL)
			break;
	}
	return status;
}

static enum segl_status
follow_all(struct segl *segl, const struct policy_pivots *plan,
    const struct lotl_pivots *pivots, struct lotl *lotl,
    struct signers *signers, int *ok, char *reason)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && *ok && i < plan->n; i++)
		status = find_and_follow(
		    segl, &plan->pivot[i], pivots, lotl, signers, ok, reason);
	return status;
}

/* The list of trusted lists as read in JOB: is it the one? */
static int
accept(const struct tl_job *job, long long floor, char *reason)
{
	if (job->refusal == TL_ACCEPTED)
		return policy_check_lotl(job->list, floor, reason) == 0;
	snprintf(
	    reason, POLICY_REASON_MAX, "%s", tl_refusal_words(job->refusal));
	return 0;
}

enum segl_status
lotl_authenticate(struct segl *segl, const struct anchors *anchors,
    const char *lotl_url, long long floor, struct candidate *file,
    const struct lotl_pivots *pivots, struct lotl *out, int *accepted,
    char *reason)
{
	struct signers signers = anchors->signers;
	struct policy_pivots path = { .n = 0 };
	struct tl_job jobs[2]; /* who it says it is, and whether it is */
	enum segl_status status;
	int ok = 0;

	*accepted = 0;
	reason[0] = '\0';
	memset(out, 0, sizeof(*out));
	out->file = file;
	prepare(&jobs[0], file, NULL);
	/* both at once: mostly there are no pivots, and the anchors signed */
	prepare(&jobs[1], file, &signers);
	status = tl_load(segl, jobs, 2, TL_WORKERS, NULL, NULL);
	if (status == SEGL_OK)
		ok = plan(anchors, lotl_url, &jobs[0], out, &path, reason);
	if (ok && path.n > 0) {
		tl_job_clear(&jobs[1]);
		status =
		    follow_all(segl, &path, pivots, out, &signers, &ok, reason);
		if (status == SEGL_OK && ok)
			status = load(segl, file, &signers, &jobs[1]);
	}
	if (status == SEGL_OK && ok)
		*accepted = accept(&jobs[1], floor, reason);
	if (*accepted) {
		out->job = jobs[1];
	} else {
		tl_job_clear(&jobs[1]);
		lotl_clear(out);
	}
	tl_job_clear(&jobs[0]); /* last: the path borrows from it */
	return status;
}

void
lotl_clear(struct lotl *lotl)
{
	tl_job_clear(&lotl->job);
	memset(lotl, 0, sizeof(*lotl));
}
