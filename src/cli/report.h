/* SPDX-License-Identifier: ISC */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <segl/handle.h>

#include "settings/settings.h"

/* How remarks and failures are told; see segl(1), DIAGNOSTICS. */

/* Tell remarks of SEGL on standard error as SETTINGS asks. */
void report_notes(struct segl *segl, const struct settings *settings);

/* Tell the failure in SEGL on standard error; returns the exit code. */
int report_failure(const struct segl *segl, const struct settings *settings);

/*
 * Print the result, LEN bytes, on standard output, which is then closed.
 * Errors: SEGL_EINTERNAL it could not be written whole.
 */
enum segl_status report_result(struct segl *segl,
    const struct settings *settings, const char *text,
    size_t len) SEGL_MUST_USE;

#endif
