/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "sim/gzip.h"
#include "sim/sim.h"

/* What a proxy says on its own, whoever asked and for what. */
#define GATEWAY_PAGE                                                           \
	"<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"            \
	"<center><h1>%d %s</h1></center>\r\n</body>\r\n</html>\r\n"

static const char *
reason(int status)
{
	switch (status) {
	case 429:
		return "Too Many Requests";
	case 500:
		return "Internal Server Error";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	case 504:
		return "Gateway Timeout";
	default:
		return "Error";
	}
}

/* An answer that is not Maskinporten's: it looked at nothing. */
static enum segl_status
answer_trouble(const struct fault_effect *effect, struct httpd_answer *answer)
{
	answer->status = effect->status;
	answer->retry_after_s = effect->retry_after_s;
	if (effect->status == 502 || effect->status == 504) {
		answer->content_type = "text/html";
		return buffer_printf(&answer->body, GATEWAY_PAGE,
		    effect->status, reason(effect->status), effect->status,
		    reason(effect->status));
	}
	answer->content_type = "text/plain";
	return buffer_printf(&answer->body, "%s\n", reason(effect->status));
}

/* No longer JSON, at the first colon. */
static enum segl_status
spoil(struct httpd_answer *answer)
{
	char *colon = answer->body.len == 0
	    ? NULL
	    : memchr(answer->body.data, ':', answer->body.len);

	if (colon == NULL)
		return buffer_add_str(&answer->body, "{");
	*colon = '=';
	return SEGL_OK;
}

static enum segl_status
refuse(struct sim *sim, struct httpd_answer *answer, int status)
{
	const char *remedy = segl_error_remedy(sim->segl);
	json_t *body = json_pack("{s:s, s:s*}", "error",
	    segl_error_message(sim->segl), "remedy", remedy);
	enum segl_status result = SEGL_ENOMEM;

	if (body != NULL)
		result = sim_answer_json(answer, status, body);
	json_decref(body);
	segl_error_clear(sim->segl);
	return result;
}

#define FAULT_FIELD "Segl-Sim-Fault" /* of a request that wants one */

static int
accepts_gzip(const struct httpd_request *request)
{
	const char *coding = httpd_request_field(request, "Accept-Encoding");

	return coding != NULL && strstr(coding, "gzip") != NULL;
}

/* BODY becomes what unpacks to LEN bytes; who cannot unpack gets it plain. */
static enum segl_status
answer_bomb(const struct httpd_request *request, struct httpd_answer *answer,
    size_t len)
{
	if (!accepts_gzip(request))
		return SEGL_OK;
	buffer_clear(&answer->body);
	httpd_answer_field(answer, "Content-Encoding", "gzip");
	return gzip_bomb(&answer->body, len);
}

/* Blanks behind it change nothing but its size. */
static enum segl_status
pad(struct buffer *body, size_t len)
{
	static const char blanks[4096] = { 0 };
	enum segl_status status = SEGL_OK;
	size_t before = body->len;

	while (status == SEGL_OK && body->len < len)
		status = buffer_add(body, blanks,
		    len - body->len > sizeof(blanks) ? sizeof(blanks)
						     : len - body->len);
	if (status == SEGL_OK && body->len > before)
		memset(body->data + before, ' ', body->len - before);
	return status;
}

/* What EFFECT does to an answer that is there already. */
static enum segl_status
spoil_answer(const struct fault_effect *effect,
    const struct httpd_request *request, struct httpd_answer *answer)
{
	enum segl_status status = SEGL_OK;

	if (effect->malformed)
		status = spoil(answer);
	if (status == SEGL_OK && effect->pad > 0)
		status = pad(&answer->body, effect->pad);
	if (status == SEGL_OK && effect->bomb > 0)
		status = answer_bomb(request, answer, effect->bomb);
	if (effect->wrong_type)
		answer->content_type = "text/html";
	if (effect->delay_ms > 0)
		answer->delay_ms = effect->delay_ms;
	answer->truncate = effect->truncate;
	answer->stall_ms = effect->stall_ms;
	answer->reset = effect->reset;
	return status;
}

/* The faults that REQUEST asks for itself; SEGL_EUSAGE where there are none. */
static enum segl_status
take_from_fields(
    struct sim *sim, const struct httpd_request *request, json_t *names)
{
	struct faults faults = { .count = 0 };
	enum segl_status status = SEGL_OK;

	segl_error_clear(sim->segl);
	for (size_t i = 0; status == SEGL_OK && i < request->field_count; i++)
		if (strcasecmp(request->fields[i].name, FAULT_FIELD) == 0)
			status = faults_add(
			    &faults, sim->segl, request->fields[i].value);
	if (status == SEGL_OK && faults_have_handshake(&faults))
		status = error_set(sim->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the TLS certificate was chosen before this request came");
	sim->effect.clock_offset_s = faults_clock_offset_s(&faults);
	for (size_t i = 0; status == SEGL_OK && i < faults.count; i++)
		faults_take(&faults, faults.fault[i].path, &sim->effect, names);
	return status;
}

/* Only grants count at the token endpoint; everywhere else everything does. */
static int
counts(const struct httpd_request *request)
{
	return strcmp(request->path, "/token") != 0 ||
	    strcmp(request->method, "POST") == 0;
}

static enum segl_status
answer_in_trouble(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, long long now, json_t *entry)
{
	if (strcmp(request->path, "/token") == 0)
		token_note(sim, request, now, entry);
	else
		(void)json_object_set_new(
		    entry, "outcome", json_string("fault"));
	return answer_trouble(&sim->effect, answer);
}

enum segl_status
fault_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, long long now, json_t *entry,
    sim_answerer *answer_it)
{
	json_t *names = json_array();
	enum segl_status status;

	memset(&sim->effect, 0, sizeof(sim->effect));
	if (counts(request))
		faults_take(&sim->faults, request->path, &sim->effect, names);
	status = take_from_fields(sim, request, names);
	if (status != SEGL_OK) {
		json_decref(names);
		return status == SEGL_EUSAGE ? refuse(sim, answer, 400)
					     : status;
	}
	now += sim->effect.clock_offset_s;
	answer->clock_offset_s += sim->effect.clock_offset_s;
	if (sim->effect.rotate_key)
		status = rotate_key(sim);
	if (status == SEGL_OK)
		status = sim->effect.status == 0
		    ? answer_it(sim, request, answer, now, entry)
		    : answer_in_trouble(sim, request, answer, now, entry);
	if (status == SEGL_OK)
		status = spoil_answer(&sim->effect, request, answer);
	if (json_array_size(names) > 0)
		(void)json_object_set(entry, "faults", names);
	json_decref(names);
	return status;
}

/* ---- the faults themselves */

enum segl_status
faults_get(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	json_t *all = faults_json(&sim->faults);
	enum segl_status status = SEGL_ENOMEM;

	(void)request;
	if (all != NULL)
		status = sim_answer_json(answer, 200, all);
	json_decref(all);
	return status;
}

static enum segl_status
add_all(struct sim *sim, const json_t *value)
{
	enum segl_status status = SEGL_OK;

	if (!json_is_array(value))
		return faults_add_json(&sim->faults, sim->segl, value);
	for (size_t i = 0; status == SEGL_OK && i < json_array_size(value); i++)
		status = faults_add_json(
		    &sim->faults, sim->segl, json_array_get(value, i));
	return status;
}

int
sim_request_is_json(const struct httpd_request *request)
{
	const char *type = httpd_request_field(request, "Content-Type");

	return type != NULL && strncmp(type, "application/json", 16) == 0 &&
	    (type[16] == '\0' || type[16] == ';');
}

enum segl_status
faults_post(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	struct faults before = sim->faults;
	enum segl_status status;
	json_t *value;

	answer->status = 415;
	if (!sim_request_is_json(request))
		return SEGL_OK;
	segl_error_clear(sim->segl);
	value = json_loadb(
	    request->body, request->body_len, JSON_REJECT_DUPLICATES, NULL);
	status = add_all(sim, value);
	json_decref(value);
	if (status == SEGL_OK)
		return faults_get(sim, request, answer);
	sim->faults = before; /* all of them or none */
	return status == SEGL_EUSAGE ? refuse(sim, answer, 400) : status;
}

enum segl_status
faults_delete(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	(void)request;
	faults_clear(&sim->faults);
	answer->status = 204;
	return SEGL_OK;
}
