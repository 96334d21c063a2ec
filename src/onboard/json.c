/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include <jansson.h>

#include "onboard/render.h"
#include "onboard/steps.h"

/* What is not there is left out, so that a reader tests for presence. */
static void
add_text(json_t *to, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(to, name, json_string(text));
}

static json_t *
fact(const struct onboard_fact *from)
{
	return from->is_number ? json_integer(strtoll(from->value, NULL, 10))
			       : json_string(from->value);
}

static void
add_facts(json_t *to, const struct onboard_facts *facts)
{
	for (size_t i = 0; i < facts->n; i++)
		json_object_set_new(
		    to, facts->list[i].name, fact(&facts->list[i]));
}

static json_t *
step(const struct onboard_outcome *out, size_t id)
{
	const struct onboard_step *row = onboard_step(id);
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s}", "step",
	    (int)id + 1, "name", row->name, "title", row->title, "result",
	    onboard_result_name(out->result), "evidence",
	    out->evidence == NULL ? "" : out->evidence);

	add_text(json, "code", out->code);
	add_text(json, "finding", out->finding);
	add_text(json, "remedy", out->remedy);
	if ((out->remedy != NULL || out->result == ONBOARD_FAIL) &&
	    out->turn != SEGL_TURN_NONE)
		add_text(json, "turn", segl_turn_name(out->turn));
	add_text(json, "quote", out->quote);
	if (out->result == ONBOARD_FAIL)
		json_object_set_new(json, "exit",
		    json_integer(segl_status_exit_code(out->status)));
	if (out->result != ONBOARD_SKIPPED)
		json_object_set_new(
		    json, "took_ms", json_integer(out->took_ms));
	if (out->facts.n > 0) {
		json_object_set_new(json, "facts", json_object());
		add_facts(json_object_get(json, "facts"), &out->facts);
	}
	return json;
}

static json_t *
beside(const char *ours, const char *theirs)
{
	return json_pack("{s:s?, s:s?}", "ours", ours, "theirs", theirs);
}

static json_t *
whole(const struct onboard *record)
{
	enum segl_status status = onboard_status(record);
	size_t failed = onboard_first_failure(record);
	json_t *all = json_pack("{s:i, s:s, s:i}", "schema", 1, "result",
	    onboard_result_name(onboard_verdict(record)), "exit",
	    segl_status_exit_code(status));
	json_t *steps = json_array();

	if (failed < ONBOARD_STEPS)
		add_text(all, "failed_step", onboard_step(failed)->name);
	json_object_set_new(all, "about", json_object());
	add_facts(json_object_get(all, "about"), &record->about);
	for (size_t i = 0; i < ONBOARD_STEPS; i++)
		json_array_append_new(steps, step(&record->steps[i], i));
	json_object_set_new(all, "steps", steps);
	if (record->beside.is_known)
		json_object_set_new(all, "comparison",
		    json_pack("{s:o, s:o}", "consumer",
			beside(record->beside.our_consumer,
			    record->beside.their_consumer),
			"client_amr",
			beside(
			    record->beside.our_amr, record->beside.their_amr)));
	if (record->profile != NULL)
		json_object_set_new(all, "profile",
		    json_pack("{s:s, s:s}", "name", record->profile_name,
			"segl_conf", record->profile));
	return all;
}

enum segl_status
onboard_json(const struct onboard *record, struct buffer *out)
{
	json_t *all = whole(record);
	char *text = all == NULL ? NULL : json_dumps(all, JSON_COMPACT);
	enum segl_status status =
	    text == NULL ? SEGL_ENOMEM : buffer_add_str(out, text);

	if (status == SEGL_OK)
		status = buffer_add(out, "\n", 1);
	free(text);
	json_decref(all);
	return status;
}
