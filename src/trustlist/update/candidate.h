/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_CANDIDATE_H
#define TRUSTLIST_UPDATE_CANDIDATE_H

#include "base/buffer.h"
#include "base/draft.h"
#include "trustlist/list/part.h"
#include "trustlist/update/policy.h"

#define CANDIDATE_TAG_MAX    255 /* bytes of an entity tag */
#define CANDIDATE_DATE_MAX   63  /* bytes of Last-Modified */
#define CANDIDATE_SOURCE_MAX 1023
#define CANDIDATE_SHA256     32

/* The bytes of what may be a list, and where they come from. */
struct candidate {
	struct buffer bytes;
	unsigned char sha256[CANDIDATE_SHA256]; /* of bytes */
	/* as the bytes claim, for sorting; "" and -1 where they do not */
	char territory[POLICY_TERRITORY_MAX];
	long long sequence;
	long long verified; /* the number that was read once verified; -1 */
	/* address or file, safe to print */
	char source[CANDIDATE_SOURCE_MAX + 1];
	int is_url;  /* source is an address */
	int is_kept; /* from the store's lists */
	char etag[CANDIDATE_TAG_MAX + 1];
	char last_modified[CANDIDATE_DATE_MAX + 1];
	long long fetched; /* instant; -1 not known */
	int tls_unverified;
	struct draft draft; /* of what is to be kept of it, once begun */
};

struct candidates {
	struct candidate **all;
	size_t n, room;
};

/* Most files that one import looks at. */
#define CANDIDATES_MAX 4096

/* New and empty; NULL out of memory, or there are too many. */
struct candidate *candidates_add(struct candidates *all);
/* The last one is of no use after all. */
void candidates_drop_last(struct candidates *all);
void candidates_clear(struct candidates *all);

/* SOURCE, made safe and cut, and whether it is an address. 0, or -1. */
int candidate_set_source(
    struct candidate *candidate, const char *source, int is_url);

/*
 * BYTES are complete: look for what they claim to be, without parsing and
 * without believing any of it; and take their digest, which costs more and can
 * wait until it is wanted.
 */
void candidate_sort(struct candidate *candidate);
void candidate_digest(struct candidate *candidate);
/* Both at once. */
void candidate_examine(struct candidate *candidate);

/* Whether both are there and have the same bytes. */
int candidate_is_same(const struct candidate *a, const struct candidate *b);

/* The text of the first element NAME in LEN BYTES, blanks trimmed; -1 none. */
int candidate_claim(
    const char *bytes, size_t len, const char *name, char *out, size_t max);

#endif
