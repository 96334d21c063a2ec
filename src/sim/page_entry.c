/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/page.h"

static const char *
word(const json_t *entry, const char *name)
{
	return json_string_value(json_object_get(entry, name));
}

/* Which colour: what became of it. */
static const char *
kind_of(const json_t *entry)
{
	const char *outcome = word(entry, "outcome");

	if (outcome == NULL)
		return json_integer_value(json_object_get(entry, "status")) <
			400
		    ? "other"
		    : "refused";
	if (strcmp(outcome, "token") == 0)
		return "token";
	return strcmp(outcome, "fault") == 0 ? "fault" : "refused";
}

static void
write_time(struct html *html, const json_t *entry)
{
	time_t at = (time_t)json_number_value(json_object_get(entry, "time"));
	char text[sizeof("00:00:00")];
	struct tm tm;

	if (gmtime_r(&at, &tm) != NULL &&
	    strftime(text, sizeof(text), "%H:%M:%S", &tm) != 0)
		html_element(html, "time", NULL, text);
}

/* Who asks, as far as it is known; or why that did not matter. */
static const char *
who(const json_t *entry)
{
	const json_t *token = json_object_get(entry, "token");
	const char *consumer = json_string_value(
	    json_object_get(json_object_get(token, "consumer"), "ID"));

	if (consumer == NULL)
		consumer = word(entry, "client_id");
	return consumer != NULL ? consumer : word(entry, "why");
}

static void
write_summary(struct html *html, const json_t *entry)
{
	const char *outcome = word(entry, "outcome");

	html_raw(html, "<summary>");
	html_number(html, "span", "number",
	    json_integer_value(json_object_get(entry, "number")));
	write_time(html, entry);
	html_raw(html, "<span class=\"what\">");
	html_text(html, word(entry, "method"));
	html_raw(html, " ");
	html_text(html, word(entry, "path"));
	html_raw(html, "</span>");
	html_element(html, "span", "who", who(entry));
	html_raw(html, "<span class=\"outcome\">");
	if (outcome != NULL) {
		html_text(html, outcome);
		html_raw(html, " ");
	}
	html_number(html, "small", NULL,
	    json_integer_value(json_object_get(entry, "status")));
	html_raw(html, "</span></summary>");
}

static void
write_why(struct html *html, const json_t *entry)
{
	const char *rule = word(entry, "rule");

	if (word(entry, "why") == NULL)
		return;
	html_raw(html, "<p class=\"why\">");
	html_text(html, word(entry, "why"));
	if (rule != NULL) {
		html_raw(html, " <small>rule ");
		html_element(html, "code", NULL, rule);
		html_raw(html, "</small>");
	}
	html_raw(html, "</p>");
}

static void
write_check(struct html *html, const json_t *check)
{
	html_raw(html, "<li class=\"");
	html_text(html, word(check, "outcome"));
	html_raw(html, "\">");
	html_element(html, "b", NULL, word(check, "check"));
	html_raw(html, " ");
	html_element(html, "span", NULL, word(check, "found"));
	html_raw(html, "</li>");
}

static void
write_checks(struct html *html, const json_t *checks)
{
	if (json_array_size(checks) == 0)
		return;
	html_raw(html, "<section><h2>Checks</h2><ol class=\"checks\">");
	for (size_t i = 0; i < json_array_size(checks); i++)
		write_check(html, json_array_get(checks, i));
	html_raw(html, "</ol></section>");
}

static void
write_texts(struct html *html, const char *title, const json_t *texts)
{
	if (json_array_size(texts) == 0)
		return;
	html_element(html, "h2", NULL, title);
	html_raw(html, "<ol class=\"texts\">");
	for (size_t i = 0; i < json_array_size(texts); i++)
		html_element(html, "li", NULL,
		    json_string_value(json_array_get(texts, i)));
	html_raw(html, "</ol>");
}

static void
write_part(
    struct html *html, const json_t *entry, const char *name, const char *title)
{
	const json_t *value = json_object_get(entry, name);

	if (value == NULL)
		return;
	html_element(html, "h2", NULL, title);
	html_json(html, value);
}

void
page_entry(struct html *html, const json_t *entry, int first)
{
	char id[24];

	snprintf(id, sizeof(id), "r%lld",
	    (long long)json_integer_value(json_object_get(entry, "number")));
	html_raw(html, "<details class=\"");
	html_raw(html, kind_of(entry));
	html_raw(html, "\" id=\"");
	html_text(html, id);
	html_raw(html, first ? "\" open>" : "\">");
	write_summary(html, entry);
	html_raw(html, "<div class=\"entry\">");
	write_why(html, entry);
	write_checks(html, json_object_get(entry, "checks"));
	html_raw(html, "<section>");
	write_texts(html, "Faults", json_object_get(entry, "faults"));
	write_part(html, entry, "header", "Grant: protected header");
	write_texts(html, "Grant: certificates in x5c",
	    json_object_get(entry, "certificates"));
	write_part(html, entry, "claims", "Grant: claims");
	write_part(html, entry, "token", "Token given: claims");
	html_raw(html, "</section></div></details>\n");
}
