/* SPDX-License-Identifier: ISC */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "sim/page.h"

#define ENTRIES_MAX 100 /* on the page; the journal has more */

/* "'sha256-...'" of TEXT (CSP Level 3, 2.3.1); new. */
static char *
source_of(const char *text)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len;
	char *base64, *source = NULL;

	if (EVP_Digest(text, strlen(text), hash, &len, EVP_sha256(), NULL) != 1)
		return NULL;
	base64 = base64_encode(hash, len);
	if (base64 != NULL && asprintf(&source, "'sha256-%s'", base64) < 0)
		source = NULL;
	free(base64);
	return source;
}

char *
page_policy(void)
{
	char *style = source_of(page_style), *script = source_of(page_script);
	char *policy = NULL;

	if (style != NULL && script != NULL &&
	    asprintf(&policy,
		"default-src 'none'; style-src %s; script-src %s; "
		"connect-src 'self'; base-uri 'none'; form-action 'none'; "
		"frame-ancestors 'none'",
		style, script) < 0)
		policy = NULL;
	free(style);
	free(script);
	return policy;
}

/* ---- what is above the requests */

static size_t
count(const json_t *entries, const char *outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(entries); i++) {
		const char *text = json_string_value(
		    json_object_get(json_array_get(entries, i), "outcome"));
		int fault = text != NULL && strcmp(text, "fault") == 0;
		int token = text != NULL && strcmp(text, "token") == 0;

		if (text == NULL)
			continue;
		n += strcmp(outcome, "refused") == 0
		    ? !fault && !token
		    : strcmp(outcome, text) == 0;
	}
	return n;
}

static void
write_count(struct html *html, const json_t *entries, const char *outcome,
    const char *one, const char *many)
{
	size_t n = count(entries, outcome);

	html_raw(html, "<li class=\"");
	html_raw(html, n == 0 ? "none" : outcome);
	html_raw(html, "\">");
	html_number(html, "b", NULL, (long long)n);
	html_raw(html, " ");
	html_raw(html, n == 1 ? one : many);
	html_raw(html, "</li>");
}

static void
write_faults(struct html *html, const struct faults *faults)
{
	json_t *all = faults_json(faults);

	if (json_array_size(all) > 0) {
		html_raw(html, "<p class=\"faults\">Set to go wrong: ");
		for (size_t i = 0; i < json_array_size(all); i++) {
			html_element(html, "code", NULL,
			    json_string_value(json_array_get(all, i)));
			html_raw(html, " ");
		}
		html_raw(html, "</p>");
	}
	json_decref(all);
}

/* What changes: counts, faults, requests, the newest first. */
static void
write_now(struct html *html, const struct sim *sim)
{
	const json_t *entries = journal_entries(sim->journal);
	size_t n = json_array_size(entries), shown = 0;
	int open = 1;

	html_raw(html, "<ul class=\"counts\">");
	write_count(html, entries, "token", "token", "tokens");
	write_count(html, entries, "refused", "refusal", "refusals");
	write_count(html, entries, "fault", "fault", "faults");
	html_raw(html, "</ul>");
	write_faults(html, &sim->faults);
	if (n == 0)
		html_raw(html,
		    "<p class=\"empty\">Nothing came in yet.<br>"
		    "<code>segl token</code> with the variables that "
		    "segl-sim printed, and it will be here.</p>");
	while (n > 0 && shown++ < ENTRIES_MAX) {
		const json_t *entry = json_array_get(entries, --n);
		int grant = json_object_get(entry, "outcome") != NULL;

		page_entry(html, entry, open && grant);
		open = open && !grant;
	}
	if (n > 0)
		html_raw(html,
		    "<p class=\"empty\">Older ones are in "
		    "<a href=\"/__requests\">the journal</a>.</p>");
}

static void
write_page(struct html *html, const struct sim *sim)
{
	html_raw(html,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<title>segl-sim</title>"
	    "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>"
	    "<style>");
	html_raw(html, page_style);
	html_raw(html, "</style></head><body><header><h1>segl-sim</h1>");
	html_element(html, "code", NULL, sim->issuer);
	html_raw(html,
	    "<nav><a href=\"/__requests\">journal</a> "
	    "<a href=\"/__faults\">faults</a> "
	    "<a href=\"/.well-known/oauth-authorization-server\">metadata</a>"
	    "</nav></header><p class=\"gone\" role=\"status\">"
	    "The simulator has stopped; this is the last that it told.</p>"
	    "<main>");
	write_now(html, sim);
	html_raw(html, "</main><script>");
	html_raw(html, page_script);
	html_raw(html, "</script></body></html>\n");
}

enum segl_status
page_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct html html = { &answer->body, SEGL_OK };

	if (strcmp(request->path, PAGE_PATH) == 0)
		write_page(&html, sim);
	else
		write_now(&html, sim);
	answer->status = 200;
	answer->content_type = "text/html; charset=utf-8";
	httpd_answer_field(answer, "Content-Security-Policy", sim->page_policy);
	httpd_answer_field(answer, "X-Content-Type-Options", "nosniff");
	httpd_answer_field(answer, "Referrer-Policy", "no-referrer");
	httpd_answer_field(answer, "Cache-Control", "no-store");
	return html.status;
}
