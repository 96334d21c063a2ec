/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/listed.h"
#include "cli/result.h"
#include "cli/trust_update.h"
#include "cli/trust_why.h"

/* Longest line of a table, in bytes. */
#define LINE_MAX_BYTES 4096

/* One line of a table; what is foreign in it has been made safe. */
static void
put_line(struct page *page, const char *line)
{
	size_t len = strlen(line);
	char *text = text_foreign(line, len);

	if (text == NULL) {
		page->status = SEGL_ENOMEM;
		return;
	}
	page_line(page, text);
	free(text);
}

/* "2026-08-21", or "-". */
static const char *
day(long long at, char text[TEXT_DAY_LEN])
{
	return at < 0 ? "-" : text_day(at, text);
}

/* A list that never came has no digest. */
static int
is_there(const struct segl_trust_list *list)
{
	return list->sha256[strspn(list->sha256, "0")] != '\0';
}

static const char *
state_of(const struct segl_trust_list *list, long long at)
{
	return trust_state(segl_trust_list_state(list, at));
}

/* ---- segl trust list ----------------------------------------------------- */

static json_t *
json_of(const struct segl_trust_list *list, long long at)
{
	json_t *json = json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, "
				 "s:I, s:I, s:o, s:o, s:o, s:b}",
	    "territory", list->territory, "state", state_of(list, at),
	    "authenticated", list->authenticated, "sequence",
	    list->authenticated ? json_integer(list->sequence) : json_null(),
	    "issued", trust_instant(list->issued), "next_update",
	    trust_instant(list->next_update), "signer",
	    trust_text(list->signer), "signer_sha256",
	    trust_text(list->signer_sha256), "services",
	    (json_int_t)list->services, "unread", (json_int_t)list->unread,
	    "url", trust_text(list->url), "fetched",
	    trust_instant(list->fetched), "sha256",
	    trust_text(is_there(list) ? list->sha256 : NULL), "tls_unverified",
	    list->tls_unverified);

	if (json != NULL && !list->authenticated)
		json_object_set_new(json, "reason", trust_text(list->reason));
	return json;
}

static enum segl_status
list_json(struct segl *segl, const struct settings *settings,
    const struct segl_trust_store *store, long long at)
{
	json_t *territories = json_array();
	struct segl_trust_list list;

	for (size_t i = 0; segl_trust_store_list(store, i, &list); i++)
		(void)json_array_append_new(territories, json_of(&list, at));
	return result_json(segl, settings,
	    json_pack("{s:i, s:s, s:o}", "schema", 1, "directory",
		segl_trust_store_directory(store), "territories", territories));
}

static void
put_list(struct page *page, const struct segl_trust_list *list, long long at)
{
	char line[LINE_MAX_BYTES], issued[TEXT_DAY_LEN], next[TEXT_DAY_LEN];
	char number[32] = "-";
	char unread[64] = "";

	if (list->authenticated)
		snprintf(number, sizeof(number), "%lld", list->sequence);
	if (list->unread > 0)
		snprintf(unread, sizeof(unread), " (%zu more not read)",
		    list->unread);
	snprintf(line, sizeof(line), "%-4s %-8s %6s  %-10s  %-10s %8zu%s  %s",
	    list->territory, state_of(list, at), number,
	    day(list->issued, issued), day(list->next_update, next),
	    list->services, unread,
	    list->authenticated ? list->signer == NULL ? "-" : list->signer
		: list->reason == NULL ? "-"
				       : list->reason);
	put_line(page, line);
}

static enum segl_status
trust_list(struct segl *segl, const struct settings *settings,
    const struct segl_trust_store *store, long long at)
{
	struct segl_trust_list list;
	struct page page;

	if (settings->json)
		return list_json(segl, settings, store, at);
	page_init(&page);
	put_line(&page,
	    "LIST STATE    NUMBER  ISSUED      NEXT       SERVICES  SIGNED BY, "
	    "OR WHY NOT");
	for (size_t i = 0; segl_trust_store_list(store, i, &list); i++)
		put_list(&page, &list, at);
	return result_page(segl, &page);
}

/* ---- segl trust status --------------------------------------------------- */

/* Territories in the state called NAME; NULL: of which not all was read. */
static json_t *
in_state(const struct segl_trust_store *store, const char *name, long long at)
{
	json_t *names = json_array();
	struct segl_trust_list list;

	for (size_t i = 0; segl_trust_store_list(store, i, &list); i++) {
		if (name == NULL ? list.unread > 0
				 : strcmp(state_of(&list, at), name) == 0)
			(void)json_array_append_new(
			    names, json_string(list.territory));
	}
	return names;
}

static void
put_states(struct page *page, const char *label, const json_t *names)
{
	struct buffer text;
	const json_t *name;
	size_t i;

	buffer_init(&text, LINE_MAX_BYTES);
	json_array_foreach(names, i, name)
	{
		if (buffer_printf(&text, "%s%s", i > 0 ? " " : "",
			json_string_value(name)) != SEGL_OK)
			page->status = SEGL_ENOMEM;
	}
	if (text.len > 0)
		page_item(
		    page, label, "%zu: %s", json_array_size(names), text.data);
	else
		page_item(page, label, "none");
	buffer_clear(&text);
}

static int
has_any(const json_t *all, const char *state)
{
	return json_array_size(json_object_get(all, state)) > 0;
}

static void
put_advice(struct page *page, const json_t *all)
{
	if (has_any(all, "unread")) {
		put_states(
		    page, "not all read", json_object_get(all, "unread"));
		page_add(page,
		    "Of these, services were left out that cannot be read: an "
		    "issuer that is not found there may be one of them. segl "
		    "trust show with the list's name tells which.");
	}
	if (has_any(all, "stale") || has_any(all, "old"))
		page_add(page,
		    "What is past its date still answers, with a remark, for "
		    "90 days, and then decides nothing: run segl trust "
		    "update.");
	if (has_any(all, "refused") || has_any(all, "missing"))
		page_add(page,
		    "About issuers of countries whose list is refused or not "
		    "there nothing is decided: segl trust list tells why of "
		    "each.");
}

static enum segl_status
trust_status(struct segl *segl, const struct settings *settings,
    const struct segl_trust_store *store, long long at)
{
	json_t *all = json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "schema", 1, "directory", segl_trust_store_directory(store),
	    "current", in_state(store, "current", at), "stale",
	    in_state(store, "stale", at), "old", in_state(store, "old", at),
	    "refused", in_state(store, "refused", at), "missing",
	    in_state(store, "missing", at), "closed",
	    in_state(store, "closed", at), "unread", in_state(store, NULL, at));
	struct page page;

	if (all == NULL || settings->json)
		return result_json(segl, settings, all);
	page_init(&page);
	page_item(&page, "directory", "%s", segl_trust_store_directory(store));
	put_states(&page, "current", json_object_get(all, "current"));
	put_states(&page, "past its date", json_object_get(all, "stale"));
	put_states(&page, "long past it", json_object_get(all, "old"));
	put_states(&page, "refused", json_object_get(all, "refused"));
	put_states(&page, "not there", json_object_get(all, "missing"));
	put_states(&page, "closed", json_object_get(all, "closed"));
	put_advice(&page, all);
	json_decref(all);
	return result_page(segl, &page);
}

/* ---- segl trust show ----------------------------------------------------- */

struct showing {
	json_t *json; /* an array, or NULL */
	struct page *page;
};

static int
show_service(void *arg, const struct segl_trust_entry *e)
{
	struct showing *showing = arg;
	char line[LINE_MAX_BYTES], since[TEXT_DAY_LEN];
	int read = e->changes > 0;

	if (showing->json != NULL) {
		(void)json_array_append_new(showing->json,
		    json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I}",
			"territory", e->territory, "provider",
			trust_text(e->provider), "name", trust_text(e->name),
			"type", trust_text(read ? e->type : NULL), "status",
			trust_text(read ? e->status : NULL), "since",
			trust_instant(e->since), "uses", trust_uses(e->uses),
			"states", (json_int_t)e->changes));
		return 0;
	}
	snprintf(line, sizeof(line), "%-3s %-18s %-26s %-10s  %s: %s",
	    e->territory, read ? e->type : "-",
	    read ? e->status : "(cannot be read)", day(e->since, since),
	    e->provider == NULL ? "-" : e->provider,
	    e->name == NULL ? "-" : e->name);
	put_line(showing->page, line);
	return showing->page->status != SEGL_OK;
}

static enum segl_status
no_such_list(struct segl *segl, const struct segl_trust_store *store,
    const char *territory)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the store in %s has no list of %s",
	    segl_trust_store_directory(store), territory);
	error_remedy(segl,
	    "segl trust list tells which it has; Greece is EL, and the United "
	    "Kingdom UK");
	return SEGL_EUSAGE;
}

static enum segl_status
trust_show(struct segl *segl, const struct settings *settings,
    struct segl_trust_store *store)
{
	const char *territory =
	    settings->n_operands > 1 ? settings->operands[1] : NULL;
	struct showing showing = { .json = NULL };
	struct segl_trust_list list;
	enum segl_status status;
	struct page page;
	size_t i = 0;

	while (territory != NULL && segl_trust_store_list(store, i, &list) &&
	    strcmp(list.territory, territory) != 0)
		i++;
	if (territory != NULL && !segl_trust_store_list(store, i, &list))
		return no_such_list(segl, store, territory);
	page_init(&page);
	page.text.max = 16u << 20; /* all lists have 4,000 services */
	showing.page = &page;
	if (settings->json)
		showing.json = json_array();
	status =
	    segl_trust_store_services(store, territory, show_service, &showing);
	if (status != SEGL_OK) {
		json_decref(showing.json);
		page_clear(&page);
		return status;
	}
	if (!settings->json)
		return result_page(segl, &page);
	page_clear(&page);
	return result_json(segl, settings,
	    json_pack("{s:i, s:o}", "schema", 1, "services", showing.json));
}

/* ---- which --------------------------------------------------------------- */

static enum segl_status
unknown(struct segl *segl, const char *what)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    what == NULL ? "segl trust needs to know what to do"
			 : "segl trust does not know that operand");
	error_remedy(segl,
	    "say segl trust update, import, check, list, show, status or "
	    "why; segl help trust tells more");
	return SEGL_EUSAGE;
}

static enum segl_status
look(struct segl *segl, const struct settings *settings, const char *what)
{
	struct segl_trust_store *store = NULL;
	enum segl_status status;
	long long at;

	status = check_time_asked(segl, settings, &at);
	if (status == SEGL_OK)
		status = segl_trust_store_open(segl, settings->trust, &store);
	if (status == SEGL_OK && store == NULL) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no store of trusted lists yet");
		error_remedy(segl, "run segl trust update");
	}
	if (status == SEGL_OK)
		status = strcmp(what, "list") == 0
		    ? trust_list(segl, settings, store, at)
		    : strcmp(what, "status") == 0
		    ? trust_status(segl, settings, store, at)
		    : trust_show(segl, settings, store);
	segl_trust_store_free(store);
	return status;
}

enum segl_status
command_trust(struct segl *segl, const struct settings *settings)
{
	const char *what =
	    settings->n_operands > 0 ? settings->operands[0] : NULL;

	if (what == NULL)
		return unknown(segl, NULL);
	if (strcmp(what, "update") == 0)
		return trust_update(segl, settings);
	if (strcmp(what, "import") == 0)
		return trust_import(segl, settings);
	if (strcmp(what, "check") == 0)
		return trust_check(segl, settings);
	if (settings->n_operands > 2)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl trust %s takes one operand at most", what);
	if (strcmp(what, "why") == 0)
		return trust_why(segl, settings);
	if (strcmp(what, "list") == 0 || strcmp(what, "status") == 0 ||
	    strcmp(what, "show") == 0)
		return look(segl, settings, what);
	return unknown(segl, what);
}
