/* SPDX-License-Identifier: ISC */
#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include <jansson.h>

/*
 * What came in and how it was answered, the latest ones, for tests. Tokens
 * and signatures are not kept.
 */
struct journal;

#define JOURNAL_MAX        1000 /* entries */
#define JOURNAL_CLAIMS_MAX 8192 /* bytes of claims or header of one entry */

/* New journal of at most MAX entries; NULL when out of memory. */
struct journal *journal_new(size_t max);
void journal_free(struct journal *journal);

/* Add ENTRY, which is taken; the oldest one goes where it is full. */
void journal_add(struct journal *journal, json_t *entry);
void journal_clear(struct journal *journal);

/* All entries, oldest first; borrowed. */
const json_t *journal_entries(const struct journal *journal);

#endif
