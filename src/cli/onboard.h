/* SPDX-License-Identifier: ISC */
#ifndef CLI_ONBOARD_H
#define CLI_ONBOARD_H

#include <segl/exchange.h>
#include <segl/suitability.h>

#include "base/buffer.h"
#include "cli/server.h"
#include "net/probe.h"
#include "onboard/judge.h"
#include "onboard/record.h"

/* What asking the server once, for its metadata, came to. */
struct onboard_asked {
	int is_done;
	enum segl_status status;
	struct segl *segl; /* the failure, apart from that of a step */
	char *url;         /* of the metadata, or the token endpoint */
	struct segl_response response;
	struct net_probe probe;
	/* where its certificate was not believed: who stands there */
	struct net_probe peek;
	int only_by_ca; /* without --ca it is not believed */
};

/* One run of segl onboard: what a step found, the next ones build on. */
struct onboard_run {
	struct segl *segl;
	const struct settings *settings;
	struct settings with; /* and what turned out to be needed */
	long long now;
	struct onboard record;
	struct buffer warnings; /* of the step, clauses with ';' */
	int shows_progress;

	struct segl_softtoken *softtoken; /* NULL: it does not load */
	enum segl_stage stage;
	size_t fetched; /* certificates that x5c needs and the file has not */
	struct segl_report *report; /* NULL: a key without certificate */
	char *lists_failed;         /* why --online brought none; NULL */
	/* those that are kept cannot be read, where there is evidence */
	struct onboard_outcome lists;

	struct server server;
	int server_is_open;
	struct onboard_asked asked;

	const char *scopes[2]; /* the one that nobody named */
	struct segl_token *token;
	struct segl_token *exchanged;
	enum segl_exchanger by;
};

/*
 * The steps: each fills OUT from what it sees. A failure of what it looks at
 * is a result; errors are SEGL_ENOMEM and SEGL_EINTERNAL.
 */
enum segl_status onboard_file(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_identity(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_key(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_path(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_suitable(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_listed(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_revocation(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_clock(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_network(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_metadata(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_dry_run(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_token(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_consumer(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_exchange(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;
enum segl_status onboard_test_auth(
    struct onboard_run *run, struct onboard_outcome *out) SEGL_MUST_USE;

/*
 * A failure that is no result of the step STATUS came from, or SEGL_OK, with
 * the failure in OUT.
 */
enum segl_status onboard_failed(struct onboard_run *run,
    enum segl_status status, struct onboard_outcome *out) SEGL_MUST_USE;

/* The route that is taken; after ONBOARD_FILE. */
enum segl_route onboard_route(const struct onboard_run *run);

/* What to do about a file that is in the way. */
#define ONBOARD_IN_THE_WAY "name another, or say --force to replace it"

/*
 * Whether the files that SETTINGS name can be written.
 * Errors: SEGL_EUSAGE one is there already, or of no known kind.
 */
enum segl_status onboard_check_files(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;

/* After the steps: what works, into the record. Errors: SEGL_ENOMEM. */
enum segl_status onboard_profile(struct onboard_run *run) SEGL_MUST_USE;
/* And into files. Errors: SEGL_EUSAGE one cannot be written; SEGL_ENOMEM. */
enum segl_status onboard_write_conf(struct onboard_run *run) SEGL_MUST_USE;
enum segl_status onboard_write_reports(struct onboard_run *run) SEGL_MUST_USE;

/* Ask the server once, unless that was done. */
enum segl_status onboard_ask(struct onboard_run *run) SEGL_MUST_USE;

#endif
