/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_LOOKUP_H
#define EXPLAIN_LOOKUP_H

#include "explain/outcome.h"
#include "explain/refusal.h"

/* What somebody may paste to learn what it means. One of the two, or none. */
struct explained {
	const struct refusal *refusal;
	const struct outcome *outcome;
};

/*
 * Find what TEXT is about: an MP code in any spelling (MP-110, mp110, 110, an
 * error_uri), an exit code (7, exit 7), the name of a status, an OAuth error,
 * words of the server, or a longer text that has one of these in it. Where a
 * text has several, the MP code outranks the words, they the OAuth error.
 *
 * Returns non-zero where it was found.
 */
int explain_lookup(const char *text, struct explained *out);

/*
 * The MP code in TEXT in its one spelling, known or not. Returns non-zero
 * where there is one.
 */
int explain_mp_code(const char *text, char code[8]);

/* The code or name that TEXT was probably meant to be, or NULL; borrowed. */
const char *explain_nearest(const char *text);

#endif
