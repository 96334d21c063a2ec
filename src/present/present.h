/* SPDX-License-Identifier: ISC */
#ifndef PRESENT_PRESENT_H
#define PRESENT_PRESENT_H

#include "base/buffer.h"

/* A token in the form that was asked for: segl(1), -o. */
struct presentation {
	const char *token;
	const char *type;
	const char *scope;    /* NULL none */
	long expires_in_s;    /* from now; -1 unknown */
	long long expires_at; /* seconds since the Epoch; -1 unknown */
	int from_cache;
};

/*
 * Compose FORMAT (raw, json, header, curl, env; NULL is raw) into OUT, which
 * holds a secret then. NO_NEWLINE leaves the last line end out.
 * Errors: SEGL_ENOMEM, SEGL_EREPLY longer than OUT may be. No I/O.
 */
enum segl_status present_token(struct buffer *out, const char *format,
    const struct presentation *what, int no_newline) SEGL_MUST_USE;

#endif
