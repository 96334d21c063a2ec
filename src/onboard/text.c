/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "onboard/render.h"
#include "onboard/steps.h"
#include "present/page.h"

static const char *const colours[] = {
	[ONBOARD_PASS] = "\033[32m",
	[ONBOARD_WARN] = "\033[33m",
	[ONBOARD_FAIL] = "\033[1;31m",
	[ONBOARD_SKIPPED] = "\033[2m",
};

static void
begin(struct page *page, const struct onboard_view *view)
{
	page_init(page);
	if (view->width > 0 && view->width < page->width)
		page->width = view->width;
}

static enum segl_status
take(struct page *page, struct buffer *out)
{
	enum segl_status status = page->status;

	if (status == SEGL_OK && page->text.len > 0)
		status = buffer_add(out, page->text.data, page->text.len);
	page_clear(page);
	return status;
}

enum segl_status
onboard_text_head(const struct onboard *record, const struct onboard_view *view,
    struct buffer *out)
{
	struct page page;

	begin(&page, view);
	for (size_t i = 0; i < record->about.n; i++)
		page_item(&page, record->about.list[i].name, "%s",
		    record->about.list[i].value);
	page_line(&page, "");
	return take(&page, out);
}

static void
add_outcome(struct page *page, const struct onboard_outcome *step,
    const struct onboard_view *view)
{
	if (step->evidence != NULL && step->evidence[0] != '\0')
		page_item(page, "", "%s", step->evidence);
	if (view->all)
		for (size_t i = 0; i < step->facts.n; i++)
			page_item(page, "", "%s: %s", step->facts.list[i].name,
			    step->facts.list[i].value);
	if (step->code != NULL)
		page_item(page, "code", "%s", step->code);
	if (step->remedy != NULL)
		page_item(page, "what to do", "%s", step->remedy);
	if (step->remedy != NULL && step->turn != SEGL_TURN_NONE)
		page_item(
		    page, "whose turn", "%s", segl_turn_words(step->turn));
	if (step->quote != NULL)
		page_item(page, "quote", "%s", step->quote);
}

enum segl_status
onboard_text_step(const struct onboard *record, size_t id,
    const struct onboard_view *view, struct buffer *out)
{
	const struct onboard_outcome *step = &record->steps[id];
	struct page page;
	char line[160];

	begin(&page, view);
	snprintf(line, sizeof(line), "%2zu  %s%-7s%s  %s", id + 1,
	    view->colour ? colours[step->result] : "",
	    onboard_result_name(step->result), view->colour ? "\033[0m" : "",
	    onboard_step(id)->title);
	page_line(&page, line);
	add_outcome(&page, step, view);
	return take(&page, out);
}

/* Ours beside theirs, where a token said something. */
static void
add_comparison(struct page *page, const struct onboard_comparison *beside)
{
	if (!beside->is_known)
		return;
	page_line(page, "");
	page_add(page, "What the token says, beside what segl expected:");
	page_item(page, "consumer", "%s (segl: %s)",
	    beside->their_consumer == NULL ? "none" : beside->their_consumer,
	    beside->our_consumer == NULL ? "not known" : beside->our_consumer);
	page_item(page, "client_amr", "%s (segl: %s)",
	    beside->their_amr == NULL ? "none" : beside->their_amr,
	    beside->our_amr == NULL ? "not known" : beside->our_amr);
}

void
onboard_other_failures(
    const struct onboard *record, char text[ONBOARD_OTHERS_MAX])
{
	size_t first = onboard_first_failure(record), used = 0;

	text[0] = '\0';
	for (size_t i = first + 1; i < ONBOARD_STEPS; i++)
		if (record->steps[i].result == ONBOARD_FAIL &&
		    used < ONBOARD_OTHERS_MAX)
			used += (size_t)snprintf(text + used,
			    ONBOARD_OTHERS_MAX - used, "%s %zu (%s)",
			    used == 0 ? ", and" : ",", i + 1,
			    onboard_step(i)->name);
}

static void
add_verdict(struct page *page, const struct onboard *record,
    const struct onboard_view *view)
{
	enum onboard_result verdict = onboard_verdict(record);
	size_t failed = onboard_first_failure(record);
	char line[400], others[ONBOARD_OTHERS_MAX];

	onboard_other_failures(record, others);
	page_line(page, "");
	if (failed < ONBOARD_STEPS)
		snprintf(line, sizeof(line), "%sFAIL%s at step %zu (%s)%s",
		    view->colour ? colours[verdict] : "",
		    view->colour ? "\033[0m" : "", failed + 1,
		    onboard_step(failed)->name, others);
	else
		snprintf(line, sizeof(line), "%s%s%s%s",
		    view->colour ? colours[verdict] : "",
		    onboard_result_name(verdict), view->colour ? "\033[0m" : "",
		    record->steps[ONBOARD_TEST_AUTH].result == ONBOARD_PASS
			? ": the whole way, up to 200 OK"
			: "");
	page_line(page, line);
	if (failed < ONBOARD_STEPS)
		add_outcome(page, &record->steps[failed],
		    &(struct onboard_view){ .colour = view->colour });
}

static void
add_profile(struct page *page, const struct onboard *record)
{
	const char *p = record->profile;
	char line[1024];

	if (p == NULL)
		return;
	page_line(page, "");
	page_add(page, "What works, as segl.conf has it:");
	page_line(page, "");
	while (*p != '\0') {
		size_t n = strcspn(p, "\n");

		snprintf(line, sizeof(line), "    %.*s", (int)n, p);
		page_line(page, line);
		p += n + (p[n] == '\n');
	}
}

enum segl_status
onboard_text_end(const struct onboard *record, const struct onboard_view *view,
    struct buffer *out)
{
	struct page page;

	begin(&page, view);
	add_comparison(&page, &record->beside);
	add_profile(&page, record);
	add_verdict(&page, record, view);
	return take(&page, out);
}

enum segl_status
onboard_text(const struct onboard *record, const struct onboard_view *view,
    struct buffer *out)
{
	enum segl_status status = onboard_text_head(record, view, out);

	for (size_t i = 0; status == SEGL_OK && i < ONBOARD_STEPS; i++)
		status = onboard_text_step(record, i, view, out);
	if (status == SEGL_OK)
		status = onboard_text_end(record, view, out);
	return status;
}
