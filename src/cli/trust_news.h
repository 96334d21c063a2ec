/* SPDX-License-Identifier: ISC */
#ifndef CLI_TRUST_NEWS_H
#define CLI_TRUST_NEWS_H

#include <jansson.h>

#include <segl/trust_update.h>

#include "present/page.h"
#include "settings/settings.h"

/*
 * What segl trust update and import tell: a line for each list, as text or as
 * JSON, gathered and printed once; on a terminal a bar meanwhile.
 */
#define TRUST_NEWS_NAMES_MAX 256 /* bytes of territories and blanks */

struct trust_news {
	const struct settings *settings;
	struct page page;
	json_t *lists, *files; /* NULL: out of memory */
	int bar;               /* standard error is a terminal */
	int drawn;
	/* national lists: all, those that failed and have a good copy, or not
	 */
	size_t all, missing;
	char kept_names[TRUST_NEWS_NAMES_MAX];
	char missing_names[TRUST_NEWS_NAMES_MAX];
};

void trust_news_begin(struct trust_news *news, const struct settings *settings);
/* Let ORDER tell NEWS. */
void trust_news_attach(struct trust_news *news, struct segl_trust_order *order);
/* The bar goes. */
void trust_news_clear_bar(struct trust_news *news);
/* Print all; STATUS is how the update ended. SEGL_ENOMEM, SEGL_EINTERNAL. */
enum segl_status trust_news_print(struct segl *segl, struct trust_news *news,
    const struct segl_trust_summary *summary) SEGL_MUST_USE;
/* Another update follows, which tells all that this one did. */
void trust_news_restart(struct trust_news *news);
/*
 * Warn of what failed. Errors: SEGL_ENETWORK none of the lists that were asked
 * for is there, neither a new one nor a good copy.
 */
enum segl_status trust_news_judge(
    struct segl *segl, const struct trust_news *news) SEGL_MUST_USE;
void trust_news_end(struct trust_news *news);

#endif
