/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/result.h"
#include "cli/revoked.h"
#include "cli/screen.h"
#include "cli/server.h"
#include "cli/session.h"
#include "cli/suitable.h"
#include "cli/trust_update.h"

/* ---- when ------------------------------------------------------------------
 */

/* N digits at *P, which moves on; -1 where there are less. */
static int
number(const char **p, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (*(*p)++ - '0');
	}
	return value;
}

static int
literal(const char **p, const char *set)
{
	if (**p == '\0' || strchr(set, **p) == NULL)
		return -1;
	++*p;
	return 0;
}

/* The zone at P, in seconds east of UTC; -1 where it is none. */
static int
zone(const char *p, long *seconds)
{
	int sign = *p == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if ((*p == 'Z' || *p == 'z') && p[1] == '\0')
		return 0;
	if (literal(&p, "+-") < 0)
		return -1;
	hours = number(&p, 2);
	if (hours < 0 || hours > 23 || literal(&p, ":") < 0)
		return -1;
	minutes = number(&p, 2);
	if (minutes < 0 || minutes > 59 || *p != '\0')
		return -1;
	*seconds = sign * (hours * 3600L + minutes * 60L);
	return 0;
}

/* RFC 3339, 5.6, and the day alone. */
static int
read_time(const char *text, long long *at)
{
	struct tm tm = { .tm_isdst = 0 }, again;
	long east = 0;
	int leap;
	time_t t;

	tm.tm_year = number(&text, 4) - 1900;
	if (tm.tm_year < 0 || literal(&text, "-") < 0)
		return -1;
	tm.tm_mon = number(&text, 2) - 1;
	if (tm.tm_mon < 0 || tm.tm_mon > 11 || literal(&text, "-") < 0)
		return -1;
	tm.tm_mday = number(&text, 2);
	if (*text != '\0') {
		if (literal(&text, "Tt ") < 0 ||
		    (tm.tm_hour = number(&text, 2)) < 0 || tm.tm_hour > 23 ||
		    literal(&text, ":") < 0 ||
		    (tm.tm_min = number(&text, 2)) < 0 || tm.tm_min > 59 ||
		    literal(&text, ":") < 0 ||
		    (tm.tm_sec = number(&text, 2)) < 0 || tm.tm_sec > 60)
			return -1;
		if (*text == '.')
			text += 1 + strspn(text + 1, "0123456789");
		if (zone(text, &east) < 0)
			return -1;
	}
	/* a leap second is the one after it, which may be of the next day */
	leap = tm.tm_sec == 60;
	tm.tm_sec -= leap;
	again = tm;
	t = timegm(&again);
	if (again.tm_mday != tm.tm_mday)
		return -1; /* no such day in that month */
	*at = (long long)t + leap - east;
	return 0;
}

enum segl_status
check_time_asked(
    struct segl *segl, const struct settings *settings, long long *at)
{
	*at = (long long)time(NULL);
	if (settings->at == NULL || read_time(settings->at, at) == 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--at does not understand the time %s", settings->at);
	error_remedy(segl, "write it as 2026-08-21T00:00:00Z");
	return SEGL_EUSAGE;
}

const char *
check_time(long long at, char text[32])
{
	return text_time(at, text);
}

/* ---- one rule --------------------------------------------------------------
 */

static enum segl_status
no_such_rule(struct segl *segl, const char *id)
{
	const char *ids[128], *near;
	struct segl_rule rule;
	size_t n = 0;

	while (n < 128 && segl_rule_at(n, &rule))
		ids[n++] = rule.id;
	near = text_nearest(id, ids, n);
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "there is no rule called %s", id);
	if (near != NULL)
		error_remedy(segl, "did you mean %s?", near);
	else
		error_remedy(
		    segl, "run segl check FILE, which names the rules");
	return SEGL_EUSAGE;
}

void
check_rule_text(const struct segl_rule *rule, struct page *page)
{
	page_add(page, "%s: %s", rule->id, rule->requirement);
	page_item(page, "asked for by", "%s, %s", rule->document, rule->clause);
	page_item(page, "weight", "%s%s", segl_severity_name(rule->severity),
	    rule->blocks ? "; segl token sends nothing where it is broken"
			 : "");
	page_item(page, "judged for", "%s",
	    rule->eseal && rule->enterprise
		? "foreign eSeals and Norwegian enterprise certificates"
		: rule->eseal ? "foreign eSeals"
			      : "Norwegian enterprise certificates");
	page_item(page, "why", "%s", rule->story);
	if (rule->remedy != NULL)
		page_item(page, "what to do", "%s", rule->remedy);
	if (rule->turn != SEGL_TURN_NONE)
		page_item(
		    page, "whose turn", "%s", segl_turn_words(rule->turn));
	if (rule->mp_code != NULL)
		page_item(page, "likely refusal",
		    "%s (segl explain %s); Maskinporten does not document "
		    "its checks",
		    rule->mp_code, rule->mp_code);
	page_line(page, "");
}

static enum segl_status
explain(struct segl *segl, const char *id)
{
	struct segl_rule rule;
	struct page page;

	if (!segl_rule_find(id, &rule))
		return no_such_rule(segl, id);
	page_init(&page);
	check_rule_text(&rule, &page);
	return result_page(segl, &page);
}

/* ---- the report ------------------------------------------------------------
 */

static enum segl_status
print(struct segl *segl, const struct settings *settings,
    const struct segl_report *report, const struct segl_revocations *revoked,
    long long at)
{
	struct check_view view = { .all = settings->verbose,
		.colour = screen_colour(STDOUT_FILENO),
		.width = screen_columns() };
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, REPORT_MAX);
	status = settings->json ? check_json(report, revoked, at, &out)
				: check_text(report, &view, &out);
	if (status == SEGL_OK)
		status = report_output(segl, out.data, out.len);
	else
		status = error_nomem(segl);
	buffer_clear(&out);
	return status;
}

/* The verdict is a result, told already: only the exit code says it again. */
static enum segl_status
status_of(const struct segl_report *report)
{
	switch (segl_report_verdict(report)) {
	case SEGL_VERDICT_SUITABLE:
		return SEGL_OK;
	case SEGL_VERDICT_UNSUITABLE:
		return SEGL_ECERT;
	default:
		return SEGL_EUNDECIDED;
	}
}

/* The lists first; without them what is in the store answers. */
static enum segl_status
go_online(struct segl *segl, const struct settings *settings,
    struct segl_softtoken *token)
{
	enum segl_status status = trust_update_for(segl, settings, token);

	if (status != SEGL_ENETWORK && status != SEGL_ECONNECT &&
	    status != SEGL_EREPLY)
		return status;
	note_warning(segl, "%s; going on with the lists that are kept",
	    segl_error_message(segl));
	segl_error_clear(segl);
	return SEGL_OK;
}

enum segl_status
command_check(struct segl *segl, const struct settings *settings)
{
	const char *file =
	    settings->n_operands > 0 ? settings->operands[0] : NULL;
	struct segl_softtoken *token = NULL;
	struct segl_revocations *revoked = NULL;
	struct segl_report *report = NULL;
	enum segl_status status;
	long long at;

	if (settings->explain_id != NULL)
		return explain(segl, settings->explain_id);
	status = check_time_asked(segl, settings, &at);
	if (status == SEGL_OK)
		status = session_load(segl, settings, file, 1, at, &token);
	if (status == SEGL_OK && segl_softtoken_is_norwegian(token) &&
	    session_route(settings, token) == SEGL_ROUTE_ESEAL)
		note_warning(segl,
		    "this is the certificate of a Norwegian enterprise, judged "
		    "as a foreign eSeal; --as enterprise judges it as what it "
		    "is");
	if (status == SEGL_OK)
		status = revoked_ask(segl, settings, token, &revoked);
	if (status == SEGL_OK && settings->online)
		status = go_online(segl, settings, token);
	if (status == SEGL_OK)
		status = suitable_report(segl, settings, token, at,
		    server_known_algs(settings), revoked, &report);
	if (status == SEGL_OK)
		status = print(segl, settings, report, revoked, at);
	if (status == SEGL_OK) {
		suitable_remember(settings, token);
		status = status_of(report);
	}
	segl_report_free(report);
	segl_revocations_free(revoked);
	segl_softtoken_free(token);
	return status;
}
