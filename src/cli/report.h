/* SPDX-License-Identifier: ISC */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <segl/handle.h>

#include "base/buffer.h"
#include "settings/settings.h"

/* How remarks and failures are told; see segl(1), DIAGNOSTICS. */

/* Tell remarks of SEGL on standard error as SETTINGS asks. */
void report_notes(struct segl *segl, const struct settings *settings);

/* Largest failure or result that is told, in bytes. */
#define REPORT_MAX (256u << 10)

/* Tell the failure in SEGL on standard error; returns the exit code. */
int report_failure(const struct segl *segl, const struct settings *settings);

/*
 * The failure for those who waited for us: exit code, JSON on one line, words;
 * see src/front/kept.c. Errors: SEGL_ENOMEM.
 */
enum segl_status report_compose(
    const struct segl *segl, struct buffer *out) SEGL_MUST_USE;

/*
 * Print the result on standard output, which is then closed: LEN bytes as they
 * are, or a text and, unless SETTINGS say otherwise, a newline.
 * Errors: SEGL_EINTERNAL it could not be written whole.
 */
enum segl_status report_output(
    struct segl *segl, const char *text, size_t len) SEGL_MUST_USE;
enum segl_status report_result(struct segl *segl,
    const struct settings *settings, const char *text) SEGL_MUST_USE;

#endif
