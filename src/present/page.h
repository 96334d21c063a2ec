/* SPDX-License-Identifier: ISC */
#ifndef PRESENT_PAGE_H
#define PRESENT_PAGE_H

#include "base/buffer.h"

/*
 * Text for people, put together before any of it is printed: labels on the
 * left, paragraphs on the right. All that comes in is made safe
 * for a terminal (base/text.h), so foreign text may be given as it is.
 *
 * A failure is kept in status, and what is added after it is dropped.
 */
struct page {
	struct buffer text;
	enum segl_status status; /* SEGL_OK, SEGL_ENOMEM, SEGL_EREPLY full */
	size_t width;            /* columns, 78; less on a narrow screen */
};

void page_init(struct page *page);
void page_clear(struct page *page);

/* A paragraph from the left margin on. */
void page_add(struct page *page, const char *format, ...) SEGL_PRINTF(2, 3);

/* One of a list. */
void page_bullet(struct page *page, const char *format, ...) SEGL_PRINTF(2, 3);

/* A paragraph right of LABEL, which is "" where it goes on from above. */
void page_item(struct page *page, const char *label, const char *format, ...)
    SEGL_PRINTF(3, 4);

/* TEXT, which is safe, as one line, however long. */
void page_line(struct page *page, const char *text);

#endif
