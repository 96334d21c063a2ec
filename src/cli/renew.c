/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/renewal.h"
#include "cli/result.h"

#define DAY_S 86400LL

static long long
left_s(const struct renewal *renewal)
{
	return segl_softtoken_not_after(renewal->current) - renewal->now;
}

/* The identifier, safe to print; new, NULL out of memory. */
static char *
identifier_of(const struct segl_report *report)
{
	const char *id = segl_report_consumer(report, NULL);

	return id == NULL ? strdup("") : text_foreign(id, strlen(id));
}

/* ---- is it due? ---------------------------------------------------------- */

static enum segl_status
tell_due(const struct renewal *renewal, int due)
{
	char *id = identifier_of(renewal->current_report);
	long long days = left_s(renewal) / DAY_S;
	enum segl_status status = SEGL_OK;
	struct page page;
	char time[32];

	check_time(segl_softtoken_not_after(renewal->current), time);
	if (renewal->settings->json) {
		status = result_json(renewal->segl, renewal->settings,
		    json_pack("{s:i, s:b, s:s, s:s?, s:s, s:I}", "schema", 1,
			"due", due, "file", renewal->settings->softtoken,
			"organization_identifier", id, "not_after", time,
			"days_left", (json_int_t)days));
	} else if (due) {
		/* in silence else: cron mails whatever is said */
		page_init(&page);
		page_add(&page,
		    "The certificate of %s in %s ends at %s, in %lld days: "
		    "renew it.",
		    id == NULL ? "" : id, renewal->settings->softtoken, time,
		    days);
		status = result_page(renewal->segl, &page);
	} else {
		note_info(renewal->segl, "not due: it ends at %s, in %lld days",
		    time, days);
	}
	free(id);
	return status;
}

/* ---- what was done ------------------------------------------------------- */

static enum segl_status
tell_text(const struct renewal *renewal)
{
	char *id = identifier_of(renewal->next_report);
	char before[32], after[32];
	struct page page;

	page_init(&page);
	page_item(&page, renewal->backup[0] != '\0' ? "renewed" : "rehearsed",
	    "%s", renewal->settings->softtoken);
	page_item(&page, "identifier", "%s", id == NULL ? "" : id);
	page_item(&page, "valid until", "%s (the current one: %s)",
	    check_time(segl_softtoken_not_after(renewal->next), after),
	    check_time(segl_softtoken_not_after(renewal->current), before));
	page_item(&page, "verdict", "%s",
	    segl_verdict_name(segl_report_verdict(renewal->next_report)));
	page_item(&page, "tried", "%s%s",
	    renewal->scope == NULL ? "nothing was sent" : "got a token for ",
	    renewal->scope == NULL ? "" : renewal->scope);
	if (renewal->backup[0] != '\0')
		page_item(&page, "kept", "%s", renewal->backup);
	if (renewal->told > 0)
		page_item(
		    &page, "segld", "process %ld is told", (long)renewal->told);
	if (renewal->backup[0] == '\0')
		page_item(&page, "afterwards",
		    "the same without --rehearse puts it in place");
	free(id);
	return result_page(renewal->segl, &page);
}

static enum segl_status
tell_json(const struct renewal *renewal)
{
	char *id = identifier_of(renewal->next_report);
	const char *backup =
	    renewal->backup[0] == '\0' ? NULL : renewal->backup;
	char before[32], after[32];
	json_t *all =
	    json_pack("{s:i, s:s, s:b, s:s?, s:s, s:s, s:s, s:s?, s:s?, s:b}",
		"schema", 1, "file", renewal->settings->softtoken, "swapped",
		backup != NULL, "organization_identifier", id, "not_after",
		check_time(segl_softtoken_not_after(renewal->next), after),
		"not_after_before",
		check_time(segl_softtoken_not_after(renewal->current), before),
		"verdict",
		segl_verdict_name(segl_report_verdict(renewal->next_report)),
		"tried_scope", renewal->scope, "backup", backup, "segld_told",
		renewal->told > 0);

	free(id);
	return result_json(renewal->segl, renewal->settings, all);
}

/* ---- the command --------------------------------------------------------- */

static enum segl_status
renew(struct renewal *renewal)
{
	enum segl_status status = renewal_load_next(renewal);

	if (status == SEGL_OK && !renewal->settings->offline)
		status = renewal_try(renewal);
	if (status == SEGL_OK && !renewal->settings->rehearse) {
		status = renewal_swap(renewal);
		if (status == SEGL_OK)
			renewal_tell(renewal);
	}
	if (status != SEGL_OK)
		return status;
	return renewal->settings->json ? tell_json(renewal)
				       : tell_text(renewal);
}

static enum segl_status
check_usage(struct segl *segl, const struct settings *settings)
{
	if (settings->n_operands > 0 || settings->due_s >= 0)
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the file of the new certificate is not given");
	error_remedy(segl,
	    "name it: segl renew NEW.p12; or ask whether it is time: --due "
	    "30d");
	return SEGL_EUSAGE;
}

enum segl_status
command_renew(struct segl *segl, const struct settings *settings)
{
	struct renewal renewal = { .segl = segl,
		.settings = settings,
		.file = settings->n_operands > 0 ? settings->operands[0] : NULL,
		.now = (long long)time(NULL) };
	enum segl_status status = check_usage(segl, settings);
	int due = 1;

	if (status == SEGL_OK)
		status = renewal_load_current(&renewal);
	if (status == SEGL_OK && settings->due_s >= 0)
		due = left_s(&renewal) <= settings->due_s;
	if (status == SEGL_OK && (!due || renewal.file == NULL)) {
		status = tell_due(&renewal, due);
		/* told already: only the exit code says it again */
		if (status == SEGL_OK && due)
			status = SEGL_EDUE;
	} else if (status == SEGL_OK) {
		status = renew(&renewal);
	}
	renewal_clear(&renewal);
	return status;
}
