/* SPDX-License-Identifier: ISC */
#ifndef SEGL_HANDLE_H
#define SEGL_HANDLE_H

#include <segl/status.h>

SEGL_BEGIN_DECLS

/*
 * A handle carries what went wrong and where remarks go. Objects made from a
 * handle borrow it: free them first.
 */
struct segl;

/* New handle, or NULL when out of memory. */
struct segl *segl_new(void);
void segl_free(struct segl *segl);

/*
 * Detail of the first failure since the handle was made or cleared. Strings
 * are borrowed until the handle is cleared, fails again or is freed; they are
 * NULL where the failure has no such part. Text that came from a server or a
 * file is length-limited and its control characters are escaped.
 */
enum segl_status segl_error_status(const struct segl *segl);
enum segl_turn segl_error_turn(const struct segl *segl);
/* What failed, on what, and why: one sentence. */
const char *segl_error_message(const struct segl *segl);
/* What to do about it: one imperative sentence or two. */
const char *segl_error_remedy(const struct segl *segl);
/* As the server said: RFC 6749, 5.2, and Maskinporten's additions. */
const char *segl_error_oauth(const struct segl *segl);
const char *segl_error_description(const struct segl *segl);
const char *segl_error_uri(const struct segl *segl);
/* "MP-110", from error_uri or recognised by the description. */
const char *segl_error_mp_code(const struct segl *segl);
const char *segl_error_trace_id(const struct segl *segl);
/* HTTP status of the answer, 0 where there was none. */
int segl_error_http_status(const struct segl *segl);
/* Seconds the server asked to wait, -1 where it did not. */
long segl_error_retry_after_s(const struct segl *segl);

void segl_error_clear(struct segl *segl);

/* Remarks that do not fail the call. */
enum segl_note {
	SEGL_NOTE_WARNING, /* the caller should know and act some day */
	SEGL_NOTE_INFO     /* what was chosen and why */
};

/*
 * Send remarks to FN with ARG; TEXT is one line without newline, borrowed for
 * the call. Without a function remarks are dropped.
 */
void segl_set_note(struct segl *segl,
    void (*fn)(void *arg, enum segl_note kind, const char *text), void *arg);

SEGL_END_DECLS

#endif
