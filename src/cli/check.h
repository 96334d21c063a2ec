/* SPDX-License-Identifier: ISC */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <segl/revocation.h>
#include <segl/suitability.h>

#include "base/buffer.h"
#include "present/page.h"
#include "settings/settings.h"

/* How a report is told. */
struct check_view {
	int all;      /* rules that are met as well */
	int colour;   /* the terminal takes it, and nobody said NO_COLOR */
	size_t width; /* columns */
};

/* REPORT for people. Errors: SEGL_ENOMEM, SEGL_EREPLY too long. */
enum segl_status check_text(const struct segl_report *report,
    const struct check_view *view, struct buffer *out) SEGL_MUST_USE;

/*
 * REPORT, and REVOKED where somebody was asked, as JSON, a line; see segl(1),
 * CHECK. Errors: the same.
 */
enum segl_status check_json(const struct segl_report *report,
    const struct segl_revocations *revoked, long long at,
    struct buffer *out) SEGL_MUST_USE;

/* What RULE asks for and why, as it stands, below what PAGE has. */
void check_rule_text(const struct segl_rule *rule, struct page *page);

/*
 * The time that SETTINGS name by --at, or now.
 * Errors: SEGL_EUSAGE it is no time.
 */
enum segl_status check_time_asked(struct segl *segl,
    const struct settings *settings, long long *at) SEGL_MUST_USE;

/* "2026-08-21T00:00:00Z" in TEXT; returns TEXT. */
const char *check_time(long long at, char text[32]);

#endif
