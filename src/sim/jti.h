/* SPDX-License-Identifier: ISC */
#ifndef SIM_JTI_H
#define SIM_JTI_H

#include <stddef.h>

/*
 * The grants that were used lately: a bounded set that forgets by age, and the
 * oldest first where it is full.
 */
struct jti_memory;

/* More than a benchmark fills in the time that a grant is remembered. */
#define JTI_MEMORY_MAX 262144

/* New memory of at most MAX grants; NULL when out of memory. */
struct jti_memory *jti_memory_new(size_t max);
void jti_memory_free(struct jti_memory *memory);

/*
 * Remember the LEN bytes at KEY until UNTIL. NOW and UNTIL are seconds since
 * the Epoch; NOW never goes back between calls by more than it matters.
 * Returns 0, 1 where it is known and not yet forgotten, -1 out of memory.
 */
int jti_memory_use(struct jti_memory *memory, const void *key, size_t len,
    long long now, long long until);

size_t jti_memory_count(const struct jti_memory *memory);

#endif
