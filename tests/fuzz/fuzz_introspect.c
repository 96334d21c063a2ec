/* SPDX-License-Identifier: ISC */
/* A token that somebody shows, at a server whose key has the id "k". */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <segl/introspect.h>

static const char keys[] =
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\""
    "t9mY8lqqq97z2BcdN0hYIYQdduJpwVeWhWv3uzsxBiOK0Z8G_P1kKBPtKpg0"
    "8YF6O-oqumYqNQ8VUJQL7V6ucpX7A-5cEZd3EThwWAik2ztKVX07aCycdPKX"
    "V-gPsEdwfeY73gEZOc4m4hITccxD71ahr8w2hiB11hAk9ehJ-4pQ_l1NBacY"
    "_T7LqUMQnXKtrTfds0OltL2Kv988fFekPBp3P4qcId6Hu_rxNwezKhCmWWYy"
    "bycOHXQ9lAOYmlryyM7lCHzc3YDYQuuO6g4cfijD7QgifzlwSAUVTTrizwSg"
    "v7UMWehDWsyh9e8aS3V9upJugF7piU1svjeVJ4UEbw"
    "\"}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const scopes[] = { "a:b", NULL };
	const struct segl_expectation expected = { "https://sim.example/",
		"https://api.example/", scopes, 1763800000, SEGL_LEEWAY_S };
	struct segl_introspection *out;
	struct segl_jwks *jwks;
	struct segl *segl = segl_new();

	if (segl == NULL ||
	    segl_jwks_parse(segl, keys, strlen(keys), &jwks) != SEGL_OK ||
	    segl_introspect(segl, (const char *)data, size, jwks, &expected,
		&out) != SEGL_OK)
		abort();
	/* nobody has the private key, so that no token can count */
	if (segl_introspection_why(out) == SEGL_INACTIVE_NOT ||
	    strstr(segl_introspection_json(out), "\"active\":false") == NULL)
		abort();
	segl_introspection_free(out);
	segl_jwks_free(jwks);
	segl_free(segl);
	return 0;
}
