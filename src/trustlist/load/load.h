/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LOAD_LOAD_H
#define TRUSTLIST_LOAD_LOAD_H

#include <segl/handle.h>

#include "trustlist/list/codec.h"
#include "trustlist/list/part.h"

/* How many segl-tlread run at once, where nothing else is said. */
#define TL_WORKERS 2

/* The bytes of a file become a list that may be believed, or a reason. */
struct tl_job {
	/* given, borrowed */
	struct tl_bytes file;
	const struct tl_bytes *signers; /* DER: who may have signed it */
	size_t n_signers;
	/*
	 * And who may have signed it, where only the SHA-256 of the
	 * certificate is known: the anchors of the Official Journal. The
	 * certificate in the file, if it has one of these, is a signer.
	 */
	const unsigned char (*signer_sha256)[32];
	size_t n_signer_sha256;
	/*
	 * Read it without asking who signed it (signers are not looked at).
	 * For what has to be known before a list can be authenticated, such
	 * as the pivots of a LOTL; never to be believed.
	 */
	int insecure_unverified;
	void *arg; /* the caller's */

	/* the answer */
	enum tl_refusal refusal; /* TL_ACCEPTED: list is set */
	struct tl_list *list;    /* owned by the job */
	struct tl_bytes signer;  /* DER, owned by the job; none unverified */
};

/*
 * Read and verify N JOBS, WORKERS at a time (TL_WORKERS is good). DONE, which
 * may be NULL, is called once for each job that is done, while others are not;
 * it may take the answer.
 *
 * A list that is refused is an answer, not an error: refusal says why, in
 * words tl_refusal_words(), and the others go on. Where the call fails, jobs
 * already done keep their answer; clear them all. Starts processes.
 *
 * Errors: SEGL_EINTERNAL segl-tlread cannot be started; SEGL_ENOMEM.
 */
enum segl_status tl_load(struct segl *segl, struct tl_job *jobs, size_t n,
    unsigned int workers, void (*done)(void *arg, struct tl_job *job),
    void *arg) SEGL_MUST_USE;

/* Free the answer; what was given stays. */
void tl_job_clear(struct tl_job *job);

#endif
