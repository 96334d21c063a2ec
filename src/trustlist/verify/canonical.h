/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_VERIFY_CANONICAL_H
#define TRUSTLIST_VERIFY_CANONICAL_H

#include <stddef.h>

/*
 * A recogniser of what Canonical XML writes, and of nothing else: elements
 * with start and end tag, attributes in double quotes after one space, text.
 * No entity beyond the five, no comment, no processing instruction. It moves
 * forward only; a failed step leaves it where it was.
 */
struct canonical {
	const char *at, *end;
};

/* A piece of the bytes. */
struct piece {
	const char *at;
	size_t len;
};

int piece_is(const struct piece *piece, const char *text);
int piece_equal(const struct piece *a, const struct piece *b);

/* Most attributes and namespaces of one tag. */
#define TAG_ATTRIBUTES_MAX 32

struct tag {
	struct piece prefix, name; /* prefix: empty without one */
	struct attribute {
		struct piece name, value; /* name with its prefix */
	} attributes[TAG_ATTRIBUTES_MAX];
	size_t n;
};

/* A start tag; returns 1, or 0 where there is none. */
int canonical_open(struct canonical *c, struct tag *out);
/* The end tag of OPEN. */
int canonical_close(struct canonical *c, const struct tag *open);
/* Text up to the next tag, with nothing that was escaped; maybe empty. */
int canonical_text(struct canonical *c, struct piece *out);
/* Past white space. */
void canonical_space(struct canonical *c);
/* Non-zero at an end tag. */
int canonical_at_close(const struct canonical *c);

/* The value of the attribute NAME, or NULL. */
const struct piece *tag_attribute(const struct tag *tag, const char *name);

#endif
