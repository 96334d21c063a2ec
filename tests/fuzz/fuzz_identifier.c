/* SPDX-License-Identifier: ISC */
/* Any text as the identifier of an organisation or a person. */
#include <stdlib.h>
#include <string.h>

#include "pki/identifier.h"
#include "pki/norwegian.h"
#include "pki/qcstatement.h"
#include "pki/register.h"
#include "seeds.h"

static const char *const texts[] = { "NTRSE-556012-5790", "VATNL-004495445B01",
	"LEIXG-213800KUD8LAJWSQ9D15", "NTRFR:794513986", "PSDNO-FSA-991825827",
	"UN:NO-9578-4050-a1b2", "9578-4505-1", "PNOSK 5407021983",
	"0192:991825827", "VATBE-BE0467046486", "VATFR-40303265045",
	"NTRUS+CA-1234567" };

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	size_t n = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < n; i++) {
		seeds[i].len = strlen(texts[i]);
		seeds[i].bytes = (unsigned char *)strdup(texts[i]);
		if (seeds[i].bytes == NULL)
			abort();
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qc_statements statements;
	struct identifier id;
	const char *issuer;
	char *text = malloc(size + 1);

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	identifier_read(text, &id);
	/* what it points to is in the text */
	if (id.reference[0] != '\0' &&
	    (id.reference < text || id.reference > text + size))
		abort();
	if ((identifier_fault_words(id.fault) == NULL) !=
	    (id.fault == IDENTIFIER_WELL_FORMED))
		abort();
	(void)identifier_is_organization(text);
	(void)identifier_is_natural_serial(text);
	(void)norwegian_orgno(text);
	if (!register_is_person(text, &issuer) && issuer != NULL)
		abort();
	if (qc_statements_read(data, size, &statements) < 0)
		abort();
	qc_statements_clear(&statements);
	free(text);
	return 0;
}
