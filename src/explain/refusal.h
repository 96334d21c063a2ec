/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_REFUSAL_H
#define EXPLAIN_REFUSAL_H

#include <segl/status.h>

/*
 * What the token endpoint may refuse a grant for, and what that means to the
 * person who reads it. Source: Digdir, Maskinporten, "feilsøking" (the MP
 * codes); replies seen in the field for those without a code.
 */
struct refusal {
	const char *code;    /* "MP-110"; NULL where Digdir gave none */
	const char *oauth;   /* RFC 6749, 5.2, as documented; NULL unknown */
	const char *phrase;  /* part of the description that tells it */
	const char *meaning; /* what happened: one clause */
	const char *remedy;  /* what to do: imperative */
	enum segl_turn turn;
	enum segl_status status;
};

/*
 * The row for CODE, or, where the code is NULL or unknown, the row whose
 * phrase stands in DESCRIPTION, or that of the OAuth error alone. Never NULL:
 * the last resort is a row that says only what is certain. Each argument may
 * be NULL. Borrowed, static.
 */
const struct refusal *refusal_find(
    const char *code, const char *oauth, const char *description);

/* The I-th row, NULL past the last. */
const struct refusal *refusal_at(unsigned int i);

#endif
