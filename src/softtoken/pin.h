/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PIN_H
#define SOFTTOKEN_PIN_H

#include "base/error.h"
#include "base/secret.h"

/*
 * Longest PIN, in bytes. Longer than any that people type or a generator
 * makes, short enough that naming the wrong file is noticed.
 */
#define PIN_MAX 1024

enum pin_kind {
	PIN_NONE,
	PIN_GIVEN,
	PIN_FILE,
	PIN_FD,
	PIN_ENV,
	PIN_CREDENTIAL,
	PIN_PROMPT
};

/* Where the PIN comes from. */
struct pin_source {
	enum pin_kind kind;
	char *name; /* path, name of a variable or of a credential */
	int fd;
	struct secret *given;
};

/*
 * Read TEXT, "file:PATH" and so on, into SOURCE. What is wrong with TEXT is
 * said without repeating it: it may be the PIN.
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM; SOURCE is as before then.
 */
enum segl_status pin_source_parse(struct segl *segl, struct pin_source *source,
    const char *text) SEGL_MUST_USE;

/* The PIN itself. Errors: SEGL_EUSAGE too long or with a NUL, SEGL_ENOMEM. */
enum segl_status pin_source_give(struct segl *segl, struct pin_source *source,
    const void *pin, size_t len) SEGL_MUST_USE;

void pin_source_clear(struct pin_source *source);

/*
 * Read the PIN of the key file called FILE, whose name is safe to print. OUT
 * is new; NULL when the call fails, and where SOURCE is PIN_NONE. Does I/O.
 * Errors: SEGL_EUSAGE the source has no PIN, SEGL_ENOMEM.
 */
enum segl_status pin_source_read(struct segl *segl, struct pin_source *source,
    const char *file, struct secret **out) SEGL_MUST_USE;

#endif
