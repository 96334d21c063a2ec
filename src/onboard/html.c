/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "onboard/render.h"
#include "onboard/steps.h"

/*
 * Nothing is fetched and nothing runs, whatever a foreign text says: the
 * policy forbids both. Colours are never all that tells a result.
 */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>segl onboard</title>\n<style>\n"
    ":root{--ink:#1b1f24;--soft:#5a636e;--line:#d8dde3;--paper:#fff;"
    "--pass:#1a7f37;--warn:#8a5a00;--fail:#c0202c;--skip:#6b7480;"
    "--tint:#f5f7f9}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6eaee;"
    "--soft:#9aa5b1;--line:#39424c;--paper:#14181c;--pass:#4ac26b;"
    "--warn:#e0a93b;--fail:#ff6b6b;--skip:#8b95a1;--tint:#1d2329}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "main{max-width:52rem;margin:0 auto;padding:2rem 1.25rem 3rem}\n"
    "h1{font-size:1.5rem;margin:0 0 .25rem}\n"
    "h2{font-size:1.1rem;margin:2rem 0 .5rem}\n"
    "p{margin:.25rem 0}\n"
    ".lead{color:var(--soft);margin-bottom:1rem}\n"
    ".box{border:1px solid var(--line);border-left:.35rem solid var(--c);"
    "border-radius:.3rem;background:var(--tint);padding:.75rem 1rem;"
    "margin:1rem 0}\n"
    ".box>strong{color:var(--c)}\n"
    ".b>p:first-child{margin-top:0}\n"
    "ol{list-style:none;margin:0;padding:0}\n"
    "li{display:grid;grid-template-columns:2rem 5.5rem 1fr;"
    "gap:0 .5rem;padding:.6rem 0;border-top:1px solid var(--line);"
    "break-inside:avoid}\n"
    "li>.n{color:var(--soft);text-align:right;padding-right:.5rem}\n"
    ".r{font-weight:700;font-size:.85em;line-height:1.75;"
    "color:var(--c)}\n"
    ".PASS{--c:var(--pass)}.WARN{--c:var(--warn)}"
    ".FAIL{--c:var(--fail)}.SKIPPED{--c:var(--skip)}\n"
    "li.SKIPPED .t{color:var(--soft)}\n"
    ".e{color:var(--soft);overflow-wrap:anywhere}\n"
    ".do{border-left:.2rem solid var(--c);padding-left:.6rem;"
    "margin-top:.35rem;overflow-wrap:anywhere}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;"
    "gap:.1rem .75rem;margin:.35rem 0 0;font-size:.85em}\n"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
    ".q,dd{font-variant-numeric:tabular-nums}\n"
    "code,pre{font:.85em/1.45 ui-monospace,monospace}\n"
    "pre{border:1px solid var(--line);border-radius:.3rem;"
    "background:var(--tint);padding:.75rem 1rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere;break-inside:avoid}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;"
    "border-top:1px solid var(--line);padding:.35rem .75rem .35rem 0;"
    "overflow-wrap:anywhere}\n"
    "@media (max-width:34rem){li{grid-template-columns:1.5rem 1fr}"
    "li>.b{grid-column:1/-1}li>.n{padding-right:0}}\n"
    "@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;"
    "--pass:#115c28;--warn:#6b4500;--fail:#a01520;--skip:#555;"
    "--tint:#fff}body{font-size:10pt}main{max-width:none;padding:0}"
    "h2{break-after:avoid}@page{margin:16mm}}\n"
    "</style>\n</head>\n<body>\n<main>\n";

/* TEXT as character data, or as the value of an attribute. */
static enum segl_status
add_escaped(struct buffer *out, const char *text)
{
	enum segl_status status = SEGL_OK;

	for (; status == SEGL_OK && *text != '\0'; text++) {
		switch (*text) {
		case '&':
			status = buffer_add_str(out, "&amp;");
			break;
		case '<':
			status = buffer_add_str(out, "&lt;");
			break;
		case '>':
			status = buffer_add_str(out, "&gt;");
			break;
		case '"':
			status = buffer_add_str(out, "&quot;");
			break;
		case '\'':
			status = buffer_add_str(out, "&#39;");
			break;
		default:
			status = buffer_add(out, text, 1);
		}
	}
	return status;
}

/* BEFORE and AFTER are markup, TEXT is not; nothing where it is NULL. */
static enum segl_status
element(
    struct buffer *out, const char *before, const char *text, const char *after)
{
	enum segl_status status;

	if (text == NULL || text[0] == '\0')
		return SEGL_OK;
	status = buffer_add_str(out, before);
	if (status == SEGL_OK)
		status = add_escaped(out, text);
	if (status == SEGL_OK)
		status = buffer_add_str(out, after);
	return status;
}

static enum segl_status
add_facts(struct buffer *out, const struct onboard_facts *facts)
{
	enum segl_status status;

	if (facts->n == 0)
		return SEGL_OK;
	status = buffer_add_str(out, "<dl>");
	for (size_t i = 0; status == SEGL_OK && i < facts->n; i++) {
		status = element(out, "<dt>", facts->list[i].name, "</dt>");
		if (status == SEGL_OK)
			status = element(
			    out, "<dd>", facts->list[i].value, "</dd>\n");
	}
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</dl>\n");
	return status;
}

/* What to do, whose turn it is, what to quote. */
static enum segl_status
add_remedy(struct buffer *out, const struct onboard_outcome *step)
{
	enum segl_status status;

	if (step->remedy == NULL)
		return SEGL_OK;
	status = element(out, "<div class=\"do\"><p><b>What to do:</b> ",
	    step->remedy, "</p>\n");
	if (status == SEGL_OK && step->turn != SEGL_TURN_NONE)
		status = element(out, "<p><b>Whose turn:</b> ",
		    segl_turn_words(step->turn), "</p>\n");
	if (status == SEGL_OK)
		status = element(
		    out, "<p><b>Quote:</b> <code>", step->quote, "</code></p>");
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</div>\n");
	return status;
}

static enum segl_status
add_step(struct buffer *out, const struct onboard *record, size_t id)
{
	const struct onboard_outcome *step = &record->steps[id];
	const char *result = onboard_result_name(step->result);
	enum segl_status status;

	status = buffer_printf(out,
	    "<li id=\"%s\" class=\"%s\"><span class=\"n\">%zu</span>"
	    "<span class=\"r\">%s</span>\n<div class=\"b\">",
	    onboard_step(id)->name, result, id + 1, result);
	if (status == SEGL_OK)
		status = element(
		    out, "<p class=\"t\">", onboard_step(id)->title, "</p>\n");
	if (status == SEGL_OK)
		status =
		    element(out, "<p class=\"e\">", step->evidence, "</p>\n");
	if (status == SEGL_OK)
		status = element(
		    out, "<p>Code: <code>", step->code, "</code></p>\n");
	if (status == SEGL_OK)
		status = add_remedy(out, step);
	if (status == SEGL_OK)
		status = add_facts(out, &step->facts);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</div></li>\n");
	return status;
}

/* What counts, before all else. */
static enum segl_status
add_verdict(struct buffer *out, const struct onboard *record)
{
	const char *verdict = onboard_result_name(onboard_verdict(record));
	size_t failed = onboard_first_failure(record);
	char others[ONBOARD_OTHERS_MAX];
	enum segl_status status;

	onboard_other_failures(record, others);
	status = buffer_printf(
	    out, "<div class=\"box %s\"><strong>%s</strong>", verdict, verdict);
	if (status == SEGL_OK && failed < ONBOARD_STEPS)
		status =
		    buffer_printf(out, " at step %zu (%s)%s; exit status %d",
			failed + 1, onboard_step(failed)->name, others,
			segl_status_exit_code(onboard_status(record)));
	else if (status == SEGL_OK &&
	    record->steps[ONBOARD_TEST_AUTH].result == ONBOARD_PASS)
		status = buffer_add_str(out, ": the whole way, up to 200 OK");
	if (status == SEGL_OK && failed < ONBOARD_STEPS) {
		status = element(out, "<p class=\"e\">",
		    record->steps[failed].evidence, "</p>\n");
		if (status == SEGL_OK)
			status = add_remedy(out, &record->steps[failed]);
	}
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</div>\n");
	return status;
}

static enum segl_status
add_row(
    struct buffer *out, const char *name, const char *ours, const char *theirs)
{
	enum segl_status status;

	status = buffer_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
	if (status == SEGL_OK)
		status = add_escaped(out, theirs == NULL ? "none" : theirs);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</td><td>");
	if (status == SEGL_OK)
		status = add_escaped(out, ours == NULL ? "not known" : ours);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</td></tr>\n");
	return status;
}

static enum segl_status
add_comparison(struct buffer *out, const struct onboard_comparison *beside)
{
	enum segl_status status;

	if (!beside->is_known)
		return SEGL_OK;
	status = buffer_add_str(out,
	    "<h2>The token beside what segl expected</h2>\n<table>\n<tr>"
	    "<td></td><th scope=\"col\">Maskinporten says</th>"
	    "<th scope=\"col\">segl expected</th></tr>\n");
	if (status == SEGL_OK)
		status = add_row(out, "consumer", beside->our_consumer,
		    beside->their_consumer);
	if (status == SEGL_OK)
		status = add_row(
		    out, "client_amr", beside->our_amr, beside->their_amr);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</table>\n");
	return status;
}

enum segl_status
onboard_html(const struct onboard *record, struct buffer *out)
{
	enum segl_status status = buffer_add_str(out, head);

	if (status == SEGL_OK)
		status = buffer_add_str(out,
		    "<h1>segl onboard</h1>\n<p class=\"lead\">Every step from "
		    "the key file to the first answer of the API. There is no "
		    "key, PIN or token in this report.</p>\n");
	if (status == SEGL_OK)
		status = add_verdict(out, record);
	if (status == SEGL_OK)
		status = add_facts(out, &record->about);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "<h2>Steps</h2>\n<ol>\n");
	for (size_t i = 0; status == SEGL_OK && i < ONBOARD_STEPS; i++)
		status = add_step(out, record, i);
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</ol>\n");
	if (status == SEGL_OK)
		status = add_comparison(out, &record->beside);
	if (status == SEGL_OK)
		status = element(out,
		    "<h2>What works, as segl.conf has it</h2>\n<pre>",
		    record->profile, "</pre>\n");
	if (status == SEGL_OK)
		status = buffer_add_str(out, "</main>\n</body>\n</html>\n");
	return status;
}
