/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_REFUSAL_H
#define EXPLAIN_REFUSAL_H

#include <stddef.h>

#include <segl/status.h>

/* How a refusal is known. */
enum refusal_source {
	REFUSAL_DOCUMENTED, /* Digdir, Maskinporten, "feilsøking" */
	REFUSAL_SEEN,       /* in answers, not in the documentation */
	REFUSAL_STANDARD    /* RFC 6749, 8707, 9396; nothing from Digdir */
};

/*
 * What the token endpoint may refuse a grant for, and what that means to the
 * person who reads it. Texts have no full stop at the end, so that they can
 * stand in a sentence.
 */
struct refusal {
	const char *code;  /* "MP-110"; NULL where Digdir gave none */
	const char *oauth; /* RFC 6749, 5.2, as documented; NULL unknown */
	int http_status;   /* 0 unknown */
	enum refusal_source source;
	/* the page lists the code without saying oauth and http_status */
	int inferred;
	/* parts of error_description that tell it; NULL: none does */
	const char *const *phrases;
	const char *meaning;       /* what happened: one clause */
	const char *const *causes; /* the likeliest first */
	const char *remedy;        /* what to do: imperative */
	enum segl_turn turn;
	enum segl_status status;
};

/* "documented", "seen" or "standard"; borrowed, static. */
const char *refusal_source_name(enum refusal_source source);

/*
 * The row for CODE, or, where the code is NULL or unknown, the row whose
 * phrase stands in DESCRIPTION, or that of the OAuth error alone. Never NULL:
 * the last resort is a row that says only what is certain. Each argument may
 * be NULL. Borrowed, static.
 */
const struct refusal *refusal_find(
    const char *code, const char *oauth, const char *description);

/* The I-th row, NULL past the last; the last one is the last resort. */
const struct refusal *refusal_at(size_t i);

/* The row for CODE, to the letter, NULL where there is none. */
const struct refusal *refusal_of_code(const char *code);

/*
 * The row one of whose phrases stands in TEXT, in capitals or not, however
 * its blanks and line breaks fall. NULL where there is none.
 */
const struct refusal *refusal_of_words(const char *text);

/* The row that stands for the OAuth error alone, NULL where there is none. */
const struct refusal *refusal_of_oauth(const char *oauth);

/* A table of rows: one idea a file, searched in the order of refusal.c. */
struct refusal_table {
	const struct refusal *rows;
	size_t n;
};
extern const struct refusal_table refusals_of_grant;      /* who asks */
extern const struct refusal_table refusals_of_permission; /* what for */
extern const struct refusal_table refusals_of_exchange;   /* elsewhere */
extern const struct refusal_table refusals_of_oauth;      /* kinds alone */

/* NULL-terminated list of texts, static at file scope. */
#define REFUSAL_TEXTS(...)                                                     \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

#endif
