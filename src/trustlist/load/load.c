/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "trustlist/cage/cage.h"
#include "trustlist/load/load.h"
#include "trustlist/verify/verify.h"

/* Most processes at once: more than any host's processors gain nothing. */
#define WORKERS_MAX 16
/* How often a deadline is looked at while nothing comes, in milliseconds. */
#define TICK_MS 1000

/* One cage, and what it works on. */
struct worker {
	struct tl_job *job; /* NULL: idle */
	int verified;       /* it is the second reading */
	struct cage cage;
};

struct loading {
	struct segl *segl;
	struct tl_job *jobs;
	size_t n, next; /* the first that nobody has taken */
	struct worker workers[WORKERS_MAX];
	unsigned int n_workers;
	void (*done)(void *arg, struct tl_job *job);
	void *arg;
};

static void
finish(struct loading *loading, struct worker *worker, enum tl_refusal refusal)
{
	struct tl_job *job = worker->job;

	job->refusal = refusal;
	worker->job = NULL;
	cage_clear(&worker->cage);
	if (loading->done != NULL)
		loading->done(loading->arg, job);
}

static struct tl_bytes
bytes_of(const struct buffer *buffer)
{
	struct tl_bytes bytes = { (const unsigned char *)buffer->data,
		buffer->len };

	return bytes;
}

static int
has_digest(const struct tl_job *job, const struct tl_bytes *certificate)
{
	unsigned char sha256[32];

	if (certificate->len == 0)
		return 0;
	verify_digest(certificate, sha256);
	for (size_t i = 0; i < job->n_signer_sha256; i++)
		if (memcmp(job->signer_sha256[i], sha256, sizeof(sha256)) == 0)
			return 1;
	return 0;
}

/* The certificate goes with the process that cut it out: keep a copy. */
static int
keep_signer(struct tl_job *job, const struct tl_bytes *certificate)
{
	unsigned char *copy = malloc(certificate->len);

	if (copy == NULL)
		return -1;
	memcpy(copy, certificate->data, certificate->len);
	job->signer.data = copy;
	job->signer.len = certificate->len;
	return 0;
}

static enum tl_refusal
verify(struct tl_job *job, const struct cage_parts *parts)
{
	const struct verify_parts given = {
		.document = { parts->document.bytes, parts->document.len },
		.properties = bytes_of(&parts->properties),
		.info = bytes_of(&parts->info),
		.value = bytes_of(&parts->value),
		.certificate = bytes_of(&parts->certificate),
	};
	const struct tl_bytes *signers = job->signers;
	size_t n = job->n_signers;
	enum tl_refusal refusal;

	/* known by its digest, the certificate in the file is the signer */
	if (has_digest(job, &given.certificate)) {
		signers = &given.certificate;
		n = 1;
	}
	refusal = verify_list(&given, signers, n);
	if (refusal == TL_ACCEPTED && keep_signer(job, &given.certificate) < 0)
		refusal = TL_READER_LIMITS;
	return refusal;
}

/* The first reading is done: verify it, and read what was verified. */
static enum segl_status
read_verified(struct loading *loading, struct worker *worker)
{
	enum tl_refusal refusal = verify(worker->job, &worker->cage.parts);
	enum segl_status status;
	struct sheet document;

	if (refusal != TL_ACCEPTED) {
		finish(loading, worker, refusal);
		return SEGL_OK;
	}
	document = worker->cage.parts.document;
	sheet_init(&worker->cage.parts.document);
	cage_clear(&worker->cage);
	status = cage_start_sheet(
	    loading->segl, TL_ASK_SERVICES, &document, &worker->cage);
	sheet_clear(&document);
	worker->verified = 1;
	return status;
}

static enum segl_status
take_list(struct loading *loading, struct worker *worker)
{
	struct buffer *form = &worker->cage.parts.list;
	size_t len = form->len;
	enum segl_status status;
	char *bytes = buffer_take(form);

	status = bytes == NULL ? SEGL_ENOMEM
			       : tl_list_decode(bytes, len, &worker->job->list);
	if (status == SEGL_ENOMEM)
		return error_nomem(loading->segl);
	finish(loading, worker,
	    status == SEGL_OK ? TL_ACCEPTED : TL_READER_FAILED);
	return SEGL_OK;
}

/* WORKER's cage has said all. */
static enum segl_status
go_on(struct loading *loading, struct worker *worker)
{
	if (worker->cage.parts.refusal != TL_ACCEPTED) {
		finish(loading, worker, worker->cage.parts.refusal);
		return SEGL_OK;
	}
	return worker->verified ? take_list(loading, worker)
				: read_verified(loading, worker);
}

static enum segl_status
begin(struct loading *loading, struct worker *worker)
{
	struct tl_job *job = &loading->jobs[loading->next++];

	worker->job = job;
	worker->verified = job->insecure_unverified;
	if (job->file.len > TL_FILE_MAX) {
		finish(loading, worker, TL_TOO_LARGE);
		return SEGL_OK;
	}
	return cage_start(loading->segl,
	    job->insecure_unverified ? TL_ASK_SERVICES : TL_ASK_PARTS,
	    job->file.data, job->file.len, &worker->cage);
}

/* Wait until one has something to say; all of them are looked at then. */
static enum segl_status
wait_for_one(struct loading *loading)
{
	struct pollfd fds[WORKERS_MAX];
	nfds_t n = 0;

	for (unsigned int i = 0; i < loading->n_workers; i++)
		if (loading->workers[i].job != NULL) {
			fds[n].fd = loading->workers[i].cage.fd;
			fds[n].events = POLLIN;
			n++;
		}
	if (n > 0 && poll(fds, n, TICK_MS) < 0 && errno != EINTR)
		return error_set(loading->segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "poll: %s", strerror(errno));
	return SEGL_OK;
}

static enum segl_status
turn(struct loading *loading, int *busy)
{
	enum segl_status status = SEGL_OK;

	*busy = 0;
	for (unsigned int i = 0; i < loading->n_workers && status == SEGL_OK;
	     i++) {
		struct worker *worker = &loading->workers[i];

		if (worker->job != NULL && !cage_take(&worker->cage))
			status = go_on(loading, worker);
		while (status == SEGL_OK && worker->job == NULL &&
		    loading->next < loading->n)
			status = begin(loading, worker);
		*busy |= worker->job != NULL;
	}
	return status;
}

enum segl_status
tl_load(struct segl *segl, struct tl_job *jobs, size_t n, unsigned int workers,
    void (*done)(void *arg, struct tl_job *job), void *arg)
{
	struct loading *loading = calloc(1, sizeof(*loading));
	enum segl_status status = SEGL_OK;
	int busy = 1;

	for (size_t i = 0; i < n; i++)
		tl_job_clear(&jobs[i]);
	if (loading == NULL)
		return error_nomem(segl);
	loading->segl = segl;
	loading->jobs = jobs;
	loading->n = n;
	loading->done = done;
	loading->arg = arg;
	loading->n_workers = workers == 0 ? 1
	    : workers > WORKERS_MAX       ? WORKERS_MAX
					  : workers;
	for (unsigned int i = 0; i < loading->n_workers; i++)
		cage_init(&loading->workers[i].cage);
	while (status == SEGL_OK && busy) {
		status = turn(loading, &busy);
		if (status == SEGL_OK && busy)
			status = wait_for_one(loading);
	}
	for (unsigned int i = 0; i < loading->n_workers; i++)
		cage_clear(&loading->workers[i].cage);
	free(loading);
	return status;
}

void
tl_job_clear(struct tl_job *job)
{
	tl_list_free(job->list);
	free((void *)(uintptr_t)job->signer.data);
	job->list = NULL;
	/* what was not read is not accepted */
	job->refusal = TL_READER_FAILED;
	job->signer.data = NULL;
	job->signer.len = 0;
}
