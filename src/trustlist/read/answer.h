/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_READ_ANSWER_H
#define TRUSTLIST_READ_ANSWER_H

#include <stddef.h>

#include "trustlist/list/part.h"

/*
 * Where the parts go: whoever is told may be a pipe or a test. add returns 0,
 * or -1 where nobody listens any more. end, which may be NULL, is called once
 * all was said and before anything is freed: a process that ends anyway need
 * not tidy a tree of a hundred thousand nodes.
 */
struct answer {
	int (*add)(void *arg, enum tl_part part, const void *bytes, size_t len);
	void (*end)(void *arg, enum tl_refusal refusal);
	void *arg;
};

/* The parts of a file as it came: the signature and what it is over. */
enum tl_refusal read_parts(
    const char *bytes, size_t len, const struct answer *answer);

/* The list that is in BYTES, as TL_PART_LIST. */
enum tl_refusal read_services(
    const char *bytes, size_t len, const struct answer *answer);

#endif
