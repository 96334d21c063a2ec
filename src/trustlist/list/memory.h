/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LIST_MEMORY_H
#define TRUSTLIST_LIST_MEMORY_H

#include <stddef.h>

/* Many small pieces that are freed together. */
struct tl_memory;

struct tl_memory *memory_new(void);
/* N zeroed elements of SIZE bytes; NULL out of memory. N is not zero. */
void *memory_get(struct tl_memory *memory, size_t n, size_t size);
/* MEMORY owns BYTES, which came from malloc(3), from now on. */
void memory_keep(struct tl_memory *memory, char *bytes);
void memory_free(struct tl_memory *memory); /* NULL is fine */

#endif
