/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "present/page.h"

#define PAGE_MAX     (1u << 20) /* bytes: more than any JWT can say */
#define WIDTH        78
#define INDENT       2
#define LABEL_COLUMN 16 /* where paragraphs with a label begin */

void
page_init(struct page *page)
{
	buffer_init(&page->text, PAGE_MAX);
	page->status = SEGL_OK;
	page->width = WIDTH;
}

void
page_clear(struct page *page)
{
	buffer_clear(&page->text);
}

static void
put(struct page *page, const char *bytes, size_t len)
{
	if (page->status == SEGL_OK)
		page->status = buffer_add(&page->text, bytes, len);
}

static void
blanks(struct page *page, size_t n)
{
	while (n-- > 0)
		put(page, " ", 1);
}

/*
 * Bytes of TEXT up to where a line may end: before a blank, behind a comma
 * (names of certificates and JSON have no blanks). COLUMNS is their width.
 */
static size_t
word(const char *text, size_t *columns)
{
	size_t n = 0;

	*columns = 0;
	while (text[n] != '\0' && text[n] != ' ') {
		if ((text[n] & 0xc0) != 0x80)
			++*columns;
		if (text[n++] == ',')
			break;
	}
	return n;
}

/* TEXT between LEFT and the width; its first line is indented already. */
static void
wrap(struct page *page, size_t left, const char *text)
{
	size_t at = left, gap = 0, columns;

	while (*text != '\0') {
		size_t n = word(text, &columns);

		if (at > left && at + gap + columns > page->width) {
			put(page, "\n", 1);
			blanks(page, left);
			at = left;
		} else {
			blanks(page, gap);
			at += gap;
		}
		put(page, text, n);
		at += columns;
		text += n;
		gap = *text == ' ';
		text += strspn(text, " ");
	}
	put(page, "\n", 1);
}

static void paragraph(struct page *page, size_t left, const char *format,
    va_list ap) SEGL_PRINTF(3, 0);

static void paragraph(struct page *page, size_t left, const char *format,
    va_list ap) SEGL_PRINTF(3, 0);

static void
paragraph(struct page *page, size_t left, const char *format, va_list ap)
{
	char *text, *safe;

	if (vasprintf(&text, format, ap) < 0) {
		page->status = SEGL_ENOMEM;
		return;
	}
	safe = text_foreign(text, strlen(text));
	if (safe == NULL)
		page->status = SEGL_ENOMEM;
	else
		wrap(page, left, safe);
	free(safe);
	free(text);
}

void
page_add(struct page *page, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	paragraph(page, 0, format, ap);
	va_end(ap);
}

void
page_bullet(struct page *page, const char *format, ...)
{
	va_list ap;

	blanks(page, INDENT);
	put(page, "- ", 2);
	va_start(ap, format);
	paragraph(page, INDENT + 2, format, ap);
	va_end(ap);
}

void
page_item(struct page *page, const char *label, const char *format, ...)
{
	size_t len = strlen(label);
	va_list ap;

	blanks(page, INDENT);
	put(page, label, len);
	blanks(page,
	    len + INDENT < LABEL_COLUMN ? LABEL_COLUMN - INDENT - len : 1);
	va_start(ap, format);
	paragraph(page, LABEL_COLUMN, format, ap);
	va_end(ap);
}

void
page_line(struct page *page, const char *text)
{
	put(page, text, strlen(text));
	put(page, "\n", 1);
}
