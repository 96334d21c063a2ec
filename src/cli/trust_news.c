/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/result.h"
#include "cli/trust_news.h"

#define BAR_CELLS 24

static const char *
fate_name(enum segl_trust_fate fate)
{
	switch (fate) {
	case SEGL_TRUST_TAKEN:
		return "taken";
	case SEGL_TRUST_AS_WAS:
		return "unchanged";
	case SEGL_TRUST_KEPT:
		return "kept";
	case SEGL_TRUST_FAILED:
		return "failed";
	case SEGL_TRUST_NO_LIST:
		return "left-out";
	case SEGL_TRUST_NOT_ASKED:
		return "not-asked";
	}
	return "unknown";
}

/* "2026-08-21"; "" where it is none. */
static const char *
day(long long instant, char text[TEXT_DAY_LEN])
{
	return instant < 0 ? "" : text_day(instant, text);
}

/* ---- the bar ------------------------------------------------------------- */

void
trust_news_clear_bar(struct trust_news *news)
{
	if (news->drawn)
		fputs("\r\033[K", stderr);
	news->drawn = 0;
}

static void
on_progress(void *arg, const struct segl_trust_progress *so_far)
{
	struct trust_news *news = arg;
	char cells[BAR_CELLS + 1];
	size_t full;

	if (!news->bar || so_far->lists == 0)
		return;
	full = so_far->done * BAR_CELLS / so_far->lists;
	memset(cells, '.', BAR_CELLS);
	memset(cells, '#', full > BAR_CELLS ? BAR_CELLS : full);
	cells[BAR_CELLS] = '\0';
	fprintf(stderr, "\r[%s] %zu of %zu lists %s", cells, so_far->done,
	    so_far->lists, so_far->bytes < 0 ? "verified" : "loaded");
	if (so_far->bytes >= 0)
		fprintf(stderr, ", %.1f MB", (double)so_far->bytes / 1e6);
	fputs("\033[K", stderr);
	news->drawn = 1;
}

/* ---- the news ------------------------------------------------------------ */

static void
add_json(struct trust_news *news, const struct segl_trust_news *what)
{
	json_t *row = json_pack("{s:s?, s:s?, s:s, s:s?}", "territory",
	    what->territory, "source", what->source, "result",
	    fate_name(what->fate), "reason", what->reason);

	if (what->fate != SEGL_TRUST_NO_LIST) {
		json_object_set_new(row, "sequence",
		    what->sequence < 0 ? json_null()
				       : json_integer(what->sequence));
		json_object_set_new(row, "issued",
		    what->issued < 0 ? json_null()
				     : json_integer(what->issued));
		json_object_set_new(row, "next_update",
		    what->next_update < 0 ? json_null()
					  : json_integer(what->next_update));
		json_object_set_new(row, "stale", json_boolean(what->stale));
		json_object_set_new(
		    row, "unread", json_integer((json_int_t)what->unread));
		json_object_set_new(
		    row, "tls_unverified", json_boolean(what->tls_unverified));
	}
	json_array_append_new(
	    what->fate == SEGL_TRUST_NO_LIST ? news->files : news->lists, row);
}

static void
add_state(struct trust_news *news, const struct segl_trust_news *what)
{
	char until[16];

	if (what->sequence < 0)
		page_item(&news->page, what->territory,
		    what->fate == SEGL_TRUST_NOT_ASKED
			? "not here: it was not asked for"
			: "not here");
	else if (what->next_update < 0)
		page_item(&news->page, what->territory,
		    "number %lld, closed (%s)", what->sequence,
		    fate_name(what->fate));
	else
		page_item(&news->page, what->territory,
		    "number %lld, %s %s (%s)", what->sequence,
		    what->stale ? "was to be replaced by" : "good until",
		    day(what->next_update, until), fate_name(what->fate));
}

static void
add_text(struct trust_news *news, const struct segl_trust_news *what)
{
	if (what->fate == SEGL_TRUST_NO_LIST) {
		page_item(&news->page, "left out", "%s: %s",
		    what->source == NULL ? "" : what->source,
		    what->reason == NULL ? "" : what->reason);
		return;
	}
	if (what->territory == NULL)
		return;
	add_state(news, what);
	if (what->reason != NULL)
		page_item(&news->page, "", "%s: the list %s",
		    what->fate == SEGL_TRUST_KEPT ? "the last good copy is used"
						  : "left out",
		    what->reason);
	if (what->unread > 0)
		page_item(&news->page, "",
		    "%zu of its services cannot be read and are left out",
		    what->unread);
	if (what->tls_unverified)
		page_item(&news->page, "",
		    "it came over TLS that could not be verified; its "
		    "signature is what counts");
}

static void
add_name(char names[TRUST_NEWS_NAMES_MAX], const char *territory)
{
	size_t len = strlen(names);

	snprintf(names + len, TRUST_NEWS_NAMES_MAX - len, "%s%s",
	    len > 0 ? " " : "", territory);
}

static void
count(struct trust_news *news, const struct segl_trust_news *what)
{
	if (what->territory == NULL || what->fate == SEGL_TRUST_NO_LIST ||
	    strcmp(what->territory, "EU") == 0)
		return;
	news->all++;
	if (what->fate == SEGL_TRUST_KEPT) {
		add_name(news->kept_names, what->territory);
	} else if (what->fate == SEGL_TRUST_FAILED) {
		news->missing++;
		add_name(news->missing_names, what->territory);
	}
}

static void
on_news(void *arg, const struct segl_trust_news *what)
{
	struct trust_news *news = arg;

	trust_news_clear_bar(news);
	count(news, what);
	add_json(news, what);
	add_text(news, what);
}

/* ---- all of it ----------------------------------------------------------- */

void
trust_news_begin(struct trust_news *news, const struct settings *settings)
{
	memset(news, 0, sizeof(*news));
	news->settings = settings;
	page_init(&news->page);
	news->lists = json_array();
	news->files = json_array();
	news->bar = isatty(STDERR_FILENO) && !settings->quiet;
}

void
trust_news_restart(struct trust_news *news)
{
	const struct settings *settings = news->settings;

	trust_news_end(news);
	trust_news_begin(news, settings);
}

/* How many lists were asked for: all, or those that --territory names. */
static size_t
asked_for(const struct trust_news *news)
{
	const char *names = news->settings->territory;
	size_t n = 1;

	if (names == NULL)
		return news->all;
	for (; *names != '\0'; names++)
		n += *names == ',';
	return n;
}

enum segl_status
trust_news_judge(struct segl *segl, const struct trust_news *news)
{
	if (news->kept_names[0] != '\0')
		note_warning(segl,
		    "lists that failed, whose last good copies stay in use: %s",
		    news->kept_names);
	if (news->missing == 0)
		return SEGL_OK;
	if (news->missing < asked_for(news)) {
		note_warning(segl,
		    "lists that are missing, so that about issuers of there "
		    "nothing is decided: %s",
		    news->missing_names);
		return SEGL_OK;
	}
	error_set(segl, SEGL_ENETWORK, SEGL_TURN_NETWORK,
	    "none of the lists that were asked for could be had: %s",
	    news->missing_names);
	error_remedy(segl,
	    "segl trust list tells why of each; try again later, or get them "
	    "elsewhere and give them to segl trust import");
	return SEGL_ENETWORK;
}

void
trust_news_attach(struct trust_news *news, struct segl_trust_order *order)
{
	order->news = on_news;
	order->progress = on_progress;
	order->arg = news;
}

static json_t *
as_json(const struct trust_news *news, const struct segl_trust_summary *summary)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:O, s:O}", "schema",
	    1, "taken", (int)summary->taken, "unchanged", (int)summary->as_was,
	    "kept", (int)summary->kept, "failed", (int)summary->failed, "stale",
	    (int)summary->stale, "lists", news->lists, "left_out", news->files);
}

enum segl_status
trust_news_print(struct segl *segl, struct trust_news *news,
    const struct segl_trust_summary *summary)
{
	struct page *page = &news->page;

	trust_news_clear_bar(news);
	if (news->settings->json)
		return result_json(
		    segl, news->settings, as_json(news, summary));
	page_add(page,
	    "%zu lists taken, %zu unchanged, %zu kept for want of a better "
	    "one, %zu missing; %zu past the time of their next update.",
	    summary->taken, summary->as_was, summary->kept, summary->failed,
	    summary->stale);
	page_line(page, "");
	return result_page(segl, page);
}

void
trust_news_end(struct trust_news *news)
{
	trust_news_clear_bar(news);
	page_clear(&news->page);
	json_decref(news->lists);
	json_decref(news->files);
}
