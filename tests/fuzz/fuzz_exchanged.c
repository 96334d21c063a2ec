/* SPDX-License-Identifier: ISC */
/* The answer of Customs or Altinn: status and whose in a byte, then the body.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <segl/exchange.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 302, 400, 401, 403, 404, 429,
		503 };
	struct segl_response response = { .date = -1, .retry_after_s = -1 };
	struct segl_token *token;
	struct segl *segl;
	enum segl_status status;

	if (size < 1)
		return 0;
	segl = segl_new();
	response.http_status = statuses[data[0] % 8];
	response.len = size - 1;
	response.body = malloc(size);
	if (segl == NULL || response.body == NULL)
		abort();
	memcpy(response.body, data + 1, size - 1);
	response.body[size - 1] = '\0';
	status = segl_exchanged_parse(segl,
	    data[0] % 16 < 8 ? SEGL_EXCHANGER_CUSTOMS : SEGL_EXCHANGER_ALTINN,
	    &response, 1763800000, &token);
	/* a token or an error that says something, never both */
	if ((status == SEGL_OK) != (token != NULL) ||
	    (status != SEGL_OK && segl_error_message(segl) == NULL) ||
	    (status == SEGL_OK && response.http_status != 200))
		abort();
	segl_token_free(token);
	segl_response_clear(&response);
	segl_free(segl);
	return 0;
}
