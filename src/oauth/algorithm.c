/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <segl/jws.h>

static const char *const names[] = {
	[SEGL_ALG_RS256] = "RS256",
	[SEGL_ALG_RS384] = "RS384",
	[SEGL_ALG_RS512] = "RS512",
	[SEGL_ALG_ES256] = "ES256",
};

#define COUNT (sizeof(names) / sizeof(names[0]))

const char *
segl_alg_name(enum segl_alg alg)
{
	return (size_t)alg < COUNT ? names[alg] : NULL;
}

enum segl_alg
segl_alg_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (names[i] != NULL && strcmp(names[i], name) == 0)
			return (enum segl_alg)i;
	return SEGL_ALG_NONE;
}
