/* SPDX-License-Identifier: ISC */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <jansson.h>

#include <segl/handle.h>

/*
 * What goes wrong on purpose at the token endpoint, always, or at one of the
 * requests that are counted from when the fault was set.
 */
#define FAULTS_MAX 32

enum fault_kind {
	FAULT_DELAY,
	FAULT_STATUS,
	FAULT_RATE_LIMIT,
	FAULT_TRUNCATE,
	FAULT_MALFORMED,
	FAULT_RESET,
	FAULT_CLOCK_OFFSET,
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	long argument;     /* milliseconds, seconds, or HTTP status */
	unsigned int when; /* 0: always; n: at the n-th request */
	unsigned int seen; /* requests since it was set */
};

struct faults {
	struct fault fault[FAULTS_MAX];
	size_t count;
};

/* What all of them together do to one request. */
struct fault_effect {
	unsigned int delay_ms;
	int status; /* 0: the grant is looked at */
	long retry_after_s;
	int truncate, malformed, reset;
};

/*
 * Add a fault written as NAME[=ARGUMENT][@WHEN]; WHEN is always (the default),
 * once, or a number. SEGL_EUSAGE where it is wrong or there are too many.
 */
enum segl_status faults_add(
    struct faults *faults, struct segl *segl, const char *text) SEGL_MUST_USE;

/* The same in three; ARGUMENT and WHEN may be NULL. */
enum segl_status faults_add_words(struct faults *faults, struct segl *segl,
    const char *name, const char *argument, const char *when) SEGL_MUST_USE;

/* Add VALUE: {"fault":NAME,"argument":ARGUMENT,"when":WHEN}, the last two if
 * wanted. Errors as above. */
enum segl_status faults_add_json(struct faults *faults, struct segl *segl,
    const json_t *value) SEGL_MUST_USE;

/* The faults that are set, as an array of what faults_add() reads; new. */
json_t *faults_json(const struct faults *faults);

/*
 * One request to the token endpoint: what happens to it, and in NAMES, an
 * array, what that is called. Faults whose time is over are gone.
 */
void faults_take(
    struct faults *faults, struct fault_effect *effect, json_t *names);

/* What the clock of the server is wrong by, in seconds, for all requests. */
long faults_clock_offset_s(const struct faults *faults);

/* The names, for --help: "delay=SECONDS, ..."; static. */
const char *fault_names(void);

#endif
