/* SPDX-License-Identifier: ISC */
/* The answer of a token endpoint: HTTP status in two bytes, then the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <segl/exchange.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 302, 400, 403, 404, 429, 503 };
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	struct segl_token *token;
	struct segl *segl;
	enum segl_status status;

	if (size < 1)
		return 0;
	segl = segl_new();
	response.http_status = statuses[data[0] % 7];
	response.len = size - 1;
	response.body = malloc(size);
	if (segl == NULL || response.body == NULL)
		abort();
	memcpy(response.body, data + 1, size - 1);
	response.body[size - 1] = '\0';
	status = segl_reply_parse(segl, &response, 1763800000, &token);
	/* a token or an error that tells what to do, never both */
	if ((status == SEGL_OK) != (token != NULL) ||
	    (status != SEGL_OK && segl_error_message(segl) == NULL))
		abort();
	segl_token_free(token);
	segl_response_clear(&response);
	segl_free(segl);
	return 0;
}
