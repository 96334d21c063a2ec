/* SPDX-License-Identifier: ISC */
#include "cli/result.h"
#include "base/error.h"
#include "base/secret.h"

enum segl_status
result_json(struct segl *segl, const struct settings *settings, json_t *json)
{
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	enum segl_status status = text == NULL
	    ? error_nomem(segl)
	    : report_result(segl, settings, text);

	secret_free_text(text); /* it may be a token */
	json_decref(json);
	return status;
}

enum segl_status
result_page(struct segl *segl, struct page *page)
{
	enum segl_status status = page->status != SEGL_OK
	    ? error_nomem(segl)
	    : report_output(segl, page->text.data, page->text.len);

	page_clear(page);
	return status;
}
