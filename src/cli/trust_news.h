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
struct trust_news {
	const struct settings *settings;
	struct page page;
	json_t *lists, *files; /* NULL: out of memory */
	int bar;               /* standard error is a terminal */
	int drawn;
};

void trust_news_begin(struct trust_news *news, const struct settings *settings);
/* Let ORDER tell NEWS. */
void trust_news_attach(struct trust_news *news, struct segl_trust_order *order);
/* The bar goes. */
void trust_news_clear_bar(struct trust_news *news);
/* Print all; STATUS is how the update ended. SEGL_ENOMEM, SEGL_EINTERNAL. */
enum segl_status trust_news_print(struct segl *segl, struct trust_news *news,
    const struct segl_trust_summary *summary) SEGL_MUST_USE;
void trust_news_end(struct trust_news *news);

#endif
