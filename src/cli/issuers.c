/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/issuers_check.h"
#include "cli/result.h"
#include "order/catalogue.h"

/* ---- as JSON ------------------------------------------------------------- */

static json_t *
array_of(const struct issuer_values *values)
{
	json_t *array = json_array();

	for (size_t i = 0; i < values->n; i++)
		json_array_append_new(array, json_string(values->values[i]));
	return array;
}

/* {"territory":"NO","name":"..."} of each. */
static json_t *
cas_of(const struct issuer_values *cas)
{
	json_t *array = json_array();

	for (size_t i = 0; i < cas->n; i++)
		json_array_append_new(array,
		    json_pack("{s:s%, s:s}", "territory", cas->values[i],
			(size_t)2, "name", cas->values[i] + 3));
	return array;
}

static json_t *
json_of(const struct issuer *issuer)
{
	return json_pack(
	    "{s:s, s:s, s:s, s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
	    issuer->id, "name", issuer->name, "product", issuer->product,
	    "covers", issuer->covers, "note", issuer->note, "key_made_by",
	    array_of(&issuer->makers), "key_types", array_of(&issuer->keys),
	    "cas", cas_of(&issuer->cas), "hard_cas", cas_of(&issuer->hard_cas),
	    "policies_soft", array_of(&issuer->soft), "policies_hard",
	    array_of(&issuer->hard));
}

static enum segl_status
print_json(struct segl *segl, const struct settings *settings,
    const struct catalogue *catalogue, const struct issuer *only)
{
	json_t *all = json_pack("{s:i, s:s, s:[]}", "schema", 1, "looked_at",
	    catalogue->looked_at, "issuers");
	json_t *issuers = json_object_get(all, "issuers");

	for (size_t i = 0; i < catalogue->n; i++) {
		if (only == NULL || only == &catalogue->issuers[i])
			json_array_append_new(
			    issuers, json_of(&catalogue->issuers[i]));
	}
	return result_json(segl, settings, all);
}

/* ---- as text ------------------------------------------------------------- */

static void
put_makers(struct page *page, const struct issuer *issuer)
{
	int you = issuer_has(&issuer->makers, "you");
	int they = issuer_has(&issuer->makers, "issuer");

	page_item(page, "key made by", "%s",
	    you && they ? "you (segl csr), or the issuer (.p12)"
		: you   ? "you (segl csr)"
			: "the issuer (.p12): no CSR is needed");
}

static void
put_values(struct page *page, const char *label,
    const struct issuer_values *values, size_t from)
{
	for (size_t i = 0; i < values->n; i++)
		page_item(page, i == 0 ? label : "", "%s%s%.2s%s",
		    values->values[i] + from, from > 0 ? " (" : "",
		    from > 0 ? values->values[i] : "", from > 0 ? ")" : "");
}

static void
put_keys(struct page *page, const struct issuer *issuer)
{
	for (size_t i = 0; i < issuer->keys.n; i++) {
		const char *key = issuer->keys.values[i];

		page_item(page, i == 0 ? "key types" : "", "%s%s", key,
		    strncmp(key, "ec:", 3) == 0
			? " (not for Maskinporten, which documents RSA only)"
			: "");
	}
	if (issuer->keys.n == 0)
		page_item(page, "key types", "not known: ask the issuer");
}

static void
put_issuer(struct page *page, const struct issuer *issuer)
{
	page_line(page, "");
	page_add(page, "%s: %s", issuer->name, issuer->product);
	page_item(page, "called here", "%s", issuer->id);
	page_item(page, "covers", "%s", issuer->covers);
	put_makers(page, issuer);
	put_keys(page, issuer);
	put_values(page, "issuing CAs", &issuer->cas, 3);
	put_values(page, "not these CAs", &issuer->hard_cas, 3);
	put_values(page, "policies", &issuer->soft, 0);
	put_values(page, "not these", &issuer->hard, 0);
	if (issuer->note != NULL)
		page_item(page, "note", "%s", issuer->note);
}

static enum segl_status
print_text(struct segl *segl, const struct catalogue *catalogue,
    const struct issuer *only)
{
	struct page page;

	page_init(&page);
	page_add(&page,
	    "Known to sell an eSeal whose key may be held as a soft token; "
	    "last looked at %s.",
	    catalogue->looked_at);
	page_add(&page,
	    "This is no recommendation, and not complete: any provider on the "
	    "EU trusted lists will do. Offers change: have the issuer confirm "
	    "in writing what you order.");
	for (size_t i = 0; i < catalogue->n; i++) {
		if (only == NULL || only == &catalogue->issuers[i])
			put_issuer(&page, &catalogue->issuers[i]);
	}
	return result_page(segl, &page);
}

enum segl_status
command_issuers(struct segl *segl, const struct settings *settings)
{
	int check = settings->n_operands > 0 &&
	    strcmp(settings->operands[0], "check") == 0;
	const char *name = settings->n_operands > (size_t)check
	    ? settings->operands[check]
	    : NULL;
	const struct issuer *only = NULL;
	struct catalogue catalogue;
	enum segl_status status;

	if (settings->n_operands > 1 && !check)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl issuers takes one name, or check and a name: %s",
		    settings->operands[1]);
	status = catalogue_load(segl, NULL, &catalogue);
	if (status == SEGL_OK && name != NULL)
		status = catalogue_find(segl, &catalogue, name, &only);
	if (status == SEGL_OK && check)
		status = issuers_check(segl, settings, &catalogue, only);
	else if (status == SEGL_OK)
		status = settings->json
		    ? print_json(segl, settings, &catalogue, only)
		    : print_text(segl, &catalogue, only);
	catalogue_clear(&catalogue);
	return status;
}
