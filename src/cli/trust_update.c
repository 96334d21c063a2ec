/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <segl/trust_store.h>
#include <segl/trust_update.h>

#include "base/error.h"
#include "cli/session.h"
#include "cli/trust_news.h"
#include "cli/trust_update.h"

/* How old the newest news may be before an update is due, in seconds. */
#define DUE_AFTER_S (24LL * 60 * 60)

/* Most countries that --territory may name. */
#define WANTED_MAX 64

static void
on_waiting(void)
{
	fputs("segl: another update is under way, waiting for it\n", stderr);
}

/* --trust names the store, unless it says that there is none. */
static const char *
directory(const struct settings *settings)
{
	return settings->trust != NULL && strcmp(settings->trust, "none") == 0
	    ? NULL
	    : settings->trust;
}

/* The countries of --territory, in TEXT and, as a list, in VALUES. */
struct wanted {
	char text[256];
	const char *values[WANTED_MAX + 1];
};

static enum segl_status
split(struct segl *segl, const char *territories, struct wanted *out)
{
	size_t n = 0;
	char *p;

	memset(out, 0, sizeof(*out));
	if (territories == NULL)
		return SEGL_OK;
	if (strlen(territories) >= sizeof(out->text))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "--territory names too many countries");
	memcpy(out->text, territories, strlen(territories) + 1);
	for (p = out->text; p != NULL && n < WANTED_MAX;) {
		char *comma = strchr(p, ',');

		if (comma != NULL)
			*comma++ = '\0';
		out->values[n++] = p;
		p = comma;
	}
	return SEGL_OK;
}

static void
set_order(struct segl_trust_order *order, const struct settings *settings)
{
	memset(order, 0, sizeof(*order));
	order->dir = directory(settings);
	order->anchors = settings->anchors;
	order->lotl = settings->lotl;
	order->now = (long long)time(NULL);
	order->ca = settings->ca.values;
	order->ca_only = settings->ca_only;
	order->connect_timeout_s = settings->connect_timeout_s;
	order->timeout_s = settings->timeout_s;
	order->waiting = settings->quiet || settings->json ? NULL : on_waiting;
}

/* ---- import -------------------------------------------------------------- */

enum segl_status
trust_import(struct segl *segl, const struct settings *settings)
{
	struct segl_trust_summary summary;
	struct segl_trust_order order;
	enum segl_status status;
	struct trust_news news;
	struct wanted wanted;

	if (settings->n_operands < 2) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl trust import needs files or directories");
		error_remedy(segl,
		    "give the list of trusted lists and the national lists, "
		    "or the directory that they are in");
		return SEGL_EUSAGE;
	}
	status = split(segl, settings->territory, &wanted);
	if (status != SEGL_OK)
		return status;
	trust_news_begin(&news, settings);
	set_order(&order, settings);
	if (settings->territory != NULL)
		order.territories = wanted.values;
	trust_news_attach(&news, &order);
	status = segl_trust_import(segl, &order, settings->operands + 1,
	    settings->n_operands - 1, &summary);
	if (status == SEGL_OK)
		status = trust_news_print(segl, &news, &summary);
	trust_news_end(&news);
	return status;
}

/* ---- update -------------------------------------------------------------- */

/* The C of NAME, RFC 4514; a guess, since all lists are asked after it. */
static int
country_of(const char *name, char out[3])
{
	for (const char *p = name; p != NULL && *p != '\0'; p++) {
		if ((p == name || p[-1] == ',' || p[-1] == ' ' ||
			p[-1] == '+') &&
		    strncmp(p, "C=", 2) == 0 && p[2] != '\0' && p[3] != '\0' &&
		    (p[4] == ',' || p[4] == '\0' || p[4] == '+')) {
			memcpy(out, p + 2, 2);
			out[2] = '\0';
			return 1;
		}
	}
	return 0;
}

/*
 * Non-zero where the store in DIR has an entry for TOKEN's path, which the
 * lists that just came may complete.
 */
static int
is_listed(struct segl *segl, const char *dir, struct segl_softtoken *token,
    long long at)
{
	struct segl_trust_store *store = NULL;
	struct segl_trust_answer *answer = NULL;
	int found = 0;

	if (segl_trust_store_open(segl, dir, &store) == SEGL_OK &&
	    store != NULL && segl_trust_complete(store, token) == SEGL_OK &&
	    segl_trust_ask(store, token, at, &answer) == SEGL_OK)
		found = segl_trust_answer_rows(answer)->n > 0;
	segl_trust_answer_free(answer);
	segl_trust_store_free(store);
	segl_error_clear(segl);
	return found;
}

/* Update what TOKEN needs; where it is not found, all that ORDER wants. */
static enum segl_status
update_for(struct segl *segl, struct segl_trust_order *order,
    struct segl_softtoken *token, struct segl_trust_summary *summary)
{
	const char *issuer = segl_softtoken_issuer(token);
	enum segl_status status;
	char country[3];
	const char *const only[] = { country, NULL };

	if (!country_of(issuer, country))
		return segl_trust_update(segl, order, summary);
	order->territories = only;
	status = segl_trust_update(segl, order, summary);
	order->territories = NULL;
	if (status == SEGL_EUSAGE && strlen(country) == 2) {
		/* a country that has no list, perhaps */
		segl_error_clear(segl);
		if (order->news != NULL)
			trust_news_restart(order->arg);
		return segl_trust_update(segl, order, summary);
	}
	if (status != SEGL_OK || is_listed(segl, order->dir, token, order->now))
		return status;
	note_info(segl,
	    "the list of %s does not have the issuer: all are asked", country);
	if (order->news != NULL)
		trust_news_restart(order->arg);
	return segl_trust_update(segl, order, summary);
}

enum segl_status
trust_update_for(struct segl *segl, const struct settings *settings,
    struct segl_softtoken *token)
{
	struct segl_trust_summary summary;
	struct segl_trust_order order;

	set_order(&order, settings);
	return update_for(segl, &order, token, &summary);
}

static enum segl_status
update(struct segl *segl, const struct settings *settings,
    struct segl_trust_order *order, struct segl_trust_summary *summary)
{
	struct segl_softtoken *token = NULL;
	enum segl_status status;

	if (settings->for_cert == NULL)
		return segl_trust_update(segl, order, summary);
	status = session_load(
	    segl, settings, settings->for_cert, 1, order->now, &token);
	if (status == SEGL_OK)
		status = update_for(segl, order, token, summary);
	segl_softtoken_free(token);
	return status;
}

enum segl_status
trust_update(struct segl *segl, const struct settings *settings)
{
	struct segl_trust_summary summary;
	struct segl_trust_order order;
	enum segl_status status;
	struct trust_news news;
	struct wanted wanted;

	if (settings->n_operands > 1)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl trust update takes no operand: %s",
		    settings->operands[1]);
	status = split(segl, settings->territory, &wanted);
	if (status != SEGL_OK)
		return status;
	trust_news_begin(&news, settings);
	set_order(&order, settings);
	if (settings->territory != NULL)
		order.territories = wanted.values;
	trust_news_attach(&news, &order);
	status = update(segl, settings, &order, &summary);
	if (status == SEGL_OK)
		status = trust_news_print(segl, &news, &summary);
	if (status == SEGL_OK)
		status = trust_news_judge(segl, &news);
	trust_news_end(&news);
	return status;
}

/* ---- check --------------------------------------------------------------- */

/* Why an update is due, or NULL. */
static const char *
reason_due(const struct segl_trust_store *store, long long now)
{
	long long newest = -1;
	struct segl_trust_list list;
	int passed = 0;

	for (size_t i = 0; segl_trust_store_list(store, i, &list); i++) {
		if (strcmp(list.territory, "EU") == 0)
			newest = list.fetched;
		/* asked for again after its time, it is as new as can be */
		if (list.authenticated && list.next_update >= 0 &&
		    list.next_update < now && list.fetched < list.next_update)
			passed = 1;
	}
	if (newest < 0)
		return "it is not known when the lists were fetched";
	if (now - newest >= DUE_AFTER_S)
		return "the lists were fetched more than a day ago";
	return passed ? "a list is past its next update" : NULL;
}

enum segl_status
trust_check(struct segl *segl, const struct settings *settings)
{
	struct segl_trust_store *store = NULL;
	enum segl_status status;
	const char *why;

	if (settings->n_operands > 1)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl trust check takes no operand: %s",
		    settings->operands[1]);
	status = segl_trust_store_open(segl, directory(settings), &store);
	if (status == SEGL_ENOMEM || status == SEGL_EINTERNAL)
		return status;
	if (status != SEGL_OK)
		why = segl_error_message(segl);
	else if (store == NULL)
		why = "there are no lists yet";
	else
		why = reason_due(store, (long long)time(NULL));
	if (why != NULL)
		note_info(segl, "segl trust update is due: %s", why);
	segl_error_clear(segl);
	segl_trust_store_free(store);
	/* the exit code alone tells it: no failure */
	return why != NULL ? SEGL_EDUE : SEGL_OK;
}
