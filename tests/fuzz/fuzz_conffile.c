/* SPDX-License-Identifier: ISC */
/* The text of segl.conf. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "settings/conffile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum segl_status
on_key(void *arg, const struct conffile_line *line)
{
	unsigned int *last = arg;

	/* lines come in order, and nothing is empty */
	if (line->number <= *last || line->key[0] == '\0' ||
	    line->value[0] == '\0' ||
	    (line->profile != NULL && line->profile[0] == '\0'))
		abort();
	*last = line->number;
	return SEGL_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	char *text = malloc(size + 1);
	unsigned int last = 0;

	if (segl == NULL || text == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (conffile_parse(segl, "x", text, size, on_key, &last) != SEGL_OK &&
	    segl_error_message(segl) == NULL)
		abort();
	free(text);
	segl_free(segl);
	return 0;
}
