/* SPDX-License-Identifier: ISC */
#ifndef ONBOARD_RECORD_H
#define ONBOARD_RECORD_H

#include <stddef.h>

#include <segl/handle.h>

/*
 * What the steps to the first 200 OK came to: one record, of which text, JSON
 * and HTML are made. It is fit for a support mail: every text that goes into
 * it is made safe to print, and loses what looks like a token or a password.
 */

/* The steps, in their order; also bits of what a step needs. */
enum onboard_id {
	ONBOARD_FILE,
	ONBOARD_IDENTITY,
	ONBOARD_KEY,
	ONBOARD_PATH,
	ONBOARD_SUITABLE,
	ONBOARD_LISTED,
	ONBOARD_REVOCATION,
	ONBOARD_CLOCK,
	ONBOARD_NETWORK,
	ONBOARD_METADATA,
	ONBOARD_DRY_RUN,
	ONBOARD_TOKEN,
	ONBOARD_CONSUMER,
	ONBOARD_EXCHANGE,
	ONBOARD_TEST_AUTH,
	ONBOARD_STEPS
};

enum onboard_result {
	ONBOARD_PASS,
	ONBOARD_WARN, /* it goes on, and somebody should act */
	ONBOARD_FAIL,
	ONBOARD_SKIPPED
};

/* Named things that were seen, for programs and for who looks closer. */
#define ONBOARD_FACTS_MAX 24
struct onboard_fact {
	const char *name; /* static */
	char *value;
	int is_number;
};
struct onboard_facts {
	struct onboard_fact list[ONBOARD_FACTS_MAX];
	size_t n;
	int nomem; /* something is missing */
};

/* What one step came to; texts are new, NULL where there is none. */
struct onboard_outcome {
	enum onboard_result result;
	enum segl_status status; /* what a failure is; SEGL_OK else */
	/*
	 * What needs this step is not tried. A rule of a certificate that is
	 * broken need not stop anything: the server outranks the verdict.
	 */
	int stops;
	enum segl_turn turn; /* whose, where something is to be done */
	char *evidence;      /* what was seen, one sentence or some */
	char *code;          /* "MP-120", or the OAuth error */
	char *finding;       /* the rule of segl check, "path-complete" */
	char *remedy;
	char *quote; /* the identifier to quote to whose turn it is */
	struct onboard_facts facts;
	long long took_ms;
	int nomem; /* a text is missing for lack of memory */
};

/* Ours beside what the server said. */
struct onboard_comparison {
	int is_known; /* there was a token that says something */
	char *our_consumer, *their_consumer;
	char *our_amr, *their_amr;
};

struct onboard {
	struct onboard_outcome steps[ONBOARD_STEPS];
	struct onboard_facts about; /* when, of what, with which server */
	struct onboard_comparison beside;
	char *profile;      /* segl.conf of what works; NULL: nothing yet */
	char *profile_name; /* of its section */
	int nomem;
};

void onboard_clear(struct onboard *record);
void onboard_outcome_clear(struct onboard_outcome *out);

/* "PASS", "WARN", "FAIL", "SKIPPED"; static. */
const char *onboard_result_name(enum onboard_result result);

/* The step whose failure counts, ONBOARD_STEPS where none failed. */
size_t onboard_first_failure(const struct onboard *record);

/* FAIL where a step failed, else WARN where one warns, else PASS. */
enum onboard_result onboard_verdict(const struct onboard *record);

/* SEGL_OK, or what the first failure is: the exit code comes from it. */
enum segl_status onboard_status(const struct onboard *record);

/* ---- filling ------------------------------------------------------------- */

/* The result, and why; what was there is replaced. */
void onboard_set(struct onboard_outcome *out, enum onboard_result result,
    const char *format, ...) SEGL_PRINTF(3, 4);
/* The same for a failure of the kind STATUS, which stops what needs it. */
void onboard_fail(struct onboard_outcome *out, enum segl_status status,
    const char *format, ...) SEGL_PRINTF(3, 4);
/* One sentence more of evidence. */
void onboard_add(struct onboard_outcome *out, const char *format, ...)
    SEGL_PRINTF(2, 3);
/* What to do, and whose turn that is. */
void onboard_remedy(struct onboard_outcome *out, enum segl_turn turn,
    const char *format, ...) SEGL_PRINTF(3, 4);
void onboard_code(struct onboard_outcome *out, const char *code);
void onboard_finding(struct onboard_outcome *out, const char *id);
void onboard_quote(struct onboard_outcome *out, const char *identifier);

/* NAME is static; a NULL VALUE is left out, as is what there is no room for. */
void onboard_fact(
    struct onboard_facts *facts, const char *name, const char *value);
void onboard_fact_number(
    struct onboard_facts *facts, const char *name, long long value);
/* The value of the fact NAME, NULL where it is not there; borrowed. */
const char *onboard_fact_value(
    const struct onboard_facts *facts, const char *name);

/* The failure in SEGL is what the step came to; SEGL is cleared. */
void onboard_take_failure(struct onboard_outcome *out, struct segl *segl);

/*
 * TEXT as the record has it: safe to print (base/text.h), without what looks
 * like a token (base64url of that length, or of three parts) and without user
 * and password of a URL. New, NULL out of memory.
 */
char *onboard_safe(const char *text);

#endif
