/* SPDX-License-Identifier: ISC */
/* The transfer form of a list: what is read is written the same again. */
#include <stdlib.h>
#include <string.h>

#include "seeds.h"
#include "trustlist/list/codec.h"

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	static const char *const oids[] = { "1.2.3" };
	static const struct tl_criterion parts[] = {
		{ .kind = TL_POLICY_SET, .oids = oids, .n_oids = 1 },
		{ .kind = TL_KEY_USAGE, .usage_set = 2 },
	};
	static const struct tl_qualification q = { .qualifiers = 1,
		.criteria = { TL_ALL, parts, 2, 0, 0, NULL, 0 } };
	static const struct tl_state state = { .type = "type",
		.status = "granted",
		.qualifications = &q,
		.n_qualifications = 1 };
	static const struct tl_identity identity = { TL_ID_SUBJECT,
		{ (const unsigned char *)"CN=x", 4 } };
	/* the second could not be read */
	static const struct tl_service services[] = {
		{ "provider", "name", &identity, 1, &state, 1 },
		{ "provider", "name", NULL, 0, NULL, 0 },
	};
	static const struct tl_pointer pointer = { .location = "https://x" };
	static const struct tl_list list = { .version = 6,
		.territory = "NO",
		.information_uris = oids,
		.n_information_uris = 1,
		.pointers = &pointer,
		.n_pointers = 1,
		.services = services,
		.n_services = 2 };
	struct buffer form;

	buffer_init(&form, TL_TRANSFER_MAX);
	if (tl_list_encode(&list, &form) != SEGL_OK)
		return 0;
	seeds[0].len = form.len;
	seeds[0].bytes = (unsigned char *)buffer_take(&form);
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct tl_list *list;
	struct buffer again;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	if (tl_list_decode(copy, size, &list) == SEGL_OK) {
		buffer_init(&again, TL_TRANSFER_MAX);
		if (tl_list_encode(list, &again) != SEGL_OK ||
		    again.len != size || memcmp(again.data, data, size) != 0)
			abort();
		buffer_clear(&again);
		tl_list_free(list);
	}
	return 0;
}
