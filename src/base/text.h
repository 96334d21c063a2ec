/* SPDX-License-Identifier: ISC */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

/* Longest piece of foreign text that reaches a message, in bytes. */
#define TEXT_FOREIGN_MAX 1024

/*
 * Copy LEN bytes of untrusted TEXT for a message: at most TEXT_FOREIGN_MAX
 * bytes, control characters and what is not UTF-8 written as \xNN, so that
 * nothing foreign can drive a terminal or forge a log line. New; NULL when
 * out of memory.
 */
char *text_foreign(const char *text, size_t len);

/* Non-zero where LEN bytes at TEXT are well-formed UTF-8 (RFC 3629). */
int text_is_utf8(const char *text, size_t len);

/*
 * The candidate among N names that NAME was probably meant to be (edit
 * distance at most a third of its length), or NULL. Borrowed.
 */
const char *text_nearest(
    const char *name, const char *const *candidates, size_t n);

/*
 * AT, seconds of Unix time, in UTC: 2026-08-21T00:00:00Z, or the day alone;
 * "unknown" where there is no such time. Returns TEXT.
 */
#define TEXT_TIME_LEN 32
#define TEXT_DAY_LEN  16
const char *text_time(long long at, char text[TEXT_TIME_LEN]);
const char *text_day(long long at, char text[TEXT_DAY_LEN]);

#endif
