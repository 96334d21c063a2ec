/* SPDX-License-Identifier: ISC */
/* segl introspect: whether a token counts, and what it says about whom. */
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/jwt.h"
#include "cli/paste.h"
#include "cli/result.h"
#include "cli/verify.h"

static enum segl_status
print_text(
    struct segl *segl, const char *compact, const struct verdict *verdict)
{
	enum segl_inactive why = segl_introspection_why(verdict->result);
	enum segl_status status;
	struct page page;
	struct jwt jwt;

	page_init(&page);
	if (why == SEGL_INACTIVE_NOT)
		page_add(
		    &page, "the token is good: %s signed it", verdict->issuer);
	else
		page_add(&page, "the token does not count: %s (%s)",
		    segl_inactive_words(why), segl_inactive_name(why));
	status = jwt_read(segl, compact, (long long)time(NULL), &jwt);
	if (status == SEGL_OK) {
		if (why != SEGL_INACTIVE_NOT)
			page_add(&page, "what it says of itself:");
		jwt.verdict = verdict;
		jwt_render(&jwt, -1, &page);
	} else if (status == SEGL_EUSAGE) {
		segl_error_clear(segl); /* no JWT: that is told already */
		status = SEGL_OK;
	}
	jwt_clear(&jwt);
	if (status == SEGL_OK)
		return result_page(segl, &page);
	page_clear(&page);
	return status;
}

static enum segl_status
introspect(
    struct segl *segl, const struct settings *settings, const char *compact)
{
	struct verdict verdict;
	enum segl_status status;

	status =
	    verify(segl, settings, compact, (long long)time(NULL), &verdict);
	if (status == SEGL_OK)
		status = settings->json
		    ? report_result(segl, settings,
			  segl_introspection_json(verdict.result))
		    : print_text(segl, compact, &verdict);
	if (status == SEGL_OK)
		status = verdict_status(&verdict);
	verdict_clear(&verdict);
	return status;
}

enum segl_status
command_introspect(struct segl *segl, const struct settings *settings)
{
	enum segl_status status;
	char *compact;

	status = paste_token(segl,
	    settings->n_operands > 0 ? settings->operands[0] : NULL, &compact);
	if (status == SEGL_OK)
		status = introspect(segl, settings, compact);
	secret_free_text(compact);
	return status;
}
