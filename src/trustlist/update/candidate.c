/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/text.h"
#include "trustlist/update/candidate.h"

/* ---- all of them --------------------------------------------------------- */

static void
candidate_free(struct candidate *candidate)
{
	if (candidate == NULL)
		return;
	buffer_clear(&candidate->bytes);
	draft_drop(&candidate->draft);
	free(candidate);
}

struct candidate *
candidates_add(struct candidates *all)
{
	struct candidate *candidate;

	if (all->n == CANDIDATES_MAX)
		return NULL;
	if (all->n == all->room) {
		size_t room = all->room == 0 ? 64 : all->room * 2;
		struct candidate **more =
		    realloc(all->all, room * sizeof(struct candidate *));

		if (more == NULL)
			return NULL;
		all->all = more;
		all->room = room;
	}
	candidate = calloc(1, sizeof(*candidate));
	if (candidate == NULL)
		return NULL;
	buffer_init(&candidate->bytes, TL_FILE_MAX);
	draft_init(&candidate->draft);
	candidate->sequence = candidate->verified = candidate->fetched = -1;
	all->all[all->n++] = candidate;
	return candidate;
}

void
candidates_drop_last(struct candidates *all)
{
	candidate_free(all->all[--all->n]);
}

void
candidates_clear(struct candidates *all)
{
	for (size_t i = 0; i < all->n; i++)
		candidate_free(all->all[i]);
	free(all->all);
	memset(all, 0, sizeof(*all));
}

int
candidate_is_same(const struct candidate *a, const struct candidate *b)
{
	return a != NULL && b != NULL &&
	    memcmp(a->sha256, b->sha256, CANDIDATE_SHA256) == 0;
}

/* ---- one ----------------------------------------------------------------- */

int
candidate_set_source(
    struct candidate *candidate, const char *source, int is_url)
{
	char *safe = text_foreign(source, strlen(source));
	size_t len;

	if (safe == NULL)
		return -1;
	len = strlen(safe);
	if (len > CANDIDATE_SOURCE_MAX)
		len = CANDIDATE_SOURCE_MAX;
	memcpy(candidate->source, safe, len);
	candidate->source[len] = '\0';
	candidate->is_url = is_url;
	free(safe);
	return 0;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where NAME begins as the name of a tag, whatever its prefix. */
static const char *
find_tag(const char *p, const char *end, const char *name, size_t len)
{
	while (p < end) {
		const char *at = memmem(p, (size_t)(end - p), name, len);

		if (at == NULL)
			return NULL;
		p = at + len;
		if (p < end && *p == '>' && (at[-1] == '<' || at[-1] == ':'))
			return p + 1;
	}
	return NULL;
}

int
candidate_claim(
    const char *bytes, size_t len, const char *name, char *out, size_t max)
{
	const char *end = bytes + len, *start, *stop;

	out[0] = '\0';
	if (len < 2)
		return -1;
	start = find_tag(bytes + 1, end, name, strlen(name));
	if (start == NULL)
		return -1;
	while (start < end && is_blank(*start))
		start++;
	stop = memchr(start, '<', (size_t)(end - start));
	if (stop == NULL)
		return -1;
	while (stop > start && is_blank(stop[-1]))
		stop--;
	if ((size_t)(stop - start) >= max)
		return -1;
	memcpy(out, start, (size_t)(stop - start));
	out[stop - start] = '\0';
	return 0;
}

void
candidate_digest(struct candidate *candidate)
{
	const char *bytes = candidate->bytes.data;

	(void)SHA256(bytes == NULL ? (const unsigned char *)""
				   : (const unsigned char *)bytes,
	    candidate->bytes.len, candidate->sha256);
}

void
candidate_sort(struct candidate *candidate)
{
	const char *bytes = candidate->bytes.data;
	size_t len = candidate->bytes.len;
	char text[32], *rest;

	if (candidate_claim(
		bytes, len, "SchemeTerritory", text, sizeof(text)) == 0)
		(void)policy_territory(text, candidate->territory);
	if (candidate_claim(
		bytes, len, "TSLSequenceNumber", text, sizeof(text)) == 0) {
		candidate->sequence = strtoll(text, &rest, 10);
		if (rest == text || *rest != '\0' || candidate->sequence < 0)
			candidate->sequence = -1;
	}
}

void
candidate_examine(struct candidate *candidate)
{
	candidate_digest(candidate);
	candidate_sort(candidate);
}
