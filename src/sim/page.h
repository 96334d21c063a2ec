/* SPDX-License-Identifier: ISC */
#ifndef SIM_PAGE_H
#define SIM_PAGE_H

#include "sim/html.h"
#include "sim/sim.h"

#define PAGE_PATH     "/"       /* the whole page */
#define PAGE_NOW_PATH "/__page" /* what changes of it */

enum segl_status page_answer(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

/* One entry of the journal, open where FIRST. */
void page_entry(struct html *html, const json_t *entry, int first);

/* What the page is made of besides; the script and style are constants. */
extern const char page_style[];
extern const char page_script[];

/*
 * Content-Security-Policy that lets exactly these two run and nothing be
 * loaded; new, NULL when that fails.
 */
char *page_policy(void);

#endif
