/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "sim/api.h"
#include "sim/authority.h"
#include "sim/expect.h"
#include "sim/page.h"
#include "sim/sim.h"

static enum segl_status
answer_text(struct httpd_answer *answer, const char *type, const char *text)
{
	answer->status = 200;
	answer->content_type = type;
	return buffer_add_str(&answer->body, text);
}

enum segl_status
sim_answer_json(struct httpd_answer *answer, int status, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);
	enum segl_status result;

	if (text == NULL)
		return SEGL_ENOMEM;
	result = answer_text(answer, "application/json", text);
	answer->status = status;
	free(text);
	return result;
}

static enum segl_status
get_metadata(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status status = SEGL_ENOMEM;
	json_t *value;

	(void)request;
	if (sim->effect.issuer[0] == '\0')
		return answer_text(answer, "application/json", sim->metadata);
	value = json_loads(sim->metadata, 0, NULL);
	if (json_object_set_new(
		value, "issuer", json_string(sim->effect.issuer)) == 0)
		status = sim_answer_json(answer, 200, value);
	json_decref(value);
	return status;
}

static enum segl_status
get_jwks(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status status = signer_wait(sim);

	(void)request;
	if (status != SEGL_OK)
		return status;
	return answer_text(answer, "application/json", sim->jwks);
}

static enum segl_status
get_health(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	(void)request;
	(void)sim;
	return answer_text(answer, "application/json", "{\"status\":\"UP\"}");
}

static enum segl_status
clear_requests(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	(void)request;
	journal_clear(sim->journal);
	answer->status = 204;
	return SEGL_OK;
}

#define JOURNAL_PATH "/__requests"
#define FAULTS_PATH  "/__faults"

/* GET stands for HEAD, too. The token endpoint is not here. */
static const struct address {
	const char *method;
	const char *path;
	const char *allow; /* of the path */
	enum segl_status (*answer)(
	    struct sim *, const struct httpd_request *, struct httpd_answer *);
} routes[] = {
	{ "GET", "/.well-known/oauth-authorization-server", "GET, HEAD",
	    get_metadata },
	{ "GET", "/jwk", "GET, HEAD", get_jwks },
	{ "GET", "/health", "GET, HEAD", get_health },
	{ "GET", PAGE_PATH, "GET, HEAD", page_answer },
	{ "GET", PAGE_NOW_PATH, "GET, HEAD", page_answer },
	{ "GET", EXPECT_PATH, "GET, HEAD", expect_answer },
	{ "GET", JOURNAL_PATH, "GET, HEAD, POST, DELETE", journal_answer },
	{ "POST", JOURNAL_PATH, "GET, HEAD, POST, DELETE", clear_requests },
	{ "DELETE", JOURNAL_PATH, "GET, HEAD, POST, DELETE", clear_requests },
	{ "GET", REVOKED_PATH, "GET, HEAD, POST, DELETE", revoked_get },
	{ "POST", REVOKED_PATH, "GET, HEAD, POST, DELETE", revoked_post },
	{ "DELETE", REVOKED_PATH, "GET, HEAD, POST, DELETE", revoked_delete },
	{ "GET", FAULTS_PATH, "GET, HEAD, POST, DELETE", faults_get },
	{ "POST", FAULTS_PATH, "GET, HEAD, POST, DELETE", faults_post },
	{ "DELETE", FAULTS_PATH, "GET, HEAD, POST, DELETE", faults_delete },
};

static enum segl_status
answer_route(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	const char *method = request->method;
	const char *allow = NULL;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	if (strncmp(request->path, LISTS_PATH, strlen(LISTS_PATH)) == 0)
		return lists_answer(sim, request, answer);
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(routes[i].path, request->path) != 0)
			continue;
		allow = routes[i].allow;
		if (strcmp(routes[i].method, method) == 0)
			return routes[i].answer(sim, request, answer);
	}
	answer->status = allow == NULL ? 404 : 405;
	if (allow != NULL)
		httpd_answer_field(answer, "Allow", allow);
	return SEGL_OK;
}

static json_t *
new_entry(const struct httpd_request *request, const struct timespec *now)
{
	char *path = text_foreign(request->path, strlen(request->path));
	json_t *entry = NULL;

	if (path != NULL)
		entry = json_pack("{s:f, s:s, s:s}", "time",
		    (double)now->tv_sec + (double)now->tv_nsec / 1e9, "method",
		    request->method, "path", path);
	free(path);
	return entry;
}

static const char *
word(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	return text == NULL ? "" : text;
}

/* One line a request: what, how it ended, and why. */
static void
log_entry(const struct sim *sim, const json_t *entry, int status)
{
	const char *outcome = word(entry, "outcome");
	const char *rule = word(entry, "rule");
	char *line, *safe;

	if (sim->options.log == NULL)
		return;
	if (asprintf(&line, "%s %s %d%s%s%s%s%s%s", word(entry, "method"),
		word(entry, "path"), status, outcome[0] == '\0' ? "" : " ",
		outcome, rule[0] == '\0' ? "" : ": ", rule,
		rule[0] == '\0' ? "" : ": ", word(entry, "why")) < 0)
		return;
	safe = text_foreign(line, strlen(line));
	if (safe != NULL)
		sim->options.log(safe);
	free(safe);
	free(line);
}

static enum segl_status
answer_well(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, long long now, json_t *entry)
{
	const struct api_call call = { sim, request, answer, now, entry };
	enum segl_status status;

	if (strcmp(request->path, "/token") == 0)
		return token_answer(sim, request, answer, now, entry);
	if (api_answer(&call, &status) ||
	    authority_answer(sim, request, answer, &status))
		return status;
	return answer_route(sim, request, answer);
}

enum segl_status
sim_handle(
    void *arg, const struct httpd_request *request, struct httpd_answer *answer)
{
	struct sim *sim = arg;
	enum segl_status status;
	struct timespec now;
	json_t *entry;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	answer->clock_offset_s = faults_clock_offset_s(&sim->faults);
	now.tv_sec += answer->clock_offset_s;
	/* what tests ask for themselves is no request */
	if (strncmp(request->path, "/__", 3) == 0 ||
	    strcmp(request->path, PAGE_PATH) == 0)
		return answer_route(sim, request, answer);
	entry = new_entry(request, &now);
	if (entry == NULL)
		return SEGL_ENOMEM;
	status = fault_answer(
	    sim, request, answer, (long long)now.tv_sec, entry, answer_well);
	(void)json_object_set_new(
	    entry, "status", json_integer(answer->status));
	log_entry(sim, entry, answer->status);
	journal_add(sim->journal, entry);
	return status;
}
