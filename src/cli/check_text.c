/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"

/* Blanks between columns, and the least width of the last one. */
#define GAP        2
#define TEXT_LEAST 24

/* Longest text of one finding, in bytes, wrapped. */
#define CELL_MAX 16384

struct group {
	const char *name; /* of the outcome, as the table says it */
	const char *colour;
	int (*has)(const struct segl_finding *f);
};

static int
is_broken_must(const struct segl_finding *f)
{
	return f->severity == SEGL_MUST && f->outcome == SEGL_OUTCOME_BROKEN;
}

static int
is_undecided(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_UNDECIDED;
}

static int
is_broken_should(const struct segl_finding *f)
{
	return f->severity != SEGL_MUST && f->outcome == SEGL_OUTCOME_BROKEN;
}

static int
is_met(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_MET && f->severity != SEGL_INFO;
}

static int
is_info(const struct segl_finding *f)
{
	return f->outcome == SEGL_OUTCOME_MET && f->severity == SEGL_INFO;
}

/* What matters most stands first. */
static const struct group groups[] = {
	{ "BROKEN", "\033[31m", is_broken_must },
	{ "undecided", "\033[33m", is_undecided },
	{ "remark", "\033[36m", is_broken_should },
	{ "info", NULL, is_info },
	{ "met", "\033[32m", is_met },
};

/* ---- text that fits ----------------------------------------------------- */

static size_t
columns_of(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

/* TEXT in lines of WIDTH columns, broken at blanks and, if need be, commas. */
static enum segl_status
wrap(struct buffer *out, const char *text, size_t width)
{
	enum segl_status status = SEGL_OK;
	size_t at = 0;

	while (*text != '\0' && status == SEGL_OK) {
		size_t len = strcspn(text, " ");
		size_t columns = columns_of(text, len);
		size_t comma = strcspn(text, ",");

		if (columns > width && comma + 1 < len) {
			len = comma + 1;
			columns = columns_of(text, len);
		}
		if (at > 0 && at + 1 + columns > width) {
			status = buffer_add(out, "\n", 1);
			at = 0;
		} else if (at > 0 &&
		    (out->data[out->len - 1] != ',' || text[-1] == ' ')) {
			status = buffer_add(out, " ", 1);
			at++;
		}
		if (status == SEGL_OK)
			status = buffer_add(out, text, len);
		at += columns;
		text += len;
		text += strspn(text, " ");
	}
	return status;
}

static enum segl_status
add_line(struct buffer *out, const char *label, const char *text, size_t width)
{
	struct buffer one;
	enum segl_status status;

	if (text == NULL)
		return SEGL_OK;
	buffer_init(&one, CELL_MAX);
	status = buffer_printf(&one, "%s%s", label, text);
	if (status == SEGL_OK && out->len > 0)
		status = buffer_add(out, "\n", 1);
	if (status == SEGL_OK)
		status = wrap(out, one.data, width);
	buffer_clear(&one);
	return status;
}

/* The last column: what was found, what is asked for, what to do. */
static enum segl_status
cell(const struct segl_finding *f, size_t width, struct buffer *out)
{
	int wrong = f->outcome == SEGL_OUTCOME_BROKEN ||
	    f->outcome == SEGL_OUTCOME_UNDECIDED;
	enum segl_status status;

	status = add_line(out, "", wrong ? f->requirement : NULL, width);
	if (status == SEGL_OK)
		status = add_line(out, wrong ? "found: " : "",
		    f->found != NULL ? f->found
			: wrong      ? NULL
				     : f->requirement,
		    width);
	if (status == SEGL_OK && wrong)
		status = add_line(out, "what to do: ", f->remedy, width);
	return status;
}

/* ---- the table ------------------------------------------------------------
 */

static int
is_wanted(const struct group *group, const struct check_view *view)
{
	return view->all || (group->has != is_met && group->has != is_info);
}

/* Columns of the three parts of a row. */
struct widths {
	size_t result, rule, text;
};

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* What fits, and how many rows there are. */
static size_t
measure(const struct segl_report *report, const struct check_view *view,
    struct widths *out)
{
	struct segl_finding f;
	size_t n = 0, used;

	memset(out, 0, sizeof(*out));
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (size_t i = 0; segl_report_finding(report, i, &f); i++) {
			if (!groups[g].has(&f) || !is_wanted(&groups[g], view))
				continue;
			n++;
			out->rule = larger(out->rule, strlen(f.id));
			out->result =
			    larger(out->result, strlen(groups[g].name));
		}
	}
	used = out->result + out->rule + 2 * GAP;
	out->text =
	    used + TEXT_LEAST < view->width ? view->width - used : TEXT_LEAST;
	return n;
}

/* TEXT and blanks up to WIDTH; in COLOUR, if any. */
static enum segl_status
add_padded(
    struct buffer *out, const char *text, size_t width, const char *colour)
{
	size_t len = strlen(text);

	return buffer_printf(out, "%s%s%s%*s", colour == NULL ? "" : colour,
	    text, colour == NULL ? "" : "\033[0m",
	    (int)((len < width ? width - len : 0) + GAP), "");
}

/*
 * A row of three columns, the last of which has lines of its own. No library
 * lays this out: without a locale libsmartcols never comes back from a name
 * that is not ASCII.
 */
static enum segl_status
add_row(struct buffer *out, const struct group *group,
    const struct segl_finding *f, const struct widths *widths, int colour)
{
	enum segl_status status;
	struct buffer text;

	buffer_init(&text, CELL_MAX);
	status = cell(f, widths->text, &text);
	if (status == SEGL_OK)
		status = add_padded(out, group->name, widths->result,
		    colour ? group->colour : NULL);
	if (status == SEGL_OK)
		status = add_padded(out, f->id, widths->rule, NULL);
	for (const char *line = text.data; status == SEGL_OK && line != NULL;) {
		size_t len = strcspn(line, "\n");

		status = buffer_printf(out, "%*s%.*s\n",
		    line == text.data
			? 0
			: (int)(widths->result + widths->rule + 2 * GAP),
		    "", (int)len, line);
		line = line[len] == '\0' ? NULL : line + len + 1;
	}
	buffer_clear(&text);
	return status;
}

static enum segl_status
add_table(const struct segl_report *report, const struct check_view *view,
    struct buffer *out)
{
	enum segl_status status;
	struct widths widths;
	struct segl_finding f;

	if (measure(report, view, &widths) == 0)
		return SEGL_OK;
	status = buffer_add(out, "\n", 1);
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (size_t i = 0;
		     status == SEGL_OK && segl_report_finding(report, i, &f);
		     i++) {
			if (groups[g].has(&f) && is_wanted(&groups[g], view))
				status = add_row(
				    out, &groups[g], &f, &widths, view->colour);
		}
	}
	return status;
}

/* ---- head and foot ---------------------------------------------------------
 */

static enum segl_status
item(struct buffer *out, const char *label, const char *text, size_t width)
{
	enum segl_status status;
	struct buffer lines;
	const char *line;

	if (text == NULL)
		return SEGL_OK;
	buffer_init(&lines, CELL_MAX);
	status = wrap(&lines, text, width > 40 ? width - 16 : 24);
	for (line = lines.data; status == SEGL_OK && line != NULL;) {
		size_t len = strcspn(line, "\n");

		status = buffer_printf(out, "%-14s  %.*s\n",
		    line == lines.data ? label : "", (int)len, line);
		line = line[len] == '\0' ? NULL : line + len + 1;
	}
	buffer_clear(&lines);
	return status;
}

static const char *
what_it_is(const struct segl_report *report)
{
	switch (segl_report_route(report)) {
	case SEGL_ROUTE_ENTERPRISE:
		return "Norwegian enterprise certificate";
	case SEGL_ROUTE_REGISTERED:
		return "certificate of a registered key";
	default:
		return "eSeal of a foreign business";
	}
}

static enum segl_status
add_head(const struct segl_report *report, const struct check_view *view,
    struct buffer *out)
{
	const char *key = segl_report_text(report, SEGL_REPORT_KEY);
	long days = segl_report_days_left(report);
	char from[32], to[32], kind[160], validity[160], holder[160];
	const struct {
		const char *label, *text;
	} items[] = {
		{ "organisation",
		    segl_report_text(report, SEGL_REPORT_ORGANIZATION) },
		{ "identifier",
		    segl_report_text(report, SEGL_REPORT_IDENTIFIER) },
		{ "issuer", segl_report_text(report, SEGL_REPORT_ISSUER) },
		{ "product", segl_report_text(report, SEGL_REPORT_PRODUCT) },
		{ "judged as", kind },
		{ "by the lists",
		    segl_report_text(report, SEGL_REPORT_QUALIFICATION) },
		{ "key", holder },
		{ "validity", validity },
	};
	enum segl_status status = SEGL_OK;

	snprintf(kind, sizeof(kind), "%s, %s", what_it_is(report),
	    segl_report_text(report, SEGL_REPORT_LEVEL));
	snprintf(holder, sizeof(holder), "%s%s", key,
	    segl_report_has_key(report)
		? ""
		: " (the private key is not in the file: a sample)");
	snprintf(validity, sizeof(validity), "%s to %s, %ld day%s %s",
	    check_time(segl_report_not_before(report), from),
	    check_time(segl_report_not_after(report), to), labs(days),
	    labs(days) == 1 ? "" : "s", days < 0 ? "ago" : "left");
	for (size_t i = 0;
	     status == SEGL_OK && i < sizeof(items) / sizeof(items[0]); i++)
		status = item(out, items[i].label, items[i].text, view->width);
	return status;
}

static enum segl_status
add_verdict(const struct segl_report *report, const struct check_view *view,
    struct buffer *out)
{
	static const struct {
		const char *colour, *words;
	} verdicts[] = {
		[SEGL_VERDICT_SUITABLE] = { "\033[1;32m",
		    "suitable: nothing that must be is missing" },
		[SEGL_VERDICT_UNSUITABLE] = { "\033[1;31m",
		    "unsuitable: what is marked BROKEN must be" },
		[SEGL_VERDICT_UNDECIDED] = { "\033[1;33m",
		    "undecided: nothing is broken, but not all is known" },
	};
	enum segl_verdict verdict = segl_report_verdict(report);
	size_t met = 0;
	struct segl_finding f;

	for (size_t i = 0; segl_report_finding(report, i, &f); i++)
		met += is_met(&f) != 0;
	return buffer_printf(out, "\n%s%s%s (%zu rules are met%s)\n",
	    view->colour ? verdicts[verdict].colour : "",
	    verdicts[verdict].words, view->colour ? "\033[0m" : "", met,
	    view->all ? "" : "; -v shows them");
}

enum segl_status
check_text(const struct segl_report *report, const struct check_view *view,
    struct buffer *out)
{
	enum segl_status status = add_head(report, view, out);

	if (status == SEGL_OK)
		status = add_table(report, view, out);
	if (status == SEGL_OK)
		status = add_verdict(report, view, out);
	return status;
}
