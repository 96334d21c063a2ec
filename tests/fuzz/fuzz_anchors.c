/* SPDX-License-Identifier: ISC */
/* The file of trust anchors, as a user writes one. */
#include <stdlib.h>
#include <string.h>

#include "seeds.h"
#include "trustlist/update/anchors.h"

#define SHA                                                                    \
	"0123456789abcdef0123456789ABCDEF"                                     \
	"0123456789abcdef0123456789ABCDEF"

static const char *const texts[] = {
	"[anchors a]\nreference = OJ C/1\nnotice = https://a.b/c\nsha256 = " SHA
	"\n",
	"# two\n[anchors a]\nnotice = https://a.b/c\nreference = x\nsha256 = "
	"01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:"
	"ef:01:23:45:67:89:ab:cd:ef\n[anchors b]\nreference = y\nnotice = "
	"https://a.b/d\nsha256 = " SHA "\n",
};

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = 0;

	for (; n < sizeof(texts) / sizeof(texts[0]); n++) {
		seeds[n].bytes = (unsigned char *)strdup(texts[n]);
		seeds[n].len = strlen(texts[n]);
		if (seeds[n].bytes == NULL)
			break;
	}
	return n;
}

/* What is taken is whole, and ends where it should. */
static void
check(const struct anchors *anchors)
{
	if (anchors->signers.n == 0 || anchors->reference[0] == '\0' ||
	    strlen(anchors->name) > ANCHORS_NAME_MAX ||
	    strlen(anchors->reference) > ANCHORS_NAME_MAX ||
	    strncmp(anchors->notice, "https://", 8) != 0 ||
	    strlen(anchors->notice) > ANCHORS_NOTICE_MAX ||
	    anchors->n_known > ANCHORS_NOTICES)
		abort();
	for (size_t i = 0; i < anchors->n_known; i++)
		if (strcmp(anchors->known[i], anchors->notice) == 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct anchors none;
	const char *const names[] = { NULL, "b" };
	struct segl *segl = segl_new();
	char *text = malloc(size + 1);
	struct anchors anchors;

	for (size_t i = 0; segl != NULL && text != NULL && i < 2; i++) {
		memcpy(text, data, size);
		text[size] = '\0';
		if (anchors_parse(segl, "x", text, size, names[i], &anchors) ==
		    SEGL_OK)
			check(&anchors);
		else if (memcmp(&anchors, &none, sizeof(none)) != 0 ||
		    segl_error_message(segl) == NULL)
			abort();
		segl_error_clear(segl);
	}
	free(text);
	segl_free(segl);
	return 0;
}
