/* SPDX-License-Identifier: ISC */
/* The catalogue of issuers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "order/catalogue.h"
#include "seeds.h"

static const char whole[] = "looked-at = 2026-11-22\n"
			    "# a remark\n"
			    "[issuer buypass]\n"
			    "name = Buypass\n"
			    "product = QC eSeal\n"
			    "covers = Nordics\n"
			    "key-made-by = you\n"
			    "key-made-by = issuer\n"
			    "ca = NO Buypass Class 3 CA G2 ST Business\n"
			    "hard-ca = NO Buypass Class 3 CA G2 HT Business\n"
			    "policy-soft = 2.16.578.1.26.1.3.2\n"
			    "policy-hard = 2.16.578.1.26.1.3.5\n"
			    "key = rsa:3072\n"
			    "key = ec:p256\n"
			    "note = two certificates\n"
			    "[issuer x]\n"
			    "name = X\n"
			    "product = Y\n"
			    "covers = Z\n"
			    "key-made-by = you\n"
			    "ca = EE X CA\n";

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	seeds[0].bytes = (unsigned char *)strdup(whole);
	seeds[0].len = sizeof(whole) - 1;
	return seeds[0].bytes == NULL ? 0 : 1;
}

static void
check_values(const struct issuer_values *values)
{
	if (values->n > ISSUER_VALUES_MAX)
		abort();
	for (size_t i = 0; i < values->n; i++)
		if (values->values[i] == NULL || values->values[i][0] == '\0')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segl *segl = segl_new();
	struct catalogue catalogue;
	enum segl_status status;

	if (segl == NULL)
		abort();
	status =
	    catalogue_parse(segl, "x", (const char *)data, size, &catalogue);
	if (status != SEGL_OK && segl_error_message(segl) == NULL)
		abort();
	for (size_t i = 0; status == SEGL_OK && i < catalogue.n; i++) {
		const struct issuer *issuer = &catalogue.issuers[i];

		/* what is taken is whole */
		if (issuer->id[0] == '\0' || issuer->name == NULL ||
		    issuer->product == NULL || issuer->covers == NULL ||
		    issuer->makers.n == 0 || issuer->cas.n == 0)
			abort();
		check_values(&issuer->makers);
		check_values(&issuer->cas);
		check_values(&issuer->hard_cas);
		check_values(&issuer->soft);
		check_values(&issuer->hard);
		check_values(&issuer->keys);
	}
	catalogue_clear(&catalogue);
	segl_free(segl);
	return 0;
}
