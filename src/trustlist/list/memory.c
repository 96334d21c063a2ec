/* SPDX-License-Identifier: ISC */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "trustlist/list/memory.h"

/* Bytes asked for at once: a national list takes a few of them. */
#define CHUNK (64u << 10)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

struct tl_memory {
	struct chunk *chunks; /* the first has room, perhaps */
	char *kept;
};

struct tl_memory *
memory_new(void)
{
	return calloc(1, sizeof(struct tl_memory));
}

static struct chunk *
chunk_new(size_t len)
{
	size_t size = len > CHUNK ? len : CHUNK;
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (chunk != NULL)
		chunk->size = size;
	return chunk;
}

void *
memory_get(struct tl_memory *memory, size_t n, size_t size)
{
	struct chunk *chunk = memory->chunks;
	void *piece;
	size_t len;

	if (n > SIZE_MAX / 4 / size)
		return NULL;
	len = (n * size + alignof(max_align_t) - 1) / alignof(max_align_t) *
	    alignof(max_align_t);
	if (chunk == NULL || chunk->size - chunk->used < len) {
		chunk = chunk_new(len);
		if (chunk == NULL)
			return NULL;
		chunk->next = memory->chunks;
		memory->chunks = chunk;
	}
	piece = chunk->data + chunk->used;
	chunk->used += len;
	return piece;
}

void
memory_keep(struct tl_memory *memory, char *bytes)
{
	memory->kept = bytes;
}

void
memory_free(struct tl_memory *memory)
{
	struct chunk *next;

	if (memory == NULL)
		return;
	for (struct chunk *chunk = memory->chunks; chunk != NULL;
	     chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(memory->kept);
	free(memory);
}
