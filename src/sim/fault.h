/* SPDX-License-Identifier: ISC */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <jansson.h>

#include <segl/handle.h>

#include "sim/refusal.h"

/*
 * What goes wrong on purpose, at the token endpoint where no other address is
 * named; always, or at one of the requests that are counted from when the
 * fault was set.
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
	FAULT_STALL,
	FAULT_CONTENT_TYPE,
	FAULT_HUGE,
	FAULT_BOMB,
	FAULT_METADATA_ISSUER,
	FAULT_METADATA_DOWN,
	FAULT_ROTATE_KEY,
	FAULT_TOKEN_CONSUMER,
	FAULT_TOKEN_SCOPE,
	FAULT_REFUSE,
	FAULT_NOT_REGISTERED,
	FAULT_TLS_EXPIRED,
	FAULT_TLS_WRONG_NAME,
	FAULT_TLS_UNTRUSTED,
	FAULT_KINDS
};

#define FAULT_TEXT_MAX 128 /* bytes of an argument or a path */

struct fault {
	enum fault_kind kind;
	long argument; /* milliseconds, seconds, bytes, or HTTP status */
	char text[FAULT_TEXT_MAX]; /* where it is no number */
	char path[FAULT_TEXT_MAX]; /* the address that it happens at */
	unsigned int when;         /* 0: always; n: at the n-th request */
	unsigned int seen;         /* requests since it was set */
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
	unsigned int stall_ms;
	int wrong_type;
	size_t pad, bomb; /* bytes */
	int rotate_key;
	enum refusal refusal; /* that the grant gets whatever it says */
	int not_registered;   /* at Customs */
	long clock_offset_s;  /* that the request itself asked for */
	/* what the answer has instead; empty: what is right */
	char issuer[FAULT_TEXT_MAX];
	char consumer[FAULT_TEXT_MAX];
	char scope[FAULT_TEXT_MAX];
};

/*
 * Add a fault written as [PATH:]NAME[=ARGUMENT][@WHEN]; PATH begins with a
 * slash, WHEN is always (the default), once, or a number. SEGL_EUSAGE where it
 * is wrong or there are too many.
 */
enum segl_status faults_add(
    struct faults *faults, struct segl *segl, const char *text) SEGL_MUST_USE;

/* The same in parts, of which all but the name may be NULL. */
struct fault_words {
	char *path, *name, *argument, *when;
};
enum segl_status faults_add_words(struct faults *faults, struct segl *segl,
    const struct fault_words *words) SEGL_MUST_USE;

/*
 * Add VALUE: {"fault":NAME,"argument":ARGUMENT,"when":WHEN,"path":PATH}, all
 * but the first if wanted. Errors as above.
 */
enum segl_status faults_add_json(struct faults *faults, struct segl *segl,
    const json_t *value) SEGL_MUST_USE;

/* The faults that are set, as an array of what faults_add() reads; new. */
json_t *faults_json(const struct faults *faults);

/*
 * One request to PATH: what happens to it, added to EFFECT, and in NAMES, an
 * array, what that is called. Faults whose time is over are gone.
 */
void faults_take(struct faults *faults, const char *path,
    struct fault_effect *effect, json_t *names);

/*
 * One handshake: which of FAULT_TLS_EXPIRED and those that follow happens to
 * it; FAULT_KINDS: none. A fault whose time is over is gone.
 */
enum fault_kind faults_take_handshake(struct faults *faults);

/* Whether one of them is of the handshake, which no request can ask for. */
int faults_have_handshake(const struct faults *faults);

/* Take all away. */
void faults_clear(struct faults *faults);

/* What the clock of the server is wrong by, in seconds, for all requests. */
long faults_clock_offset_s(const struct faults *faults);

/* The names, for --help: "delay=SECONDS, ..."; static. */
const char *fault_names(void);

#endif
