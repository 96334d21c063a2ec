/* SPDX-License-Identifier: ISC */
#ifndef ONBOARD_RENDER_H
#define ONBOARD_RENDER_H

#include "base/buffer.h"
#include "onboard/record.h"

/* The record as people and programs read it. */

/* Largest report, in bytes. */
#define ONBOARD_REPORT_MAX (1u << 20)

/* How text is told. */
struct onboard_view {
	int colour;
	int all;      /* facts, too */
	size_t width; /* columns of a narrow screen; 0 as usual */
};

/*
 * Which steps failed besides the first, ", and 5 (suitable)": what is to be
 * done about those may make the first needless. Empty where there are none.
 */
#define ONBOARD_OTHERS_MAX 320
void onboard_other_failures(
    const struct onboard *record, char text[ONBOARD_OTHERS_MAX]);

/*
 * One step, and what stands below all of them. Errors: SEGL_ENOMEM,
 * SEGL_EREPLY longer than OUT may be.
 */
enum segl_status onboard_text_head(const struct onboard *record,
    const struct onboard_view *view, struct buffer *out) SEGL_MUST_USE;
enum segl_status onboard_text_step(const struct onboard *record, size_t id,
    const struct onboard_view *view, struct buffer *out) SEGL_MUST_USE;
enum segl_status onboard_text_end(const struct onboard *record,
    const struct onboard_view *view, struct buffer *out) SEGL_MUST_USE;
/* All three. */
enum segl_status onboard_text(const struct onboard *record,
    const struct onboard_view *view, struct buffer *out) SEGL_MUST_USE;

/* A JSON object on one line, see segl(1). The same errors. */
enum segl_status onboard_json(
    const struct onboard *record, struct buffer *out) SEGL_MUST_USE;

/* One HTML file, no scripts, nothing fetched. The same errors. */
enum segl_status onboard_html(
    const struct onboard *record, struct buffer *out) SEGL_MUST_USE;

#endif
