/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <segl/environment.h>

/* Slashes matter: an aud that differs by one is refused with MP-110. */
static const struct segl_environment environments[] = {
	{ "prod", "https://maskinporten.no/",
	    "https://maskinporten.no/.well-known/oauth-authorization-server",
	    "https://maskinporten.no/token", "https://maskinporten.no/jwk",
	    "https://api.toll.no", "https://platform.altinn.no" },
	{ "test", "https://test.maskinporten.no/",
	    "https://test.maskinporten.no/.well-known/"
	    "oauth-authorization-server",
	    "https://test.maskinporten.no/token",
	    "https://test.maskinporten.no/jwk", "https://api-test.toll.no",
	    "https://platform.tt02.altinn.no" },
	{ "sky-prod", "https://sky.maskinporten.no",
	    "https://sky.maskinporten.no/.well-known/openid-configuration",
	    "https://sky.maskinporten.no/token",
	    "https://sky.maskinporten.no/jwk", NULL, NULL },
	{ "sky-test", "https://test.sky.maskinporten.no",
	    "https://test.sky.maskinporten.no/.well-known/"
	    "openid-configuration",
	    "https://test.sky.maskinporten.no/token",
	    "https://test.sky.maskinporten.no/jwk", NULL, NULL },
};

#define COUNT (sizeof(environments) / sizeof(environments[0]))

const struct segl_environment *
segl_environment_at(unsigned int i)
{
	return i < COUNT ? &environments[i] : NULL;
}

const struct segl_environment *
segl_environment_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(environments[i].name, name) == 0)
			return &environments[i];
	return NULL;
}
