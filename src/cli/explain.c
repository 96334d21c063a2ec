/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/paste.h"
#include "cli/result.h"
#include "explain/lookup.h"

/* Longest answer of a server that is read, in bytes. */
#define INPUT_MAX 65536

/* ---- one -------------------------------------------------------------- */

static const char *
source_words(const struct refusal *row)
{
	if (row->source == REFUSAL_DOCUMENTED)
		return "documented by Digdir";
	if (row->source == REFUSAL_SEEN)
		return "seen in the field, not documented";
	return "by the standard; Digdir documents nothing";
}

static void
add_error(struct page *page, const struct refusal *row)
{
	char http[32] = "";

	if (row->http_status != 0)
		snprintf(http, sizeof(http), ", HTTP %d", row->http_status);
	page_item(page, "error", "%s%s%s",
	    row->oauth == NULL ? "not known" : row->oauth, http,
	    row->inferred ? " (inferred, not documented)" : "");
	for (size_t i = 0; row->phrases != NULL && row->phrases[i] != NULL; i++)
		page_item(page, i == 0 ? "server says" : "", "\"%s\"",
		    row->phrases[i]);
	page_item(page, "known from", "%s", source_words(row));
}

static void
add_causes(struct page *page, const char *const *causes)
{
	for (size_t i = 0; causes != NULL && causes[i] != NULL; i++)
		page_item(page, i == 0 ? "likely causes" : "", "%zu. %s", i + 1,
		    causes[i]);
}

static void
add_exit(struct page *page, int exit_code)
{
	char names[128] = "";
	const char *name;

	for (size_t i = 0; (name = outcome_name(exit_code, i)) != NULL; i++) {
		size_t n = strlen(names);

		snprintf(names + n, sizeof(names) - n, "%s%s",
		    i == 0 ? "" : ", ", name);
	}
	page_item(page, "exit code", "%d (%s)", exit_code, names);
}

static void
refusal_text(struct page *page, const struct refusal *row)
{
	const char *title = row->code != NULL ? row->code
	    : row->phrases != NULL            ? row->phrases[0]
					      : row->oauth;

	page_add(page, "%s: %s", title, row->meaning);
	add_error(page, row);
	add_causes(page, row->causes);
	page_item(page, "what to do", "%s", row->remedy);
	page_item(page, "whose turn", "%s", segl_turn_words(row->turn));
	add_exit(page, segl_status_exit_code(row->status));
}

static void
outcome_text(struct page *page, const struct outcome *row)
{
	page_add(page, "exit code %d: %s", row->exit_code, row->meaning);
	add_causes(page, row->causes);
	page_item(page, "what to do", "%s", row->remedy);
	page_item(page, "whose turn", "%s", segl_turn_words(row->turn));
	add_exit(page, row->exit_code);
}

/* ---- the same as JSON -------------------------------------------------- */

static json_t *
texts(const char *const *list)
{
	json_t *array = json_array();

	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (json_array_append_new(array, json_string(list[i])) != 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *
refusal_json(const struct refusal *row)
{
	return json_pack(
	    "{s:i, s:s, s:s?, s:s?, s:o, s:s, s:b, s:o, s:s, s:o, s:s, s:s, "
	    "s:s, s:i}",
	    "schema", 1, "kind", "refusal", "code", row->code, "oauth_error",
	    row->oauth, "http_status",
	    row->http_status == 0 ? json_null()
				  : json_integer(row->http_status),
	    "source", refusal_source_name(row->source), "inferred",
	    row->inferred, "phrases", texts(row->phrases), "meaning",
	    row->meaning, "causes", texts(row->causes), "remedy", row->remedy,
	    "owner", segl_turn_name(row->turn), "status",
	    segl_status_name(row->status), "exit",
	    segl_status_exit_code(row->status));
}

static json_t *
outcome_json(const struct outcome *row)
{
	char code[16];

	snprintf(code, sizeof(code), "%d", row->exit_code);
	return json_pack(
	    "{s:i, s:s, s:s, s:n, s:n, s:s, s:o, s:s, s:s, s:s, s:i}", "schema",
	    1, "kind", "exit-code", "code", code, "oauth_error", "http_status",
	    "meaning", row->meaning, "causes", texts(row->causes), "remedy",
	    row->remedy, "owner", segl_turn_name(row->turn), "status",
	    outcome_name(row->exit_code, 0), "exit", row->exit_code);
}

static json_t *
rule_json(const struct segl_rule *rule)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s?, "
			 "s:s, s:s?}",
	    "schema", 1, "kind", "rule", "code", rule->id, "meaning",
	    rule->requirement, "document", rule->document, "clause",
	    rule->clause, "severity", segl_severity_name(rule->severity),
	    "blocks", rule->blocks, "why", rule->story, "remedy", rule->remedy,
	    "owner", segl_turn_name(rule->turn), "mp_code", rule->mp_code);
}

/* What segl check names in parentheses is asked for here as well. */
static enum segl_status
print_rule(struct segl *segl, const struct settings *settings,
    const struct segl_rule *rule)
{
	struct page page;

	if (settings->json)
		return result_json(segl, settings, rule_json(rule));
	page_init(&page);
	check_rule_text(rule, &page);
	return result_page(segl, &page);
}

static enum segl_status
print_one(struct segl *segl, const struct settings *settings,
    const struct explained *found)
{
	struct page page;

	if (settings->json)
		return result_json(segl, settings,
		    found->refusal != NULL ? refusal_json(found->refusal)
					   : outcome_json(found->outcome));
	page_init(&page);
	if (found->refusal != NULL)
		refusal_text(&page, found->refusal);
	else
		outcome_text(&page, found->outcome);
	return result_page(segl, &page);
}

/* ---- all --------------------------------------------------------------- */

static enum segl_status
list_json(struct segl *segl, const struct settings *settings)
{
	json_t *all = json_pack("{s:i, s:[]}", "schema", 1, "codes");
	json_t *list = json_object_get(all, "codes");
	int failed = 0;

	/* the last refusal stands for what nobody knows: not a code */
	for (size_t i = 0; refusal_at(i + 1) != NULL; i++)
		failed |=
		    json_array_append_new(list, refusal_json(refusal_at(i)));
	for (size_t i = 0; outcome_at(i) != NULL; i++)
		failed |=
		    json_array_append_new(list, outcome_json(outcome_at(i)));
	if (failed != 0) {
		json_decref(all);
		all = NULL;
	}
	return result_json(segl, settings, all);
}

static void
list_row(struct page *page, const char *name, const char *meaning)
{
	char line[256];

	snprintf(line, sizeof(line), "%-32s %s", name, meaning);
	page_line(page, line);
}

static enum segl_status
list_text(struct segl *segl)
{
	struct page page;
	char name[64];

	page_init(&page);
	for (size_t i = 0; refusal_at(i + 1) != NULL; i++) {
		const struct refusal *row = refusal_at(i);

		if (row->code != NULL || row->phrases == NULL)
			snprintf(name, sizeof(name), "%s",
			    row->code != NULL ? row->code : row->oauth);
		else
			snprintf(name, sizeof(name), "'%s'", row->phrases[0]);
		list_row(&page, name, row->meaning);
	}
	for (size_t i = 0; outcome_at(i) != NULL; i++) {
		snprintf(name, sizeof(name), "%d", outcome_at(i)->exit_code);
		list_row(&page, name, outcome_at(i)->meaning);
	}
	return result_page(segl, &page);
}

/* ---- find -------------------------------------------------------------- */

static int
lookup_members(const json_t *json, struct explained *out)
{
	/* the telling ones first */
	static const char *const names[] = { "mp_code", "error_uri",
		"error_description", "error", "status" };
	const char *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = json_string_value(json_object_get(json, names[i]));
		if (value != NULL && explain_lookup(value, out))
			return 1;
	}
	return 0;
}

/*
 * A whole answer of the server, or what segl --json writes: an object a line,
 * remarks before the error.
 */
static int
lookup_json(const char *text, struct explained *out)
{
	json_error_t error;
	json_t *json;
	int found = 0;

	while (!found &&
	    (json = json_loads(text, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
		found = lookup_members(json, out);
		text += error.position;
		json_decref(json);
	}
	return found;
}

static enum segl_status
unknown(struct segl *segl, const char *text)
{
	size_t len = strcspn(text, "\n");
	char *safe = text_foreign(text, len < 80 ? len : 80);
	const char *near = explain_nearest(text);

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "segl does not know '%s'",
	    safe == NULL ? "" : safe);
	if (near != NULL)
		error_remedy(segl,
		    "did you mean %s? segl explain alone lists what it knows",
		    near);
	else
		error_remedy(segl, "segl explain alone lists what it knows");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
explain(struct segl *segl, const struct settings *settings, const char *text)
{
	struct explained found;
	struct segl_rule rule;

	if (text[strspn(text, " \t\r\n")] == '{' && lookup_json(text, &found))
		return print_one(segl, settings, &found);
	if (explain_lookup(text, &found))
		return print_one(segl, settings, &found);
	if (segl_rule_find(text, &rule))
		return print_rule(segl, settings, &rule);
	return unknown(segl, text);
}

enum segl_status
command_explain(struct segl *segl, const struct settings *settings)
{
	enum segl_status status;
	struct buffer input;

	if (settings->n_operands == 0)
		return settings->json ? list_json(segl, settings)
				      : list_text(segl);
	if (strcmp(settings->operands[0], "-") != 0)
		return explain(segl, settings, settings->operands[0]);
	buffer_init(&input, INPUT_MAX);
	status = paste_read(segl, "-", &input);
	if (status == SEGL_OK)
		status = explain(
		    segl, settings, input.data == NULL ? "" : input.data);
	buffer_clear(&input);
	return status;
}
