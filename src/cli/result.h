/* SPDX-License-Identifier: ISC */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <jansson.h>

#include "cli/report.h"
#include "present/page.h"

/*
 * The result of a command on standard output, which is then closed.
 * Errors: those of report_output(), and SEGL_ENOMEM where it could not be put
 * together: JSON is NULL then, and PAGE says so.
 */

/* JSON, which is taken, on one line. */
enum segl_status result_json(struct segl *segl, const struct settings *settings,
    json_t *json) SEGL_MUST_USE;

/* PAGE, which is cleared. */
enum segl_status result_page(
    struct segl *segl, struct page *page) SEGL_MUST_USE;

#endif
