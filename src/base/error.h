/* SPDX-License-Identifier: ISC */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <segl/handle.h>

/*
 * Record a failure: what failed, on what and why, as one sentence without a
 * full stop. The first cause wins: where the handle already has a failure,
 * nothing changes. Never pass a secret. Returns STATUS.
 */
enum segl_status error_set(struct segl *segl, enum segl_status status,
    enum segl_turn turn, const char *format, ...) SEGL_PRINTF(4, 5);

/* What to do about the failure just recorded; the first remedy wins. */
void error_remedy(struct segl *segl, const char *format, ...) SEGL_PRINTF(2, 3);

/* error_set() for SEGL_ENOMEM. */
enum segl_status error_nomem(struct segl *segl);

/* What the server said; texts are copied and made safe to print. */
struct error_answer {
	const char *oauth;
	const char *description;
	const char *uri;
	const char *mp_code;
	const char *trace_id;
	int http_status;
	long retry_after_s;
};
void error_answer(struct segl *segl, const struct error_answer *answer);

/* Send a remark; see segl_set_note(). */
void note_warning(struct segl *segl, const char *format, ...) SEGL_PRINTF(2, 3);
void note_info(struct segl *segl, const char *format, ...) SEGL_PRINTF(2, 3);

#endif
