/* SPDX-License-Identifier: ISC */
#ifndef CACHE_ANSWERS_H
#define CACHE_ANSWERS_H

#include <stddef.h>

/*
 * Signed answers of others, OCSP responses and CRLs, kept between runs until
 * their time is over. Whoever takes one from here verifies it again: what is
 * kept is bytes, not what they were found to say.
 */

/* Largest answer that is kept, and all of them together, in bytes. */
#define ANSWERS_ONE_MAX (4u << 20)
#define ANSWERS_ALL_MAX (16u << 20)

/* Most answers that are kept. */
#define ANSWERS_COUNT_MAX 64

/* Longest key, in bytes. */
#define ANSWERS_KEY_MAX 4096

/*
 * The bytes that are kept for KEY, a text of one line, in the directory DIRFD
 * and still good at NOW (seconds since the Epoch): new, freed with free(3),
 * their number in LEN. NULL where there are none.
 */
unsigned char *answers_load(
    int dirfd, const char *key, long long now, size_t *len);

/*
 * Keep LEN bytes for KEY until UNTIL, whole or not at all; what is over, and
 * the oldest where room is short, goes. Failing to is no error.
 */
void answers_store(int dirfd, const char *key, const void *bytes, size_t len,
    long long now, long long until);

#endif
