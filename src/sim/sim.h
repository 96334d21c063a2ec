/* SPDX-License-Identifier: ISC */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "httpd/httpd.h"
#include "sim/access_token.h"
#include "sim/fault.h"
#include "sim/journal.h"
#include "sim/lists.h"
#include "sim/material.h"

/* What is asked of the simulator; borrowed until sim_stop(). */
struct sim_options {
	unsigned short port;
	const char *dir;      /* NULL: a temporary one */
	const char *trust;    /* NULL: the CA of the demo eSeal */
	const char *registry; /* NULL: that in the directory */
	const char *const *scopes;
	size_t scope_count;
	long token_lifetime_s;
	struct rules rules;
	struct faults faults; /* to begin with */
	/* told one line for each request, without newline; may be NULL */
	void (*log)(const char *line);
};

/* A running simulator. */
struct sim {
	struct sim_options options;
	struct segl *segl; /* of the thread that answers */
	struct directory directory;
	struct material material;
	struct trust *trust;
	struct registry *registry;
	struct policy policy;
	struct faults faults;       /* of the thread that answers */
	struct fault_effect effect; /* of the request that it answers */
	struct lists lists;         /* made when they are first asked for */
	struct signer signer;
	struct signer_maker *signer_maker; /* at work; NULL: it is done */
	struct revocations *revocations;
	struct signer before; /* who signed until the last rotation, ours */
	char *issuer;
	char *kid;
	char *metadata; /* documents that never change */
	char *jwks;
	char *page_policy;
	struct jti_memory *jtis;
	struct journal *journal;
	struct httpd *httpd;
};

/*
 * Start to serve. OUT is new, NULL when the call fails.
 *
 * Errors: SEGL_EUSAGE (directory, port, trust), SEGL_EINTERNAL, SEGL_ENOMEM.
 */
enum segl_status sim_start(struct segl *segl, const struct sim_options *options,
    struct sim **out) SEGL_MUST_USE;
void sim_stop(struct sim *sim);

/* Answer REQUEST, from the thread of the listener; ARG is the simulator. */
enum segl_status sim_handle(void *arg, const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

/*
 * The token endpoint at NOW. ENTRY is the entry of the journal, which gets
 * what there is to say about the grant.
 */
enum segl_status token_answer(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer,
    long long now, json_t *entry) SEGL_MUST_USE;

/* Note in ENTRY the grant that came, without looking at it any further. */
void token_note(struct sim *sim, const struct httpd_request *request,
    long long now, json_t *entry);

/* How one request is answered when nothing goes wrong. */
typedef enum segl_status sim_answerer(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer,
    long long now, json_t *entry);

/*
 * Let happen what faults are due, and else what ANSWER_IT does. Answers 400
 * where the request itself asks for a fault that there is not.
 */
enum segl_status fault_answer(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer,
    long long now, json_t *entry, sim_answerer *answer_it) SEGL_MUST_USE;

/*
 * Begin to make the key that tokens are signed with, unless there is one: a
 * thread of its own, so that nobody waits for it who needs no token. Then,
 * before SIGNER, kid or jwks are used: wait until it is there.
 */
enum segl_status signer_begin(struct sim *sim, struct segl *segl) SEGL_MUST_USE;
enum segl_status signer_wait(struct sim *sim) SEGL_MUST_USE;
/* Wait until that thread has ended, whatever came of it. */
void signer_end(struct sim *sim);

/*
 * Sign with a new key from now on; both are in the JWKS. What it was stays
 * where that fails.
 */
enum segl_status rotate_key(struct sim *sim) SEGL_MUST_USE;

/* GET, POST and DELETE of the faults, from the same thread. */
enum segl_status faults_get(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer);
enum segl_status faults_post(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer);
enum segl_status faults_delete(struct sim *sim,
    const struct httpd_request *request, struct httpd_answer *answer);

/*
 * Give the listener its TLS certificate, and those of the faults, of which one
 * may be chosen at each handshake.
 */
enum segl_status tls_certificates(
    struct sim *sim, struct segl *segl) SEGL_MUST_USE;

/* A trusted list below /tl/; 404 where there is none. */
#define LISTS_PATH "/tl/"
enum segl_status lists_answer(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

/*
 * Whether the body says that it is JSON: a page in a browser may send any
 * other one to us without asking.
 */
int sim_request_is_json(const struct httpd_request *request);

/* VALUE as the JSON body of ANSWER with STATUS. */
enum segl_status sim_answer_json(
    struct httpd_answer *answer, int status, const json_t *value) SEGL_MUST_USE;

/* The documents of a simulator; new, NULL when out of memory. */
char *sim_metadata(const char *issuer, const struct rules *rules);
char *sim_jwks(const struct rules *rules, const struct signer *signer,
    const STACK_OF(X509) * path, const struct signer *before);

#endif
