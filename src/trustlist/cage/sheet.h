/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_CAGE_SHEET_H
#define TRUSTLIST_CAGE_SHEET_H

#include <stddef.h>

/*
 * Bytes in memory that have a descriptor, so that a reader gets them, and
 * hands them back, without a copy. A reader is not trusted: what it has
 * written is looked at once nobody can change it any more.
 */
struct sheet {
	int fd;
	const void *bytes; /* mapped, once sealed */
	size_t len;
};

/* None. */
void sheet_init(struct sheet *sheet);
/* Unmap, close. */
void sheet_clear(struct sheet *sheet);

/* New, with a copy of LEN BYTES, not mapped. Returns 0 or an errno value. */
int sheet_copy(const void *bytes, size_t len, struct sheet *out);
/* New and empty, to be written through fd. Returns 0 or an errno value. */
int sheet_blank(struct sheet *out);

/*
 * From here on nobody changes it, whatever descriptors they have; map it.
 * Returns 0 or an errno value: EFBIG where it is longer than MAX, in bytes;
 * EBUSY where somebody still has it mapped for writing.
 */
int sheet_seal(struct sheet *sheet, size_t max);

#endif
