/* SPDX-License-Identifier: ISC */
#ifndef CLI_VERIFY_H
#define CLI_VERIFY_H

#include <segl/introspect.h>

#include "settings/settings.h"

/* What a token is worth, and by whose keys. */
struct verdict {
	struct segl_introspection *result; /* NULL: not looked at */
	char *issuer;                      /* whose keys they were */
};

/*
 * Judge the token COMPACT at NOW as SETTINGS want it, with the keys of the
 * server that --env names, or else of the Maskinporten that the token says it
 * is from, where that is one that has a name. OUT is for verdict_clear(), also
 * when the call fails.
 *
 * Errors: SEGL_EUSAGE the server is not known; those of fetching its keys.
 * Does I/O: the kept keys, the network where they do not do.
 */
enum segl_status verify(struct segl *segl, const struct settings *settings,
    const char *compact, long long now, struct verdict *out) SEGL_MUST_USE;
void verdict_clear(struct verdict *verdict);

/* How the program ends: SEGL_OK, SEGL_EAUTHN, SEGL_EAUTHZ (a scope lacks). */
enum segl_status verdict_status(const struct verdict *verdict);

#endif
