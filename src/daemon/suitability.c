/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "daemon/answer.h"
#include "daemon/json.h"
#include "daemon/route.h"
#include "daemon/suitability.h"
#include "net/wire.h"

/* REPORT is an object of the signer's: PROFILE becomes its first member. */
static enum segl_status
add_profile(
    struct buffer *body, const char *profile, const char *report, int first)
{
	enum segl_status status =
	    buffer_printf(body, "%s{\"profile\":", first ? "" : ",");

	if (status == SEGL_OK)
		status = json_add(body, profile);
	if (status == SEGL_OK && report != NULL && report[0] == '{')
		return buffer_printf(body, ",%s", report + 1);
	if (status == SEGL_OK)
		status = buffer_add_str(
		    body, ",\"judged_at\":null,\"verdict\":null}");
	return status;
}

void
suitability(struct front *front, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	enum segl_status status = SEGL_OK;
	struct want want;

	want_init(&want);
	route_caller(request, &want);
	if (!route_asked(front, request, &want, answer) ||
	    !route_knows(front, &want, answer))
		return;
	answer_common(answer);
	answer->content_type = "application/json";
	status = buffer_add_str(&answer->body, "{\"schema\":1,\"profiles\":[");
	for (size_t i = 0; status == SEGL_OK && i < front->profiles.n; i++)
		status = add_profile(&answer->body, front->profiles.all[i].name,
		    front->faces[i].report, i == 0);
	if (status == SEGL_OK)
		status = buffer_add_str(&answer->body, "]}\n");
	answer->status = status == SEGL_OK ? 200 : 500;
	front->counts.requests[answer->status / 100]++;
}

void
suitability_take_lists(struct front *front, const struct buffer *message)
{
	const char *text;

	front->n_lists = 0;
	for (unsigned int i = 0; front->n_lists < LISTS_MAX &&
	     (text = wire_field(message, "list", i)) != NULL;
	     i++) {
		struct list_face *list = &front->lists[front->n_lists];
		size_t n = strcspn(text, " ");
		char *end = NULL;

		if (n == 0 || n >= sizeof(list->territory))
			continue;
		memset(list, 0, sizeof(*list));
		memcpy(list->territory, text, n);
		list->issued = strtoll(text + n, &end, 10);
		list->next_update = strtoll(end, &end, 10);
		list->fetched = strtoll(end, &end, 10);
		front->n_lists++;
	}
}

void
suitability_take_update(struct front *front, const struct buffer *message)
{
	front->list_updates = wire_number(message, "updates", 0);
	front->list_failures = wire_number(message, "failures", 0);
	front->lists_at = wire_number(message, "at", 0);
	front->lists_code = (int)wire_number(message, "code", 0);
}
