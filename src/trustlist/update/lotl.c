/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "trustlist/update/lotl.h"

/* Read FILE as signed by SIGNERS, or by whomever where they are NULL. */
static enum segl_status
load(struct segl *segl, struct candidate *file, const struct signers *signers,
    struct tl_job *job)
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
	return tl_load(segl, job, 1, 1, NULL, NULL);
}

/* Which pivots it takes; nothing else of what is read here is believed. */
static enum segl_status
plan(struct segl *segl, const struct anchors *anchors, const char *lotl_url,
    struct lotl *lotl, struct tl_job *peek, struct policy_pivots *pivots,
    int *ok, char *reason)
{
	enum segl_status status = load(segl, lotl->file, NULL, peek);

	*ok = 0;
	if (status != SEGL_OK)
		return status;
	if (peek->refusal != TL_ACCEPTED) {
		snprintf(reason, POLICY_REASON_MAX, "%s",
		    tl_refusal_words(peek->refusal));
		return SEGL_OK;
	}
	*ok = policy_pivots(peek->list, anchors, lotl_url, pivots, reason) == 0;
	if (*ok && pivots->news != NULL)
		snprintf(lotl->news, sizeof(lotl->news), "%s", pivots->news);
	return SEGL_OK;
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

static enum segl_status
follow_all(struct segl *segl, const struct policy_pivots *plan,
    const struct lotl_pivots *pivots, struct lotl *lotl,
    struct signers *signers, int *ok, char *reason)
{
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; status == SEGL_OK && *ok && i < plan->n; i++) {
		const struct policy_pivot *pivot = &plan->pivot[i];
		struct candidate *file =
		    pivots->find(pivots->arg, pivot, reason);

		if (file == NULL) {
			*ok = 0;
			blame_pivot(reason, pivot->number);
			break;
		}
		status = follow(segl, pivot, file, signers, ok, reason);
		lotl->pivot[lotl->n_pivots++] = file;
	}
	return status;
}

enum segl_status
lotl_authenticate(struct segl *segl, const struct anchors *anchors,
    const char *lotl_url, long long floor, struct candidate *file,
    const struct lotl_pivots *pivots, struct lotl *out, int *accepted,
    char *reason)
{
	struct signers signers = anchors->signers;
	struct policy_pivots path;
	enum segl_status status;
	struct tl_job peek;
	int ok;

	*accepted = 0;
	reason[0] = '\0';
	memset(out, 0, sizeof(*out));
	out->file = file;
	status = plan(segl, anchors, lotl_url, out, &peek, &path, &ok, reason);
	if (status == SEGL_OK && ok)
		status =
		    follow_all(segl, &path, pivots, out, &signers, &ok, reason);
	if (status == SEGL_OK && ok) {
		status = load(segl, file, &signers, &out->job);
		if (status == SEGL_OK && out->job.refusal != TL_ACCEPTED)
			snprintf(reason, POLICY_REASON_MAX, "%s",
			    tl_refusal_words(out->job.refusal));
		else if (status == SEGL_OK)
			*accepted = policy_check_lotl(
					out->job.list, floor, reason) == 0;
	}
	tl_job_clear(&peek); /* last: the path borrows from it */
	if (!*accepted)
		lotl_clear(out);
	return status;
}

void
lotl_clear(struct lotl *lotl)
{
	tl_job_clear(&lotl->job);
	memset(lotl, 0, sizeof(*lotl));
}
