/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_CAGE_CAGE_H
#define TRUSTLIST_CAGE_CAGE_H

#include <sys/types.h>

#include <segl/handle.h>

#include "base/buffer.h"
#include "trustlist/cage/sheet.h"
#include "trustlist/list/part.h"

/*
 * A running segl-tlread: a process with a scrubbed environment and three
 * descriptors, that parses what others wrote. It may be taken over; so all
 * that comes from it is bounded here and believed nowhere.
 */

/* How long one may run in all, on a loaded host, in milliseconds. */
#define CAGE_DEADLINE_MS 120000

struct cage_parts {
	struct sheet document; /* sealed, once no more may come */
	struct buffer properties, info, value, certificate, list;
	enum tl_refusal refusal;
	int complete; /* the end was seen */
};

struct cage {
	pid_t pid;
	int fd; /* poll(2) for reading; -1 where none runs */
	long long deadline_ms;
	struct buffer input; /* not yet cut into chunks */
	struct cage_parts parts;
};

/* A cage that does not run. */
void cage_init(struct cage *cage);

/*
 * Start one on LEN BYTES, asking for TL_ASK_PARTS or TL_ASK_SERVICES. BYTES
 * are copied. CAGE was initialised; it is cleared by cage_clear().
 * Errors: SEGL_EINTERNAL, SEGL_ENOMEM.
 */
enum segl_status cage_start(struct segl *segl, const char *ask,
    const void *bytes, size_t len, struct cage *cage) SEGL_MUST_USE;
/* The same on the bytes of SHEET, which stays the caller's. */
enum segl_status cage_start_sheet(struct segl *segl, const char *ask,
    const struct sheet *sheet, struct cage *cage) SEGL_MUST_USE;

/*
 * Take what is there without waiting. Non-zero as long as more may come; then
 * poll(2) fd, until deadline_ms of CLOCK_MONOTONIC. After zero, parts.refusal
 * says how it went: past deadline, too much and cut short included.
 */
int cage_take(struct cage *cage);

/* End the process where it runs, wait for it, free all. */
void cage_clear(struct cage *cage);

#endif
