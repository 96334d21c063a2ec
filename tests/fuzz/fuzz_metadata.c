/* SPDX-License-Identifier: ISC */
/* The metadata document of a server (RFC 8414). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <segl/metadata.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	struct segl_metadata *metadata;
	enum segl_status status;

	if (segl == NULL)
		abort();
	status = segl_metadata_parse(
	    segl, "https://a/", (const char *)data, size, &metadata);
	if ((status == SEGL_OK) != (metadata != NULL))
		abort();
	if (metadata != NULL &&
	    strncmp(segl_metadata_token_endpoint(metadata), "https://", 8) !=
		0)
		abort();
	segl_metadata_free(metadata);
	segl_free(segl);
	return 0;
}
