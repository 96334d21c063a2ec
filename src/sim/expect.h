/* SPDX-License-Identifier: ISC */
#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include "sim/sim.h"

/*
 * GET of the journal, of all or with ?since=N of what came after the entry
 * number N.
 */
enum segl_status journal_answer(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

/*
 * GET /__expect?...: whether the journal is as a test expects, at once or,
 * with wait=SECONDS, as soon as it is. 200 where all holds, 417 where not,
 * 400 where nothing known is expected; always with an explanation in JSON.
 */
#define EXPECT_PATH "/__expect"
enum segl_status expect_answer(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

#endif
