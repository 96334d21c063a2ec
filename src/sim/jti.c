/* SPDX-License-Identifier: ISC */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "sim/jti.h"

#define BUCKETS 65536 /* the index is two bytes of the digest */

struct used {
	unsigned char digest[SHA256_DIGEST_LENGTH];
	long long until;
	struct used *next;  /* in the bucket */
	struct used *newer; /* in the order they came */
};

struct jti_memory {
	struct used *bucket[BUCKETS];
	struct used *oldest, *newest;
	size_t count, max;
};

struct jti_memory *
jti_memory_new(size_t max)
{
	struct jti_memory *memory = calloc(1, sizeof(*memory));

	if (memory != NULL)
		memory->max = max;
	return memory;
}

static struct used **
bucket_of(struct jti_memory *memory, const unsigned char *digest)
{
	return &memory->bucket[digest[0] << 8 | digest[1]];
}

static void
forget_oldest(struct jti_memory *memory)
{
	struct used *used = memory->oldest;
	struct used **at = bucket_of(memory, used->digest);

	while (*at != used)
		at = &(*at)->next;
	*at = used->next;
	memory->oldest = used->newer;
	if (memory->oldest == NULL)
		memory->newest = NULL;
	memory->count--;
	free(used);
}

void
jti_memory_free(struct jti_memory *memory)
{
	if (memory == NULL)
		return;
	while (memory->oldest != NULL)
		forget_oldest(memory);
	free(memory);
}

static int
remember(
    struct jti_memory *memory, const unsigned char *digest, long long until)
{
	struct used *used = calloc(1, sizeof(*used));
	struct used **at = bucket_of(memory, digest);

	if (used == NULL)
		return -1;
	memcpy(used->digest, digest, sizeof(used->digest));
	used->until = until;
	used->next = *at;
	*at = used;
	if (memory->newest != NULL)
		memory->newest->newer = used;
	else
		memory->oldest = used;
	memory->newest = used;
	memory->count++;
	return 0;
}

int
jti_memory_use(struct jti_memory *memory, const void *key, size_t len,
    long long now, long long until)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	while (memory->oldest != NULL && memory->oldest->until < now)
		forget_oldest(memory);
	SHA256(key, len, digest);
	for (struct used *u = *bucket_of(memory, digest); u != NULL;
	     u = u->next)
		if (memcmp(u->digest, digest, sizeof(digest)) == 0 &&
		    u->until >= now)
			return 1;
	if (memory->count >= memory->max && memory->oldest != NULL)
		forget_oldest(memory);
	return remember(memory, digest, until);
}

size_t
jti_memory_count(const struct jti_memory *memory)
{
	return memory->count;
}
