/* SPDX-License-Identifier: ISC */
/* The Subject of an order, as it is typed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "order/subject.h"
#include "seeds.h"

static const char *const texts[] = {
	"/C=SE/O=Example A\\/S/organizationIdentifier=VATSE-556677889901/CN=X",
	"C=SE, ST=Sk\xc3\xa5ne, L=Malm\xc3\xb6, O=A\\, B\\+C, OU=D, OU=E, CN=F",
	"serialNumber=CSM026460026,street=Example 1,2.5.4.97=NTRDE-HRB1",
};

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = 0;

	for (; n < sizeof(texts) / sizeof(texts[0]); n++) {
		seeds[n].bytes = (unsigned char *)strdup(texts[n]);
		seeds[n].len = strlen(texts[n]);
		if (seeds[n].bytes == NULL)
			abort();
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	char *text = malloc(size + 1);
	X509_NAME *name;

	if (segl == NULL || text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (subject_parse(segl, text, &name) == SEGL_OK) {
		int n = X509_NAME_entry_count(name);

		/* no more than may be, and nothing empty */
		if (n < 1 || n > SUBJECT_ATTRIBUTES_MAX)
			abort();
		for (int i = 0; i < n; i++) {
			const X509_NAME_ENTRY *entry =
			    X509_NAME_get_entry(name, i);

			if (ASN1_STRING_length(
				X509_NAME_ENTRY_get_data(entry)) == 0)
				abort();
		}
	} else if (name != NULL || segl_error_message(segl) == NULL) {
		abort();
	}
	X509_NAME_free(name);
	free(text);
	segl_free(segl);
	return 0;
}
