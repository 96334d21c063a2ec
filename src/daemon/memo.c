/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "daemon/memo.h"

/* Targets that are kept; a power of two. */
#define PLACES 64
/* Longer ones, in bytes, are read each time: details, mostly. */
#define TARGET_MAX 512

struct place {
	char *target; /* path and query, each with its NUL; NULL vacant */
	size_t len;
	const struct profile *profile;
	struct buffer key;
	long min_validity_s;
	int force;
};

struct memo {
	struct place places[PLACES];
};

struct memo *
memo_new(void)
{
	return calloc(1, sizeof(struct memo));
}

/* REQUEST's target as places have it in TO; its length, 0 too long. */
static size_t
target_of(const struct httpd_request *request, char to[TARGET_MAX])
{
	const char *query = request->query == NULL ? "" : request->query;
	size_t path_len = strlen(request->path) + 1;
	size_t query_len = strlen(query) + 1;

	if (path_len + query_len > TARGET_MAX)
		return 0;
	memcpy(to, request->path, path_len);
	memcpy(to + path_len, query, query_len);
	return path_len + query_len;
}

/* FNV-1a: who fills a place on purpose has his own target read each time. */
static size_t
place_of(const char *target, size_t len)
{
	unsigned int h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)target[i]) * 16777619u;
	return h & (PLACES - 1);
}

int
memo_recall(const struct memo *memo, const struct httpd_request *request,
    struct want *want)
{
	char target[TARGET_MAX];
	size_t len = target_of(request, target);
	const struct place *place;

	if (len == 0)
		return 0;
	place = &memo->places[place_of(target, len)];
	if (place->len != len || memcmp(place->target, target, len) != 0 ||
	    buffer_add(&want->key, place->key.data, place->key.len) != SEGL_OK)
		return 0;
	want->profile = place->profile;
	want->min_validity_s = place->min_validity_s;
	want->force = place->force;
	return 1;
}

static void
forget(struct place *place)
{
	free(place->target);
	buffer_clear(&place->key);
	memset(place, 0, sizeof(*place));
}

void
memo_free(struct memo *memo)
{
	for (size_t i = 0; memo != NULL && i < PLACES; i++)
		forget(&memo->places[i]);
	free(memo);
}

void
memo_keep(struct memo *memo, const struct httpd_request *request,
    const struct want *want)
{
	char target[TARGET_MAX];
	size_t len = target_of(request, target);
	struct place *place;

	if (len == 0)
		return;
	place = &memo->places[place_of(target, len)];
	forget(place);
	place->target = malloc(len);
	buffer_init(&place->key, WANT_KEY_MAX);
	if (place->target == NULL ||
	    buffer_add(&place->key, want->key.data, want->key.len) != SEGL_OK) {
		forget(place);
		return;
	}
	memcpy(place->target, target, len);
	place->len = len;
	place->profile = want->profile;
	place->min_validity_s = want->min_validity_s;
	place->force = want->force;
}
