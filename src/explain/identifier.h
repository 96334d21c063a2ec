/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_IDENTIFIER_H
#define EXPLAIN_IDENTIFIER_H

#include <stddef.h>

/* Room that identifier_words() needs at most, NUL included. */
#define IDENTIFIER_WORDS_MAX 256

enum identifier {
	IDENTIFIER_KNOWN,
	IDENTIFIER_UNKNOWN,  /* no syntax that segl knows */
	IDENTIFIER_MISTYPED, /* a Norwegian number whose check digit is wrong */
};

/*
 * What the organisation identifier ID is, in words: ICD and number (ISO 6523,
 * "0192:991825827") or the organizationIdentifier of a certificate (EN 319
 * 412-1, 5.1.4: "NTREE-12345678", "VATDE-123456789"). OUT is "" where it is
 * unknown. ID is foreign: make OUT safe before it is printed.
 */
enum identifier identifier_words(
    const char *id, char out[IDENTIFIER_WORDS_MAX]);

/* Non-zero where TEXT is nine digits of which the last one checks. */
int identifier_orgno_valid(const char *text);

/* What a value of client_amr says, in words, or NULL; borrowed, static. */
const char *identifier_amr_words(const char *amr);

#endif
