/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <string.h>

#include "order/keytype.h"

static const struct keytype types[] = {
	{ "rsa:3072", "RSA, 3072 bit", "RSA", 3072, NULL },
	{ "rsa:2048", "RSA, 2048 bit", "RSA", 2048, NULL },
	{ "rsa:4096", "RSA, 4096 bit", "RSA", 4096, NULL },
	{ "ec:p256", "EC, P-256", "EC", 0, "P-256" },
};

const struct keytype *
keytype_find(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	}
	return NULL;
}
